"""The delivering side of a task: one thread that owns the producer and acknowledges pages in order."""

import math
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message

from http_source.edges.producer import KafkaProducer
from http_source.edges.topics import EnsureTopic, TopicMissing
from http_source.entity import Entity, Mark
from http_source.errors import DeliveryFailed
from http_source.model import Page

_POLL_S = 0.5
_PATIENCE_S = 10.0

_CREATE = "Create it, or set topic.creation.default.partitions and topic.creation.default.replication.factor and the connector does"
_HINTS = {
    KafkaError.MSG_SIZE_TOO_LARGE: "Raise the topic's max.message.bytes, or ask the API for smaller records",
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "Grant WRITE (and CREATE, if it does not exist) on the topic to the producer's principal",
    KafkaError.UNKNOWN_TOPIC_OR_PART: _CREATE,
    KafkaError._UNKNOWN_TOPIC: _CREATE,  # noqa: SLF001 - librdkafka's public name
    KafkaError.TOPIC_EXCEPTION: "Change topic.name.pattern to a name that Kafka takes",
    KafkaError.INVALID_RECORD: "Check the topic's configuration (a compacted topic wants keys)",
    KafkaError.POLICY_VIOLATION: "Ask the cluster's administrator which policy the topic or record violates",
}
"""Errors that are about one topic or record, so that only its entity fails, and what to do about each."""


@dataclass(slots=True, eq=False)
class Parcel:
    """One page on its way to Kafka, and the first error that Kafka reported for it."""

    entity: Entity
    page: Page
    generation: int
    error: KafkaError | None = None
    refused: bytes | None = None
    topic: str = ""
    acknowledged: bool = False

    def report(self, error: KafkaError | None, message: Message) -> None:
        """Keep the first error; runs in the delivering thread, while it flushes."""
        if error is not None and self.error is None:
            self.error, self.refused, self.topic = error, message.value(), message.topic() or ""

    @property
    def stale(self) -> bool:
        """Whether its entity was put back since the page was read."""
        return self.entity.refusal is not None or self.generation != self.entity.generation


class Deliverer:
    """Delivers pages as they come, as many at once as are waiting, and moves each entity's acknowledged mark.

    After a failure that concerns the whole cluster it takes pages only to leave them: no later page may overtake.
    """

    def __init__(  # noqa: PLR0913 - each named by its caller
        self, producer: KafkaProducer, *, capacity: int, settled: Callable[[Parcel], None], warn: Callable[[str], None],
        ensure_topic: EnsureTopic | None = None, patience: float = _PATIENCE_S,
    ) -> None:
        """`settled` is told of each page that was acknowledged, refused or left; `warn` of each delay longer than `patience` seconds.

        `ensure_topic` creates those that are not there; without it that is left to the brokers.
        """
        self._producer = producer
        self._ensure_topic = ensure_topic
        self._settled = settled
        self._warn = warn
        self._patience = patience
        self._parcels: queue.Queue[Parcel | None] = queue.Queue(capacity)
        self._closing = False
        self._gives_up_at = math.inf
        self._thread = threading.Thread(target=self._run, name="http-source-deliverer", daemon=True)
        self.failure: Exception | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, entity: Entity, page: Page) -> None:
        """Hand a page over; waits while as many pages as `capacity` are waiting already."""
        self._parcels.put(Parcel(entity, page, entity.generation))

    def close(self, timeout: float) -> None:
        """Deliver what is waiting for up to `timeout` seconds, then give it up. What is put later is left."""
        self._gives_up_at = time.monotonic() + timeout
        self._parcels.put(None)
        self._thread.join()

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                if self.failure is None:
                    self._deliver([parcel for parcel in batch if not parcel.stale])
            except Exception as error:  # noqa: BLE001 - whatever ends the delivery must end the run, not this thread alone
                self.failure = error
            for parcel in batch:
                self._settled(parcel)

    def _next_batch(self) -> list[Parcel]:
        """The pages that are waiting, at least one; none once the deliverer is closed and all came through."""
        batch: list[Parcel] = []
        while not self._closing:
            try:
                parcel = self._parcels.get(block=not batch)
            except queue.Empty:
                return batch
            if parcel is None:
                self._closing = True
            else:
                batch.append(parcel)
        return batch

    def _deliver(self, batch: Sequence[Parcel]) -> None:
        wait = partial(self._wait, _Patience(time.monotonic(), self._patience))
        started = time.monotonic()
        sent = [parcel for parcel in batch if self._send(parcel, wait)]
        while left := self._producer.flush(_POLL_S):
            wait(left)
        seconds = time.monotonic() - started
        for parcel in sent:
            if parcel.stale:
                continue
            if parcel.error is None:
                _acknowledge(parcel, seconds)
            else:
                self._refuse(parcel, parcel.error)

    def _send(self, parcel: Parcel, wait: Callable[[int], None]) -> bool:
        """Queue a page; False when it is left, since a topic of it, or of a page before, is not there."""
        if parcel.stale or self.failure is not None:
            return False
        try:
            self._ensure_topics(parcel, wait)
            if parcel.page.messages is None:
                self._producer.send(parcel.entity.topic, parcel.page.records, parcel.report, wait)
            else:
                self._producer.send_messages(parcel.page.messages, parcel.report, wait)
        except TopicMissing as missing:
            self._leave(parcel, missing, alone=missing.alone)
            return False
        except KafkaException as error:
            parcel.error = parcel.error or error.args[0]
        return True

    def _ensure_topics(self, parcel: Parcel, wait: Callable[[int], None]) -> None:
        if self._ensure_topic is None:
            return
        page = parcel.page
        topics = (parcel.entity.topic,) if page.messages is None else dict.fromkeys(message.topic for message in page.messages)
        for topic in topics:
            self._ensure_topic(topic, partial(wait, len(page.values)))

    def _wait(self, patience: "_Patience", left: int) -> None:
        """Go on waiting for Kafka, unless the run has to end; say so from time to time."""
        now = time.monotonic()
        if now > self._gives_up_at:
            self._producer.drop()
            raise DeliveryFailed(f"Kafka had not acknowledged {left} records when the run was told to stop: "
                                 f"{self._trouble}. The next run asks for them again.")
        if patience.ends(now):
            self._warn(f"Kafka has not acknowledged {left} records for {now - patience.since:.0f} s: {self._trouble}. "
                       "They wait; nothing is lost.")

    @property
    def _trouble(self) -> str:
        return self._producer.trouble or "no error was reported"

    def _refuse(self, parcel: Parcel, error: KafkaError) -> None:
        hint = _HINTS.get(error.code())
        message = (f"Kafka did not take {_record(parcel)} for topic {parcel.topic or parcel.entity.topic}: {error.str()}. "
                   f"{hint or 'The run ends; the next one asks for the page again'}.")
        self._leave(parcel, DeliveryFailed(message), alone=hint is not None)

    def _leave(self, parcel: Parcel, failure: DeliveryFailed, *, alone: bool) -> None:
        """Fail the page's entity alone, or the whole run."""
        if alone:
            parcel.entity.refusal = str(failure)
            return
        self.failure = self.failure or failure
        # Other entities' pages of this batch count, but no later one of this entity.
        parcel.entity.generation += 1


@dataclass(slots=True)
class _Patience:
    """Ends after some seconds, and again after twice as many each time."""

    since: float
    seconds: float

    def ends(self, now: float) -> bool:
        if now - self.since <= self.seconds:
            return False
        self.seconds *= 2
        return True


def _acknowledge(parcel: Parcel, seconds: float) -> None:
    before, page = parcel.entity.acknowledged, parcel.page
    parcel.entity.acknowledged = Mark(
        position=page.position,
        pages=before.pages + 1,
        records=before.records + len(page.values),
        bytes=before.bytes + sum(map(len, page.values)),
        deliver_seconds=before.deliver_seconds + seconds,
    )
    parcel.acknowledged = True


def _record(parcel: Parcel) -> str:
    """Which record of its page Kafka reported; found by its bytes, so that the path of success carries no index."""
    records = parcel.page.values
    if parcel.refused is None:
        return f"one of {len(records)} records (the largest has {max(map(len, records), default=0)} bytes)"
    index = next((index for index, record in enumerate(records) if bytes(record) == parcel.refused), 0)
    if len(records) > 1 and parcel.error is not None and parcel.error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
        # Brokers refuse the batch, of which the first record is reported.
        index = max(range(len(records)), key=lambda each: len(records[each]))
        return f"a batch of the page's {len(records)} records (the largest, record {index}, has {len(records[index])} bytes)"
    return f"record {index} of {len(records)} ({len(parcel.refused)} bytes)"
