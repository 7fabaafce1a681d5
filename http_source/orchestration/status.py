"""How connectors fare, as Dagster's storage tells it: nothing is asked, started or changed.

Where the sensor has not caught up with the newest events, they are read here as it will read them.
"""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import dagster as dg

from http_source.errors import HttpSourceError
from http_source.model import Offset
from http_source.orchestration.conditions import Condition, Fare, Known
from http_source.orchestration.identity import Connector
from http_source.orchestration.known import cursor_now
from http_source.orchestration.ledger.events import Event
from http_source.orchestration.ledger.lease import LAPSE_S, RENEW_S, Lookout
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.runs import LiveRun, failure_of, live_run, live_runs, live_runs_of_instance
from http_source.orchestration.ledger.sensors import SensorState, repository_of, sensor_state
from http_source.orchestration.surroundings import temporary_home

Instance: TypeAlias = dg.DagsterInstance
"""For rooms that do not know Dagster."""

_FRESH_S = 2 * RENEW_S
_UNATTENDED_S = 90.0
_LOOK_AGAIN_S = 0.3


class InstanceMissing(HttpSourceError):
    """There is no Dagster instance where one was looked for; says where, and how to name one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityStatus:
    """How one entity fares, and where it stands.

    Attributes:
        offset: what is asked for next, as last stored; None when nothing was stored.
        checkpoint: when its position was last stored, in seconds since the epoch.
        records: how many came with that checkpoint; None when a person moved the entity.
        doubts: what may be lost or repeated, in sentences.
    """

    entity: str
    fare: Fare
    offset: Offset | None = None
    checkpoint: float | None = None
    records: int | None = None
    doubts: tuple[str, ...] = ()


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
    """The instance in Dagster's home. Raises InstanceMissing as `home_here` does, and what Dagster raises for settings it cannot use."""
    return dg.DagsterInstance.from_config(str(home_here()))


def home_here() -> Path:
    """Dagster's home when `dagster dev` runs here: the folder that DAGSTER_HOME names, or else this folder, if it has a dagster.yaml.

    Raises InstanceMissing when there is neither.
    """
    home = os.environ.get("DAGSTER_HOME")
    folder = Path(home).expanduser() if home else Path.cwd()
    if home and not (folder.is_absolute() and folder.is_dir()):
        raise InstanceMissing(f"DAGSTER_HOME is {home!r}, but it has to be the absolute path of a folder, as it is for Dagster.")
    if not home and not (folder / "dagster.yaml").is_file():
        raise InstanceMissing(temporary_home(folder) or
                              f"There is no dagster.yaml in {folder} and DAGSTER_HOME is not set, so there is no Dagster instance to read. "
                              "Run this where `dagster dev` runs, or set DAGSTER_HOME as it is set for Dagster.")
    return folder


def status_of(instance: dg.DagsterInstance, connector: Connector, now: float) -> ConnectorStatus:
    """How a connector fares; `now` is in seconds since the epoch. Raises whatever Dagster's storage raises when it cannot be read."""
    return survey(instance, [connector], now)[0]


def survey(instance: dg.DagsterInstance, connectors: Sequence[Connector], now: float) -> list[ConnectorStatus]:
    """How each of these fares; the signs of life of all their runs are awaited at once."""
    runs = [live_runs(instance, connector.identity) for connector in connectors]
    silent = silent_runs(instance, [run for found in runs for run in found])
    return [_status(instance, connector, now, found, silent) for connector, found in zip(connectors, runs, strict=True)]


def _status(
    instance: dg.DagsterInstance, connector: Connector, now: float, runs: Sequence[LiveRun], silent: Mapping[str, str]
) -> ConnectorStatus:
    sensor = sensor_state(instance, connector.sensor_name, connector.prefixed)
    cursor, log = cursor_now(instance, connector, sensor.cursor), EventLog(instance, connector.key)
    checkpoints = log.last_checkpoints()
    known = Known(
        connector=connector,
        now=now,
        cursor=cursor,
        off=sensor.running is False,
        unattended=unattended(connector, sensor, now),
        runs=runs,
        silent=silent,
        reports={int(event.report["task"]): {**event.report, "run": event.run_id, "at": event.time} for event in log.last_reports()},
        reasons={int(task): failure_of(instance, state.run) for task, state in cursor.tasks.items() if state.failures},
        checkpoints={entity: event.time for entity, event in checkpoints.items()},
    )
    entities = (entity_status(known, entity, checkpoints.get(entity)) for entity in connector.entities)
    return ConnectorStatus(sensor=sensor.running, last_tick=sensor.last_tick, entities=tuple(entities))


def orphans(instance: dg.DagsterInstance, known: Sequence[Connector]) -> Mapping[str, Sequence[str]]:
    """The runs in progress of connectors that are none of the known ones, by the connectors' identities.

    What runs in another code location is not theirs; where none of these has ticked yet, nobody can say which that is.
    """
    names = {each.identity for each in known}
    repositories = {repository_of(instance, each.sensor_name, each.prefixed) for each in known} - {""}
    found: dict[str, list[str]] = {}
    for run in live_runs_of_instance(instance):
        if run.connector not in names and (not repositories or run.repository in repositories):
            found.setdefault(run.connector, []).append(run.id)
    return found


def silent_runs(instance: dg.DagsterInstance, runs: Sequence[LiveRun]) -> Mapping[str, str]:
    """The runs at work that cannot be counted on, and why.

    A sign that is fresh by the clock is a sign of life. Of other runs, clocks need not agree, it is awaited here, for as long as a run may
    take to give one.
    """
    found = {run.id: run for run in runs if run.is_at_work and run.lease}
    gone = {run_id: f"{death.reason} Its last sign of life was {_last(found[run_id])}; the sensor's next tick starts another run."
            for run_id, death in Lookout({}).deaths(found.values()).items()}
    doubtful = {run_id for run_id, run in found.items() if not _is_fresh(run)} - gone.keys()
    deadline = time.monotonic() + _FRESH_S
    while doubtful and time.monotonic() < deadline:
        threading.Event().wait(_LOOK_AGAIN_S)
        doubtful = {run_id for run_id in doubtful if _is_unchanged(instance, found[run_id])}
    return gone | {run_id: f"Its run {run_id} gave no sign of life since {_last(found[run_id])}; another takes over after {LAPSE_S:g} s."
                   for run_id in doubtful}


def _is_fresh(run: LiveRun) -> bool:
    return 0 <= time.time() - run.record.update_timestamp.timestamp() < _FRESH_S


def _is_unchanged(instance: dg.DagsterInstance, before: LiveRun) -> bool:
    now = live_run(instance, before.id)
    return now is not None and now.is_at_work and now.lease == before.lease


def _last(run: LiveRun) -> str:
    return f"{run.record.update_timestamp.astimezone():%Y-%m-%d %H:%M:%S}"


def unattended(connector: Connector, sensor: SensorState, now: float) -> str:
    """Why nobody starts the runs of a connector whose sensor is on, as a sentence; empty while its sensor does."""
    if sensor.running and sensor.last_tick and not sensor.cursor:
        # A connector's tick leaves a cursor; that of a file with mistakes does not.
        return (f"The sensor {connector.sensor_name} has ticked, but not yet as that of this connector: Dagster knows the file from when "
                "it had mistakes. Reload the code location. If that changes nothing, its ticks in the UI say why.")
    if sensor.running and sensor.last_tick and now - sensor.last_tick > _UNATTENDED_S:
        return (f"The sensor {connector.sensor_name} is on, but its last tick was {now - sensor.last_tick:.0f} s ago. Check that Dagster's "
                "daemon runs, and that the code location loads.")
    return ""


def entity_status(known: Known, entity: str, last: Event | None) -> EntityStatus:
    """How one entity fares; `last` is its checkpoint, or move, that was written last."""
    fare, position = known.fare(entity), known.cursor.positions.get(entity)
    if entity in known.cursor.cut and last is not None and last.position is not None:
        position = last.position
    return EntityStatus(
        entity=entity,
        fare=replace(fare, next_poll=None) if known.off and fare.condition is not Condition.FAILED else fare,
        offset=None if position is None or position.deleted else position.offset,
        checkpoint=None if last is None else last.time,
        records=None if last is None else last.records,
        doubts=tuple(known.doubts.get(entity, ())),
    )
