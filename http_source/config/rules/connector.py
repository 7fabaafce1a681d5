"""Rules about who the connector is, and whose rights it has at Kafka."""

import re
from collections.abc import Iterator

from http_source.config.findings import doubt, invalid
from http_source.config.properties import ConnectorConfig, KafkaAuthMode
from http_source.config.rules.rule import Rule
from http_source.errors import Finding

LONGEST_NAME = 64
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
KEY, SECRET, ACCOUNT = "kafka.api.key", "kafka.api.secret", "kafka.service.account.id"


def check_connector_name(config: ConnectorConfig) -> Iterator[Finding]:
    """The name is a short text that can stand in a path (specification: at most 64 characters; Connect: no control characters)."""
    name = config.connector.name
    if not 1 <= len(name) <= LONGEST_NAME:
        yield invalid("name", name, f"Expected 1 to {LONGEST_NAME} characters, but there are {len(name)}")
    elif _CONTROL.search(name) or re.search(r"[/\\]", name) or not name.strip("."):
        yield invalid("name", name, "A name has no control characters, no / and no \\, and more than dots")


def check_kafka_key(config: ConnectorConfig) -> Iterator[Finding]:
    """The Kafka key and its secret come together."""
    key, secret = config.kafka.api_key, config.kafka.api_secret
    if key and not secret:
        yield Finding(SECRET, f"It must be set, since {KEY} is.")
    if secret and not key:
        yield Finding(KEY, f"It must be set, since {SECRET} is.")


def check_service_account(config: ConnectorConfig) -> Iterator[Finding]:
    """A service account is named when its mode is set, and its key is the resource's business."""
    by_account, account = config.kafka.auth_mode is KafkaAuthMode.SERVICE_ACCOUNT, config.kafka.service_account
    if by_account and not account:
        yield Finding(ACCOUNT, "It must be set, since kafka.auth.mode=SERVICE_ACCOUNT needs it.")
    if by_account and (config.kafka.api_key or config.kafka.api_secret):
        yield doubt(KEY, "It is not used, since kafka.auth.mode=SERVICE_ACCOUNT takes the account's key; remove it, or set KAFKA_API_KEY.")
    if account and not by_account:
        yield doubt(ACCOUNT, "It is not used, since kafka.auth.mode is KAFKA_API_KEY; set SERVICE_ACCOUNT, or remove it.")


RULES: tuple[Rule, ...] = (
    check_connector_name,
    check_kafka_key,
    check_service_account,
)
"""In the order of the properties."""
