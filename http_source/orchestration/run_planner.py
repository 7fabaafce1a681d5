"""Which runs poll which entities: who is to be requested, who takes over from whom, and who is told to end.

A run is *current* when what it was requested by, or what it read, is what is configured now, when its time is not over, and when none of
its entities was moved, started again, paused or stopped by a person. One that is not is relieved: its successor starts beside it, and takes
over when it is ready, so that nothing rests meanwhile. Where nobody succeeds it, it is told to end.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from http_source.orchestration.console import DEFAULT
from http_source.orchestration.cursor import Cursor, TaskState
from http_source.orchestration.identity import RunnableConnector
from http_source.orchestration.jobs import PollConfig
from http_source.orchestration.ledger.lease import LeasePhase
from http_source.orchestration.ledger.runs import LiveRun

_STUCK_S = {dg.DagsterRunStatus.QUEUED: 8.0, dg.DagsterRunStatus.STARTING: 30.0}
"""How long a run waits for a place: in Dagster's queue, or, launched, for a worker with a free slot. Starting takes some time itself."""


class RunPlanner:
    """The runs of one connector at one tick.

    Attributes:
        remarks: what is to be said of each task.
    """

    def __init__(self, connector: RunnableConnector, cursor: Cursor, runs: Sequence[LiveRun], now: float) -> None:
        """`now` is in seconds since the epoch."""
        self._connector = connector
        self._cursor = cursor
        self._runs = runs
        self._now = now
        self._at_rest = frozenset(entity for entity in connector.entities if cursor.rests(entity))
        self.remarks: list[str] = []

    def requests(self) -> list[dg.RunRequest]:
        """The runs that are to be started."""
        return [request for task in self._connector.tasks for request in self._of_task(task)]

    def superfluous(self, requests: Sequence[dg.RunRequest]) -> Iterator[tuple[LiveRun, str]]:
        """The runs that are to end, with the reasons: they are not current, and nobody takes over from them, or nobody can."""
        coming = [frozenset(request.run_config["ops"]["poll_entities"]["config"]["entities"]) for request in requests]
        ready = [run for run in self._runs if self._is_coming(run) and not self._is_stuck(run)]
        coming += [run.entities or frozenset(self._connector.entities) for run in ready]
        for run in self._runs:
            why = self._outdated(run) if run.task else ""
            queued = run.status is dg.DagsterRunStatus.QUEUED
            if why and (queued or (run.is_at_work and not any(run.shares(entities) for entities in coming))):
                yield run, why

    def _of_task(self, task: int) -> Iterator[dg.RunRequest]:
        wanted = [entity for entity in self._connector.entities_of(task) if self._cursor.pollable(entity, self._connector.config.offsets)]
        free = [entity for entity in wanted if not self._by_hand(entity)]
        if not free:
            self.remarks.append(f"Task {task} is polled by hand." if wanted else
                                f"Task {task} has no entity left to poll: they are done, paused, stopped, or FAILED until a person acts.")
        elif said := self._in_hand(task, frozenset(free)):
            self.remarks.append(said)
        elif self._is_due(task, at_once=self._is_polled(frozenset(free))):
            yield self._request(task, free)

    def _in_hand(self, task: int, entities: frozenset[str]) -> str:
        """What the runs of a task do, if nobody else is needed; empty if somebody is."""
        tag = self._connector.task_tag(task)
        if coming := [run for run in self._runs if run.task == tag and self._is_coming(run)]:
            return f"Task {task}: {_waiting(coming[0])}"
        polled: set[str] = set()
        for run in self._runs:
            if run.is_at_work and run.task and not self._outdated(run) and run.phase is not LeasePhase.ENDING:
                polled |= run.entities or set(self._connector.entities)
        return f"Task {task} is polling." if entities <= polled else ""

    def _is_coming(self, run: LiveRun) -> bool:
        """Whether a run that polls by what is configured now is on its way."""
        begins = run.phase is LeasePhase.STARTING and run.status is not dg.DagsterRunStatus.CANCELING
        return begins and bool(run.task) and not self._outdated(run)

    def _is_stuck(self, run: LiveRun) -> bool:
        """Whether it waits for a place, perhaps for that of the very run that it is to take over from."""
        sign = self._cursor.signs.get(run.id)
        return run.status in _STUCK_S and sign is not None and sign.silent > _STUCK_S[run.status]

    def _outdated(self, run: LiveRun) -> str:
        """Why a run is not current, as a sentence; empty while it is. Whose time is over is no reason to end it before it is relieved."""
        if run.told_to_end:
            return run.told_to_end
        if run.marks and self._connector.mark not in run.marks:
            return "The configuration was changed."
        if run.shares(self._at_rest):
            return "One of its entities was paused or stopped by a person."
        if run.id in self._cursor.relieved:
            return "One of its entities was moved, or started again, by a person."
        return ""

    def _is_polled(self, entities: frozenset[str]) -> bool:
        """Whether somebody polls one of these now, who is to be succeeded without a pause."""
        return any(run.is_at_work and run.task and run.shares(entities) for run in self._runs)

    def _by_hand(self, entity: str) -> bool:
        return any(run.is_at_work and not run.task and run.shares(frozenset({entity})) for run in self._runs)

    def _is_due(self, task: int, *, at_once: bool) -> bool:
        """Whether a run of a task may begin; `at_once` for one that is to take over, unless the last that was to has crashed."""
        state = self._cursor.tasks.setdefault(str(task), TaskState())
        positions = map(self._cursor.positions.get, self._connector.entities_of(task))
        state.next = min(state.next, self._now + min(self._connector.longest_pauses(positions, self._now)))
        due = state.next <= self._now or (at_once and not state.failures)
        if not due:
            self.remarks.append(f"Task {task} is due in {state.next - self._now:.0f} s.")
        return due

    def _request(self, task: int, entities: Sequence[str]) -> dg.RunRequest:
        whole, orders = self._cursor.whole(), self._cursor.orders
        config = PollConfig(
            task=task,
            entities=list(entities),
            anew=sorted(self._cursor.anew.intersection(entities)),
            positions={entity: whole[entity].to_json() for entity in entities if entity in whole},
            orders={entity: list(orders[entity]) for entity in entities if entity in self._cursor.cut},
        )
        self._cursor.anew.difference_update(entities)
        return dg.RunRequest(
            # Named, since the UI shows a second job with the sensor.
            job_name=self._connector.job_name,
            run_config=dg.RunConfig(ops={"poll_entities": config}, loggers=DEFAULT),
            tags=self._connector.tags_of(task),
        )


def _waiting(run: LiveRun) -> str:
    if run.status is dg.DagsterRunStatus.QUEUED:
        return (f"run {run.id} waits in Dagster's queue (max_concurrent_runs and tag_concurrency_limits in dagster.yaml, and pools, "
                "limit it).")
    return f"run {run.id} is starting."
