"""How connectors fare, as Dagster's storage tells it: nothing is asked, started or changed.

Where the sensor has not caught up with the newest events, they are read here as it will read them.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import dagster as dg

from http_source.errors import HttpSourceError
from http_source.model import Offset
from http_source.orchestration.conditions import Fare, Known
from http_source.orchestration.connector import Connector
from http_source.orchestration.cursor import Cursor
from http_source.orchestration.history import (
    Event,
    events_after,
    last_checkpoints,
    last_event_id,
    last_states,
    last_summaries,
)
from http_source.orchestration.rivals import active_runs, dead_runs, entities_of
from http_source.orchestration.states import states_of
from http_source.orchestration.surroundings import temporary_home

Instance: TypeAlias = dg.DagsterInstance
"""For rooms that do not know Dagster."""


class InstanceMissing(HttpSourceError):
    """There is no Dagster instance where one was looked for; says where, and how to name one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityStatus:
    """How one entity fares, and where it stands.

    Attributes:
        offset: what is asked for next, as last stored; None when nothing was stored.
        checkpoint: when its position was last stored, in seconds since the epoch.
        records: how many came with that checkpoint; None when a person moved the entity.
    """

    entity: str
    fare: Fare
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


def open_instance() -> dg.DagsterInstance:
    """The instance that `dagster dev` uses here: of the folder that DAGSTER_HOME names, or else of the dagster.yaml in this folder.

    Raises InstanceMissing when there is neither, and whatever Dagster raises for settings that it cannot use.
    """
    home = os.environ.get("DAGSTER_HOME")
    folder = Path(home).expanduser() if home else Path.cwd()
    if home and not (folder.is_absolute() and folder.is_dir()):
        raise InstanceMissing(f"DAGSTER_HOME is {home!r}, but it has to be the absolute path of a folder, as it is for Dagster.")
    if not home and not (folder / "dagster.yaml").is_file():
        raise InstanceMissing(temporary_home(folder) or
                              f"There is no dagster.yaml in {folder} and DAGSTER_HOME is not set, so there is no Dagster instance to read. "
                              "Run this where `dagster dev` runs, or set DAGSTER_HOME as it is set for Dagster.")
    return dg.DagsterInstance.from_config(str(folder))


def status_of(instance: dg.DagsterInstance, connector: Connector, now: float) -> ConnectorStatus:
    """How a connector fares; `now` is in seconds since the epoch. Raises whatever Dagster's storage raises when it cannot be read."""
    sensor, last_tick, cursor = _sensor(instance, connector)
    records = active_runs(instance, connector)
    dead = dead_runs(records, now)
    runs = [record.dagster_run for record in records if record.dagster_run.run_id not in dead]
    known = Known(
        connector=connector,
        now=now,
        cursor=cursor,
        off=sensor is False,
        busy=frozenset(entity for run in runs for entity in entities_of(run, connector)),
        said={entity: said for run in runs for entity, said in states_of(instance, run.run_id).items()},
        summaries=last_summaries(instance, connector.key, connector.tasks),
        reasons={int(task): _reason_of(instance, state.run) for task, state in cursor.tasks.items() if state.failures},
    )
    checkpoints = last_checkpoints(instance, connector.key)
    entities = (_entity(known, entity, checkpoints.get(entity)) for entity in connector.entities)
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
    cursor.fold(events_after(instance, connector.key, cursor.event) if cursor.event else _past(instance, connector))
    return (None if last is None else last.is_running), tick, cursor


def _past(instance: dg.DagsterInstance, connector: Connector) -> list[Event]:
    """What a lost cursor is judged by: the newest of each entity, and the newest of all, since an old run may have written the last one."""
    key = connector.key
    events = (
        *last_checkpoints(instance, key).values(),
        *last_states(instance, key).values(),
        *events_after(instance, key, last_event_id(instance, key)),
    )
    return sorted({event.id: event for event in events}.values(), key=lambda event: event.id)


def _entity(known: Known, entity: str, last: Event | None) -> EntityStatus:
    fare, position = known.fare(entity), known.cursor.positions.get(entity)
    return EntityStatus(
        entity=entity,
        fare=replace(fare, next_poll=None) if known.off else fare,
        offset=None if position is None or position.deleted else position.offset,
        checkpoint=None if last is None else last.time,
        records=None if last is None else last.records,
    )


def _reason_of(instance: dg.DagsterInstance, run_id: str) -> str:
    """What a run that ended without a summary said; for one whose process was lost, what its end was noted with."""
    kinds = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    records = instance.get_records_for_run(run_id, of_type=kinds).records
    events = [record.event_log_entry.dagster_event for record in records if record.event_log_entry.dagster_event]
    failures = [event.step_failure_data.user_failure_data for event in events if event.is_step_failure]
    said = [failure.description for failure in failures if failure and failure.description]
    return next(iter(said), "") or next((event.message for event in events if event.message), "The run's page in the UI has its log.")
