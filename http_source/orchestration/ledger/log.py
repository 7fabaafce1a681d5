"""Reads the event log of one connector: what is new, and what was said last of each entity and each task."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, dropwhile, islice
from typing import Any

import dagster as dg

from http_source.errors import PositionRefused
from http_source.model import Position
from http_source.orchestration.ledger.events import CONNECTOR, Event, read, subject_of, task_in
from http_source.orchestration.ledger.names import POSITION

_PAGE = 500
_RECENT = 20
"""More than a run stores of an entity before it notices a reset, and more than Dagster's UI reports in between."""

_SETTLE_S = 60.0
"""PostgreSQL commits events out of order: for this long after one was read, older ones are looked for again."""

Fetch = Callable[..., dg.EventRecordsResult]


@dataclass(slots=True)
class Bookmark:
    """How far the log was read.

    Attributes:
        settled: all events up to this number are known.
        newest: the newest number that was read.
        at: when `newest` was read first, in seconds since the epoch.
    """

    settled: int = 0
    newest: int = 0
    at: float = 0.0

    def turn(self, newest: int, now: float) -> None:
        """Take in how far the log was read now; what was read a minute ago is settled. A clock that was set back begins anew."""
        if not 0 <= now - self.at < _SETTLE_S:
            self.settled = self.newest
            self.newest, self.at = max(newest, self.newest), now


class EventLog:
    """The events of one asset."""

    def __init__(self, instance: dg.DagsterInstance, key: dg.AssetKey) -> None:
        self._instance = instance
        self._key = key

    # What is new

    def since(self, bookmark: Bookmark) -> list[Event]:
        """Every event since the bookmark, which is moved on, and some before it; oldest first."""
        since = self._of(after_storage_id=bookmark.settled)
        events = (_events(fetch, since, page_size=_PAGE, ascending=True) for fetch in self._fetches)
        found = sorted(chain(*events), key=lambda each: each.id)
        bookmark.turn(found[-1].id if found else bookmark.newest, time.time())
        return found

    def newest(self) -> list[Event]:
        """The newest events of all, in no order."""
        return [event for fetch in self._fetches for event in islice(_newest_first(fetch, self._of()), _PAGE)]

    def last_id(self) -> int:
        """The number of the newest event; 0 when there is none."""
        newest = (fetch(self._of(), limit=1).records for fetch in self._fetches)
        return max((record.storage_id for records in newest for record in records), default=0)

    # Of one entity

    def positioned(self, entity: str | None = None) -> Iterator[Event]:
        """Checkpoints and moves, newest first: of one entity, or of all."""
        chosen = self._of(asset_partitions=None if entity is None else [entity])
        return (event for event in _newest_first(self._instance.fetch_materializations, chosen) if event.position)

    def recent(self, entity: str) -> list[Event]:
        """The newest checkpoints and moves of one entity, newest first; several, since an old run may have written the last one."""
        return list(islice(self.positioned(entity), _RECENT))

    def unreadable(self, entity: str) -> str:
        """Why the position that was stored last of an entity cannot be read; empty when it can, or nothing is stored."""
        records = self._instance.fetch_materializations(self._of(asset_partitions=[entity]), limit=_RECENT).records
        written = (record.asset_materialization for record in records)
        last = next((each.metadata[POSITION].value for each in written if each and POSITION in each.metadata), None)
        if last is not None:
            try:
                Position.from_json(last)
            except PositionRefused as refused:
                return str(refused)
        return ""

    def state(self, entity: str) -> Event | None:
        """The newest state of one entity; of the connector as a whole for an empty name."""
        written = _newest_first(self._instance.fetch_observations, self._of(asset_partitions=[entity or CONNECTOR]))
        # Others may have written any number of observations since.
        recent = islice(dropwhile(lambda event: not event.state, written), _RECENT)
        return max((event for event in recent if event.state), key=lambda event: event.rank, default=None)

    # Of all at once: a few queries, not one for each

    def last_checkpoints(self) -> dict[str, Event]:
        """The checkpoint, or move, of each entity that was written last."""
        return self._last(dg.DagsterEventType.ASSET_MATERIALIZATION, self._instance.fetch_materializations)

    def last_states(self) -> dict[str, Event]:
        """The change of state of each entity that was written last."""
        last = self._last(dg.DagsterEventType.ASSET_OBSERVATION, self._instance.fetch_observations)
        found = {entity: event if event.state else self.state(entity) for entity, event in last.items() if entity}
        return {entity: event for entity, event in found.items() if event}

    def partitions(self) -> set[str]:
        """The entities that a position is stored of, whether the connector still has them or not."""
        return set(self._instance.get_materialized_partitions(self._key))

    def subjects(self) -> set[str]:
        """The entities that anything is stored of, and what else there are reports about."""
        return self.partitions().union(self._instance.get_latest_storage_id_by_partition(self._key, dg.DagsterEventType.ASSET_OBSERVATION))

    # Of tasks

    def last_report(self, task: int) -> Event | None:
        """What was said last of a task, by a run in progress or one that ended; None when nothing was."""
        recent = islice(_newest_first(self._instance.fetch_observations, self._of(asset_partitions=[subject_of(task)])), _RECENT)
        return max((event for event in recent if event.report), key=lambda event: event.rank, default=None)

    def last_reports(self) -> list[Event]:
        """What was said last of every task that there ever was, the newest last."""
        ids = self._instance.get_latest_storage_id_by_partition(self._key, dg.DagsterEventType.ASSET_OBSERVATION)
        tasks = (task for partition in ids if (task := task_in(partition)) is not None)
        return sorted((event for task in tasks if (event := self.last_report(task))), key=lambda event: event.rank)

    @property
    def _fetches(self) -> tuple[Fetch, Fetch]:
        return self._instance.fetch_materializations, self._instance.fetch_observations

    def _of(self, **filters: Any) -> dg.AssetRecordsFilter:
        return dg.AssetRecordsFilter(asset_key=self._key, **filters)

    def _last(self, kind: dg.DagsterEventType, fetch: Fetch) -> dict[str, Event]:
        numbers = list(self._instance.get_latest_storage_id_by_partition(self._key, kind).values())
        shares = (numbers[start : start + _PAGE] for start in range(0, len(numbers), _PAGE))
        found = (_events(fetch, self._of(storage_ids=share), page_size=_PAGE, ascending=True) for share in shares)
        return {event.entity: event for each in found for event in each}


def _newest_first(fetch: Fetch, of: dg.AssetRecordsFilter) -> Iterator[Event]:
    return _events(fetch, of, page_size=_RECENT, ascending=False)


def _events(fetch: Fetch, of: dg.AssetRecordsFilter, *, page_size: int, ascending: bool) -> Iterator[Event]:
    cursor = None
    while True:
        page = fetch(of, limit=page_size, cursor=cursor, ascending=ascending)
        yield from (event for record in page.records if (event := read(record)))
        if not page.has_more:
            return
        cursor, page_size = page.cursor, _PAGE
