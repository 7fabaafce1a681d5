"""The supervisor of a connector: keeps the offsets in its cursor and starts a run for every task that is due.

It asks no API, never loops over partitions once it runs, and finishes in well under a second. Order matters: runs in
progress are listed before events are read, because a run writes its last checkpoint before it ends.
"""

import time
from collections.abc import Sequence
from typing import Any

import dagster as dg

from http_source.model import Position
from http_source.orchestration.checks import evaluation
from http_source.orchestration.connector import Connector
from http_source.orchestration.cursor import Cursor, Failed, TaskState
from http_source.orchestration.history import Event, events_after, last_event_id, last_state, recent_events
from http_source.orchestration.jobs import PollConfig
from http_source.orchestration.offsets import move_of
from http_source.orchestration.positions import unreadable
from http_source.orchestration.rivals import active_runs, dead_runs, entities_of
from http_source.orchestration.surroundings import temporary_state, warn_once
from http_source.polling.offsets import is_done
from http_source.polling.pace import pause_after_failure

_SHORTEST_TICK_S, _LONGEST_TICK_S = 5, 60
_ENTITIES_PER_TICK_SECOND = 50
_LONGEST_PAUSE_S = 60.0
_MOST_REMARKS = 20
_CHECK_AGAIN_S = 60.0


def build_sensor(connector: Connector) -> dg.SensorDefinition:
    """The sensor of a connector; it is on from the first load, and a switch in the UI wins over that."""

    @dg.sensor(
        name=connector.sensor_name,
        # By name: binding resources to a sensor's job object makes Dagster warn of a parameter of its own.
        job_name=connector.job_name,
        minimum_interval_seconds=tick_seconds(connector),
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Keeps the entities' offsets in its cursor and starts the runs that poll. To move an entity, edit its offset "
        "under `offsets` in the cursor; null starts it from http.initial.offset.",
    )
    def supervise(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        return Supervisor(connector, context).tick()

    return supervise


def tick_seconds(connector: Connector) -> int:
    """Seconds between two ticks: the request interval within bounds, longer for a cursor that is costly to store.

    One second less than wanted: the daemon looks every 5 s, and a moment too early would skip a look.
    """
    wanted = max(connector.config.pace.request_interval_ms // 1000, len(connector.entities) // _ENTITIES_PER_TICK_SECOND)
    return min(max(wanted, _SHORTEST_TICK_S), _LONGEST_TICK_S) - 1


class Supervisor:
    """One tick."""

    def __init__(self, connector: Connector, context: dg.SensorEvaluationContext) -> None:
        self._connector = connector
        self._context = context
        self._instance = context.instance
        self._now = time.time()
        self._remarks: list[str] = []
        if warning := temporary_state(context.instance):
            warn_once(warning)
            self._remarks.append(warning)
        self._recovered = False

    def tick(self) -> dg.SensorResult:
        """Bring the cursor up to date and request what is due."""
        runs = self._living_runs()
        cursor = self._read_cursor()
        edits, failed = cursor.edits(), set(cursor.failed)
        self._fold(cursor, events_after(self._instance, self._connector.key, cursor.event))
        resets = [reset for entity, offset in edits.items() if (reset := self._reset(cursor, entity, offset))]
        verdict = self._verdict(failed, cursor)
        requests = self._requests(cursor, runs)
        return dg.SensorResult(
            run_requests=requests,
            skip_reason=None if requests else " ".join(self._remarks[:_MOST_REMARKS]),
            cursor=cursor.dump(),
            asset_events=[*resets, *verdict],
        )

    def _living_runs(self) -> list[dg.DagsterRun]:
        records = active_runs(self._instance, self._connector)
        dead = dead_runs(records, self._now)
        runs = [record.dagster_run for record in records]
        for run in runs:
            if reason := dead.get(run.run_id):
                self._instance.report_run_failed(run, f"{reason} The next run goes on from the last checkpoint.")
        return [run for run in runs if run.run_id not in dead]

    # The cursor

    def _read_cursor(self) -> Cursor:
        try:
            cursor = Cursor.parse(self._context.cursor or "{}")
        except ValueError as error:
            self._remark(f"{error}. The offsets were restored from the event log.")
            cursor = Cursor()
        # Events may have been removed, and SQLite gives the newest numbers out again: what comes must not be taken for old.
        cursor.event = min(cursor.event, last_event_id(self._instance, self._connector.key))
        return cursor if cursor.event else self._recover(cursor)

    def _recover(self, cursor: Cursor) -> Cursor:
        """Fill a new cursor from the event log: nothing starts again from the beginning because a cursor was lost."""
        if last_event_id(self._instance, self._connector.key):
            events = [event for entity in self._connector.entities for event in self._past(entity)]
            self._fold(cursor, sorted(events, key=lambda event: event.id))
            cursor.failed.update(self._unreadable())
            self._recovered = True
        return cursor

    def _unreadable(self) -> dict[str, Failed]:
        """The entities that nobody knows where to go on with: better they wait for a person than start from the beginning."""
        reasons = ((entity, unreadable(self._instance, self._connector.key, entity)) for entity in self._connector.entities)
        return {entity: Failed(f"Entity {entity} FAILED: {reason}") for entity, reason in reasons if reason}

    def _past(self, entity: str) -> list[Event]:
        key = self._connector.key
        state = last_state(self._instance, key, entity)
        return [*recent_events(self._instance, key, entity), *([state] if state else [])]

    def _reset(self, cursor: Cursor, entity: str, offset: Any) -> dg.AssetMaterialization | None:
        """Move an entity where a person said; the event makes it the truth for every run, too."""
        try:
            move = move_of(self._connector, entity, offset, cursor.positions.get(entity))
        except ValueError as error:
            self._remark(f"The edited offset of {entity} is refused: {error}. The entity stays where it was.")
            return None
        cursor.positions[entity] = move.after
        cursor.failed.pop(entity, None)
        self._wake(cursor, entity)
        self._context.log.info(f"Moved by hand: {move}.")
        return move.event(self._connector.key)

    def _fold(self, cursor: Cursor, events: Sequence[Event]) -> None:
        """Take in what happened; who was moved by hand does not wait for the next turn of its task."""
        moved = [event.entity for event in events if self._is_move(event, cursor.positions.get(event.entity))]
        cursor.fold(events)
        for entity in moved:
            self._wake(cursor, entity)

    @staticmethod
    def _is_move(event: Event, known: Position | None) -> bool:
        return event.position is not None and not event.run_id and (known is None or event.position.order > known.order)

    def _wake(self, cursor: Cursor, entity: str) -> None:
        task = self._connector.task_of(entity)
        if task is not None:
            cursor.wake(str(task))

    def _verdict(self, before: set[str], cursor: Cursor) -> list[dg.AssetCheckEvaluation]:
        """What the asset's check is to say, when other entities are FAILED than before.

        While some are, it says so again every minute: the UI forgets a check when a healthy entity is checkpointed after it.
        """
        again = cursor.failed and self._now >= cursor.checked + _CHECK_AGAIN_S
        if self._context.cursor and not self._recovered and before == set(cursor.failed) and not again:
            return []
        cursor.checked = self._now
        return [evaluation(self._connector.key, {entity: each.reason for entity, each in cursor.failed.items()})]

    # The runs

    def _requests(self, cursor: Cursor, runs: Sequence[dg.DagsterRun]) -> list[dg.RunRequest]:
        busy = {entity for run in runs for entity in entities_of(run, self._connector)}
        requests = []
        for task in self._connector.tasks:
            entities = self._connector.entities_of(task)
            if busy.intersection(entities):
                self._remarks.append(f"Task {task} is polling.")
            elif self._is_due(task, cursor, entities):
                requests.append(self._request(task, cursor, entities))
        return requests

    def _is_due(self, task: int, cursor: Cursor, entities: Sequence[str]) -> bool:
        if not any(self._pollable(cursor, entity) for entity in entities):
            self._remarks.append(f"Task {task} has no entity left to poll: they are done, or FAILED until a person acts.")
            return False
        state = self._judge(task, cursor.tasks.setdefault(str(task), TaskState()))
        state.next = min(state.next, self._now + self._connector.longest_pause)
        if state.next > self._now:
            self._remarks.append(f"Task {task} is due in {state.next - self._now:.0f} s.")
        return state.next <= self._now

    def _judge(self, task: int, state: TaskState) -> TaskState:
        """Take in how the task's last run ended; one that failed without a summary brings a growing pause."""
        tags = {"http_source/task": self._connector.task_tag(task)}
        for record in self._instance.get_run_records(dg.RunsFilter(tags=tags), limit=1):
            run = record.dagster_run
            if run.run_id == state.run:
                continue
            state.run = run.run_id
            crashed = run.status == dg.DagsterRunStatus.FAILURE
            state.failures = state.failures + 1 if crashed else 0
            if crashed:
                state.next = (record.end_time or self._now) + min(pause_after_failure(state.failures), _LONGEST_PAUSE_S)
        return state

    def _request(self, task: int, cursor: Cursor, entities: Sequence[str]) -> dg.RunRequest:
        config = PollConfig(
            task=task,
            event=cursor.event,
            positions={entity: cursor.positions[entity].to_json() for entity in entities if entity in cursor.positions},
            left_out=[entity for entity in entities if not self._pollable(cursor, entity)],
        )
        return dg.RunRequest(run_config=dg.RunConfig(ops={"poll_entities": config}), tags=self._connector.tags_of(task))

    def _pollable(self, cursor: Cursor, entity: str) -> bool:
        failed, position = cursor.failed.get(entity), cursor.positions.get(entity)
        return not (failed and failed.retry_at is None) and not (position and is_done(self._connector.config.offsets, position))

    def _remark(self, remark: str) -> None:
        self._remarks.append(remark)
        self._context.log.warning(remark)
