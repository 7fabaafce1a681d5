"""json-server, a REST API over a file that is not ours: installed from npm, run on a port of its own, killed with all it started."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from http_source.demo.processes import free_port
from http_source_tests.real_servers.npm import installed
from http_source_tests.real_servers.program import is_served, running

VERSION = "0.17.4"
"""The last one with `_start` and `_limit`; later ones are betas that page otherwise."""


@dataclass(frozen=True, slots=True)
class JsonServer:
    """A running server with one collection, `/items`."""

    url: str

    @property
    def items(self) -> str:
        """The collection's address."""
        return f"{self.url}/items"

    def post(self, items: Sequence[dict[str, Any]]) -> None:
        """Add items at the end of the collection, as another client of the API would."""
        with requests.Session() as session:
            for item in items:
                session.post(self.items, json=item).raise_for_status()

    def delete(self, identity: int) -> None:
        """Delete an item."""
        requests.delete(f"{self.items}/{identity}", timeout=30).raise_for_status()


def install() -> Path:
    """What to run; skips the test where npm is missing."""
    return installed("json-server", VERSION) / ".bin" / "json-server"


@contextmanager
def json_server(program: Path, folder: Path, items: Sequence[dict[str, Any]]) -> Iterator[JsonServer]:
    """Serve the items from a file in the folder."""
    database = folder / "db.json"
    database.write_text(json.dumps({"items": list(items)}), encoding="utf-8")
    server = JsonServer(f"http://127.0.0.1:{(port := free_port(0))}")
    command = [str(program), "--host", "127.0.0.1", "--port", str(port), str(database)]
    with running(command, folder, lambda _: is_served(f"{server.items}?_limit=1")):
        yield server
