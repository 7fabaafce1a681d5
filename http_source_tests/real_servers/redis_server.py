"""Redis as Debian packages it: a server of its own on a port of its own, gone with the tests."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from http_source.demo.processes import free_port
from http_source_tests.real_servers.program import running

_SETTINGS = {"bind": "127.0.0.1", "save": "", "appendonly": "no", "daemonize": "no"}


@dataclass(frozen=True, slots=True)
class Redis:
    """A running server."""

    port: int

    def url(self, port: int = 0) -> str:
        """Its first database, at its own port or at another one that leads there."""
        return f"redis://127.0.0.1:{port or self.port}/0"


@contextmanager
def redis_server() -> Iterator[Redis]:
    """Run a server. Skips the test where none is installed."""
    if not (program := shutil.which("redis-server")):
        pytest.skip("redis-server is missing: on Debian install redis-server to run this test")
    server = Redis(free_port(0))
    options = [word for name, value in {**_SETTINGS, "port": str(server.port)}.items() for word in (f"--{name}", value)]
    with tempfile.TemporaryDirectory(prefix="http-source-redis-") as home, running([program, *options], Path(home), _is_ready):
        yield server


def _is_ready(said: str) -> bool:
    return "Ready to accept connections" in said
