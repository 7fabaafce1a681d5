"""json-server, a REST API over a file that is not ours: installed from npm, run on a port of its own, killed with all it started."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from http_source.demo.processes import free_port
from http_source_tests.demo.waiting import until

VERSION = "0.17.4"
"""The last one with `_start` and `_limit`; later ones are betas that page otherwise."""

_CACHE = Path(__file__).parents[2] / ".cache" / "npm" / f"json-server-{VERSION}"


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


def install() -> Path:
    """Install json-server into the cache, or find it there; return what to run. Skips the test where npm is missing."""
    missing = [command for command in ("node", "npm") if shutil.which(command) is None]
    if missing:
        pytest.skip(f"json-server {VERSION} needs {' and '.join(missing)}: install Node.js with npm to run this test")
    _CACHE.mkdir(parents=True, exist_ok=True)
    package = f"json-server@{VERSION}"
    command = ["npm", "install", "--no-fund", "--no-audit", "--prefer-offline", "--prefix", str(_CACHE), package]
    npm = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert npm.returncode == 0, f"npm did not install {package}:\n{npm.stderr}"
    return _CACHE / "node_modules" / ".bin" / "json-server"


@contextmanager
def json_server(program: Path, folder: Path, items: Sequence[dict[str, Any]]) -> Iterator[JsonServer]:
    """Serve the items from a file in the folder."""
    database = folder / "db.json"
    database.write_text(json.dumps({"items": list(items)}), encoding="utf-8")
    server = JsonServer(f"http://127.0.0.1:{(port := free_port(0))}")
    command = [str(program), "--host", "127.0.0.1", "--port", str(port), str(database)]
    with (folder / "json-server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        until(lambda: _answers(process, server, folder))
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(process: "subprocess.Popen[bytes]", server: JsonServer, folder: Path) -> bool:
    assert process.poll() is None, f"json-server ended by itself:\n{(folder / 'json-server.log').read_text()}"
    with suppress(requests.ConnectionError), requests.get(server.items, params={"_limit": 1}, timeout=5) as answer:
        return answer.ok
    return False
