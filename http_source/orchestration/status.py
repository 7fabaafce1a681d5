"""How connectors fare, as Dagster's storage tells it: nothing is asked, started or changed.

Where the sensor has not caught up with the newest events, they are read here as it will read them.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import dagster as dg

from http_source.errors import HttpSourceError
from http_source.model import Offset
from http_source.orchestration.connector import Connector
from http_source.orchestration.cursor import Cursor, Failed, TaskState
from http_source.orchestration.history import events_after, last_state, last_summary, recent_events
from http_source.orchestration.rivals import active_runs, dead_runs, entities_of

_RECORDS = "http_source/records"


class InstanceMissing(HttpSourceError):
    """There is no Dagster instance where one was looked for; says where, and how to name one."""


class Condition(StrEnum):
    """What an entity does."""

    RUNNING = "RUNNING"
    RETRYING = "RETRYING"
    WAITING = "WAITING"
    DONE = "DONE"
    PAUSED = "PAUSED"
    FAILED = "FAILED"
    NEVER_RUN = "NEVER RUN"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityStatus:
    """How one entity fares; times are in seconds since the epoch.

    Attributes:
        reason: why it is FAILED, or what is RETRYING; else empty.
        failures: times it failed in a row, or attempts of the request that is RETRYING.
        next_poll: when it is asked next; None while a run has it, and when that takes a person.
        offset: what is asked for next, as last stored; None when nothing was stored.
        checkpoint: when its position was last stored.
        records: how many came with that checkpoint; None when a person moved the entity.
    """

    entity: str
    condition: Condition
    reason: str = ""
    failures: int = 0
    next_poll: float | None = None
    offset: Offset | None = None
    checkpoint: float | None = None
    records: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorStatus:
    """How one connector fares.

    Attributes:
        sensor: whether its sensor is on; None when Dagster has not seen it yet.
        last_tick: when the sensor last looked, in seconds since the epoch.
    """

    sensor: bool | None
    last_tick: float | None
    entities: tuple[EntityStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fare:
    """What is said of an entity beside its position."""

    condition: Condition
    reason: str = ""
    failures: int = 0
    next_poll: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was read about a connector as a whole."""

    now: float
    cursor: Cursor
    stopped: bool
    busy: frozenset[str]
    summaries: Mapping[int, Mapping[str, Any]]
    reasons: Mapping[int, str]


def open_instance() -> dg.DagsterInstance:
    """The instance that `dagster dev` uses here: of the folder that DAGSTER_HOME names, or else of the dagster.yaml in this folder.

    Raises InstanceMissing when there is neither, and whatever Dagster raises for settings that it cannot use.
    """
    home = os.environ.get("DAGSTER_HOME")
    folder = Path(home).expanduser() if home else Path.cwd()
    if home and not (folder.is_absolute() and folder.is_dir()):
        raise InstanceMissing(f"DAGSTER_HOME is {home!r}, but it has to be the absolute path of a folder, as it is for Dagster.")
    if not home and not (folder / "dagster.yaml").is_file():
        raise InstanceMissing(f"There is no dagster.yaml in {folder} and DAGSTER_HOME is not set, so there is no Dagster instance to read. "
                              "Run this where `dagster dev` runs, or set DAGSTER_HOME as it is set for Dagster.")
    return dg.DagsterInstance.from_config(str(folder))


def status_of(instance: dg.DagsterInstance, connector: Connector, now: float) -> ConnectorStatus:
    """How a connector fares; `now` is in seconds since the epoch. Raises whatever Dagster's storage raises when it cannot be read."""
    sensor, last_tick, cursor = _sensor(instance, connector)
    records = active_runs(instance, connector)
    dead = dead_runs(records, now)
    runs = [record.dagster_run for record in records if record.dagster_run.run_id not in dead]
    known = _Known(
        now=now,
        cursor=cursor,
        stopped=sensor is False,
        busy=frozenset(entity for run in runs for entity in entities_of(run, connector)),
        summaries={task: last_summary(instance, connector.key, task) for task in connector.tasks},
        reasons={int(task): _reason_of(instance, state.run) for task, state in cursor.tasks.items() if state.failures},
    )
    entities = (_entity(instance, connector, known, entity) for entity in connector.entities)
    return ConnectorStatus(sensor=sensor, last_tick=last_tick, entities=tuple(entities))


def _sensor(instance: dg.DagsterInstance, connector: Connector) -> tuple[bool | None, float | None, Cursor]:
    """Whether it is on, when it last looked, and its cursor with all that happened since.

    A code location that was renamed leaves its sensors behind: the one that looked last counts.
    """
    states = [state for state in instance.all_instigator_state() if state.instigator_name == connector.sensor_name]
    last = max(states, key=lambda state: getattr(state.instigator_data, "last_tick_timestamp", None) or 0.0, default=None)
    text, tick = (getattr(last and last.instigator_data, name, None) for name in ("cursor", "last_tick_timestamp"))
    try:
        cursor = Cursor.parse(text or "{}")
    except ValueError:
        cursor = Cursor()  # somebody's edit, which the next tick heals from the same events
    cursor.fold(events_after(instance, connector.key, cursor.event) if cursor.event else list(_past(instance, connector)))
    return (None if last is None else last.is_running), tick, cursor


def _past(instance: dg.DagsterInstance, connector: Connector) -> Iterator[Any]:
    for entity in connector.entities:
        state = last_state(instance, connector.key, entity)
        yield from sorted([*recent_events(instance, connector.key, entity), *([state] if state else [])], key=lambda event: event.id)


def _entity(instance: dg.DagsterInstance, connector: Connector, known: _Known, entity: str) -> EntityStatus:
    fare = _fare(connector, known, entity)
    position = known.cursor.positions.get(entity)
    of_entity = dg.AssetRecordsFilter(asset_key=connector.key, asset_partitions=[entity])
    last = next(iter(instance.fetch_materializations(of_entity, limit=1).records), None)
    written = last.asset_materialization if last else None
    records = written.metadata[_RECORDS].value if written and _RECORDS in written.metadata else None
    return EntityStatus(
        entity=entity,
        condition=fare.condition,
        reason=fare.reason,
        failures=fare.failures,
        next_poll=None if known.stopped else fare.next_poll,
        offset=None if position is None else position.offset,
        checkpoint=None if last is None else last.timestamp,
        records=records if isinstance(records, int) else None,
    )


def _fare(connector: Connector, known: _Known, entity: str) -> _Fare:
    """The first of what may be said."""
    failed, position = known.cursor.failed.get(entity), known.cursor.positions.get(entity)
    if failed is not None:
        return _failed(failed)
    if entity in known.busy:
        return _Fare(condition=Condition.RUNNING)
    if position is not None and position.done:
        return _Fare(condition=Condition.DONE)
    return _between_runs(connector, known, entity, was_polled=position is not None)


def _between_runs(connector: Connector, known: _Known, entity: str, *, was_polled: bool) -> _Fare:
    """What is said by the last run of the entity's task, or by its failing to say anything."""
    task = connector.task_of(entity) or 0
    summary = known.summaries.get(task, {})
    state = known.cursor.tasks.get(str(task), TaskState(next=float(summary.get("next_poll", 0.0))))
    if state.failures:
        return _failed(Failed(known.reasons.get(task, ""), state.failures, state.next))
    if known.stopped:
        return _Fare(condition=Condition.PAUSED)
    if not summary and not was_polled:
        return _Fare(condition=Condition.NEVER_RUN)
    due = max(float(summary.get("due", {}).get(entity, 0.0)), state.next) or known.now
    if attempts := summary.get("attempts", {}).get(entity, 0):
        reason = f"{attempts} of {connector.config.retry.max_retries + 1} attempts failed; the log of the last run says why."
        return _Fare(condition=Condition.RETRYING, reason=reason, failures=attempts, next_poll=due)
    return _Fare(condition=Condition.WAITING, next_poll=due)


def _failed(failed: Failed) -> _Fare:
    return _Fare(condition=Condition.FAILED, reason=failed.reason, failures=failed.failures, next_poll=failed.retry_at)


def _reason_of(instance: dg.DagsterInstance, run_id: str) -> str:
    """What a run that ended without a summary said; for one whose process was lost, what its end was noted with."""
    kinds = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    records = instance.get_records_for_run(run_id, of_type=kinds).records
    events = [record.event_log_entry.dagster_event for record in records if record.event_log_entry.dagster_event]
    failures = [event.step_failure_data.user_failure_data for event in events if event.is_step_failure]
    said = [failure.description for failure in failures if failure and failure.description]
    return next(iter(said), "") or next((event.message for event in events if event.message), "The run's page in the UI has its log.")
