"""Starts FAILED entities again because a person said so.

It is an event of the entity's partition: the sensor's next tick takes the entity out of `failed` and wakes its task, and a run in
progress that has set the entity aside ends for it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import dagster as dg

from http_source.model import State
from http_source.orchestration.conditions import Condition
from http_source.orchestration.connector import Connector
from http_source.orchestration.ledger.events import state_of
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.status import status_of

BY_HAND = "Started again by hand"


@dataclass(frozen=True, slots=True)
class Restarted:
    """What came of it.

    Attributes:
        on: whether the connector's sensor, which starts them, is on; None when Dagster has not seen it yet.
        started: the entities that start again.
        left: what those do that are not FAILED.
    """

    on: bool | None
    started: tuple[str, ...]
    left: Mapping[str, Condition]


def restart(instance: dg.DagsterInstance, connector: Connector, named: Collection[str], now: float) -> Restarted:
    """Let the FAILED among these entities (all, for none) start again at once, as if they had not failed.

    `now` is in seconds since the epoch. Raises whatever Dagster's storage raises when it cannot be used.
    """
    status = status_of(instance, connector, now)
    found = {each.entity: each.fare.condition for each in status.entities if not named or each.entity in named}
    started = tuple(entity for entity, condition in found.items() if condition is Condition.FAILED)
    for entity in started:
        _write(instance, connector, entity)
    left = {entity: condition for entity, condition in found.items() if named and entity not in started}
    return Restarted(status.sensor, started, left)


def _write(instance: dg.DagsterInstance, connector: Connector, entity: str) -> None:
    known = EventLog(instance, connector.key).state(entity)
    state = {"state": State.RUNNING.value, "rank": known.rank[0] + 1 if known else 1, "reason": BY_HAND}
    instance.report_runless_asset_event(state_of(connector.key, entity, state, BY_HAND))
