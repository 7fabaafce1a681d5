"""Settings of librdkafka that users give: judged before a client is made, and shared out among the kinds of clients."""

import re
from collections.abc import Iterator, Mapping

from confluent_kafka import KafkaError, KafkaException, Producer

from http_source.config.librdkafka import PRODUCERS, is_known, refusal, unknown
from http_source.config.redact import pieces_of
from http_source.config.types import Secret
from http_source.foreign.text import Foreign

Settings = Mapping[str, object]

_SECRET = re.compile(r"passw|passphrase|secret|key\.pem$|oauthbearer\.config")
_CREDENTIALS = ("sasl.", "security.protocol", "ssl.key", "ssl.certificate")
_WITHOUT_USER = frozenset({"OAUTHBEARER", "GSSAPI"})
_STORES: Mapping[str, frozenset[str]] = {
    "ssl.ca.pem": frozenset({"ssl.ca.location"}),
    "ssl.key.pem": frozenset({"ssl.key.location", "ssl.key.password", "ssl.certificate.location", "ssl.keystore.location",
                              "ssl.keystore.password"}),
}
"""What gives keys or certificates as texts → what else gives them, which librdkafka would read as well."""


def hidden(settings: Settings) -> dict[str, object]:
    """The settings with each secret as a `Secret`, so that no frame of a traceback has it as a text."""
    return {name: Secret(str(value)) if _SECRET.search(name) and not isinstance(value, Secret) else value
            for name, value in settings.items()}


def revealed(settings: Settings) -> dict[str, object]:
    """The settings as librdkafka takes them, for the moment of the call that makes a client."""
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in settings.items()}


def secrets_of(settings: Settings) -> Iterator[str]:
    """What nobody must be able to repeat, also joined with its user as SASL PLAIN sends it (RFC 4616)."""
    secrets = {name: value for name, value in hidden(settings).items() if isinstance(value, Secret)}
    for secret in secrets.values():
        yield from pieces_of(secret.reveal())
    if password := secrets.get("sasl.password"):
        yield f"\0{settings.get('sasl.username', '')}\0{password.reveal()}"


def judge(properties: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each property that must not be set, or that there is not, with the reason."""
    for name, value in properties.items():
        if reason := refusal(name, value) or ("" if is_known(name) else _asked(name, value)):
            yield name, reason


def laid_over(own: Settings, connectors: Settings) -> dict[str, object]:
    """The resource's settings with the connector's over them. Brokers of the connector's own get none of the resource's credentials."""
    if "bootstrap.servers" in connectors:
        own = {name: value for name, value in own.items() if not name.startswith(_CREDENTIALS)}
    settings = stores_replaced(own, connectors)
    has_user = str(settings.get("sasl.mechanism")).upper() not in _WITHOUT_USER
    # A user where the mechanism has none: librdkafka would warn of it.
    return {name: value for name, value in settings.items() if has_user or name not in {"sasl.username", "sasl.password"}}


def stores_replaced(settings: Settings, others: Settings) -> dict[str, object]:
    """The settings with others over them, whose stores take the place of theirs, in whatever form."""
    replaced = frozenset().union(*(names for name, names in _STORES.items() if name in others))
    return {name: value for name, value in settings.items() if name not in replaced} | {**others}


def of_consumer(settings: Settings) -> dict[str, object]:
    """The settings without those of producers alone: a consumer warns of them, and what only asks does not need them."""
    return {name: value for name, value in settings.items() if name not in PRODUCERS}


def _asked(name: str, value: str) -> str:
    """What the client itself says of a property that our table does not know: it may be newer."""
    try:
        Producer({"log_level": 0, name: value}).close()
    except KafkaException as error:
        is_missing = error.args[0].code() == KafkaError._INVALID_ARG and Foreign.of(error).says("No such")  # noqa: SLF001 - a public name
        return unknown(name) if is_missing else ""
    except (TypeError, ValueError):
        return unknown(name)
    return ""
