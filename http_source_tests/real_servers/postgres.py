"""PostgreSQL as Debian packages it: a server of its own on a port of its own, gone with the tests."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from http_source.demo.processes import free_port
from http_source_tests.waiting import until

USER = "dagster"
# What a test writes is gone with it.
_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "unix_socket_directories=", "max_connections=300")


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server."""

    port: int

    def create(self, database: str) -> str:
        """Create an empty database; its connection string."""
        self.execute("postgres", f"CREATE DATABASE {database}")
        return self.dsn(database)

    def execute(self, database: str, statement: str) -> None:
        with closing(psycopg2.connect(self.dsn(database))) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    def dsn(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user={USER} dbname={database}"


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server. Skips the test where none is installed."""
    programs = _programs()
    home = Path(tempfile.mkdtemp(prefix="http-source-postgres-"))
    try:
        with _running(programs, home) as server:
            yield server
    finally:
        shutil.rmtree(home)


@contextmanager
def _running(programs: Path, home: Path) -> Iterator[Postgres]:
    owner = _owner(home)
    data = home / "data"
    subprocess.run([*owner, programs / "initdb", "--no-sync", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale", "C", "-D", data],
                   cwd=home, check=True, capture_output=True)
    server = Postgres(free_port(0))
    settings = [word for each in (*_QUICK, "listen_addresses=127.0.0.1", f"port={server.port}") for word in ("-c", each)]
    with (home / "log").open("wb") as log:
        # It ends with this process, however that ends: its own processes end with it.
        process = subprocess.Popen(["setpriv", *owner[1:-1], "--pdeathsig", "QUIT", "--", programs / "postgres", "-D", data, *settings],
                                   cwd=home, stdout=log, stderr=log, start_new_session=True)
    try:
        until(lambda: _answers(process, server, home / "log"))
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def _answers(process: "subprocess.Popen[bytes]", server: Postgres, log: Path) -> bool:
    assert process.poll() is None, f"PostgreSQL ended by itself:\n{log.read_text()}"
    with suppress(psycopg2.OperationalError):
        server.execute("postgres", "SELECT 1")
        return True
    return False


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: float(each.parts[-3]))
    if not found:
        pytest.skip("PostgreSQL is missing (/usr/lib/postgresql/*/bin/initdb): on Debian install postgresql to run this test")
    if not shutil.which("setpriv"):
        pytest.skip("setpriv is missing, without which PostgreSQL would run as root: on Debian install util-linux to run this test")
    return found[-1].parent


def _owner(home: Path) -> list[str]:
    """What starts a program as the user who owns the folder from now on: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return ["setpriv", "--"]
    users = {each.pw_name: each for each in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    os.chown(home, user.pw_uid, user.pw_gid)
    return ["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups", "--"]
