"""The way of pages to the producer, whatever is guaranteed: topics are made, records queued, reports waited for."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from confluent_kafka import KafkaException

from http_source.delivery.parcel import Listener, Parcel
from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.producer import KafkaProducer
from http_source.edges.kafka.topic_creator import EnsureTopic, TopicMissing
from http_source.errors import DeliveryFailed, HttpSourceError, Stopped

_POLL_S = 0.5
_PATIENCE_S = 10.0


class Patience:
    """How long Kafka is waited for: until the run has to end, and each delay is told, at twice the time from one to the next.

    Attributes:
        gives_up_at: when what is waited for is given up, by `time.monotonic()`.
        stop: ends each wait of a run that has not begun.
    """

    def __init__(self, warn: Callable[[str], None], seconds: float = _PATIENCE_S) -> None:
        """`warn` is told of each wait that is longer than so many seconds."""
        self.gives_up_at = math.inf
        self.stop = threading.Event()
        self._warn = warn
        self._seconds = seconds
        self.begin()

    def begin(self) -> None:
        """A new wait begins."""
        self._since, self._tell_after = time.monotonic(), self._seconds

    def wait(self, producer: KafkaProducer, left: int) -> None:
        """Go on waiting for so many records, unless the run has to end: then Stopped or DeliveryFailed is raised, and they are dropped."""
        trouble = producer.brokers.trouble or "the brokers gave no reason (fewer replicas in sync than min.insync.replicas?)"
        records = "1 record" if left == 1 else f"{left} records"
        try:
            self._go_on(f"Kafka at {producer.brokers} had not acknowledged {records} when the run was stopped: {trouble}. "
                        "The next run requests them again.")
        except HttpSourceError:
            producer.drop()
            raise
        self._tell(f"Kafka at {producer.brokers} has not acknowledged {records}", f"{trouble}. They wait; nothing is lost")

    def look(self, brokers: Brokers) -> None:
        """Go on waiting for an answer, unless the run has to end: then Stopped or DeliveryFailed is raised."""
        trouble = brokers.trouble or "no broker gave a reason (another run's transaction may be open)"
        self._go_on(f"Kafka at {brokers} had not answered when the run was stopped: {trouble}. The next run tries again.")
        self._tell(f"Kafka at {brokers} has not answered", f"{trouble}. The run waits; nothing is lost")

    def _go_on(self, reason: str) -> None:
        if self.stop.is_set():
            raise Stopped("The run was stopped before it had begun. Nothing was requested.")
        if time.monotonic() > self.gives_up_at:
            raise DeliveryFailed(reason)

    def _tell(self, what: str, why: str) -> None:
        waited = time.monotonic() - self._since
        if waited > self._tell_after:
            self._tell_after *= 2
            self._warn(f"{what} for {waited:.0f} s: {why}.")


class Outlet:
    """A producer with the topics it needs, and the patience it takes."""

    def __init__(self, producer: KafkaProducer, patience: Patience, listener: Listener, ensure_topic: EnsureTopic | None = None) -> None:
        """`listener` hears of pages whose topic is missing; `ensure_topic` creates those, and without it that is left to the brokers."""
        self._producer = producer
        self._patience = patience
        self._listener = listener
        self._ensure_topic = ensure_topic

    def prepare(self, batch: Sequence[Parcel]) -> tuple[list[Parcel], TopicMissing | None]:
        """The pages that can be queued, since their topics are there, and what ends the run before the others are.

        An entity whose own topic is missing is refused.
        """
        self._patience.begin()
        ready: list[Parcel] = []
        for parcel in batch:
            try:
                if not parcel.stale:
                    self._ensure_topics(parcel)
                    ready.append(parcel)
            except TopicMissing as missing:
                if not missing.alone:
                    return ready, missing
                self._listener.lost(parcel.entity, str(missing))
        return ready, None

    def queue(self, parcel: Parcel) -> None:
        """Queue the records of a page; what the client refuses itself is the page's error."""
        try:
            if parcel.page.messages is None:
                self._producer.send(parcel.entity.topic, parcel.page.records, parcel.report, self.wait)
            else:
                self._producer.send_messages(parcel.page.messages, parcel.report, self.wait)
        except KafkaException as error:
            parcel.error = parcel.error or self._producer.heed(error.args[0])

    def flush(self) -> None:
        """Wait until every record is settled."""
        while left := self._producer.flush(_POLL_S):
            self.wait(left)

    def wait(self, left: int) -> None:
        """Go on waiting for so many records; raises DeliveryFailed when the run has to end, and Stopped when it has not begun."""
        self._patience.wait(self._producer, left)

    def look(self) -> None:
        """Go on waiting for an answer; raises DeliveryFailed when the run has to end, and Stopped when it has not begun."""
        self._patience.look(self._producer.brokers)

    def _ensure_topics(self, parcel: Parcel) -> None:
        if self._ensure_topic is None:
            return
        for topic in parcel.topics:
            self._ensure_topic(topic, partial(self.wait, parcel.page.size))
