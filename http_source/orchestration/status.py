"""How connectors fare, as Dagster's storage tells it: nothing is asked, started or changed.

Where the sensor has not caught up with the newest events, they are read here as it will read them.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import dagster as dg

from http_source.config.findings import shown
from http_source.errors import HttpSourceError
from http_source.model import Offset, Position
from http_source.orchestration.conditions import Condition, Diagnosis, Known
from http_source.orchestration.identity import Connector
from http_source.orchestration.known import cursor_now
from http_source.orchestration.ledger.daemons import asleep
from http_source.orchestration.ledger.events import Event
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.runs import LiveRun, failure_of, live_runs_of, live_runs_of_instance
from http_source.orchestration.ledger.sensors import Sensors, SensorState, repository_of, sensor_state
from http_source.orchestration.own_storage import make_storage
from http_source.orchestration.signs import Signs
from http_source.orchestration.stopped import is_stopped
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
        doubts: what may be lost or repeated, in sentences.
    """

    entity: str
    diagnosis: Diagnosis
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
        unattended: why nobody starts its runs, as a sentence; empty while its sensor does, or is off.
        stopped: whether it wants no run until a person resumes it, or moves its entities.
        hosts: the machine of the run at work of each task that has one; empty where the run does not say.
    """

    sensor: bool | None
    last_tick: float | None
    entities: tuple[EntityStatus, ...]
    unattended: str = ""
    stopped: bool = False
    hosts: Mapping[int, str] = field(default_factory=dict)


def open_instance() -> dg.DagsterInstance:
    """The instance in Dagster's home. Raises InstanceMissing as `home_here` does, and what Dagster raises for settings it cannot use."""
    home = home_here()
    make_storage(home)
    return dg.DagsterInstance.from_config(str(home))


def home_here() -> Path:
    """Dagster's home when `dagster dev` runs here: the folder that DAGSTER_HOME names, or else this folder, if it has a dagster.yaml.

    Raises InstanceMissing when there is neither.
    """
    home = os.environ.get("DAGSTER_HOME")
    folder = Path(home).expanduser() if home else Path.cwd()
    if home and not (folder.is_absolute() and folder.is_dir()):
        raise InstanceMissing(f"DAGSTER_HOME is {home!r}, but it must be the absolute path of a folder, as it is for Dagster.")
    if not home and not (folder / "dagster.yaml").is_file():
        raise InstanceMissing(temporary_home(folder) or
                              f"There is no dagster.yaml in {folder} and DAGSTER_HOME is not set, so there is no Dagster instance to read. "
                              "Run this where `dagster dev` runs, or set DAGSTER_HOME as it is set for Dagster.")
    return folder


def status_of(instance: dg.DagsterInstance, connector: Connector, now: float) -> ConnectorStatus:
    """How a connector fares; `now` is in seconds since the epoch. Raises whatever Dagster's storage raises when it cannot be read."""
    return survey(instance, [connector], now)[0]


def survey(
    instance: dg.DagsterInstance, connectors: Sequence[Connector], now: float, signs: Signs | None = None
) -> list[ConnectorStatus]:
    """How each of these fares; the signs of life of all their runs are awaited at once, by what `signs` has seen before."""
    runs = _runs(instance, connectors)
    silent = (signs or Signs()).silent(instance, [run for found in runs.values() for run in found])
    sensors = Sensors(instance)
    # One daemon starts the runs of all.
    daemon = asleep(instance, now) if connectors else ""
    return [_status(instance, connector, now, sensors.state(connector.sensor_name, connector.prefixed), daemon,
                    runs[connector.identity], silent) for connector in connectors]


def _runs(instance: dg.DagsterInstance, connectors: Sequence[Connector]) -> Mapping[str, list[LiveRun]]:
    """The runs in progress by the identities of their connectors."""
    found: dict[str, list[LiveRun]] = {connector.identity: [] for connector in connectors}
    for run in live_runs_of(instance, list(found)) if found else ():
        found.setdefault(run.connector, []).append(run)
    return found


def _status(  # noqa: PLR0913, PLR0917 - what is read once for all connectors is given
    instance: dg.DagsterInstance, connector: Connector, now: float, sensor: SensorState, daemon: str,
    runs: Sequence[LiveRun], silent: Mapping[str, str],
) -> ConnectorStatus:
    cursor, log = cursor_now(instance, connector, sensor.cursor), EventLog(instance, connector.key)
    checkpoints = log.last_checkpoints()
    known = Known(
        connector=connector,
        now=now,
        cursor=cursor,
        off=sensor.running is False,
        unattended=unattended(connector, sensor, now, daemon),
        runs=runs,
        silent=silent,
        reports={int(event.report["task"]): {**event.report, "run": event.run_id, "at": event.time} for event in log.last_reports()},
        reasons={int(task): failure_of(instance, state.run) for task, state in cursor.tasks.items() if state.failures},
        checkpoints={entity: event.time for entity, event in checkpoints.items()},
    )
    return connector_status(known, sensor, checkpoints)


def connector_status(known: Known, sensor: SensorState, checkpoints: Mapping[str, Event]) -> ConnectorStatus:
    """How a connector fares by what was read of it; `checkpoints` are those, or moves, that were written last of its entities."""
    connector, at_work = known.connector, [run for run in known.runs if run.is_at_work and run.id not in known.silent]
    return ConnectorStatus(
        sensor=sensor.running,
        last_tick=sensor.last_tick,
        entities=tuple(entity_status(known, entity, checkpoints.get(entity)) for entity in connector.entities),
        unattended=known.unattended,
        stopped=is_stopped(connector, known.cursor),
        hosts=_hosts(connector, at_work),
    )


def _hosts(connector: Connector, runs: Iterable[LiveRun]) -> Mapping[int, str]:
    """Where each task is polled; a later run wins."""
    processes = ((run, run.lease.process if run.lease else None) for run in runs)
    known = [(run.entities or frozenset(connector.entities), process.host if process else "") for run, process in processes]
    task_of = {entity: task for task in connector.tasks for entity in connector.entities_of(task)}
    return {task_of[entity]: host for entities, host in known for entity in entities if entity in task_of}


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


def unattended(connector: Connector, sensor: SensorState, now: float, daemon: str = "") -> str:
    """Why nobody starts the runs of a connector whose sensor is on, as a sentence; empty while its sensor does.

    `daemon` is why Dagster's daemon does not, where that was asked.
    """
    if sensor.running and sensor.last_tick and sensor.is_overdue(now):
        return (f"The sensor {connector.sensor_name} is on, but its last tick was {now - sensor.last_tick:.0f} s ago. Check that Dagster's "
                "daemon runs, and that the code location loads.")
    if sensor.running and sensor.refused:
        return (f"Dagster refuses the file of {connector.name} as it has loaded it, so nothing starts its runs. Once that is fixed, reload "
                f"the code location: {' '.join(sensor.refused.split())}")
    if sensor.running and sensor.last_tick and not sensor.cursor:
        return f"The sensor {connector.sensor_name} has ticked, but never to its end: its ticks in Dagster's UI say why."
    if sensor.running and (sensor.last_tick or 0.0) <= (sensor.switched_on or 0.0) and daemon:
        return f"The sensor {connector.sensor_name} is on, but has not ticked yet. {daemon}"
    return ""


def unattended_now(instance: dg.DagsterInstance, connector: Connector, now: float) -> str:
    """What `unattended` says by what is stored now. Raises whatever Dagster's storage raises when it cannot be read."""
    return unattended(connector, sensor_state(instance, connector.sensor_name, connector.prefixed), now, asleep(instance, now))


def _where_a_run_stands(known: Known, last: Event | None) -> Position | None:
    """The checkpoint that was written last, if the run that wrote it is at work; None where nobody knows."""
    at_work = {run.id for run in known.runs if run.is_at_work and run.id not in known.silent}
    return last.position if last is not None and last.run_id in at_work else None


def entity_status(known: Known, entity: str, last: Event | None) -> EntityStatus:
    """How one entity fares; `last` is its checkpoint, or move, that was written last."""
    diagnosis, position = known.diagnose(entity), known.cursor.positions.get(entity)
    if position is not None and (stands := _where_a_run_stands(known, last)) is not None and stands.epoch < position.epoch:
        moved = f"It was moved to this offset; a run still polls from {shown(str(stands.offset))}, until another takes over."
        diagnosis = replace(diagnosis, reason=f"{diagnosis.reason} {moved}".lstrip())
    if entity in known.cursor.cut and last is not None and last.position is not None:
        position = last.position
    return EntityStatus(
        entity=entity,
        diagnosis=replace(diagnosis, next_poll=None) if known.off and diagnosis.condition is not Condition.FAILED else diagnosis,
        offset=None if position is None or position.deleted else position.offset,
        checkpoint=None if last is None else last.time,
        records=None if last is None else last.records,
        doubts=tuple(known.doubts.get(entity, ())),
    )
