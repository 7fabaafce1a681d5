"""Dagster on several hosts: a daemon, a code server whose runs live with it, PostgreSQL, the feed and Kafka's in-memory cluster.

Every connection of a host is a line: "database", "api" and "kafka" of a code host, "database" and "code" of a daemon's.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import dagster as dg

from http_source_tests.hosts.feed import SIZE, Feed
from http_source_tests.hosts.home import (
    API_PORT,
    CODE_PORT,
    LOCATION,
    PORT_VARIABLE,
    POSTGRES_PORT,
    ROOT,
    connector,
    write_connectors,
    write_home,
)
from http_source_tests.hosts.host import Host
from http_source_tests.hosts.lines import End, Line, Switchboard, here
from http_source_tests.hosts.topics import Topics
from http_source_tests.kafka import kafka
from http_source_tests.real_servers.postgres import Postgres

_PROGRAMS = Path(sys.executable).parent
_NUMBERS = count(1)
_SETTLED_REQUESTS = 5
_DATED = re.compile(r"\W*(\[32m)?\d{4}-\d\d-\d\d ")
_SERVED = ("-m", "http_source.definitions", "-h", "127.0.0.1", "-p", str(CODE_PORT), "--location-name", LOCATION)


class Deployment:
    """What runs.

    Attributes:
        instance: Dagster's instance, seen from here by a connection of its own.
        dsn: how to connect to its database.
        code: the newest code host, which the daemons see.
        lines: each host's connections.
    """

    def __init__(  # noqa: PLR0913 - what every host needs
        self, folder: Path, server: Postgres, stack: ExitStack, connectors: Sequence[Mapping[str, object]], *,
        program: str = "api grpc", topics: Topics | None = None,
    ) -> None:
        """`topics` is where records go; by default an in-memory cluster of its own."""
        name = f"lab_{os.getpid()}_{next(_NUMBERS)}"
        (folder := folder / name).mkdir()
        self.feed = Feed()
        self.lines: dict[Host, dict[str, Line]] = {}
        self._folder, self._server, self._stack, self._program = folder, server, stack, program
        self._cluster = topics or stack.enter_context(kafka())
        self._board = stack.enter_context(Switchboard())
        self._files = write_connectors(folder / "connectors", connectors)
        self._open(name)

    code: Host
    _settings: Mapping[str, Any] = {}
    """What its dagster.yaml says beside the shipped one."""

    def deploy(self, name: str) -> Host:
        """Start a code server on a new host of that name; daemons see it from now on."""
        host = self._polling_host(name, (sys.executable, "-m", "dagster", *self._program.split(), *_SERVED))
        host.boot()
        self.code = host
        for daemon in self.daemons:
            self.show(daemon, host)
        return host

    def start_daemon(self) -> Host:
        """Start a daemon on a host of its own."""
        daemon = self._host("daemon", (str(_PROGRAMS / "dagster-daemon"), "run", "-w", str(self._home / "workspace.yaml")))
        self._connect(daemon, "code", CODE_PORT, End(self.code.socket, CODE_PORT))
        daemon.boot()
        return daemon

    @property
    def daemons(self) -> list[Host]:
        return [host for host, lines in self.lines.items() if "code" in lines]

    def show(self, daemon: Host, code: Host) -> None:
        """Let a daemon see this code host instead of the one before."""
        line = self.lines[daemon]["code"]
        self._board.let("cut", line)
        line.to = End(code.socket, CODE_PORT)
        self._board.let("pass", line)

    def let(self, what: str, name: str, *hosts: Host) -> None:
        """`pass`, `hold` or `cut` the lines of that name, of all hosts or some."""
        self._board.let(what, *(lines[name] for host, lines in self.lines.items() if name in lines and (not hosts or host in hosts)))

    def name_of(self, host: Host) -> str:
        """What the feed calls a host: names may stand twice."""
        return host.log.stem

    def command(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start `http-source`, on this machine."""
        environment = {**self._environment, PORT_VARIABLE: str(self._server.port)}
        return subprocess.Popen([_PROGRAMS / "http-source", *arguments], env=environment, cwd=self._folder, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def status(self, entity: str = "a") -> dict[str, Any]:
        """What `http-source status` says of an entity of the only connector."""
        said, _ = self.command("status", "--json").communicate()
        (document,) = json.loads(said[said.index("[\n"):])
        return next(each for each in document["entities"] if each["entity"] == entity)

    def settle(self, entity: str) -> None:
        """Wait until an entity is polled."""
        assert all(self.feed.waited(entity, 120) is not None for _ in range(_SETTLED_REQUESTS)), "nothing is polled"

    def statuses(self) -> list[dg.DagsterRunStatus]:
        """Those of all runs, newest first."""
        return [run.status for run in self.instance.get_runs()]

    def lost(self, entity: str = "a") -> list[int]:
        """The records that are not in the topic although later ones are."""
        arrived = {json.loads(value)["id"] for value in self._cluster.values(entity)}
        return sorted(set(range(max(arrived, default=-1))) - arrived)

    def twice(self, entity: str = "a") -> int:
        """How many pages are in the topic more than once."""
        values = self._cluster.values(entity)
        return (len(values) - len(set(values))) // SIZE

    def said(self) -> str:
        """What all code hosts wrote."""
        return "\n".join(host.said() for host, lines in self.lines.items() if "api" in lines)

    def story(self) -> str:
        """The end of what each host wrote, without tracebacks and details."""
        return "\n".join(f"--- {host.log.name}\n{_end(host.said())}" for host in self.lines)

    def _open(self, database: str) -> None:
        self.dsn = self._server.create(database)
        self._home = write_home(self._folder / "home", database, {"env": PORT_VARIABLE}, self._settings)
        watcher = write_home(self._folder / "watcher", database, self._server.port, self._settings)
        self.instance = self._stack.enter_context(dg.DagsterInstance.from_config(str(watcher)))
        (self._folder / "tmp").mkdir()
        self._environment = os.environ | {
            "DAGSTER_HOME": str(self._home), PORT_VARIABLE: str(POSTGRES_PORT), "HTTP_SOURCE_CONNECTORS": str(self._files),
            "KAFKA_BOOTSTRAP_SERVERS": self._cluster.bootstrap, "TMPDIR": str(self._folder / "tmp"),
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        }

    def _polling_host(self, name: str, command: Sequence[str]) -> Host:
        """A host that also reaches the API and Kafka."""
        host = self._host(name, command)
        door = self._stack.enter_context(self.feed.door(host.log.stem))
        self._connect(host, "api", API_PORT, End(here, door))
        broker = int(self._cluster.bootstrap.rpartition(":")[2])
        self._connect(host, "kafka", broker, End(here, broker))
        return host

    def _host(self, name: str, command: Sequence[str]) -> Host:
        log = self._folder / f"{len(self.lines)}-{name}.log"
        host = Host(name, command, self._environment, log)
        self._stack.callback(host.kill)
        self.lines[host] = {}
        self._connect(host, "database", POSTGRES_PORT, End(here, self._server.port))
        return host

    def _connect(self, host: Host, name: str, port: int, to: End | None) -> None:
        self.lines[host][name] = self._board.line(End(host.socket, port), to)


def _end(written: str, lines: int = 15) -> str:
    return "\n".join([line for line in written.splitlines() if _DATED.match(line) and " DEBUG " not in line][-lines:])


@contextmanager
def deployed(
    folder: Path, server: Postgres, *connectors: Mapping[str, object], host: str = "pod-c", program: str = "api grpc"
) -> Iterator[Deployment]:
    """A daemon and one code host that polls; everything is gone afterwards. When a test fails, it shows what the hosts wrote."""
    with ExitStack() as stack:
        place = Deployment(folder, server, stack, connectors or [connector()], program=program)
        with with_story(place):
            place.deploy(host)
            place.start_daemon()
            place.settle("a")
            yield place


@contextmanager
def with_story(place: Deployment) -> Iterator[None]:
    """When something fails, it shows what the hosts wrote."""
    try:
        yield
    except BaseException as error:
        error.add_note(place.story())
        raise
