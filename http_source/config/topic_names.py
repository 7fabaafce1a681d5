"""Names of topics, as Kafka takes them."""

import re

_TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")
_NO_TOPICS = frozenset({".", "..", "__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata"})


def is_topic(name: str) -> bool:
    """Whether Kafka takes it as the name of a topic for records."""
    return bool(_TOPIC.fullmatch(name)) and name not in _NO_TOPICS
