"""How long nobody asks after one of Celery's workers was killed, cut off from the network, or redeployed, and what was lost or repeated.

`python -m bench.celery_hosts [TIMES [GUARANTEE]]` prints a row for each guarantee, or for one of them, and fault: seconds between the last
request of the old host and the first one of another, and records on Apache Kafka, as a read-committed consumer sees them. TIMES is 5 by
default, which takes half an hour. It needs root, PostgreSQL, Redis, Java and what else `make test-servers` uses for hosts. Three workers
run; each that is gone is replaced by one with a new name.
"""

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from bench.figures import machine, spread, table
from http_source_tests.hosts.celery_deployment import CeleryDeployment, Servers, celery_deployed
from http_source_tests.hosts.home import connector
from http_source_tests.hosts.host import Host, missing
from http_source_tests.hosts.topics import Committed
from http_source_tests.hosts.waiting import soon, watch
from http_source_tests.real_servers.broker_tasks import running_kafka
from http_source_tests.real_servers.postgres import postgres
from http_source_tests.real_servers.redis_server import redis_server

GUARANTEES = {"at least once": {}, "exactly once": {"exactly_once_support": "required"}}
_GIVEN_UP_SECONDS = 180
_SETTLING_SECONDS = 8
_NUMBERS = count(1)


class Outcome(NamedTuple):
    """What one fault did: seconds without a request, pages that are in the topic more than once since, and as many as could be."""

    rest: float
    repeated: int
    unstored: int


def kill(place: CeleryDeployment, worker: Host) -> None:
    """As a machine that loses its power."""
    worker.kill()
    _replace(place)


def cut_off(place: CeleryDeployment, worker: Host) -> None:
    """As a switch that is down: connections stay open and silent."""
    place.partition("hold", worker)


def redeploy(place: CeleryDeployment, worker: Host) -> None:
    """As Kubernetes does: told to end, gone, another one of a new name."""
    worker.terminate()
    _replace(place)
    worker.ended()


FAULTS: dict[str, Callable[[CeleryDeployment, Host], None]] = {"killed": kill, "cut off": cut_off, "redeployed": redeploy}


def suffer(place: CeleryDeployment, fault: Callable[[CeleryDeployment, Host], None]) -> Outcome:
    """Let the worker that polls suffer a fault, and wait until another one polls. Raises RuntimeError when none does."""
    watch(_SETTLING_SECONDS)
    before, worker = place.twice(), place.poller()
    fault(place, worker)
    stored = place.stored()
    if not soon(lambda: place.poller() is not worker, _GIVEN_UP_SECONDS):
        raise RuntimeError(f"Nobody polls {_GIVEN_UP_SECONDS} s after {worker.name} was lost.")
    requests, name = place.feed.of("a"), place.name_of(worker)
    last = max(each.began for each in requests if each.host == name)
    place.partition("pass", worker)
    watch(_SETTLING_SECONDS)
    return Outcome(min(each.began for each in requests if each.began > last) - last, place.twice() - before, place.asked(worker, stored))


def _replace(place: CeleryDeployment) -> None:
    place.start_worker(f"replacement-{next(_NUMBERS)}")


def rows(place: CeleryDeployment, guarantee: str, times: int) -> Iterator[tuple[str, ...]]:
    """A row for each fault, suffered so many times."""
    for name, fault in FAULTS.items():
        outcomes = []
        for number in range(times):
            outcomes.append(suffer(place, fault))
            sys.stderr.write(f"{guarantee}, {name}, {number + 1} of {times}: {outcomes[-1]}\n")
        rests, repeated, unstored = zip(*outcomes, strict=True)
        yield (guarantee, name, spread(rests, 1), str(len(place.lost())), spread(repeated), spread(unstored),
               str(len(place.feed.overlapping("a"))))


@contextmanager
def deployment(guarantee: str) -> Iterator[CeleryDeployment]:
    """Three workers, and a connector with that guarantee."""
    with tempfile.TemporaryDirectory() as folder, postgres() as database, redis_server() as redis:
        (kafka_folder := Path(folder) / "kafka").mkdir()
        with running_kafka(kafka_folder) as kafka:
            kafka.create("a")
            servers = Servers(database, redis, Committed(kafka))
            with celery_deployed(Path(folder), servers, connector(**GUARANTEES[guarantee]), workers=3, slots=2) as place:
                yield place


def main(times: int, guarantees: Iterable[str]) -> None:
    """Let each fault happen so many times with each of the guarantees, and print the table."""
    if reason := missing():
        sys.exit(reason)
    found: list[tuple[str, ...]] = []
    for guarantee in guarantees:
        with deployment(guarantee) as place:
            found += rows(place, guarantee, times)
    header = ("guarantee", "the worker is", "seconds until another polls", "records lost", "pages repeated", "pages not stored",
              "requests at once")
    sys.stdout.write(table(header, found) + f"\n\n{machine()}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, sys.argv[2:] or GUARANTEES)
