"""Whether a connector is stopped: it wants no run, and its offsets may be changed as soon as none is left."""

from collections.abc import Sequence

import dagster as dg

from http_source.orchestration.conditions import Condition
from http_source.orchestration.cursor import Cursor
from http_source.orchestration.identity import Connector
from http_source.orchestration.known import cursor_now
from http_source.orchestration.ledger.lease import FailureDetector, LeasePhase
from http_source.orchestration.ledger.runs import LiveRun, live_runs
from http_source.orchestration.ledger.sensors import Sensors
from http_source.polling.standing import is_done


def is_stopped(connector: Connector, cursor: Cursor) -> bool:
    """Whether a person stopped it as a whole, or each of its entities is stopped or was read to its last page."""
    if whole := cursor.rested.get(""):
        return whole == Condition.STOPPED
    return all(_is_stopped(connector, cursor, entity) for entity in connector.entities)


def stopped(instance: dg.DagsterInstance, connectors: Sequence[Connector]) -> frozenset[str]:
    """The identities of those that are. Raises whatever Dagster's storage raises."""
    sensors = Sensors(instance)
    cursors = ((each, cursor_now(instance, each, sensors.state(each.sensor_name, each.prefixed).cursor)) for each in connectors)
    return frozenset(each.identity for each, cursor in cursors if is_stopped(each, cursor))


def may_write(instance: dg.DagsterInstance, connector: Connector) -> list[LiveRun]:
    """The runs that may store positions yet, materializations by hand among them; one that is told to end before it begins does not."""
    runs = live_runs(instance, connector.identity)
    dead = FailureDetector({}).deaths(runs)
    waits = {run.id for run in runs if run.status is dg.DagsterRunStatus.QUEUED and run.told_to_end}
    return [run for run in runs if run.id not in {*dead, *waits} and run.phase is not LeasePhase.RELEASED]


def _is_stopped(connector: Connector, cursor: Cursor, entity: str) -> bool:
    if named := cursor.rested.get(entity):
        return named == Condition.STOPPED
    position = cursor.positions.get(entity)
    return entity not in cursor.failed and position is not None and is_done(connector.config.offsets, position)
