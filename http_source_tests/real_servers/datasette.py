"""Datasette, an API over SQLite files that is not ours: installed from PyPI, run on a port of its own, killed after the tests."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from http_source.demo.processes import free_port
from http_source_tests.real_servers.program import is_served, running
from http_source_tests.real_servers.pypi import installed

VERSION = "0.65.5"

_TABLE = "CREATE TABLE [{}] (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, price REAL, tags TEXT, batch INTEGER)"


def row(number: int) -> dict[str, Any]:
    """The row with that id, as it is served."""
    return {"id": number, "name": f"Zürich\n東京 {number}", "price": number / 8, "tags": json.dumps(["a", None]), "batch": number // 8}


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file that is served."""

    file: Path
    origin: str
    name: str

    def insert(self, numbers: Sequence[int]) -> None:
        """Add rows with these ids, as the program would whose database it is."""
        with closing(sqlite3.connect(self.file)) as database, database:
            database.executemany(f"INSERT INTO [{self.name}] VALUES (:id, :name, :price, :tags, :batch)", map(row, numbers))


@dataclass(frozen=True, slots=True)
class Changes:
    """A table whose rows have the time of their last change."""

    file: Path
    origin: str
    name: str

    def put(self, numbers: Iterable[int], moment: str) -> None:
        """Add rows with these ids, or change them, at that moment."""
        with closing(sqlite3.connect(self.file)) as database, database:
            database.executemany(f"INSERT OR REPLACE INTO [{self.name}] VALUES (?, ?)", [(number, moment) for number in numbers])


@dataclass(frozen=True, slots=True)
class Datasette:
    """A running server."""

    file: Path
    origin: str

    def create(self, name: str) -> Table:
        """A new, empty table."""
        with closing(sqlite3.connect(self.file)) as database, database:
            database.execute(_TABLE.format(name))
        return Table(self.file, self.origin, name)

    def create_changes(self, name: str) -> Changes:
        """A new, empty table."""
        with closing(sqlite3.connect(self.file)) as database, database:
            database.execute(f"CREATE TABLE [{name}] (id INTEGER PRIMARY KEY, updated TEXT)")
        return Changes(self.file, self.origin, name)


def install() -> Path:
    """What to run; skips the test where it cannot be installed."""
    return installed("datasette", VERSION) / "datasette"


@contextmanager
def datasette(program: Path, folder: Path) -> Iterator[Datasette]:
    """Serve the file `shop.db` in the folder, in which there is nothing yet."""
    file = folder / "shop.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("VACUUM")
    origin = f"http://127.0.0.1:{(port := free_port(0))}"
    with running([program, file, "--host", "127.0.0.1", "--port", str(port)], folder, lambda _: is_served(f"{origin}/-/versions.json")):
        yield Datasette(file, origin)
