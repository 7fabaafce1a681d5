"""The deployment that is measured: connectors over a sample API, in-memory Kafka, and `dagster dev` with the shipped settings."""

import json
import shutil
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests
import yaml

from bench.processes import session
from bench.setting import ROOT, environment_in, pause
from http_source.demo.processes import Service, free_port
from http_source.demo.services import Services

_START_S = 180
_GRACE_S = 90

Storage = Mapping[str, object] | None
"""What `postgres_db` has in dagster.yaml; None for SQLite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What is polled.

    Attributes:
        brings: whether every request brings a record; else none does.
        more: further properties of each connector.
    """

    connectors: int
    entities: int
    interval_ms: int = 15_000
    brings: bool = True
    more: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        asked = f"{self.interval_ms / 1000:g} s, {'a record' if self.brings else 'nothing'} each time"
        more = "".join(f", {name}={value}" for name, value in self.more)
        return f"{self.connectors:,} times {self.entities:,} entities, every {asked}{more}"

    @property
    def all_entities(self) -> int:
        """Of all connectors together."""
        return self.connectors * self.entities

    def configurations(self, url: str) -> list[dict[str, str]]:
        """The connectors' files."""
        return [{
            "name": f"c{number}",
            "url": f"{url}/{'one' if self.brings else 'none'}/c{number}-${{entityName}}?offset=${{offset}}",
            "entity.names": ",".join(f"e{entity}" for entity in range(self.entities)),
            "http.initial.offset": "0",
            "http.response.data.json.pointer": "/hits/hits",
            "request.interval.ms": str(self.interval_ms),
            "output.data.format": "JSON",
            "topic.name.pattern": "bench",
            **dict(self.more),
        } for number in range(self.connectors)]


@dataclass(frozen=True, slots=True)
class Fleet:
    """It runs.

    Attributes:
        url: the API, which measures how late requests come.
        state: where Dagster keeps what it stores.
    """

    size: Size
    url: str
    folder: Path
    dagster: Service

    @property
    def state(self) -> Path:
        """Where Dagster keeps what it stores on disk."""
        return self.folder / ".dagster"

    def processes(self) -> list[psutil.Process]:
        """All that `dagster dev` started, and itself."""
        self.dagster.check()
        return session(self.dagster.group)

    def known(self) -> int:
        """How many entities were polled at least once."""
        return int(self._get("/known"))

    def gaps(self) -> list[float]:
        """Seconds between the end of an answer and the entity's next request, since the last call."""
        return list(json.loads(self._get("/gaps")))

    def statements(self) -> dict[int, int]:
        """What each process asked its storage, by process."""
        files = (self.folder / "statements").iterdir()
        return {int(file.name): struct.unpack("q", file.read_bytes())[0] for file in files if file.stat().st_size}

    def _get(self, path: str) -> str:
        with requests.Session() as client:
            client.trust_env = False
            return client.get(self.url + path, timeout=30).text


@contextmanager
def fleet(folder: Path, size: Size, storage: Storage) -> Iterator[Fleet]:
    """Start all of it; stop it in the end."""
    with Services(pause, _START_S) as services:
        url = services.listening(Service("Feed", ["-m", "bench.feed", "1"], folder, environment=environment_in(folder)))
        kafka = services.listening(Service("Broker", ["-m", "http_source.demo.broker"], folder, environment=environment_in(folder)))
        _furnish(folder, size.configurations(url), storage)
        counting = {"KAFKA_BOOTSTRAP_SERVERS": kafka, "BENCH_STATEMENTS": str(folder / "statements")}
        environment = environment_in(folder, ROOT / "bench" / "scale" / "probe") | counting
        command = ["-m", "dagster", "dev", "-p", str(free_port(0))]
        dagster = services.start(Service("Dagster", command, folder, environment=environment, grace=_GRACE_S))
        yield Fleet(size, url, folder, dagster)


def _furnish(folder: Path, connectors: Sequence[Mapping[str, str]], storage: Storage) -> None:
    for name in ("connectors", "tmp", "statements"):
        (folder / name).mkdir()
    for each in connectors:
        (folder / "connectors" / f"{each['name']}.json").write_text(json.dumps(each))
    shutil.copy(ROOT / "workspace.yaml", folder)
    settings = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    if storage:
        settings["storage"] = {"postgres": {"postgres_db": storage}}
    (folder / "dagster.yaml").write_text(yaml.safe_dump(settings))
