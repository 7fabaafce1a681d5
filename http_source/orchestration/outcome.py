"""What came of a person's word to a connector, and the event by which it reaches the sensor."""

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import dagster as dg

from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.events import next_rank, state_of
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.runs import LiveRun, live_run, live_runs, tell_to_end

_LOOK_AGAIN_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it.

    Attributes:
        sensor: whether the connector's sensor, which starts runs, is on; None when Dagster has not seen it yet.
        changed: the entities that it was done to.
        left: why the others that were meant stay as they are, as sentences.
        ending: the runs that end for it.
        relieved: the runs that poll until others take over from them.
        whole: what a person did with the connector as a whole, PAUSED or STOPPED; empty for nothing.
    """

    sensor: bool | None
    changed: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    ending: tuple[str, ...] = ()
    relieved: tuple[str, ...] = ()
    whole: str = ""


def write_state(instance: dg.DagsterInstance, connector: Connector, entity: str, state: str, reason: str) -> None:
    """Write a person's word for an entity, or under an empty name for the connector.

    Its rank is above what a run that has read the same may write in the same moment.
    """
    known = EventLog(instance, connector.key).state(entity)
    rested = {"rested": True} if state in ("PAUSED", "STOPPED") else {}
    said = {"state": state, "rank": next_rank(known, by_hand=True), "reason": reason, **rested}
    instance.report_runless_asset_event(state_of(connector.key, entity, said, reason))


def runs_with(instance: dg.DagsterInstance, connector: Connector, entities: Iterable[str]) -> list[LiveRun]:
    """The runs in progress that have one of these entities; none that a person materialized, since they ask once only."""
    wanted = frozenset(entities)
    return [run for run in live_runs(instance, connector.identity) if run.task and run.shares(wanted)]


def end_runs(instance: dg.DagsterInstance, runs: Iterable[LiveRun], reason: str) -> tuple[str, ...]:
    """Tell runs to end, without waiting for the sensor; their ids.

    Twice, since Dagster writes all tags of a run at once: the word is lost if the run renews its lease in that very moment.
    """
    told = list(runs)
    for run in told:
        tell_to_end(instance, run, reason)
    if told:
        threading.Event().wait(_LOOK_AGAIN_S)
    for run in told:
        if again := live_run(instance, run.id):
            tell_to_end(instance, again, reason)
    return tuple(run.id for run in told)


def has_only(run: LiveRun, connector: Connector, entities: Collection[str]) -> bool:
    """Whether a run has no other entities of the connector than these."""
    return (run.entities or frozenset(connector.entities)).intersection(connector.entities) <= frozenset(entities)
