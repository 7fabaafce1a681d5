"""What the principal may do with topics, where Kafka's own answer does not name the topic."""

from collections.abc import Collection

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AclOperation  # type: ignore[attr-defined]  # they are documented there

from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.waiting import Look

_REQUEST_S = 10.0
_ENOUGH = {AclOperation.WRITE, AclOperation.ALL}


def unwritable(brokers: Brokers, topics: Collection[str], look: Look) -> frozenset[str]:
    """Those of the topics that the brokers' principal may not write to; one that cannot be looked up is among them."""
    admin = brokers.admin()
    asked = admin.describe_topics(TopicCollection(list(topics)), include_authorized_operations=True, request_timeout=_REQUEST_S)
    found = set()
    for topic, future in asked.items():
        try:
            if _ENOUGH.isdisjoint(brokers.answer(future, look).authorized_operations or ()):
                found.add(topic)
        except KafkaException:
            found.add(topic)
    return frozenset(found)
