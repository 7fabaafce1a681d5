"""`http-source serve` in a process of its own."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import requests

from http_source.demo.processes import free_port
from http_source_tests.orchestration.dagster_dev import ROOT

T = TypeVar("T")
_PATIENCE_S = 240.0


@dataclass
class Serve:
    """A `serve` in a process of its own.

    Attributes:
        log: where it writes.
    """

    process: "subprocess.Popen[bytes]"
    url: str
    log: Path

    def lines(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


@contextmanager
def serve(folder: Path, *options: str, **environment: str) -> Iterator[Serve]:
    """Serve a folder; it is killed where it has not ended before."""
    port, log = free_port(0), folder / "serve.log"
    command = [sys.executable, "-m", "http_source.cli", "serve", "--port", str(port), *options]
    around = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), "HTTP_SOURCE_LOG_FORMAT": "json"} | environment
    with log.open("wb") as out, subprocess.Popen(command, cwd=folder, env=around, stdout=out, stderr=out) as process:
        running = Serve(process, f"http://127.0.0.1:{port}", log)
        try:
            wait_for(lambda: answers(running))
            yield running
        finally:
            process.kill()


def answers(running: Serve) -> bool:
    assert running.process.poll() is None, running.log.read_text()
    with suppress(requests.RequestException):
        return requests.get(f"{running.url}/connectors", timeout=20).status_code < 500
    return False


def wait_for(condition: Callable[[], T], seconds: float = _PATIENCE_S) -> T:
    ends = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < ends, "It never happened."
        threading.Event().wait(0.2)
    return found
