"""The supervisor of a connector: keeps the offsets in its cursor and sees to it that every task that is due is polled.

It asks no API, never loops over partitions once it runs, and finishes in well under a second. Order matters: runs in
progress are listed before events are read, because a run writes its last checkpoint before it ends.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from http_source.assembly.redaction import redactor
from http_source.orchestration.checks import evaluation, was_outdone
from http_source.orchestration.cursor import Cursor, Failed, TaskState
from http_source.orchestration.identity import RunnableConnector
from http_source.orchestration.kept_instance import instance_of
from http_source.orchestration.ledger.lease import FailureDetector
from http_source.orchestration.ledger.log import Bookmark, EventLog
from http_source.orchestration.ledger.names import CONNECTOR_TAG
from http_source.orchestration.ledger.positions import logged
from http_source.orchestration.ledger.runs import LiveRun, last_run_of_task, live_runs, tell_to_end
from http_source.orchestration.linked_sensor import LinkedSensor
from http_source.orchestration.moving import move_of
from http_source.orchestration.reported_doubts import mark_of
from http_source.orchestration.run_planner import RunPlanner
from http_source.orchestration.surroundings import temporary_state, warn_once
from http_source.orchestration.upkeep.old_runs import remove_old_runs
from http_source.orchestration.upkeep.orphans import end_orphans
from http_source.polling.pace import pause_after_failure

_LONGEST_PAUSE_S = 60.0
_LONG_LIFE_S = 60.0
"""A run that lived this long before it crashed begins no series of crashes."""

_MOST_REMARKS = 20
_LATE = 500
"""So many events may be there that a storage shows later than newer ones."""


def build_sensor(connector: RunnableConnector) -> dg.SensorDefinition:
    """The sensor of a connector; it is on from the first load, and a switch in the UI wins over that."""

    def supervise(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        return Supervisor(connector, context).tick()

    return LinkedSensor(
        connector.once_job_name,
        supervise,
        name=connector.sensor_name,
        # By name: binding resources to a sensor's job object makes Dagster warn of a parameter of its own.
        job_name=connector.job_name,
        # One less than wanted: the daemon looks every 5 s, and a moment too early would skip a look.
        minimum_interval_seconds=connector.tick_seconds - 1,
        default_status=dg.DefaultSensorStatus.RUNNING,
        metadata={CONNECTOR_TAG: connector.identity},
        description="Starts the runs that poll, and keeps the entities' offsets in its cursor. Switched off, the connector is paused. To "
        f"move an entity, use the job {connector.offsets_job_name}, or `http-source offsets`.",
    )


class Supervisor:
    """One tick."""

    def __init__(self, connector: RunnableConnector, context: dg.SensorEvaluationContext) -> None:
        self._connector = connector
        self._context = context
        self._instance = instance_of(context)
        self._log = EventLog(self._instance, connector.key)
        self._now = time.time()
        self._remarks: list[str] = []
        if warning := temporary_state(self._instance):
            warn_once(warning)
            self._remarks.append(warning)

    def tick(self) -> dg.SensorResult:
        """Bring the cursor up to date, request what is due, and tell what is out of date to end."""
        cursor = self._read_cursor()
        runs = self._living_runs(cursor)
        edits = cursor.edits()
        self._read_log(cursor)
        resets = [reset for entity, offset in edits.items() if (reset := self._reset(cursor, entity, offset))]
        self._relieve(cursor, runs)
        planner = RunPlanner(self._connector, cursor, runs, self._now)
        for task in self._connector.tasks:
            self._judge(task, cursor.tasks.setdefault(str(task), TaskState()))
        requests = planner.requests()
        rest = self._rest(cursor)
        for run, reason in planner.superfluous(requests):
            if run.status is dg.DagsterRunStatus.QUEUED:
                self._instance.report_run_canceled(run.run, message=reason)
            else:
                tell_to_end(self._instance, run, reason)
        end_orphans(self._instance, self._context, cursor.orphans, self._now)
        if mistake := remove_old_runs(self._instance, self._connector, cursor, self._now):
            self._remark(mistake)
        verdict = self._verdict(cursor)
        cursor.connector = self._connector.prefixed or None
        return dg.SensorResult(
            run_requests=requests,
            skip_reason=None if requests else " ".join([*self._remarks, *rest, *planner.remarks][:_MOST_REMARKS]),
            cursor=cursor.dump(),
            asset_events=[*resets, *verdict],
        )

    def _living_runs(self, cursor: Cursor) -> list[LiveRun]:
        runs = live_runs(self._instance, self._connector.identity)
        dead = FailureDetector(cursor.signs, self._connector.tick_seconds).deaths(runs)
        for run in runs:
            if death := dead.get(run.id):
                self._instance.report_run_failed(run.run, f"{death.reason} The next run resumes at the last checkpoint.")
                if death.lapsed:
                    self._forgive(cursor, run)
        cursor.relieved.intersection_update(run.id for run in runs)
        return [run for run in runs if run.id not in dead]

    def _forgive(self, cursor: Cursor, run: LiveRun) -> None:
        """Count the end of a run for no crash: another one begins at once."""
        for task in self._connector.tasks:
            if self._connector.task_tag(task) == run.task:
                cursor.tasks.setdefault(str(task), TaskState()).run = run.id

    def _rest(self, cursor: Cursor) -> list[str]:
        """Who laid the whole connector to rest: its switch is on, so nothing else in the UI says it."""
        said = self._log.state("") if "" in cursor.rested else None
        if said is None:
            return []
        at = datetime.fromtimestamp(said.time, UTC)
        until = f"until `http-source resume {self._connector.name}`, or a resume over REST"
        return [f"{said.state.get('reason', 'Paused or stopped')} at {at:%Y-%m-%d %H:%M:%S} UTC, {until}."]

    # The cursor

    def _read_cursor(self) -> Cursor:
        try:
            return Cursor.parse(self._context.cursor or "{}")
        except ValueError as error:
            self._remark(f"{error}. The offsets were restored from the event log.")
            return Cursor()

    def _read_log(self, cursor: Cursor) -> None:
        """Take in what happened since the last tick; with a new cursor all that happened: nothing starts again from the beginning."""
        # Events may have been removed, and SQLite gives the newest numbers out again: what comes must not be taken for old.
        last = self._log.last_id()
        cursor.bookmark.newest = min(cursor.bookmark.newest, last)
        cursor.bookmark.settled = min(cursor.bookmark.settled, last)
        if cursor.bookmark.at:
            for entity in cursor.fold(self._log.since(cursor.bookmark)):
                # Moved, or started again, by a person: it does not wait for the next turn of its task.
                self._wake(cursor, entity)
        else:
            self._recover(cursor)
            cursor.bookmark = Bookmark(max(0, last - _LATE), last, self._now)
        cursor.forget(self._connector.entities)
        cursor.outdate(self._connector.mark)

    def _recover(self, cursor: Cursor) -> None:
        stored = self._log.subjects()
        for entity in filter(stored.__contains__, self._connector.entities):
            cursor.fold([*self._log.recent(entity), *filter(None, [self._log.state(entity)])])
            if reason := self._log.unreadable(entity):
                # Better it waits for a person than starts from the beginning.
                cursor.failed[entity] = Failed(f"Entity {entity} FAILED: {reason}")
        cursor.fold([*filter(None, [self._log.state("")]), *self._log.last_reports()])

    def _reset(self, cursor: Cursor, entity: str, offset: Any) -> dg.AssetMaterialization | None:
        """Move an entity where a person said; the event makes it the truth for every run, too."""
        try:
            move = move_of(self._connector, entity, offset, cursor.positions.get(entity))
        except ValueError as error:
            self._remark(f"The edited offset of {entity} is refused: {error}. The entity stays where it was.")
            self._heal(cursor, entity)
            return None
        cursor.move(entity, move.after)
        self._wake(cursor, entity)
        self._context.log.info(f"Moved by hand: {redactor(self._connector.config)(str(move))}.")
        return move.event(self._connector.key)

    def _heal(self, cursor: Cursor, entity: str) -> None:
        """Take back an edit: the cursor has no second copy of the offset, but the event log has."""
        if entity not in cursor.positions:
            return
        stored = logged(self._log, [entity]).get(entity)
        if stored is not None and stored.position.order >= cursor.positions[entity].order:
            cursor.positions[entity] = stored.position
        else:
            cursor.failed[entity] = Failed(f"Entity {entity} FAILED: its offset in the sensor's cursor was overwritten, and the event "
                                           "log no longer has it. Set it with `http-source offsets set`.")

    def _wake(self, cursor: Cursor, entity: str) -> None:
        for each in [entity] if entity else self._connector.entities:
            cursor.anew.add(each)
            task = self._connector.task_of(each)
            if task is not None:
                cursor.wake(str(task))

    def _relieve(self, cursor: Cursor, runs: Sequence[LiveRun]) -> None:
        """Let another run take over from those that may not know of what a person did; one that has not begun will read it."""
        anew = frozenset(cursor.anew)
        cursor.relieved.update(run.id for run in runs if run.is_at_work and run.lease and run.task and run.shares(anew))

    def _verdict(self, cursor: Cursor) -> list[dg.AssetCheckEvaluation]:
        """What the asset's check is to say, when that changed."""
        failed = {entity: each.reason for entity, each in cursor.failed.items()}
        doubts = cursor.doubts(self._connector.task_of, self._now)
        said = "\n".join([*sorted(failed), *([mark_of(doubts)] if doubts else [])])
        if said == cursor.verdict and not was_outdone(self._instance, self._connector.key):
            return []
        cursor.verdict = said
        return [evaluation(self._connector.key, failed, doubts)]

    def _judge(self, task: int, state: TaskState) -> None:
        """Take in how the task's last run ended; one that failed without a report brings a growing pause."""
        record = last_run_of_task(self._instance, self._connector.task_tag(task))
        if record is None or record.dagster_run.run_id == state.run or not record.dagster_run.is_finished:
            return
        state.run = record.dagster_run.run_id
        crashed = record.dagster_run.status is dg.DagsterRunStatus.FAILURE
        lived = (record.end_time or self._now) - (record.start_time or record.end_time or self._now)
        state.failures = 0 if not crashed or lived > _LONG_LIFE_S else state.failures + 1
        if state.failures:
            state.next = (record.end_time or self._now) + min(pause_after_failure(state.failures), _LONGEST_PAUSE_S)

    def _remark(self, remark: str) -> None:
        self._remarks.append(remark)
        self._context.log.warning(remark)
