"""Where the records of a deployment go: what its hosts connect to, and what its tests read."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from confluent_kafka import Consumer, TopicPartition

from http_source_tests.real_servers.broker_tasks import Kafka


class Topics(Protocol):
    """A cluster of one broker."""

    @property
    def bootstrap(self) -> str: ...

    def values(self, topic: str) -> list[bytes]:
        """What a topic holds, partition after partition."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The topics of Apache Kafka, as a read-committed consumer sees them."""

    kafka: Kafka

    @property
    def bootstrap(self) -> str:
        return self.kafka.broker.bootstrap

    def values(self, topic: str) -> list[bytes]:
        settings = {**self.kafka.broker.settings(), "group.id": "test", "isolation.level": "read_committed", "enable.partition.eof": True}
        with closing(Consumer(settings)) as consumer:
            partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
            return [value for number in partitions for value in _read(consumer, TopicPartition(topic, number, 0))]


def _read(consumer: Consumer, start: TopicPartition) -> Sequence[bytes]:
    consumer.assign([start])
    values: list[bytes] = []
    while (message := consumer.poll(30)) is not None and message.error() is None:
        values.append(bytes(message.value() or b""))
    return values
