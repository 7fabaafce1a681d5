"""What the principal may do with topics, where Kafka's own answer does not name the topic."""

from collections.abc import Collection, Mapping

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AclOperation, AdminClient  # type: ignore[attr-defined]  # they are documented there

_REQUEST_S = 10.0
_ENOUGH = {AclOperation.WRITE, AclOperation.ALL}


def unwritable(settings: Mapping[str, object], topics: Collection[str]) -> frozenset[str]:
    """Those of the topics that the principal of librdkafka's settings may not write to; one that cannot be looked up is among them."""
    admin = AdminClient({**settings})  # type: ignore[dict-item]  # librdkafka reads texts and booleans too
    asked = admin.describe_topics(TopicCollection(list(topics)), include_authorized_operations=True, request_timeout=_REQUEST_S)
    found = set()
    for topic, future in asked.items():
        try:
            if _ENOUGH.isdisjoint(future.result().authorized_operations or ()):
                found.add(topic)
        except KafkaException:
            found.add(topic)
    return frozenset(found)
