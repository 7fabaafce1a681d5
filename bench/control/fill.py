"""Fills the event log of an instance that is not running: copies of the newest checkpoint of each entity, as if it were old."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

_LOG = "history/runs/index.db"
_BATCH = 20_000
_ROWS = """select max(id) from event_logs where asset_key = ? and dagster_event_type = 'ASSET_MATERIALIZATION' group by partition"""
_TEMPLATE = "create temporary table template as select {columns} from event_logs where id in ({ids})"
_COPY = """with recursive number(n) as (select 1 union all select n + 1 from number where n < ?)
    insert into event_logs ({columns}) select {columns} from number cross join template"""


def fill(state: Path, asset: str, events: int, breathe: Callable[[], None]) -> None:
    """Add at least so many events of the asset to the index of all runs, where queries for assets look; breathes now and then."""
    with closing(sqlite3.connect(state / _LOG)) as database:
        # Nobody else uses it, and what a crash of the machine breaks is thrown away anyway.
        database.execute("pragma synchronous = off")
        ids = newest_of(database, asset)
        columns = ", ".join(name for _, name, *_ in database.execute("pragma table_info(event_logs)") if name != "id")
        # From a table of its own: of the same one, SQLite would gather everything before it inserts.
        database.execute(_TEMPLATE.format(columns=columns, ids=", ".join(map(str, ids))))
        for left in range(events, 0, -_BATCH):
            database.execute(_COPY.format(columns=columns), (-(-min(left, _BATCH) // len(ids)),))
            database.commit()
            breathe()


def newest_of(database: sqlite3.Connection, asset: str) -> list[int]:
    """The newest checkpoint of each entity; none where no table is yet."""
    return [number for (number,) in database.execute(_ROWS, (f'["{asset}"]',))]


def stored(state: Path, asset: str) -> int:
    """For how many entities something is stored."""
    if not (state / _LOG).exists():
        return 0
    with closing(sqlite3.connect(state / _LOG, timeout=30)) as database:
        return len(newest_of(database, asset))
