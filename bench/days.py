"""What Dagster's storage holds after each of eight simulated days.

`python -m bench.days [--days 8] [--runs 3] [--entities 1000]` plays so many runs a day, each over all entities of a connector whose page
tokens have 1.5 KB, each with a checkpoint for every entity; beside it one connector that is FAILED, and one whose definition is gone after
the first day. Runs are kept for three days. After each day all that is stored becomes a day older. Sizes leave out what SQLite has free for
new rows; "ticks" is what the daemon keeps besides: the cursor, once for each tick of a day (`retention` in dagster.yaml).
"""

import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg

from bench.figures import machine, table
from bench.scale.storage import used
from bench.setting import ROOT
from http_source.assembly.loading import load_config
from http_source.demo.broker import start_cluster
from http_source.orchestration.identity import Connector
from http_source.orchestration.upkeep.old_runs import KEEP_DAYS
from http_source_tests.orchestration.api import Api, serving
from http_source_tests.orchestration.stand import Stand, configuration

_TOKEN_BYTES = 1_500
_KEPT_DAYS = 3
_MEGABYTE, _DAY_S = 1e6, 86_400
_TIMES = {
    "runs": ("create_timestamp = datetime(create_timestamp, '-1 day'), update_timestamp = datetime(update_timestamp, '-1 day'), "
             f"start_time = start_time - {_DAY_S}, end_time = end_time - {_DAY_S}"),
    "event_logs": "timestamp = datetime(timestamp, '-1 day')",
}
HEADER = ("day", "runs", "events", "databases, MB", "files", "cursor, KB", "ticks of a day, MB", "FAILED as it is")


def main() -> None:
    """Play the days, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=8)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--entities", type=int, default=1_000)
    options = parser.parse_args()
    os.environ[KEEP_DAYS] = str(_KEPT_DAYS)
    with tempfile.TemporaryDirectory() as folder, serving(0) as api:
        shutil.copy(ROOT / "dagster.yaml", folder)
        os.chdir(folder)
        with dg.DagsterInstance.from_config(folder) as instance:
            rows = list(days(instance, api, Path(folder), options))
    sys.stdout.write(f"{table(HEADER, rows)}\n\n{machine()}\n")


def days(instance: dg.DagsterInstance, api: Api, folder: Path, options: argparse.Namespace) -> Iterator[tuple[str, ...]]:
    """A row for each day."""
    host, brokers = start_cluster()
    api.answer = answer
    names = ",".join(f"e{number}" for number in range(options.entities))
    tokens = {"http_offset_mode": "CURSOR_PAGINATION", "http_next_page_json_pointer": "/next"}
    long = Stand(instance, configuration(api.url, name="long", entity_names=names, topic_name_pattern="long", **tokens), brokers)
    failed, gone = (Stand(instance, configuration(api.url, name=name, entity_names="a"), brokers) for name in ("failed", "gone"))
    for day in range(1, options.days + 1):
        for _ in range(options.runs):
            for stand in (long, failed, *([gone] if day == 1 else [])):
                stand.hurry()
                stand.poll()
        age(folder)
        for stand in (long, failed):
            tidy(stand)
        yield row(day, instance, folder, long, failed)
    host.flush()


def answer(entity: str, start: int) -> tuple[int, str, bytes]:
    """A record, and a long token; nothing for the one that is to fail."""
    if entity == "a":
        return 404, "text/plain", b""
    return 200, "application/json", b'{"items": [{"id": %d}], "next": "%s"}' % (start, str(start + 1).zfill(_TOKEN_BYTES).encode())


def age(folder: Path) -> None:
    """Let all be a day older."""
    for database in folder.rglob("*.db"):
        with closing(sqlite3.connect(database)) as connection:
            tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
            for name in tables & _TIMES.keys():
                connection.execute(f"update {name} set {_TIMES[name]}")  # noqa: S608 - the names are ours
            connection.commit()


def tidy(stand: Stand) -> None:
    """Tick until nothing old is left."""
    stand.edit(swept=0)
    stand.tick()
    while not stand.remembered().get("swept"):
        stand.tick()


def row(day: int, instance: dg.DagsterInstance, folder: Path, long: Stand, failed: Stand) -> tuple[str, ...]:
    """What there is."""
    databases = list(folder.rglob("*.db"))
    cursor = len((long.cursor or "").encode())
    ticks = cursor * _DAY_S / Connector(load_config(long.config).config).tick_seconds
    return (
        str(day), str(instance.get_runs_count()), f"{sum(map(events, databases)):,}", f"{sum(map(used, databases)) / _MEGABYTE:.1f}",
        f"{sum(file.is_file() for file in folder.rglob('*')):,}", f"{cursor / 1000:.0f}", f"{ticks / _MEGABYTE:.0f}",
        "yes" if failed.remembered().get("failed") else "no",
    )


def events(database: Path) -> int:
    """Rows of the event log in a database."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("select 1 from sqlite_master where name = 'event_logs'").fetchone()
        return int(connection.execute("select count(*) from event_logs").fetchone()[0]) if found else 0


if __name__ == "__main__":
    main()
