"""What is in a topic: how much, and what came last. It commits nothing, and creates nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from http_source.edges.kafka.brokers import NO_TOPIC, UNANSWERED, Brokers
from http_source.edges.kafka.librdkafka_settings import Settings
from http_source.errors import DeliveryFailed
from http_source.foreign.redactor import Redactor

_REQUEST_S = 10.0
_POLL_S = 1.0
_BACK = 100
"""Offsets that are looked through from the end of a partition: markers of transactions and aborted records come between."""


@dataclass(frozen=True, slots=True)
class TopicSize:
    """How much a topic holds, and held.

    Attributes:
        records: from the first to the last that is there, markers of transactions counted as well.
        expired: those that were there before.
    """

    records: int
    expired: int


class TopicReader:
    """Looks into topics; a context that ends its connections."""

    def __init__(self, settings: Settings, redact: Redactor, patience: float = _REQUEST_S) -> None:
        """`settings` are librdkafka's, `redact` is that of the run or the command; `patience` is in seconds, for each question."""
        self._patience = patience
        self._brokers = Brokers(settings, redact)
        self._consumer = self._brokers.onlooker({"isolation.level": "read_committed", "log_level": 0})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._consumer.close()

    def size(self, topic: str) -> TopicSize | None:
        """How much is in a topic; None when there is none of that name. Raises DeliveryFailed when Kafka does not say."""
        marks = self._marks(topic)
        if marks is None:
            return None
        return TopicSize(sum(high - low for low, high in marks.values()), sum(low for low, _ in marks.values()))

    def last_values(self, topic: str) -> list[bytes]:
        """The value of the last record of each partition that has one. Raises DeliveryFailed when Kafka does not say."""
        marks = self._marks(topic) or {}
        starts = [TopicPartition(topic, partition, max(low, high - _BACK)) for partition, (low, high) in marks.items() if high > low]
        self._consumer.assign(starts)
        last = dict(self._read(topic, len(starts)))
        self._consumer.unassign()
        return list(last.values())

    def _marks(self, topic: str) -> dict[int, tuple[int, int]] | None:
        """Where each partition begins and ends; None when there is no such topic."""
        try:
            found = self._consumer.list_topics(topic, timeout=self._patience).topics[topic]
            marks = {each: self._mark(TopicPartition(topic, each)) for each in found.partitions}
        except KafkaException as error:
            raise self._failure(topic, error.args[0]) from None
        if found.error is not None and found.error.code() not in NO_TOPIC:
            raise self._failure(topic, found.error)
        return None if found.error else marks

    def _mark(self, partition: TopicPartition) -> tuple[int, int]:
        low, high = self._consumer.get_watermark_offsets(partition, timeout=self._patience)
        return low, high

    def _read(self, topic: str, partitions: int) -> Iterator[tuple[int, bytes]]:
        idle = 0.0
        while partitions and idle < self._patience:
            messages = self._consumer.consume(_BACK, _POLL_S)
            idle = 0.0 if messages else idle + _POLL_S
            for message in messages:
                error = message.error()
                if error is None:
                    yield message.partition() or 0, bytes(message.value() or b"")
                elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's public name
                    partitions -= 1
                elif error.code() != KafkaError.GROUP_AUTHORIZATION_FAILED:  # no group is joined
                    raise self._failure(topic, error)
        if partitions:
            raise DeliveryFailed(f"Topic {topic} of Kafka at {self._brokers} could not be read to its end within {self._patience:g} s. "
                                 "Try again later.")

    def _failure(self, topic: str, error: KafkaError) -> DeliveryFailed:
        # What the client heard from the brokers says more, and is told only when the client may speak.
        self._consumer.poll(0)
        heard = self._brokers.trouble if error.code() in UNANSWERED else ""
        reason = heard or self._brokers.sentence(error)
        return DeliveryFailed(f"Kafka at {self._brokers} did not report the contents of topic {topic}: {reason}. Check "
                              "KAFKA_BOOTSTRAP_SERVERS, and that the principal may DESCRIBE and READ the topic.")
