"""What Dagster's event log says about a connector: positions, failures, and how runs ended.

A checkpoint is an AssetMaterialization of the entity's partition; a change of state is an AssetObservation of the
partition; a run's summary is an AssetObservation of the whole asset.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import dagster as dg

from http_source.errors import PositionRefused
from http_source.model import Position, State

POSITION = "http_source/position"
STATE = "http_source/state"
SUMMARY = "http_source/summary"

_PAGE = 500
_RECENT = 20
"""More than a run stores of an entity before it notices a reset."""

_MOST_OBSERVATIONS = 5_000
_OVERLAP = 1_000
"""PostgreSQL commits event ids out of order, so what was read is read again; folding twice changes nothing."""

Fetch = Callable[..., dg.EventRecordsResult]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a connector.

    Attributes:
        id: the event log's own number; later events have higher ones.
        run_id: the run that wrote it; empty for a reset.
        entity: the partition, or empty for a run's summary.
        position: for a checkpoint or a reset.
        state: for a change of state: state, reason, failures, retry_at; for a checkpoint of a FAILED entity: state.
        summary: for the end of a run: task, next_poll, due, failures.
    """

    id: int
    run_id: str
    entity: str = ""
    position: Position | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether the entity failed."""
        return self.state.get("state") == State.FAILED


def events_after(instance: dg.DagsterInstance, key: dg.AssetKey, event_id: int) -> list[Event]:
    """Every event since (and, to be safe, some before) `event_id`, oldest first."""
    since = dg.AssetRecordsFilter(asset_key=key, after_storage_id=max(0, event_id - _OVERLAP))
    fetches = (instance.fetch_materializations, instance.fetch_observations)
    events = (_events(fetch, since, page_size=_PAGE, ascending=True) for fetch in fetches)
    return sorted(chain(*events), key=lambda event: event.id)


def recent_events(instance: dg.DagsterInstance, key: dg.AssetKey, entity: str) -> list[Event]:
    """The newest checkpoints and resets of one entity, oldest first; several, since an old run may have written the last one."""
    of_entity = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[entity])
    positioned = (event for event in _newest_first(instance.fetch_materializations, of_entity) if event.position)
    return list(islice(positioned, _RECENT))[::-1]


def last_state(instance: dg.DagsterInstance, key: dg.AssetKey, entity: str) -> Event | None:
    """The newest change of state of one entity."""
    of_entity = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[entity])
    return next((event for event in _newest_first(instance.fetch_observations, of_entity) if event.state), None)


def last_event_id(instance: dg.DagsterInstance, key: dg.AssetKey) -> int:
    """The number of the newest event; 0 when there is none."""
    of_asset = dg.AssetRecordsFilter(asset_key=key)
    newest = (fetch(of_asset, limit=1).records for fetch in (instance.fetch_materializations, instance.fetch_observations))
    return max((record.storage_id for records in newest for record in records), default=0)


def last_summary(instance: dg.DagsterInstance, key: dg.AssetKey, task: int) -> Mapping[str, Any]:
    """What the last run of a task said at its end; empty when none is found among the newest observations."""
    observations = islice(_newest_first(instance.fetch_observations, dg.AssetRecordsFilter(asset_key=key)), _MOST_OBSERVATIONS)
    return next((event.summary for event in observations if event.summary.get("task") == task), {})


def _newest_first(fetch: Fetch, of: dg.AssetRecordsFilter) -> Iterator[Event]:
    return _events(fetch, of, page_size=_RECENT, ascending=False)


def _events(fetch: Fetch, of: dg.AssetRecordsFilter, *, page_size: int, ascending: bool) -> Iterator[Event]:
    cursor = None
    while True:
        page = fetch(of, limit=page_size, cursor=cursor, ascending=ascending)
        yield from (event for record in page.records if (event := _read(record)))
        if not page.has_more:
            return
        cursor, page_size = page.cursor, _PAGE


def _read(record: dg.EventLogRecord) -> Event | None:
    """The event of a record; None for one that somebody else wrote, or that no version of ours can have written."""
    written = record.asset_materialization or record.asset_observation
    if written is None:
        return None
    values = {key: value.value for key, value in written.metadata.items() if key in (POSITION, STATE, SUMMARY)}
    try:
        position = Position.from_json(values[POSITION]) if POSITION in values else None
    except PositionRefused:
        return None
    return Event(record.storage_id, record.run_id, written.partition or "", position,
                 _mapping(values.get(STATE)), _mapping(values.get(SUMMARY)))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
