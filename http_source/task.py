"""The poll loop of one task. Start here: `Task.poll` is the path of every record."""

import logging
import queue
import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from http_source.agenda import Agenda
from http_source.config.properties import RetryOptions
from http_source.conversion.hold import converted, pause_while_held
from http_source.delivery.deliverer import Deliverer, Make
from http_source.delivery.parcel import Listener, Parcel
from http_source.edges.http.fetch import Fetcher
from http_source.edges.kafka.producer import MAX_RECORD_BYTES
from http_source.entity import Entity
from http_source.errors import OUT_OF_MEMORY, PositionRefused, RequestFailed
from http_source.model import Notice, Page, Position, Response, State, newest
from http_source.polling.excerpt import Redact
from http_source.polling.pace import Pace, pause_after_failure
from http_source.polling.page import PageReader, refuse_large
from http_source.polling.policy import Chance, check_status, pause_before_retry

if TYPE_CHECKING:
    # What it brings takes a while to load, which connectors that write records as they were served need not wait for.
    from http_source.conversion.conversion import Conversion

_log = logging.getLogger(__name__)

_KAFKA_TIMEOUT_S = 15.0
_CUT_S = 2.0
_PAGES_AHEAD = 2


@dataclass(kw_only=True, eq=False)
class Task:
    """Polls its entities until it is stopped or has nothing left to do.

    Fetch threads take entities as they fall due; one thread delivers; the owner looks at the entities' `acknowledged`
    marks and stores them. No thread sleeps through a pause: what waits is planned, so a stop ends every wait.

    Attributes:
        deliveries: the ways to deliver, of which the first that Kafka allows is taken.
        threads: requests that may be on their way at once.
        convert: makes of a page what Kafka gets; None where that is what was served.
        redact: takes the connector's secrets out of what an answer says.
        once: whether each entity is polled only until one request succeeded or it failed.
        chance: shortens the waits of retry.backoff.policy=EXPONENTIAL_WITH_JITTER.
        notices: what a person should hear of, oldest first.
    """

    entities: Sequence[Entity]
    fetcher: Fetcher
    deliveries: Sequence[Make]
    reader: PageReader
    pace: Pace
    retry: RetryOptions
    threads: int
    redact: Redact
    convert: "Conversion | None" = None
    once: bool = False
    largest: int = MAX_RECORD_BYTES
    chance: Chance = random.random
    notices: "queue.SimpleQueue[Notice]" = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        self._agenda: Agenda[Entity] = Agenda(time.monotonic)
        self._deliverer = Deliverer(
            self.deliveries, capacity=self.threads, settled=self._settled,
            listener=Listener(self._recover, self._lost), warn=self._warn,
        )
        self._workers = [threading.Thread(target=self._work, name=f"http-source-fetch-{n}", daemon=True) for n in range(self.threads)]
        self._lock = threading.Lock()

    def poll(self, entity: Entity) -> None:
        """One turn of an entity: ask and read (unless a page is held), convert, deliver what is new, and plan the next turn."""
        page = entity.held.page if entity.held else self._read(entity, self._fetch(entity))
        page = converted(entity, page, self.convert)
        self._deliver(entity, page)
        self._plan(entity, self.pace.after(page))

    # The life of a task

    def start(self, waits: Sequence[float] = (), *, patience: float = _KAFKA_TIMEOUT_S) -> None:
        """Plan each entity in that many seconds (now, by default) and start.

        Raises DeliveryFailed when no broker answers within `patience` seconds; nothing was asked then.
        """
        self._resume(self._deliverer.open(patience))
        now = time.monotonic()
        for entity, wait in zip(self.entities, waits or [0.0] * len(self.entities), strict=True):
            if not entity.position.done:
                entity.due = now + wait
                self._agenda.put(entity.due, entity)
        self._deliverer.start()
        for worker in self._workers:
            worker.start()

    def stop(self, grace: float) -> None:
        """Take no new turn and finish what is on its way, for `grace` seconds at most: requests get half of them."""
        deadline = time.monotonic() + grace
        self._agenda.close()
        self._join(deadline - grace / 2)
        self.fetcher.close()
        self._join(min(deadline, time.monotonic() + _CUT_S))
        self._deliverer.close(max(0.0, deadline - time.monotonic()))
        if self.convert is not None:
            self.convert.close()
        for entity in self.entities:
            entity.let_go()
            if (refusal := entity.refusal) is not None:
                entity.put_back()
                self._fail(entity, refusal)

    def rests(self, seconds: float) -> bool:
        """Whether nothing is on its way, no request is being retried, and nothing is due within `seconds`."""
        with self._lock:
            busy = any(entity.waiting or entity.failed_attempts or entity.held for entity in self.entities)
            return not busy and self._agenda.rests_until(time.monotonic() + seconds)

    def waits(self) -> dict[str, float]:
        """Seconds until the next turn of each entity that has one, in this run or a later one."""
        now = time.monotonic()
        return {entity.name: max(0.0, entity.due - now) for entity in self.entities if entity.due is not None}

    @property
    def failure(self) -> Exception | None:
        """What ended the whole task: Kafka, or a defect on the way to it. A failing entity does not."""
        return self._deliverer.failure

    def _resume(self, positions: Mapping[str, Position]) -> None:
        """Go on from what Kafka keeps of the entities' positions, where that is newer."""
        for entity in self.entities:
            entity.resume(newest(entity.position, positions.get(entity.name)) or entity.position)
        if promise := self._deliverer.promise:
            self.notices.put(Notice(promise, logging.INFO))

    # The stages of a turn

    def _fetch(self, entity: Entity) -> Response:
        request = entity.requests.build(entity.position.offset)
        entity.gate.refuse_foreign(request.url)
        entity.traffic.requests += 1
        started = time.monotonic()
        try:
            return self.fetcher.fetch(request, entity.gate.refuse_foreign)
        finally:
            entity.traffic.fetch_seconds += time.monotonic() - started

    def _read(self, entity: Entity, response: Response) -> Page:
        check_status(response, self.retry, time.time(), redact=self.redact)
        page = self.reader.read(response, entity.position)
        if len(response.body) > self.largest:
            refuse_large(page, self.largest)
        return page

    def _deliver(self, entity: Entity, page: Page) -> None:
        self._answered(entity, page)
        if not page.records and page.position is entity.position:
            entity.traffic.empty_polls += 1
            return
        entity.position = page.position
        with self._lock:
            entity.waiting += 1
        self._deliverer.put(entity, page)

    def _plan(self, entity: Entity, seconds: float) -> None:
        with self._lock:
            done = entity.position.done and not entity.lost
            due = time.monotonic() + (0.0 if entity.lost else seconds)
            entity.due = None if done else due
            entity.retired = done or (self.once and not entity.lost)
            if entity.retired:
                self._agenda.drop()
            elif entity.waiting < _PAGES_AHEAD:
                self._agenda.put_back(due, entity)
            else:
                entity.parked_until = due
                self._agenda.drop()

    def _settled(self, parcel: Parcel) -> None:
        """A page of the entity is no longer in hand: go on, if it waited for that."""
        entity = parcel.entity
        with self._lock:
            entity.waiting -= 1
            due, entity.parked_until = entity.parked_until, None
            if due is not None:
                self._agenda.put(due, entity)

    def _lost(self, entity: Entity, refusal: str | None = None) -> None:
        """The entity's turns since its mark do not count: it gets another at once, or when the thread that has it in hand plans it."""
        now = time.monotonic()
        with self._lock:
            entity.rewound, entity.refusal = True, refusal or entity.refusal
            if entity.failed_attempts:
                return  # its pause is the server's, and soon over
            entity.due = now
            if entity.parked_until is not None:
                entity.parked_until = now
            elif entity.retired:
                entity.retired = False
                self._agenda.put(now, entity)
            else:
                self._agenda.hasten(now, entity)

    # What fetch threads do around a turn

    def _work(self) -> None:
        while taken := self._agenda.take():
            due, entity = taken
            entity.traffic.lag_seconds = time.monotonic() - due
            refusal = entity.refusal
            if entity.lost:
                entity.put_back()
            if refusal is not None:
                self._fail_in_hand(entity, refusal)
            else:
                self._turn(entity)

    def _turn(self, entity: Entity) -> None:
        try:
            self.poll(entity)
        except RequestFailed as failure:
            if not self._converts_later(entity, failure):
                self._retry(entity, failure)
        except PositionRefused as refusal:
            self._fail_in_hand(entity, str(refusal))
        except Exception as defect:  # noqa: BLE001 - what one entity's answers bring about must not stop the others
            _log.exception("Entity %s: a turn ended in a defect", entity.name)
            words = f"A defect of http-source ({type(defect).__name__}); the log of the process has the details."
            self._fail_in_hand(entity, OUT_OF_MEMORY if isinstance(defect, MemoryError) else words)

    def _converts_later(self, entity: Entity, failure: RequestFailed) -> bool:
        """Plan another attempt at converting the page that the entity holds, if it holds one and time is left."""
        pause = pause_while_held(entity, self.redact(str(failure)), self.convert, self.chance, self.notices.put)
        if pause is None or self._agenda.closed:
            return False
        entity.due = time.monotonic() + pause
        self._agenda.put_back(entity.due, entity)
        return True

    def _retry(self, entity: Entity, failure: RequestFailed) -> None:
        """Plan the same request again, or fail the entity when its retries are used up."""
        reason = self.redact(str(failure))
        if self._agenda.closed:
            # It may have been cut off by the stop.
            self.notices.put(Notice(f"Entity {entity.name}: its last request is left to the next run: {reason}", logging.INFO))
            return self._agenda.drop()
        entity.failed_attempts += 1
        pause = pause_before_retry(failure, entity.failed_attempts, self.retry, self.chance)
        if pause is None:
            tried = f" It was asked {entity.failed_attempts} times." if entity.failed_attempts > 1 else ""
            return self._fail_in_hand(entity, f"{reason}{tried}")
        entity.traffic.retries += 1
        attempts = f"attempt {entity.failed_attempts} of {self.retry.max_retries + 1}, next in {round(pause, 2):g} s"
        self.notices.put(Notice(f"Entity {entity.name}: {reason} ({attempts})", logging.WARNING, entity.name, State.RETRYING,
                                entity.failures, pause, entity.failed_attempts, self.retry.max_retries + 1))
        entity.due = time.monotonic() + pause
        return self._agenda.put_back(entity.due, entity)

    def _fail_in_hand(self, entity: Entity, reason: str) -> None:
        """Fail an entity that is in hand, and plan when it starts again."""
        self._fail(entity, reason)
        if entity.due is None or self.once:
            self._agenda.drop()
        else:
            self._agenda.put_back(entity.due, entity)

    def _fail(self, entity: Entity, reason: str) -> None:
        """The entity is FAILED, until it starts again after a growing pause or a person acts."""
        with self._lock:
            entity.fail(reason)
        pause = pause_after_failure(entity.failures) if self.retry.auto_restart else None
        entity.due = None if pause is None else time.monotonic() + pause
        self.notices.put(entity.failed(pause, self.redact))

    def _answered(self, entity: Entity, page: Page) -> None:
        entity.failed_attempts = 0
        entity.caught_up = page.position if entity.has_caught_up(page) else None
        entity.on_trial = entity.failures > 0
        if not page.records and not entity.waiting:
            self._recover(entity)
        for warning in entity.unheard(page.warnings):
            self._warn(f"Entity {entity.name}: {warning}")

    def _recover(self, entity: Entity) -> None:
        with self._lock:
            recovers = entity.recovers()
        if recovers:
            self.notices.put(Notice(f"Entity {entity.name} is RUNNING again.", logging.INFO, entity.name))

    def _join(self, deadline: float) -> None:
        for worker in self._workers:
            worker.join(max(0.0, deadline - time.monotonic()))

    def _warn(self, message: str) -> None:
        self.notices.put(Notice(message))
