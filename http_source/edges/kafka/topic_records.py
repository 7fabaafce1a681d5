"""The records of a topic, from a place to its end or for as long as they come. It joins no group, commits nothing and creates nothing."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Any, Self

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, IsolationLevel, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import OffsetSpec, TopicMetadata  # type: ignore[attr-defined]  # they are documented there

from http_source.connect.framing import KafkaHeader
from http_source.edges.kafka.brokers import NO_TOPIC, UNANSWERED, Brokers
from http_source.edges.kafka.isolation import READ_COMMITTED, READ_UNCOMMITTED
from http_source.edges.kafka.librdkafka_settings import Settings
from http_source.errors import DeliveryFailed
from http_source.foreign.redactor import Redactor

_REQUEST_S, _TRY_S = 10.0, 2.0
_POLL_S = 0.2
_MANY = 500
_FURTHER = 4
"""How much farther back is looked when markers of transactions stand among the last records."""

# What the client logs is in the sentence of the failure; without a handler Python would print it beside the records.
logging.getLogger("http_source.edges.kafka").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it lies in the topic.

    Attributes:
        timestamp: milliseconds since 1970-01-01 UTC; None where the topic has none.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int | None
    key: bytes | None
    value: bytes | None
    headers: Sequence[KafkaHeader]


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a partition begins and ends.

    Attributes:
        start: the offset of the first record that is there.
        end: the offset behind the last one that is shown: with read_committed that before the first open transaction.
    """

    start: int
    end: int


Extents = Mapping[int, Extent]
"""By partition."""


class TopicRecords:
    """Reads topics; a context that ends its connections. Each method raises DeliveryFailed when Kafka does not do it."""

    def __init__(self, settings: Settings, redact: Redactor, isolation: str = READ_COMMITTED) -> None:
        """`settings` are librdkafka's, `redact` is that of the command."""
        self._brokers = Brokers(settings, redact)
        self._isolation = isolation
        self._consumer = self._brokers.onlooker({
            "isolation.level": isolation,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 100,
        })

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._consumer.close()

    def __str__(self) -> str:
        return f"Kafka at {self._brokers}"

    @property
    def away(self) -> str:
        """What the client says of brokers that are all out of reach, as a sentence; empty while one is there."""
        return f"{self} does not answer: {self._reason()}." if self._brokers.contact.is_doubted else ""

    def topics(self) -> list[str]:
        """The names of all topics that may be seen."""
        return sorted(self._metadata(None))

    def extents(self, topic: str) -> Extents | None:
        """Where each partition begins and ends; None when there is no such topic."""
        found = self._metadata(topic)[topic]
        if found.error is not None and found.error.code() not in NO_TOPIC:
            raise self._failure(topic, found.error)
        try:
            return None if found.error else {each: self._extent(TopicPartition(topic, each)) for each in sorted(found.partitions)}
        except KafkaException as error:
            raise self._failure(topic, error.args[0]) from None

    def open_offsets(self, topic: str, extents: Extents) -> dict[int, range]:
        """The offsets at the end of each partition that belong to open transactions; without partitions that have none."""
        if self._isolation == READ_UNCOMMITTED:
            return {}
        latest = {TopicPartition(topic, each): OffsetSpec.latest() for each in extents}  # type: ignore[no-untyped-call]
        admin = self._brokers.admin()  # what is asked of a client that is gone is never answered
        asked = admin.list_offsets(latest, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=_REQUEST_S)
        try:
            ends = {partition.partition: self._brokers.answer(future).offset for partition, future in asked.items()}
            # Asked for after the ends: what was written meanwhile without a transaction, or committed, is before it.
            stable = {each: self._extent(TopicPartition(topic, each)).end for each in ends}
        except KafkaException as error:
            raise self._failure(topic, error.args[0]) from None
        return {each: range(stable[each], end) for each, end in ends.items() if end > stable[each]}

    def batches(self, topic: str, starts: Mapping[int, int], ends: Mapping[int, int] | None = None) -> Iterator[Sequence[Record]]:
        """Its records from these offsets on, as they come, to these ends; without ends for ever, with an empty batch now and then.

        The order is that of the topic within each partition.
        """
        left = {each for each, start in starts.items() if ends is None or start < ends[each]}
        self._consumer.assign([TopicPartition(topic, each, starts[each]) for each in sorted(left)])
        heard_at = time.monotonic()
        while left:
            messages = self._consumer.consume(_MANY, _POLL_S)
            yield [record for each in messages if (record := self._record(topic, each, left, ends))]
            heard_at = time.monotonic() if messages else heard_at
            if ends is not None and time.monotonic() - heard_at > _REQUEST_S:
                why = f" ({self._brokers.trouble})" if self._brokers.trouble else ""
                raise DeliveryFailed(f"Topic {topic} could not be read to its end: {self} sent nothing for {_REQUEST_S:g} s{why}. "
                                     "Try again later.")
        self._consumer.unassign()

    def last(self, topic: str, extents: Extents, count: int) -> list[Record]:
        """The last records of all these partitions together, by their timestamps; the order within each partition stays."""
        found: dict[int, list[Record]] = {}
        ends, back, lacking = {each: extent.end for each, extent in extents.items()}, count, set(extents)
        while lacking:
            starts = {each: max(extents[each].start, ends[each] - back) for each in lacking}
            found |= {each: [] for each in lacking}
            for record in (record for batch in self.batches(topic, starts, ends) for record in batch):
                found[record.partition].append(record)
            lacking = {each for each in lacking if len(found[each]) < count and starts[each] > extents[each].start}
            back *= _FURTHER
        return list(merge(*found.values(), key=lambda record: record.timestamp or 0))[-count:]

    def _metadata(self, topic: str | None) -> Mapping[str, TopicMetadata]:
        """What the brokers say of one topic, or of all."""
        gives_up_at = time.monotonic() + _REQUEST_S
        while True:
            try:
                return self._consumer.list_topics(topic, timeout=_TRY_S).topics  # type: ignore[no-any-return]
            except KafkaException as error:
                # What the client heard from the brokers is told only when it may speak.
                self._consumer.poll(0)
                if time.monotonic() > gives_up_at or error.args[0].code() not in UNANSWERED or self._brokers.contact.is_doubted:
                    raise self._failure(topic or "", error.args[0]) from None

    def _extent(self, partition: TopicPartition) -> Extent:
        return Extent(*self._consumer.get_watermark_offsets(partition, timeout=_REQUEST_S))

    def _record(self, topic: str, message: Message, left: set[int], ends: Mapping[int, int] | None) -> Record | None:
        """The record that a message is; None for what says something else, and for what comes behind the end."""
        if error := message.error():
            self._take(topic, error)
            if ends is not None and _is_end(error):
                left.discard(message.partition() or 0)
            return None
        self._brokers.acknowledged()
        record = _read(topic, message)
        if ends is not None and record.offset >= ends[record.partition] - 1:
            left.discard(record.partition)
        return record if ends is None or record.offset < ends[record.partition] else None

    def _take(self, topic: str, error: KafkaError) -> None:
        """Raise what ends the reading. No group is joined, but the client looks for its coordinator all the same."""
        if not _is_end(error) and error.code() not in {KafkaError.GROUP_AUTHORIZATION_FAILED, *UNANSWERED}:
            raise self._failure(topic, error)

    def _reason(self) -> str:
        return ". ".join(filter(None, [self._brokers.trouble, self._brokers.advice])).rstrip(".")

    def _failure(self, topic: str, error: KafkaError) -> DeliveryFailed:
        self._consumer.poll(0)
        about = f" did not report the contents of topic {topic}" if topic else " did not name its topics"
        reason = (self._reason() if error.code() in UNANSWERED else "") or self._brokers.sentence(error)
        return DeliveryFailed(f"{self}{about}: {reason}. Check KAFKA_BOOTSTRAP_SERVERS and the other KAFKA_… variables, and that the "
                              "principal may DESCRIBE and READ the topic.")


def _is_end(error: KafkaError | None) -> bool:
    return error is not None and error.code() == KafkaError._PARTITION_EOF  # noqa: SLF001 - librdkafka's public name


def _read(topic: str, message: Message) -> Record:
    kind, milliseconds = message.timestamp()
    key, value = message.key(), message.value()
    headers: Any = message.headers() or ()  # a list of pairs, whatever else its stub allows
    return Record(
        topic, message.partition() or 0, message.offset() or 0, None if kind == TIMESTAMP_NOT_AVAILABLE else milliseconds,
        None if key is None else bytes(key), None if value is None else bytes(value), tuple(headers),
    )
