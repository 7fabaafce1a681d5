"""Rules about the topics of the records."""

from collections import Counter
from collections.abc import Iterator

from http_source.config.findings import doubt, invalid, some
from http_source.config.properties import ConnectorConfig
from http_source.config.rules.rule import Rule
from http_source.config.topic_names import is_topic
from http_source.config.variables import ENTITY, like_variables
from http_source.errors import Finding

LONGEST_PATTERN = 1024


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


RULES: tuple[Rule, ...] = (
    check_topics,
)
"""In the order of the properties."""
