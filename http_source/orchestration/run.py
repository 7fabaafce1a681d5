"""One run: polls the entities of a task (or one entity once) and tells Dagster how far it got.

The polling happens in threads that nothing interrupts. This main thread only waits, stores checkpoints, logs, and looks
whether it has to end; an interrupt is such a reason, and takes effect when everything is stored.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import dagster as dg

from http_source.assembly.wiring import build_task
from http_source.edges.kafka.transactions import Fenced
from http_source.entity import Entity
from http_source.errors import ConfigurationError, DeliveryFailed, PositionRefused, RequestFailed
from http_source.model import Position, newest
from http_source.orchestration.checkpoints import Checkpoints, StoreEvent
from http_source.orchestration.claim import Claim
from http_source.orchestration.identity import RunnableConnector
from http_source.orchestration.interrupts import Interrupts
from http_source.orchestration.ledger.heartbeat import Heartbeat
from http_source.orchestration.ledger.lease import LeasePhase
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.positions import Stored, logged
from http_source.orchestration.ledger.runs import LiveRun
from http_source.orchestration.limits import recall_limits
from http_source.orchestration.opening import Opening
from http_source.orchestration.parent import Parent
from http_source.orchestration.patience import StoragePatience
from http_source.orchestration.reported_doubts import read_doubts
from http_source.orchestration.reports import Reports, in_words
from http_source.orchestration.run_events import Context, log_event
from http_source.orchestration.run_resources import Resources
from http_source.orchestration.states import Memory
from http_source.orchestration.totals import Counting, last_totals
from http_source.orchestration.versions import difference
from http_source.task import Task

_TICK_S = 0.5
_GRACE_S = 20.0
_HURRY_S = 5.0
"""Grace for requests when the process is told to end: containers are killed ten seconds later."""

_HURRIED_STORAGE_S = 2.0
_HAND_OVER_S = 240.0
"""How long a run whose time is over waits for its successor."""

_LOST = ("The position of {entity} is lost: it is too long for the sensor's cursor, and the event log no longer has it. "
         "Set it with `http-source offsets set`.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a run is to poll.

    Attributes:
        entities: the entities.
        task: the task's number, or None when a person materializes one partition.
        hints: positions as the sensor knew them; newer ones in the event log win.
        orders: epoch and sequence of positions that the sensor knew, but could not hand on.
        anew: entities that begin as if they had never failed or paused.
        once: whether to ask once per entity and end.
    """

    entities: Sequence[str]
    task: int | None = None
    hints: Mapping[str, Position] = field(default_factory=dict)
    orders: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    anew: Sequence[str] = ()
    once: bool = False


class PollingRun:
    """The main thread of a run."""

    def __init__(
        self, context: Context, connector: RunnableConnector, assignment: Assignment, *, store: StoreEvent | None = None,
        patience: StoragePatience | None = None,
    ) -> None:
        """`store` takes the checkpoints; by default they are logged as events."""
        self._context = context
        self._patience = patience or StoragePatience()
        self._store: StoreEvent = self._patience(store or partial(log_event, context))
        self._instance = context.instance
        self._connector = connector
        self._assignment = assignment
        self._log = EventLog(context.instance, connector.key)
        self._parent = Parent()
        self._pause = threading.Event()
        self._interrupts = Interrupts()
        self._heartbeat = Heartbeat(context.instance, context.run.run_id, connector=connector.identity, mark=connector.mark,
                                    sensor=connector.sensor_name, troubles=self._patience)

    def execute(self, resources: Resources) -> None:
        """Poll until the time is over, nothing is due, or somebody says stop; then store what was acknowledged.

        Raises dagster.Failure, in words for a person, when another run is at work, or when Kafka, an entity or Dagster's storage failed.
        """
        in_words(lambda: self._execute(resources), connector=self._connector.name, run=self._context.run.run_id)

    def _execute(self, resources: Resources) -> None:
        with self._interrupts:
            mine = self._patience(self._heartbeat.begin)()
            if warning := difference(mine, self._connector.mark):
                self._context.log.warning(warning)
            try:
                task = self._build(resources)
                if self._claim(mine, task):
                    # Not before: the run that it takes over from says last what it knows.
                    memory = self._patience(self._recall)()
                    task.recall(memory.failures, memory.attempts, read_doubts(memory.doubts))
                    task.asking.admission.begin(memory.spent_until - time.time())
                    recall_limits(task, memory.left)
                    self._supervise(mine, task, memory)
            finally:
                self._heartbeat.end()

    # Before

    def _recall(self) -> Memory:
        """What former runs said of the entities; those of tasks that shared them out otherwise count until the first of ours has ended."""
        tasks = sorted({self._connector.task_of(entity) or 0 for entity in self._assignment.entities})
        events = [event for task in tasks if (event := self._log.last_report(task))]
        if len(events) < len(tasks) or any(event.report.get("plan") != self._connector.plan for event in events):
            events = self._log.last_reports()
        return Memory.of([event.report for event in events], mark=self._connector.mark, without=self._assignment.anew)

    def _build(self, resources: Resources) -> Task:
        assignment = self._assignment
        client_id = f"connector-producer-{self._connector.name}-{'manual' if assignment.task is None else assignment.task}"
        try:
            config = resources.over(self._connector)
            return build_task(
                config,
                assignment.entities,
                kafka=resources.kafka.settings(config, client_id),
                registry=None if resources.registry is None else resources.registry.address(),
                positions={},
                once=assignment.once,
                identity=self._connector.identity,
            )
        except (ConfigurationError, DeliveryFailed, RequestFailed) as error:
            raise dg.Failure(str(error), allow_retries=False) from None

    def _claim(self, mine: LiveRun, task: Task) -> bool:
        """Whether this run may poll now: no other one has an entity of it."""
        claim = Claim(self._instance, self._connector, mine, [entity.name for entity in task.entities])
        while not self._patience(claim.settle)():
            if why := self._told():
                self._context.log.info(f"{why} Nothing was polled.")
                return False
            self._pause.wait(_TICK_S / 2)
        if claim.given_up:
            self._context.log.info(claim.given_up)
        return not claim.given_up

    def _resume(self, task: Task) -> Checkpoints:
        try:
            task.resume(self._patience(self._positions)())
        except PositionRefused as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        # Before the start: a page may be acknowledged at once, and it must differ from where the entity stood.
        return Checkpoints(self._connector.key, task.entities, self._connector.config.run.flush_interval_ms, self._store,
                           took=task.tally.stored)

    def _open(self, task: Task, reports: Reports) -> None:
        """Let the task get ready; meanwhile it is told what it waits for, and whether the run is to end. Raises dagster.Failure."""
        opening = Opening(task.open)
        while not opening.wait(_TICK_S / 2):
            reports.pass_on()
            if self._told():
                opening.stop()
        try:
            opening.result()
        except (ConfigurationError, DeliveryFailed, PositionRefused, RequestFailed) as error:
            raise dg.Failure(str(error), allow_retries=False) from None

    def _positions(self) -> dict[str, Position]:
        """The newest position of each entity, from the sensor's hints and the event log.

        Raises PositionRefused when the newest cannot be read: an older one would repeat records.
        """
        entities, hints = self._assignment.entities, self._assignment.hints
        orders = {**{entity: position.order for entity, position in hints.items()}, **self._assignment.orders}
        stored = logged(self._log, entities, orders)
        for entity in self._log.partitions().intersection(entities).union(self._assignment.orders).difference(hints):
            if refusal := self._refusal(entity, stored.get(entity)):
                raise PositionRefused(refusal)
        found = ((entity, newest(stored[entity].position if entity in stored else None, hints.get(entity))) for entity in entities)
        return {entity: position for entity, position in found if position}

    def _refusal(self, entity: str, stored: Stored | None) -> str:
        """Why the newest position of an entity cannot be had from the event log; empty when it can, or none was stored."""
        order = self._assignment.orders.get(entity)
        if order and stored and stored.position.order >= order:
            return ""
        if refusal := self._log.unreadable(entity):
            return refusal
        # With exactly once the topic of the offsets has it, whole.
        is_lost = order is not None and not self._connector.config.delivery.exactly_once
        return _LOST.format(entity=entity) if is_lost else ""

    def _waits(self, entities: Sequence[Entity], due: Mapping[str, float]) -> list[float]:
        """Seconds until each entity is due, or less than none: the pause after its last request reaches over the end of its run."""
        now = time.time()
        longest = self._connector.longest_pauses((entity.position for entity in entities), now)
        return [min(due.get(entity.name, 0.0) - now, most) for entity, most in zip(entities, longest, strict=True)]

    def _counting(self, task: Task, mine: LiveRun) -> Counting:
        """What this run says of its counts, on top of what was said before; a materialization by hand belongs to no task."""
        before = self._patience(last_totals)(self._instance, mine.task) if mine.task else None
        return Counting(mine.id, task, before)

    # While it polls

    def _supervise(self, mine: LiveRun, task: Task, memory: Memory) -> None:
        number, checkpoints = self._assignment.task, self._resume(task)
        reports = Reports(self._context, self._connector, task, checkpoints, memory=memory, patience=self._patience, number=number)
        self._heartbeat.guard(task, self._counting(task, mine).tags)
        task.may_send = lambda: not self._heartbeat.is_late
        self._patience(self._heartbeat.enter)(LeasePhase.POLLING)
        self._open(task, reports)
        try:
            if not self._told():
                task.start(self._waits(task.entities, {**memory.due, **memory.turns}))
            self._watch(task, checkpoints, reports)
        finally:
            # Also after a failure: pages on their way are finished and stored before the run ends.
            self._finish(task, checkpoints, reports)
        # Who took over says more.
        if self._heartbeat.disowned and not isinstance(task.failure, Fenced):
            raise dg.Failure(self._heartbeat.disowned, allow_retries=False)
        reports.raise_failures(mine)
        if number is None:
            checkpoints.store_rest()

    def _watch(self, task: Task, checkpoints: Checkpoints, reports: Reports) -> None:
        ends = time.monotonic() + self._connector.run_seconds
        while not self._over(task, ends):
            reports.pass_on()
            checkpoints.store_due()
            # Last, so that a process that was frozen looks whether it is still wanted before it stores anything.
            self._pause.wait(_TICK_S)

    def _finish(self, task: Task, checkpoints: Checkpoints, reports: Reports) -> None:
        task.stop(_HURRY_S if self._hurry() else _GRACE_S)
        checkpoints.store_all()
        reports.pass_on()
        reason = self._hurry()
        reports.conclude(f"{reason} {task.failure or ''}".strip() if reason else self._heartbeat.told_to_end)

    def _over(self, task: Task, ends: float) -> bool:
        if task.failure is not None or task.outlook.rests(self._connector.config.run.linger_ms / 1000) or self._told():
            return True
        return time.monotonic() > ends and not self._is_relieved_later(ends)

    def _is_relieved_later(self, ends: float) -> bool:
        """Whether a run whose time is over polls on until its successor takes over: somebody has to start that one."""
        if self._assignment.once or not self._heartbeat.is_supervised or time.monotonic() > ends + _HAND_OVER_S:
            return False
        self._patience(self._heartbeat.enter)(LeasePhase.ENDING)
        return True

    def _told(self) -> str:
        """Why the run is to end now, as a sentence; empty while it need not."""
        if self._interrupts.received:
            return "The run was stopped."
        return self._heartbeat.told_to_end or self._heartbeat.disowned or self._parent.ends()

    def _hurry(self) -> str:
        """Why the process is about to be killed, if it is: then the storage is not waited for, either."""
        reason = "The run was stopped." if self._interrupts.received else self._parent.ends()
        if reason:
            self._patience.seconds = _HURRIED_STORAGE_S
        return reason
