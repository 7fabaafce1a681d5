"""The Kafka producer: idempotent, and silent about success, so that a record costs one call and no callback."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import Message as Reported

from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.librdkafka_settings import Settings
from http_source.edges.kafka.producer_failures import error_of, gave_up, unreachable
from http_source.edges.kafka.waiting import LOOK_S, Look, answer, aside, nothing
from http_source.errors import DeliveryFailed
from http_source.model import Message, Value

MAX_RECORD_BYTES = 8_388_608
"""The largest record, as in Confluent Cloud (`topic.creation.default.max.message.bytes`)."""

_OVERHEAD_BYTES = 1_024
_FULL_S = 0.1
_QUEUE_KBYTES = 262_144
_DEFAULTS: Mapping[str, object] = {
    "acks": "all",
    "enable.idempotence": True,
    "linger.ms": 5,
    "message.max.bytes": MAX_RECORD_BYTES + _OVERHEAD_BYTES,
    "message.timeout.ms": 120_000,
    # Java's partitioner: a keyed record lands where Kafka Connect would have put it.
    "partitioner": "murmur2_random",
    "queue.buffering.max.kbytes": _QUEUE_KBYTES,
    "delivery.report.only.error": True,
}

_SMALLER_BATCHES = (16_384, 1)
"""Bytes of a batch for topics that take none of librdkafka's 1,000,000: as in Java's producer, and then each record alone."""

_ASK_S = 60.0
_OURS = {KafkaError._MSG_TIMED_OUT, KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT}  # noqa: SLF001 - librdkafka's public names
"""What the client says of a record that no broker answered for."""

Report = Callable[[KafkaError | None, Reported], None]
"""Called once for each record that Kafka did not take; never for one it took."""

Wait = Callable[[int], None]
"""Called with the number of records that Kafka has not answered for yet."""


def largest_record(settings: Mapping[str, object]) -> int:
    """The most bytes of a record: more than usual where the settings allow more; of less the client itself tells."""
    allowed = str(settings.get("message.max.bytes", "")).strip()
    return max(MAX_RECORD_BYTES, int(allowed) - _OVERHEAD_BYTES) if allowed.isdecimal() else MAX_RECORD_BYTES


class KafkaProducer:
    """A producer owned by one thread.

    Its `flush` returning 0 does not show delivery: a record that failed has left the queue too. The page's `Report`
    together with the remainder does.
    """

    def __init__(self, brokers: Brokers, fixed: Settings | None = None) -> None:
        """Make the client; `fixed` are librdkafka's settings over those of the brokers. Nothing is sent yet."""
        self.brokers = brokers
        self._fixed = {**(fixed or {})}
        self._smaller_batches = iter(_SMALLER_BATCHES)
        self._given_up, self._is_owed = 0, False
        self._producer = brokers.producer(_DEFAULTS, self._fixed)

    def reach(self, patience: float, look: Look = nothing) -> None:
        """Wait up to `patience` seconds for a broker to answer; raises DeliveryFailed when none does."""
        ends = time.monotonic() + patience
        producer, failure = self._producer, None
        while failure is None or time.monotonic() < ends:
            wait = max(LOOK_S, min(ends - time.monotonic(), _ASK_S))
            try:
                answer(aside(partial(producer.list_topics, timeout=wait)), partial(self._listen, look))
                return self._answered()
            except KafkaException as raised:
                self._listen(look)
                failure = unreachable(self.brokers, raised.args[0])
        raise failure

    def send(self, topic: str, values: Sequence[Value], report: Report, wait: Wait) -> None:
        """Queue records in order; while the queue is full it calls `wait` ten times a second, which may raise.

        Raises confluent_kafka.KafkaException for what the client refuses itself.
        """
        produce, reported, self._is_owed = self._producer.produce, partial(self._reported, report), True
        for value in values:
            try:
                produce(topic, value, on_delivery=reported)
            except BufferError:
                self._make_room(partial(produce, topic, value, on_delivery=reported), wait)

    def send_messages(self, messages: Sequence[Message], report: Report, wait: Wait) -> None:
        """Queue records that have more than a value, as `send` does."""
        produce, reported, self._is_owed = self._producer.produce, partial(self._reported, report), True
        for each in messages:
            further = _further(each) if each.headers or each.timestamp is not None or each.partition is not None else _NOTHING
            try:
                produce(each.topic, each.value, each.key, on_delivery=reported, **further)
            except BufferError:
                self._make_room(partial(produce, each.topic, each.value, each.key, on_delivery=reported, **further), wait)

    def flush(self, timeout: float) -> int:
        """Wait up to `timeout` seconds for everything queued to be settled; how many records are not yet.

        Raises DeliveryFailed when the client has given up for good.
        """
        with self._settling():
            left = self._flush(timeout)
        if not left:
            self._settled()
        return left

    def heed(self, refusal: KafkaError) -> KafkaError:
        """What the client refused itself. Raises DeliveryFailed when it refuses everything from now on."""
        if refusal.code() != KafkaError._FATAL:  # noqa: SLF001 - librdkafka's public name
            return refusal
        with self._in_words():
            self._producer.poll(0)  # the client says why
        raise gave_up(self.brokers, None)

    def use_smaller_batches(self, _look: Look = nothing) -> bool:
        """Start over with smaller batches, once nothing is queued; False when they are as small as they can be."""
        size = next(self._smaller_batches, None)
        if size is not None:
            self._fixed["batch.size"] = size
            self._connect()
        return size is not None

    def close(self) -> None:
        """End the client at once. The client's own `close` would wait for what is queued, which takes minutes without brokers."""
        if hasattr(self, "_producer"):
            self._producer.purge()
            del self._producer

    def drop(self) -> None:
        """Give up what is queued, so that nothing of it is sent after its position was left behind."""
        self._producer.purge()
        with self._in_words():
            self._flush(1)

    def _connect(self) -> None:
        """Begin anew with another client."""
        self._producer = self.brokers.producer(_DEFAULTS, self._fixed)

    def _flush(self, timeout: float) -> int:
        return self._producer.flush(timeout)

    def _make_room(self, produce: Callable[[], None], wait: Wait) -> None:
        while True:
            with self._settling():
                self._producer.poll(_FULL_S)
            wait(len(self._producer))
            try:
                return produce()
            except BufferError:
                continue

    def _settled(self) -> None:
        """Nothing is queued any more: Kafka acknowledged it, or it was given up."""
        if self._is_owed and not self._given_up:
            self._answered()
        self._given_up, self._is_owed = 0, False
        self.brokers.contact.rests()
        if self.brokers.contact.is_doubted:
            self.brokers.ask(self._producer)

    def _answered(self) -> None:
        self.brokers.acknowledged()
        self.brokers.contact.rests()

    def _reported(self, report: Report, error: KafkaError | None, message: Reported) -> None:
        """Pass on what became of a record, and remember if it was the client that gave it up."""
        self._given_up += error is not None and error.code() in _OURS
        report(error, message)

    @contextmanager
    def _settling(self) -> Iterator[None]:
        """While the client settles what is queued: see if Kafka acknowledged any of it."""
        before, idle = len(self._producer), self._given_up + self.brokers.heard
        with self._in_words():
            yield
        left = len(self._producer)
        # What the client has to say counts as queued until it is said, so that it must not be taken for records.
        if before - left > self._given_up + self.brokers.heard - idle:
            self.brokers.acknowledged()
        if left:
            self.brokers.contact.waits()
        self.brokers.listen()

    def _listen(self, look: Look) -> None:
        """Look whether to go on waiting for an answer, and let the client speak meanwhile."""
        self.brokers.contact.waits()
        with self._in_words():
            self._producer.poll(0)
        self.brokers.listen()
        look()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Fatal errors, which the client raises from a callback; further ones may make a SystemError of them, with or without a cause."""
        try:
            yield
        except (KafkaException, SystemError) as raised:
            raise self._ended(raised) from None

    def _ended(self, raised: KafkaException | SystemError) -> DeliveryFailed:
        failure = self._failure(error_of(raised))
        failure.said = error_of(raised)
        return failure

    def _failure(self, error: KafkaError | None) -> DeliveryFailed:
        return gave_up(self.brokers, error)


_NOTHING: dict[str, Any] = {}


def _further(message: Message) -> dict[str, Any]:
    """What librdkafka chooses itself where it is not given: mostly everything."""
    given: dict[str, Any] = {}
    if message.headers:
        given["headers"] = list(message.headers)
    if message.timestamp is not None:
        given["timestamp"] = message.timestamp
    if message.partition is not None:
        given["partition"] = message.partition
    return given
