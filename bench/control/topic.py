"""What has arrived in a connector's topics: how often each record is there."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

_QUIET_S = 0.3
_BATCH = 5_000
_FEW = 100
"""So many may come while one waits: a connector at work adds more all the time."""


class Arrivals:
    """Reads on from where it was at each look."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer
        self._seen: dict[str, Counter[int]] = {}

    def of(self, topic: str) -> Counter[int]:
        """How often each numbered record is in a topic by now."""
        if topic not in self._seen and not self._find(topic):
            return Counter()
        while self._take() > _FEW:
            pass
        return self._seen[topic]

    def _take(self) -> int:
        messages = self._consumer.consume(_BATCH, timeout=_QUIET_S)
        for message in messages:
            if message.error() is None:
                self._seen[message.topic() or ""][json.loads(message.value() or b"null")["id"]] += 1
        return len(messages)

    def _find(self, topic: str) -> bool:
        """Take a topic in as soon as the first record has made it."""
        try:
            found = self._consumer.list_topics(timeout=10).topics.get(topic)
        except KafkaException:
            return False
        if found is None or not found.partitions:
            return False
        self._seen[topic] = Counter()
        self._consumer.incremental_assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in found.partitions])
        return True


@contextmanager
def arrivals(kafka: str) -> Iterator[Arrivals]:
    """A reader of all topics."""
    settings = {"bootstrap.servers": kafka, "group.id": "control", "enable.auto.commit": False, "fetch.wait.max.ms": 50, "log_level": 0}
    consumer = Consumer(settings)
    try:
        yield Arrivals(consumer)
    finally:
        consumer.close()
