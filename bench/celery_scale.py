"""Many connectors on Celery's workers, each a host of its own: what it costs, and whether requests are sent when they are due.

`python -m bench.celery_scale [--connectors 50] [--entities 20] [--interval 15000] [--workers 4] [--seconds 120]` sets up Redis, PostgreSQL,
a daemon, a code server and the workers as docs/celery.md says, waits until every entity was polled, lets it settle and measures. The API
has records for every request. It needs root and what else `make test-servers` uses for hosts, and 8 GB of memory for fifty connectors.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import psutil

from bench.figures import machine, table
from bench.processes import MEGABYTE, CpuMeter, held
from bench.scale.figures import quantiles_of
from bench.scale.storage import in_postgres
from bench.setting import pause
from http_source_tests.hosts.celery_deployment import CeleryDeployment, Servers, celery_deployed
from http_source_tests.hosts.feed import Request
from http_source_tests.hosts.home import connector
from http_source_tests.hosts.host import missing
from http_source_tests.hosts.waiting import soon
from http_source_tests.real_servers.postgres import postgres
from http_source_tests.real_servers.redis_server import redis_server

_PATIENCE_S = 900
_LOOK_S = 5.0
_HOUR_S = 3_600


class Fleet(NamedTuple):
    """So many connectors with so many entities each."""

    connectors: int
    entities: int
    interval_ms: int

    def names(self, number: int) -> list[str]:
        """The entities of a connector: no other one has them."""
        return [f"c{number}-e{entity}" for entity in range(self.entities)]

    def documents(self) -> list[dict[str, object]]:
        """A configuration for each connector."""
        return [connector(f"c{number}", entity_names=",".join(self.names(number)), request_interval_ms=str(self.interval_ms))
                for number in range(self.connectors)]


def lateness(requests: Iterable[Request], interval_s: float) -> list[float]:
    """By how many seconds each request came after it was due: an interval after the answer before it."""
    of_entity: dict[str, list[Request]] = defaultdict(list)
    for each in requests:
        of_entity[each.entity].append(each)
    return [later.began - sooner.ended - interval_s for each in of_entity.values() for sooner, later in pairwise(each)]


def measured(place: CeleryDeployment, fleet: Fleet, seconds: float) -> list[tuple[str, str]]:
    """Watch a settled fleet for so many seconds; a row for each figure."""
    meter, before, start = CpuMeter(), in_postgres(place.dsn), time.monotonic()
    while time.monotonic() < start + seconds:
        meter.look(_processes(place))
        pause(_LOOK_S)
    meter.look(_processes(place))
    passed, grown = time.monotonic() - start, in_postgres(place.dsn) - before
    asked = [each for each in place.feed.requests if each.began > start]
    late = lateness(asked, fleet.interval_ms / 1000)
    return [
        ("requests a second", f"{len(asked) / passed:.1f}"),
        ("requests late: p50, p99, most, s", quantiles_of(late)),
        ("connectors of each worker", _spread_over(asked)),
        ("requests at once of one entity", str(sum(len(place.feed.overlapping(name)) for name in {each.entity for each in asked}))),
        ("storage an hour, MB", f"{grown.all / passed * _HOUR_S / MEGABYTE:,.0f}"),
        ("checkpoints a second", f"{grown.count / passed:.1f}"),
        *_costs(place, meter, passed),
    ]


def _costs(place: CeleryDeployment, meter: CpuMeter, seconds: float) -> list[tuple[str, str]]:
    used, kept = dict(meter.used), held(_processes(place))
    return [
        ("CPU of all, % of a core", f"{100 * sum(used.values()) / seconds:.0f}"),
        *((f"CPU of {role}, % of a core", f"{100 * used.get(role, 0.0) / seconds:.1f}") for role in sorted(kept)),
        ("memory of all, MB (PSS)", f"{sum(each.shared for each in kept.values()) / MEGABYTE:,.0f}"),
        *((f"memory of {role}: processes, MB", f"{each.count}, {each.shared / MEGABYTE:,.0f}") for role, each in sorted(kept.items())),
        ("load average at the end", f"{psutil.getloadavg()[0]:.1f}"),
    ]


def _processes(place: CeleryDeployment) -> list[psutil.Process]:
    return [process for host in place.lines for process in host.processes()]


def _spread_over(asked: Sequence[Request]) -> str:
    pairs = {(each.host, each.entity.partition("-")[0]) for each in asked}
    return ", ".join(str(count) for _, count in sorted(Counter(host for host, _ in pairs).items()))


def main() -> None:
    """Measure one fleet and print its table."""
    options = _options()
    if reason := missing():
        sys.exit(reason)
    fleet, began = Fleet(options.connectors, options.entities, options.interval), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, postgres() as database, redis_server() as redis:
        servers, slots = Servers(database, redis), -(-fleet.connectors // options.workers) + 2
        with celery_deployed(Path(folder), servers, *fleet.documents(), workers=options.workers, slots=slots, settled=()) as place:
            everything = fleet.connectors * fleet.entities
            if not soon(lambda: len({each.entity for each in list(place.feed.requests)}) == everything, _PATIENCE_S):
                sys.exit(f"Not all entities are polled after {_PATIENCE_S} s.")
            first = time.monotonic() - began
            pause(options.settling)
            rows = [("all entities polled first after, s", f"{first:.0f}"), *measured(place, fleet, options.seconds)]
    title = f"{fleet.connectors} x {fleet.entities}, {options.workers} workers with {slots} slots each; PostgreSQL"
    sys.stdout.write(f"{title}\n\n{table(('what', 'measured'), rows)}\n\n{machine()}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.celery_scale", description=__doc__)
    parser.add_argument("--connectors", type=int, default=50)
    parser.add_argument("--entities", type=int, default=20)
    parser.add_argument("--interval", type=int, default=15_000, metavar="MS")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--settling", type=float, default=45)
    parser.add_argument("--seconds", type=float, default=120)
    return parser.parse_args()


if __name__ == "__main__":
    main()
