"""Reads a topic from its beginning to where it ends now."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing

from confluent_kafka import OFFSET_BEGINNING, Consumer, IsolationLevel, KafkaError, KafkaException, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]  # they are documented there

from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.waiting import LOOK_S, Look
from http_source.errors import DeliveryFailed

_REQUEST_S = 30.0
_POLL_S = 0.2
_MANY = 500
_NEW_S = 5.0
_SILENT_S = 2.0
"""After so long without a message the brokers are asked if they are there."""

_NOT_YET = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.NOT_LEADER_FOR_PARTITION}

Failure = Callable[[str, KafkaException], DeliveryFailed]
"""Puts into words that something could not be done with the topic."""


class ReadToEnd:
    """Reads one topic, once."""

    def __init__(self, brokers: Brokers, admin: AdminClient, topic: str, failure: Failure) -> None:
        """`admin` is a client of the brokers."""
        self._brokers = brokers
        self._admin = admin
        self._topic = topic
        self._failure = failure

    def messages(self, group: str, isolation: str, timeout: float, look: Look) -> Iterator[Message]:
        """Its messages, also those behind transactions that are open now, unless that takes more than `timeout` seconds.

        Raises DeliveryFailed.
        """
        ends = time.monotonic() + timeout
        marks = self._high_watermarks(ends, look)
        settings = {"group.id": group, "enable.auto.commit": False, "isolation.level": isolation, "enable.partition.eof": True,
                    "fetch.wait.max.ms": 50}
        with closing(self._brokers.consumer(settings)) as consumer:
            consumer.assign([TopicPartition(self._topic, partition, OFFSET_BEGINNING) for partition in marks])
            yield from self._read(consumer, marks, ends, look)

    def _high_watermarks(self, ends: float, look: Look) -> dict[int, int]:
        """Where each partition that is not empty ends, open transactions included: a consumer's own end would be before them."""
        ends = min(ends, time.monotonic() + _NEW_S)
        while True:
            try:
                return self._ask_watermarks(look)
            except KafkaException as error:
                # A topic that was created a moment ago is not known everywhere.
                if error.args[0].code() not in _NOT_YET or time.monotonic() > ends:
                    raise self._failure("could not be read", error) from None
                threading.Event().wait(LOOK_S)
                look()

    def _ask_watermarks(self, look: Look) -> dict[int, int]:
        asked = self._admin.describe_topics(TopicCollection([self._topic]), request_timeout=_REQUEST_S)[self._topic]
        described = self._brokers.answer(asked, look)
        latest = {TopicPartition(self._topic, each.id): OffsetSpec.latest() for each in described.partitions}  # type: ignore[no-untyped-call]
        offsets = self._admin.list_offsets(latest, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=_REQUEST_S)
        ends = {partition.partition: self._brokers.answer(future, look).offset for partition, future in offsets.items()}
        return {partition: end for partition, end in ends.items() if end > 0}

    def _read(self, consumer: Consumer, marks: Mapping[int, int], ends: float, look: Look) -> Iterator[Message]:
        left, heard_at = set(marks), time.monotonic()
        while left:
            look()
            for message in consumer.consume(_MANY, _POLL_S):
                heard_at = time.monotonic()
                if message.error() is None:
                    yield message
                elif self._is_end(message, marks):
                    left.discard(message.partition() or 0)
            self._go_on(heard_at, ends)

    def _is_end(self, message: Message, marks: Mapping[int, int]) -> bool:
        """Whether an event says that a partition was read to its end."""
        error = message.error()
        if error is None or error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
            return False  # no group is joined, but the client looks for its coordinator all the same
        if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's public name
            raise self._failure("could not be read", KafkaException(error))
        # The offset of the end counts the markers of transactions, which those of messages do not.
        return (message.offset() or 0) >= marks[message.partition() or 0]

    def _go_on(self, heard_at: float, ends: float) -> None:
        """Go on reading, unless that takes too long. That nothing comes may mean no broker, or a transaction that is open."""
        now = time.monotonic()
        if now - heard_at > _SILENT_S:
            self._brokers.contact.doubt()
            # Not by the consumer: it is closed at the end, which must not happen while it asks.
            self._brokers.ask(self._admin)
            self._brokers.listen()
        if now > ends:
            reason = self._brokers.trouble or "a transaction of another run is open in it, which Kafka ends after its time-out"
            raise DeliveryFailed(f"Topic {self._topic}, which holds the offsets, could not be read to its end from Kafka at "
                                 f"{self._brokers}: {reason}. The next run tries again.")
