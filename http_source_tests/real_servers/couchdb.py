"""CouchDB's HTTP API by a server that is not ours: PouchDB in memory behind express-pouchdb, installed from npm, on a port of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from http_source.demo.processes import free_port
from http_source_tests.real_servers.npm import installed
from http_source_tests.real_servers.program import running

VERSION = "4.2.0"
SCRIPT = Path(__file__).with_name("couchdb.mjs")

_DATABASE = "7.3.1"
"""The PouchDB that this version of express-pouchdb is made for."""

_OTHERS = (f"pouchdb-core@{_DATABASE}", f"pouchdb-adapter-memory@{_DATABASE}", "express@4.21.2")


@dataclass(frozen=True, slots=True)
class Database:
    """A database of a running server, as another client of the API sees it."""

    url: str

    def add(self, documents: Sequence[dict[str, Any]]) -> None:
        """Write documents, each with its `_id`, one after another."""
        with requests.Session() as session:
            for document in documents:
                session.put(f"{self.url}/{document['_id']}", json=document).raise_for_status()

    def update(self, document: dict[str, Any]) -> None:
        """Write a document that is there already anew."""
        self.add([document | {"_rev": self._revision(document["_id"])}])

    def delete(self, identifier: str) -> None:
        """Delete a document."""
        requests.delete(f"{self.url}/{identifier}", params={"rev": self._revision(identifier)}, timeout=30).raise_for_status()

    def _revision(self, identifier: str) -> str:
        with requests.get(f"{self.url}/{identifier}", timeout=30) as answer:
            return str(answer.json()["_rev"])


@dataclass(frozen=True, slots=True)
class CouchDB:
    """A running server."""

    url: str

    @contextmanager
    def database(self, name: str) -> Iterator[Database]:
        """Create an empty database, and delete it at the end."""
        requests.put(f"{self.url}/{name}", timeout=30).raise_for_status()
        try:
            yield Database(f"{self.url}/{name}")
        finally:
            requests.delete(f"{self.url}/{name}", timeout=30).raise_for_status()


def install() -> Path:
    """Its `node_modules`; skips the test where npm is missing."""
    return installed("express-pouchdb", VERSION, *_OTHERS)


@contextmanager
def couchdb(modules: Path, folder: Path) -> Iterator[CouchDB]:
    """A server without databases."""
    port = free_port(0)
    with running(["node", SCRIPT, modules, str(port)], folder, lambda written: "listening" in written):
        yield CouchDB(f"http://127.0.0.1:{port}")
