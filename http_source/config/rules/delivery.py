"""Rules about exactly once: its boundaries, and where it keeps the offsets."""

from collections.abc import Iterator

from http_source.config.findings import doubt, invalid
from http_source.config.options.delivery import LONGEST_INTERVAL_MS
from http_source.config.properties import Boundary, ConnectorConfig
from http_source.config.rules.rule import Rule
from http_source.config.topic_names import is_topic
from http_source.errors import Finding

BOUNDARY, INTERVAL, TOPIC = "transaction.boundary", "transaction.boundary.interval.ms", "offsets.storage.topic"


def check_boundary(config: ConnectorConfig) -> Iterator[Finding]:
    """An interval belongs to its boundary, and ends before brokers end the transaction."""
    delivery = config.delivery
    by_interval = delivery.boundary is Boundary.INTERVAL
    if delivery.boundary_interval_ms is not None and not by_interval:
        yield doubt(INTERVAL, f"It is not used, since {BOUNDARY} is {delivery.boundary}; set interval, or remove it.")
    if by_interval and not delivery.exactly_once:
        yield doubt(BOUNDARY, "It is not used, since exactly.once.support is not set; set it to required, or remove this.")
    if by_interval and delivery.boundary_interval_ms is None and not 1 <= config.run.flush_interval_ms <= LONGEST_INTERVAL_MS:
        yield Finding(INTERVAL, f"It must be set, since offset.flush.interval.ms, its default, is not between 1 and {LONGEST_INTERVAL_MS}.")


def check_offsets_topic(config: ConnectorConfig) -> Iterator[Finding]:
    """The topic of the offsets is one Kafka takes, and gets no records."""
    delivery = config.delivery
    if delivery.topic is not None and not delivery.exactly_once:
        yield doubt(TOPIC, "It is not used, since exactly.once.support is not set: offsets are kept by Dagster alone.")
    if not delivery.exactly_once:
        return
    topic = delivery.offsets_topic(config.connector.name)
    if not is_topic(topic):
        reason = "A topic has 1 to 249 letters, digits, dots, underscores and hyphens"
        shown = f"; by default it is the connector's name with -offsets, {topic}" if delivery.topic is None else ""
        yield invalid(TOPIC, topic, f"{reason}{shown}")
    if topic in map(config.output.topic_of, config.request.entities):
        yield Finding(TOPIC, f"It must be another topic than those of the records, and {topic} is one of them.")


RULES: tuple[Rule, ...] = (
    check_boundary,
    check_offsets_topic,
)
"""In the order of the properties."""
