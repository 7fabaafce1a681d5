"""What Dagster's storage holds, by what it is for: SQLite's pages in use, or PostgreSQL's tables with their indexes."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg2

_CHECKPOINT = "ASSET_MATERIALIZATION"
_EVENTS = f"""select sum(length(event)), sum(case dagster_event_type when '{_CHECKPOINT}' then length(event) else 0 end),
    sum(case dagster_event_type when '{_CHECKPOINT}' then 1 else 0 end) from event_logs"""  # noqa: S608 - a name of Dagster's
_TABLES = "select relname, pg_total_relation_size(oid) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
_OF_TICKS = ("job_ticks", "jobs", "instigators")
_OF_EVENTS = ("event_logs", "asset_keys", "asset_event_tags", "asset_check_executions")


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes by cause.

    Attributes:
        checkpoints: events of checkpoints, a share of all events by their length.
        count: how many of them there are.
        runs: the runs' own records and events.
        ticks: the daemon's ticks, each with the sensor's cursor.
    """

    checkpoints: float
    count: int
    runs: float
    ticks: float

    def __sub__(self, before: Self) -> "Stored":
        return Stored(self.checkpoints - before.checkpoints, self.count - before.count, self.runs - before.runs, self.ticks - before.ticks)

    @property
    def all(self) -> float:
        """All causes together."""
        return self.checkpoints + self.runs + self.ticks


def on_disk(state: Path) -> Stored:
    """What SQLite holds; `state` is the folder that dagster.yaml names. Each event is in the index, and as large in its run's file."""
    databases = {file: used(file) for file in state.rglob("*.db")}
    (index,) = (file for file in databases if file.name == "index.db")
    ticks = sum(used for file, used in databases.items() if file.parent.name == "schedules")
    with closing(sqlite3.connect(index, timeout=60)) as connection:
        of_checkpoints, count = _share(connection.execute(_EVENTS).fetchone())
    checkpoints = 2 * databases[index] * of_checkpoints
    return Stored(checkpoints, count, sum(databases.values()) - ticks - checkpoints, ticks)


def in_postgres(dsn: str) -> Stored:
    """What a database of PostgreSQL holds."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables: Mapping[str, int] = dict(cursor.fetchall())
        cursor.execute(_EVENTS)
        of_checkpoints, count = _share(cursor.fetchone())
    ticks, events = sum(tables.get(name, 0) for name in _OF_TICKS), sum(tables.get(name, 0) for name in _OF_EVENTS)
    return Stored(events * of_checkpoints, count, sum(tables.values()) - ticks - events * of_checkpoints, ticks)


def _share(row: tuple[int | None, ...] | None) -> tuple[float, int]:
    """The share of checkpoints in the length of all events, and how many there are."""
    length, of_checkpoints, count = (int(each or 0) for each in row or (0, 0, 0))
    return (of_checkpoints / length if length else 0.0), count


def used(database: Path) -> int:
    """Bytes of a database of SQLite without those that are free."""
    with closing(sqlite3.connect(database, timeout=60)) as connection:
        names = ("page_count", "freelist_count", "page_size")
        pages, free, size = (int(connection.execute(f"pragma {name}").fetchone()[0]) for name in names)
    return (pages - free) * size
