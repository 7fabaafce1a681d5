"""The poll loop of one task. Start here: `Task.poll` is the path of every record."""

import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from http_source.config.properties import RetryOptions
from http_source.conversion.hold import converted, pause_while_held
from http_source.delivery.deliverer import Deliverer, Make
from http_source.delivery.parcel import Listener, Parcel
from http_source.edges.kafka.outage import Outage
from http_source.edges.kafka.producer import MAX_RECORD_BYTES
from http_source.entity import Doubted, Entity, Mark, Step
from http_source.errors import OUT_OF_MEMORY, HttpSourceError, PositionRefused, RequestFailed
from http_source.foreign.chains import trace
from http_source.foreign.text import Redact, escape
from http_source.model import Notice, Page, Position
from http_source.polling.pace import Pace
from http_source.polling.page import PageReader, refuse_large
from http_source.polling.policy import Chance, check_status, pause_before_retry
from http_source.turns.admission import Permit
from http_source.turns.agenda import Agenda
from http_source.turns.asking import Asking, Heard
from http_source.turns.outlook import Outlook
from http_source.turns.tally import Tally

if TYPE_CHECKING:
    # What it brings takes a while to load, which connectors that write records as they were served need not wait for.
    from http_source.conversion.conversion import Conversion

_log = logging.getLogger(__name__)

_KAFKA_TIMEOUT_S = 15.0
_CUT_S = 2.0
_A_HAIR_S = 1e-5
"""So much earlier is due who has waited longer, so that the order lasts also over a run in which not everybody has a turn."""
_RECESS_S = 0.2


@dataclass(kw_only=True, eq=False)
class Task:
    """Polls its entities until it is stopped or has nothing left to do.

    Fetch threads take entities as they fall due; one thread delivers; the owner looks at the entities' `acknowledged`
    marks and stores them. No thread sleeps through a pause: what waits is planned, so a stop ends every wait. What follows from
    what happens to an entity, the entity says.

    Attributes:
        asking: sends requests, within the limits that are known.
        deliveries: the ways to deliver, of which the first that Kafka allows is taken.
        threads: requests that may be on their way at once.
        convert: makes of a page what Kafka gets; None where that is what was served.
        redact: takes the connector's secrets out of what an answer says.
        may_send: whether a request may be sent; it is asked before each, and answers at once.
        renewable: what `may_renew` says of the configuration.
        chance: shortens the waits of retry.backoff.policy=EXPONENTIAL_WITH_JITTER.
        notices: what a person should hear of, oldest first.
    """

    entities: Sequence[Entity]
    asking: Asking
    deliveries: Sequence[Make]
    reader: PageReader
    pace: Pace
    retry: RetryOptions
    threads: int
    redact: Redact
    convert: "Conversion | None" = None
    largest: int = MAX_RECORD_BYTES
    renewable: bool = False
    may_send: Callable[[], bool] = lambda: True
    chance: Chance = random.random
    notices: "queue.SimpleQueue[Notice]" = field(default_factory=queue.SimpleQueue)
    outlook: Outlook = field(init=False)
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self._admission, self.tally = self.asking.admission, self.asking.tally
        self.outlook = Outlook(self.entities, self._admission)
        self._agenda: Agenda[Entity] = Agenda(time.monotonic, self._admission)
        self._deliverer = Deliverer(
            self.deliveries, settled=self._settled,
            listener=Listener(self._acknowledged, self._lost, self.tally.committed, self.tally.aborted), redact=self.redact,
            warn=lambda message: self._put(Notice(message)),
        )
        self._workers = [threading.Thread(target=self._work, name=f"http-source-fetch-{n}", daemon=True) for n in range(self.threads)]
        self._kept: Mapping[str, Position] | None = None
        self._recess = threading.Event()

    def poll(self, entity: Entity, permit: Permit) -> None:
        """One turn of an entity: ask and read (unless a page is held), convert, deliver what is new, and plan the next turn."""
        page = entity.held.page if entity.held else self._read(entity, self.asking.ask(entity, permit))
        page = converted(entity, page, self.convert)
        self._deliver(entity, page)
        self._plan(entity, page)

    # The life of a task

    def open(self, patience: float = _KAFKA_TIMEOUT_S, stop: threading.Event | None = None) -> None:
        """Get ready to deliver; what `start` does first unless this was done. Nothing is asked.

        Raises DeliveryFailed when no broker answers within `patience` seconds, and Stopped once `stop` is set. With exactly once it ends
        whoever delivered before.
        """
        self._kept = self._deliverer.open(patience, stop)
        if promise := self._deliverer.promise:
            self.notices.put(Notice(promise, logging.INFO))

    def resume(self, positions: Mapping[str, Position]) -> None:
        """Go on from stored positions where they are newer than the known ones; before the start."""
        for entity in self.entities:
            stored = positions.get(entity.name)
            if stored is not None and stored.order > entity.position.order:
                entity.resume(self.reader.start_of(stored))

    def recall(
        self, failures: Mapping[str, int], attempts: Mapping[str, int], doubts: Mapping[str, Mapping[str, Doubted]] = MappingProxyType({})
    ) -> None:
        """Go on from how often entities had failed in a row, and their next requests were sent, and what was in doubt; before the start."""
        for entity in self.entities:
            entity.failures, entity.failed_attempts = failures.get(entity.name, 0), attempts.get(entity.name, 0)
            entity.doubts = doubts.get(entity.name, {})

    def start(
        self, waits: Sequence[float] = (), *, patience: float = _KAFKA_TIMEOUT_S, stop: threading.Event | None = None,
    ) -> None:
        """Plan each entity in that many seconds (now, by default) and start, from what Kafka keeps of positions where that is newer.

        Of those that are due now the one goes first that has waited longest: less than no seconds.
        Raises DeliveryFailed when no broker answers within `patience` seconds, and Stopped once `stop` is set; nothing was asked then.
        """
        if self._kept is None:
            self.open(patience, stop)
        self.resume(self._kept or {})
        now = time.monotonic()
        planned = zip(self.entities, waits or [0.0] * len(self.entities), strict=True)
        for number, (entity, wait) in enumerate(sorted(planned, key=lambda each: each[1])):
            self._follow(entity, entity.begin(now + (wait if wait > 0 else (number - len(self.entities)) * _A_HAIR_S)))
        self._deliverer.start()
        for worker in self._workers:
            worker.start()

    def hold(self) -> None:
        """Send no new request until `go_on`; those on their way are finished and their pages delivered."""
        self._agenda.hold()

    def go_on(self) -> None:
        """Send requests again, at once those that fell due meanwhile."""
        self._agenda.go_on()

    @property
    def held(self) -> bool:
        """Whether no new request is sent for now."""
        return self._agenda.held

    def stop(self, grace: float) -> None:
        """Take no new turn and finish what is on its way, for `grace` seconds at most: requests get half of them.

        Afterwards nothing changes at the entities; threads that did not end in time end by themselves.
        """
        deadline = time.monotonic() + grace
        self._agenda.close()
        self._admission.close()
        self._join(deadline - grace / 2)
        self.asking.fetcher.close()
        if self.convert is not None:
            self.convert.close()
        self._join(min(time.monotonic() + _CUT_S, deadline - grace / 4))
        self._deliverer.close(max(0.0, deadline - time.monotonic()))
        for entity in self.entities:
            self._tell(entity.close())

    @property
    def outage(self) -> Outage | None:
        """Since when Kafka takes nothing, and where it is; None while it does. Any thread may ask, also while the task starts."""
        return self._deliverer.outage

    @property
    def failure(self) -> HttpSourceError | MemoryError | None:
        """What ended the whole task: Kafka, or a defect on the way to it. A failing entity does not."""
        return self._deliverer.failure

    # The stages of a turn

    def _read(self, entity: Entity, heard: Heard) -> Page:
        self._agenda.look_again()  # the answer may allow more
        response, now = heard.response, time.time()
        if response.status == HTTPStatus.NOT_MODIFIED and entity.tag and entity.tag.was_condition:
            return self.reader.unchanged(entity.position, now)
        check_status(response, self.retry, now, redact=self.redact, wish=heard.wish, renewable=self.renewable)
        page = self.reader.read(response, entity.position, now)
        if len(response.body) > self.largest:
            refuse_large(page, self.largest)
        return page

    def _deliver(self, entity: Entity, page: Page) -> None:
        step = entity.accept(page)
        self._follow(entity, step)
        if step.delivers:
            self.tally.handed_over(page.size)
            self._deliverer.put(entity, page)

    def _plan(self, entity: Entity, page: Page) -> None:
        self._follow(entity, entity.plan(self.pace.after(page), goes_on=page.at_once))

    # What fetch threads do around a turn

    def _work(self) -> None:
        while taken := self._agenda.take():
            due, entity, permit = taken
            if not self.may_send():
                # Until `hold` says so, too: who was frozen asks nothing when it thaws.
                self._agenda.put(due, entity)
                self._end(permit)
                self._recess.wait(_RECESS_S)
                continue
            if entity.take(due):
                self._turn(entity, permit)
            self._end(permit)

    def _end(self, permit: Permit) -> None:
        self._admission.end(permit)
        self._agenda.look_again()

    def _turn(self, entity: Entity, permit: Permit) -> None:
        try:
            if not entity.held and (wait := self.reader.wait(entity.position, time.time())):
                self._follow(entity, entity.rest(wait))
            else:
                self.poll(entity, permit)
        except RequestFailed as failure:
            self._follow(entity, self._again(entity, failure))
        except PositionRefused as refusal:
            self._follow(entity, entity.fail(str(refusal)))
        except Exception as defect:  # noqa: BLE001 - what one entity's answers bring about must not stop the others
            _log.error("Entity %s: a turn ended in a defect: %s", entity.name, trace(defect, self.redact))
            words = f"A defect of http-source ({type(defect).__name__}); the log of the process has the details."
            self._follow(entity, entity.fail(OUT_OF_MEMORY if isinstance(defect, MemoryError) else words))

    def _again(self, entity: Entity, failure: RequestFailed) -> Step:
        """Convert the page that is held again, or ask again, or fail the entity when its retries are used up."""
        reason = escape(self.redact(str(failure)))
        entity.tags = ()  # some servers fail conditions that they do not know, such as with 412
        if self._agenda.closed:
            return entity.leave(reason)
        pause = pause_while_held(entity, reason, self.convert, self.chance, self._put)
        if pause is not None:
            return entity.wait(pause)
        attempt = entity.failed_attempts + 1
        pause = pause_before_retry(failure, attempt, self.retry, self.chance)
        if pause is not None:
            return entity.retry(pause, reason, self.retry.max_retries + 1)
        self.asking.fetcher.distrust()
        return entity.fail(f"{reason} The request was sent {attempt} times." if attempt > 1 else reason)

    # What becomes of pages, and what follows

    def _acknowledged(self, entity: Entity, mark: Mark) -> None:
        self.tally.recorded(mark.records - entity.acknowledged.records)
        self._follow(entity, entity.acknowledge(mark))

    def _lost(self, entity: Entity, refusal: str | None) -> None:
        self._follow(entity, entity.lose(refusal))

    def _settled(self, parcel: Parcel) -> None:
        self.tally.settled(parcel.page.size)
        self._follow(parcel.entity, parcel.entity.settle(parcel.page.weight))

    def _follow(self, entity: Entity, step: Step) -> None:
        self._tell(step.notices)
        if step.due is not None:
            self._agenda.put(step.due, entity)

    def _tell(self, notices: Sequence[Notice]) -> None:
        for notice in notices:
            self._put(notice)

    def _put(self, notice: Notice) -> None:
        """What leaves a task is on one line and without secrets, whatever records and pages said."""
        self.tally.heard(notice.state)
        self.notices.put(replace(notice, message=escape(self.redact(notice.message))))

    def _join(self, deadline: float) -> None:
        for worker in self._workers:
            if worker.ident is not None:
                worker.join(max(0.0, deadline - time.monotonic()))
