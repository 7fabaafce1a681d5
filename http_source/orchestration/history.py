"""What Dagster's event log says about a connector: positions, failures, and how runs ended.

A checkpoint is an AssetMaterialization of the entity's partition; a change of state is an AssetObservation of the
partition; a run's summary, and what it says of many entities at once meanwhile, are AssetObservations of the whole asset.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import dagster as dg

from http_source.errors import PositionRefused
from http_source.model import Position, State

POSITION = "http_source/position"
STATE = "http_source/state"
STATES = "http_source/states"
SUMMARY = "http_source/summary"
RECORDS = "http_source/records"

_PAGE = 500
_RECENT = 20
"""More than a run stores of an entity before it notices a reset."""

_MOST_OBSERVATIONS = 5_000
_OVERLAP = 1_000
"""PostgreSQL commits event ids out of order, so what was read is read again; folding twice changes nothing."""

_BEGUN_ANEW = ("due", "failures", "attempts", "retrying")
"""What a summary says of an entity that does not hold once it was started again."""

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
        states: for what a run says of entities meanwhile (see `states.py`); None for other events.
        summary: for the end of a run: task, next_poll, due, failures, attempts, retrying, caught_up.
        time: when it was written, in seconds since the epoch.
        records: for a checkpoint: how many came with it; None when a person moved the entity.
    """

    id: int
    run_id: str
    entity: str = ""
    position: Position | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    states: Mapping[str, Any] | None = None
    time: float = 0.0
    records: int | None = None

    @property
    def failed(self) -> bool:
        """Whether the entity failed."""
        return self.state.get("state") == State.FAILED

    @property
    def restarted(self) -> bool:
        """Whether a person started the entity again."""
        return not self.run_id and self.state.get("state") == State.RUNNING


def events_after(instance: dg.DagsterInstance, key: dg.AssetKey, event_id: int) -> list[Event]:
    """Every event since (and, to be safe, some before) `event_id`, oldest first."""
    since = dg.AssetRecordsFilter(asset_key=key, after_storage_id=max(0, event_id - _OVERLAP))
    fetches = (instance.fetch_materializations, instance.fetch_observations)
    events = (_events(fetch, since, page_size=_PAGE, ascending=True) for fetch in fetches)
    return sorted(chain(*events), key=lambda event: event.id)


def recent_events(instance: dg.DagsterInstance, key: dg.AssetKey, entity: str) -> list[Event]:
    """The newest checkpoints and resets of one entity, oldest first; several, since an old run may have written the last one."""
    return list(islice(positioned_events(instance, key, entity), _RECENT))[::-1]


def positioned_events(instance: dg.DagsterInstance, key: dg.AssetKey, entity: str | None = None) -> Iterator[Event]:
    """Checkpoints and resets, newest first: of one entity, or of all."""
    chosen = dg.AssetRecordsFilter(asset_key=key, asset_partitions=None if entity is None else [entity])
    return (event for event in _newest_first(instance.fetch_materializations, chosen) if event.position)


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
    """What the last run of a task said at its end; empty when none is found among the newest observations.

    Of entities that a person started again since then, the next run is not to know that they failed or wait.
    """
    return last_summaries(instance, key, {task}).get(task, {})


def last_summaries(instance: dg.DagsterInstance, key: dg.AssetKey, tasks: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
    """The last summary of each of these tasks that has one among the newest observations."""
    found: dict[int, Mapping[str, Any]] = {}
    states: dict[str, Event] = {}
    for event in islice(_newest_first(instance.fetch_observations, dg.AssetRecordsFilter(asset_key=key)), _MOST_OBSERVATIONS):
        if event.state:
            states.setdefault(event.entity, event)
        task = event.summary.get("task", -1)
        if task in tasks and task not in found:
            found[task] = without(event.summary, {entity for entity, state in states.items() if state.restarted})
            if len(found) == len(tasks):
                break
    return found


def without(summary: Mapping[str, Any], entities: Collection[str]) -> dict[str, Any]:
    """A summary that knows of no failure and no pause of these entities."""
    return {name: {entity: each for entity, each in part.items() if entity not in entities} if name in _BEGUN_ANEW else part
            for name, part in summary.items()}


def restarted_since(instance: dg.DagsterInstance, key: dg.AssetKey, run_id: str) -> set[str]:
    """The entities that a person started again since a run began, and that did not fail again since."""
    (run,) = instance.get_run_records(dg.RunsFilter(run_ids=[run_id]))
    since = dg.AssetRecordsFilter(asset_key=key, after_timestamp=run.start_time)
    observations = _events(instance.fetch_observations, since, page_size=_PAGE, ascending=True)
    newest = {event.entity: event for event in observations if event.state}
    return {entity for entity, event in newest.items() if event.restarted}


def last_checkpoints(instance: dg.DagsterInstance, key: dg.AssetKey) -> dict[str, Event]:
    """The newest checkpoint, or reset, of each entity that has one: a few queries, not one for each."""
    ids = instance.get_latest_storage_id_by_partition(key, dg.DagsterEventType.ASSET_MATERIALIZATION)
    return _of_partitions(key, ids, instance.fetch_materializations)


def last_states(instance: dg.DagsterInstance, key: dg.AssetKey) -> dict[str, Event]:
    """The newest change of state of each entity that has one."""
    ids = instance.get_latest_storage_id_by_partition(key, dg.DagsterEventType.ASSET_OBSERVATION)
    return _of_partitions(key, ids, instance.fetch_observations)


def _of_partitions(key: dg.AssetKey, ids: Mapping[str, int], fetch: Fetch) -> dict[str, Event]:
    numbers = list(ids.values())
    shares = (numbers[start : start + _PAGE] for start in range(0, len(numbers), _PAGE))
    chosen = (dg.AssetRecordsFilter(asset_key=key, storage_ids=share) for share in shares)
    return {event.entity: event for each in chosen for event in _events(fetch, each, page_size=_PAGE, ascending=True)}


def observations_of(instance: dg.DagsterInstance, run_id: str) -> Iterator[Event]:
    """What a run observed, newest first; the numbers of these events are those of the run's own log."""
    cursor, more = None, True
    while more:
        page = instance.get_records_for_run(run_id, cursor, dg.DagsterEventType.ASSET_OBSERVATION, limit=_RECENT, ascending=False)
        yield from (event for record in page.records if (event := _read(record)))
        cursor, more = page.cursor, page.has_more


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
    values = {key: value.value for key, value in written.metadata.items() if key in (POSITION, STATE, STATES, SUMMARY, RECORDS)}
    try:
        position = Position.from_json(values[POSITION]) if POSITION in values else None
    except PositionRefused:
        return None
    state, summary = _mapping(values.get(STATE)), _mapping(values.get(SUMMARY))
    states = _mapping(values[STATES]) if STATES in values else None
    return Event(record.storage_id, record.run_id, written.partition or "", position, state, summary, states,
                 record.timestamp, _count(values))


def _count(values: Mapping[str, object]) -> int | None:
    records = values.get(RECORDS)
    return records if isinstance(records, int) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
