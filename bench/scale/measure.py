"""Watches a fleet for some time."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path

import psutil

from bench.processes import CpuMeter, held, role_of
from bench.scale.figures import Measured
from bench.scale.fleet import Fleet, Size, Storage, fleet
from bench.scale.history import history
from bench.scale.storage import Stored, in_postgres, on_disk
from bench.setting import pause
from http_source_tests.real_servers.postgres import USER
from http_source_tests.real_servers.postgres import postgres as postgres_server

Look = Callable[[Path], Stored]

_LOOK_S = 5.0
_PATIENCE_S = 1_200
_DATABASE = "scale"


def measured_of(size: Size, *, postgres: bool, settling: float, seconds: float) -> Measured:
    """Start a fleet in a folder of its own, watch it for so many seconds once all is polled and settled, and stop it."""
    with tempfile.TemporaryDirectory(prefix="scale-", ignore_cleanup_errors=True) as name, _storage(postgres=postgres) as (storage, look):
        folder, began = Path(name), time.monotonic()
        # Relative paths of dagster.yaml begin where one is.
        with chdir(folder), fleet(folder, size, storage) as running:
            return measure(running, began, settling=settling, seconds=seconds, stored=lambda: look(running.state))


@contextmanager
def _storage(*, postgres: bool) -> Iterator[tuple[Storage, Look]]:
    if not postgres:
        yield None, on_disk
        return
    with postgres_server() as server:
        dsn = server.create(_DATABASE)
        settings = {"username": USER, "password": "unused", "hostname": "127.0.0.1", "db_name": _DATABASE, "port": server.port}
        yield settings, lambda _: in_postgres(dsn)


def measure(running: Fleet, began: float, *, settling: float, seconds: float, stored: Callable[[], Stored]) -> Measured:
    """Wait until all is polled and settled, and measure; `began` is when Dagster started, by `time.monotonic`."""
    first = _all_polled(running) - began
    pause(settling)
    meter, begins = CpuMeter(), time.time()
    running.gaps()
    before, asked, start = stored(), running.statements(), time.monotonic()
    _watch(running, meter, seconds)
    passed, gaps, grown, ended = time.monotonic() - start, running.gaps(), stored() - before, time.time()
    asked_since = _since(running.statements(), asked)
    interval = running.size.interval_ms / 1000
    return Measured(
        seconds=passed, first=first, late=[gap - interval for gap in gaps], stored=grown, history=history(running.folder, begins, ended),
        cpu=dict(meter.used), held=held(running.processes()), statements=_by_role(asked_since), load=psutil.getloadavg()[0],
    )


def _all_polled(fleet: Fleet) -> float:
    deadline = time.monotonic() + _PATIENCE_S
    while (known := fleet.known()) < fleet.size.all_entities:
        if time.monotonic() > deadline:
            raise fleet.dagster.failed(f"has polled {known} of {fleet.size.all_entities} entities after {_PATIENCE_S} s")
        pause(1)
    return time.monotonic()


def _watch(fleet: Fleet, meter: CpuMeter, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    meter.look(fleet.processes())
    while (left := deadline - time.monotonic()) > 0:
        pause(min(left, _LOOK_S))
        meter.look(fleet.processes())


def _since(now: Mapping[int, int], before: Mapping[int, int]) -> dict[int, int]:
    return {process: count - before.get(process, 0) for process, count in now.items()}


def _by_role(asked: Mapping[int, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for process, count in asked.items():
        if psutil.pid_exists(process):
            found[role_of(psutil.Process(process))] += count
    return found
