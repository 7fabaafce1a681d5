"""What is written about a connector in Dagster's event log, and how it is read again.

A checkpoint, or a move by hand, is an AssetMaterialization of the entity's partition. A change of an entity's state is an AssetObservation
of that partition. What concerns the connector as a whole, or what a run says of all entities of its task at once, is an AssetObservation of
a partition that no entity can be, so that it is found by that partition, whatever else the log holds.

Whoever writes a state or a report gives it a rank above all it has read, so that the newest is known in whatever order events are read.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from http_source.errors import PositionRefused
from http_source.model import Position, State
from http_source.orchestration.ledger.names import POSITION, RECORDS, REPORT, STATE, TOPIC
from http_source.orchestration.markdown import as_it_is

_NO_ENTITY = ","
"""In no entity's name, since `entity.names` is separated by it."""

CONNECTOR = f"connector{_NO_ENTITY}"
"""The partition of the connector as a whole."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a connector.

    Attributes:
        id: the event log's own number. Later events mostly have higher ones: PostgreSQL commits out of order.
        run_id: the run that wrote it; empty for a person.
        entity: the partition; empty for what concerns a task, or the whole connector.
        position: for a checkpoint, or a move by hand.
        state: for a change of state: state, rank, reason, failures, retry_at.
        report: for what a run says of its task: see `orchestration/reports.py`.
        time: when it was written, in seconds since the epoch.
        records: for a checkpoint: how many came with it; None when a person moved the entity.
        topic: for a checkpoint: where the entity's records go, before transforms.
    """

    id: int
    run_id: str = ""
    entity: str = ""
    position: Position | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    time: float = 0.0
    records: int | None = None
    topic: str = ""

    @property
    def failed(self) -> bool:
        """Whether the entity failed."""
        return self.state.get("state") == State.FAILED

    @property
    def rank(self) -> tuple[int, float, int]:
        """By which states, or reports, of one subject are compared; those of the version before have none, and go by their time."""
        return (int(self.state.get("rank") or self.report.get("rank") or 0), self.time, self.id)


def next_rank(known: Event | None, *, by_hand: bool = False) -> int:
    """The rank of what is written after `known`; a person's is above what a run that has read the same may write in the same moment."""
    return rank_after(known.rank[0] if known else 0) + by_hand


def rank_after(rank: int) -> int:
    """A higher one: also than those of events that were removed, by the clock, unless that was set back."""
    return max(rank + 1, int(time.time()))


def subject_of(task: int) -> str:
    """The partition of a task's reports."""
    return f"task{_NO_ENTITY}{task}"


def task_in(partition: str) -> int | None:
    """The task whose reports have this partition; None for an entity's."""
    name, _, number = partition.partition(_NO_ENTITY)
    return int(number) if name == "task" and number.isdecimal() else None


def state_of(key: dg.AssetKey, entity: str, state: Mapping[str, Any], description: str | None = None) -> dg.AssetObservation:
    """An entity's change of state, or for an empty name the connector's."""
    metadata = {STATE: dg.MetadataValue.json(dict(state))}
    return dg.AssetObservation(key, partition=entity or CONNECTOR, description=description and as_it_is(description), metadata=metadata)


def report_of(key: dg.AssetKey, task: int, report: Mapping[str, Any], numbers: Mapping[str, int]) -> dg.AssetObservation:
    """What a run says of its task; `numbers` are plotted."""
    plotted = {f"http_source/{name}": dg.MetadataValue.int(number) for name, number in numbers.items()}
    return dg.AssetObservation(key, partition=subject_of(task), metadata={REPORT: dg.MetadataValue.json(dict(report)), **plotted})


def read(record: dg.EventLogRecord) -> Event | None:
    """The event of a record; None for one that somebody else wrote, or that no version of ours can have written."""
    written = record.asset_materialization or record.asset_observation
    if written is None:
        return None
    values = {name: value.value for name, value in written.metadata.items() if name in (POSITION, STATE, REPORT, RECORDS, TOPIC)}
    try:
        position = Position.from_json(values[POSITION]) if POSITION in values else None
    except PositionRefused:
        return None
    partition, records = written.partition or "", values.get(RECORDS)
    return Event(
        id=record.storage_id,
        run_id=record.run_id,
        entity="" if _NO_ENTITY in partition else partition,
        position=position,
        state=_mapping(values.get(STATE)),
        report=_mapping(values.get(REPORT)),
        time=record.timestamp,
        records=records if isinstance(records, int) else None,
        topic=str(values.get(TOPIC) or ""),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
