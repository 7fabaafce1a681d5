"""Dagster whose runs are executed by Celery's workers, each on a host of its own: set up as docs/celery.md says."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from http_source_tests.hosts.deployment import Deployment, with_story
from http_source_tests.hosts.home import PORT_VARIABLE, ROOT, connector
from http_source_tests.hosts.host import Host
from http_source_tests.hosts.lines import End, here
from http_source_tests.hosts.topics import Topics
from http_source_tests.real_servers.postgres import Postgres
from http_source_tests.real_servers.redis_server import Redis

BROKER_PORT = 6379
"""Where each host finds Redis, at its own loopback address."""

SLOTS = 8
"""Runs that a worker executes at once, in the page's command."""

_TERMINATE = "import sys, dagster as dg; here = dg.DagsterInstance.get(); sys.exit(not here.run_coordinator.cancel_run(sys.argv[1]))"
_PAGE = (ROOT / "docs" / "celery.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The only block of a language on the page."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", _PAGE, re.DOTALL)
    return str(found)


@dataclass(frozen=True, slots=True)
class Servers:
    """What stays while hosts come and go.

    Attributes:
        topics: where records go; by default an in-memory cluster of the deployment's own.
    """

    postgres: Postgres
    redis: Redis
    topics: Topics | None = None


class CeleryDeployment(Deployment):
    """What runs: every host has a line named "broker" as well, and those that poll are `workers`."""

    _settings: Mapping[str, Any] = yaml.safe_load(block("yaml"))

    def __init__(self, folder: Path, servers: Servers, stack: ExitStack, connectors: Sequence[Mapping[str, object]]) -> None:
        self._redis = servers.redis
        self.workers: list[Host] = []
        super().__init__(folder, servers.postgres, stack, connectors, topics=servers.topics)
        url = self._redis.url(BROKER_PORT)
        (self._home / "dagster_celery_config.py").write_text(block("python"))
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self._environment |= {"CELERY_BROKER_URL": url, "CELERY_RESULT_BACKEND": url, "PATH": path}

    def start_worker(self, name: str, slots: int = SLOTS) -> Host:
        """Start a worker on a new host of that name by the page's command, for so many runs at once."""
        command = block("bash").replace(f"--concurrency {SLOTS}", f"--concurrency {slots}")
        worker = self._polling_host(name, ("bash", "-c", f'cd "$DAGSTER_HOME" && {command}'))
        worker.boot()
        self.workers.append(worker)
        return worker

    def partition(self, what: str, host: Host) -> None:
        """`hold`, `cut` or `pass` every line of a host."""
        self._board.let(what, *self.lines[host].values())

    def poller(self, entity: str = "a") -> Host:
        """The worker that asked for an entity last."""
        last = self.feed.of(entity)[-1].host
        return next(worker for worker in self.workers if self.name_of(worker) == last)

    def terminate(self, run: dg.DagsterRun) -> None:
        """What a click on `Terminate` does."""
        url = self._redis.url()
        environment = {**self._environment, PORT_VARIABLE: str(self._server.port), "CELERY_BROKER_URL": url, "CELERY_RESULT_BACKEND": url}
        subprocess.run([sys.executable, "-c", _TERMINATE, run.run_id], env=environment, cwd=self._folder, check=True)

    def stored(self, connector: str = "orders", entity: str = "a") -> int:
        """The offset of an entity's last checkpoint."""
        found = self.instance.fetch_materializations(dg.AssetRecordsFilter(dg.AssetKey(connector), asset_partitions=[entity]), limit=1)
        (newest,) = (each.asset_materialization for each in found.records)
        return int(str(newest.metadata["http_source/offset"].value)) if newest else 0

    def asked(self, worker: Host, offset: int, entity: str = "a") -> int:
        """How many pages a worker asked for from an offset on: what it did not store, and so many are repeated at most."""
        name = self.name_of(worker)
        return len({each.offset for each in self.feed.of(entity) if each.host == name and each.offset >= offset})

    def _host(self, name: str, command: Sequence[str]) -> Host:
        host = super()._host(name, command)
        self._connect(host, "broker", BROKER_PORT, End(here, self._redis.port))
        return host


@contextmanager
def celery_deployed(
    folder: Path, servers: Servers, *connectors: Mapping[str, object], workers: int = 2, slots: int = SLOTS, settled: Sequence[str] = ("a",)
) -> Iterator[CeleryDeployment]:
    """A daemon, a code server and so many workers, each on a host of its own, once the `settled` entities are polled.

    Everything is gone afterwards. When the block fails, it shows what the hosts wrote.
    """
    with ExitStack() as stack:
        place = CeleryDeployment(folder, servers, stack, connectors or [connector()])
        with with_story(place):
            place.deploy("code")
            for number in range(workers):
                place.start_worker(f"worker-{number}", slots)
            place.start_daemon()
            for entity in settled:
                place.settle(entity)
            yield place
