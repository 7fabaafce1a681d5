"""Rules about names: of the connector, of entities as Dagster's partitions, of topics as Kafka takes them."""

import re
from collections import Counter
from collections.abc import Iterator

from http_source.config.findings import doubt, invalid, some
from http_source.config.properties import ConnectorConfig
from http_source.config.variables import ENTITY, like_variables
from http_source.errors import Finding

LONGEST_NAME = 64
LONGEST_PATTERN = 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")
_NO_TOPICS = frozenset({".", "..", "__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata"})


def check_connector_name(config: ConnectorConfig) -> Iterator[Finding]:
    """The name is a short text that can stand in a path (specification: at most 64 characters; Connect: no control characters)."""
    name = config.connector.name
    if not 1 <= len(name) <= LONGEST_NAME:
        yield invalid("name", name, f"Expected 1 to {LONGEST_NAME} characters, but there are {len(name)}")
    elif _CONTROL.search(name) or re.search(r"[/\\]", name) or not name.strip("."):
        yield invalid("name", name, "A name has no control characters, no / and no \\, and more than dots")


def check_entity_names(config: ConnectorConfig) -> Iterator[Finding]:
    """Each entity is its own, and can be a partition key: Dagster refuses control characters and `...`."""
    names = config.request.entity_names
    if "" in names:
        yield invalid("entity.names", names, "A name is empty; remove the comma too many")
    if twice := [name for name, count in Counter(names).items() if count > 1 and name]:
        yield invalid("entity.names", names, f"Each entity is named once, but these come again: {some(twice)}")
    if unfit := [name for name in names if _CONTROL.search(name) or "..." in name]:
        yield invalid("entity.names", names, f"A name has no control characters and no three dots in a row: {some(unfit)}")


def check_topics(config: ConnectorConfig) -> Iterator[Finding]:
    """Every topic's name is one Kafka takes, and no two are the same to Kafka's metrics."""
    pattern = config.output.topic_name_pattern
    if any(variable != ENTITY for variable in like_variables(pattern)):
        return  # an unknown template variable, told as such
    if len(pattern) > LONGEST_PATTERN:
        yield invalid("topic.name.pattern", pattern, f"A pattern has at most {LONGEST_PATTERN} characters, and a topic 249")
        return
    topics = dict.fromkeys(map(config.output.topic_of, config.request.entities))
    if unfit := [topic for topic in topics if not is_topic(topic)]:
        reason = "A topic has 1 to 249 letters, digits, dots, underscores and hyphens, and is none of Kafka's own"
        yield invalid("topic.name.pattern", pattern, f"{reason}; this is none: {some(unfit)}")
    alike = Counter(topic.replace(".", "_") for topic in topics)
    if same := [topic for topic in topics if alike[topic.replace(".", "_")] > 1]:
        yield doubt("topic.name.pattern", f"Kafka may refuse to create topics that differ in . and _ only: {some(same)}.")


def is_topic(name: str) -> bool:
    """Whether Kafka takes it as the name of a topic for records."""
    return bool(_TOPIC.fullmatch(name)) and name not in _NO_TOPICS
