"""What requests to `http-source serve` cost beside Dagster's storage on SQLite: seconds, processor seconds of the server, and queries.

Many connectors with a sensor that ticks and runs that live; each entity was moved once since the last tick. `--connectors` and `--rounds`
change how many, and how often each request is measured; medians are printed. The first status waits for signs of life, the others do not.
"""

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from http_source.model import Position
from http_source.orchestration.status import open_instance
from http_source_tests.orchestration.home import folder
from http_source_tests.queries import counted_queries
from http_source_tests.rest.served import Served, serving

ENTITIES, TASKS = 20, 2
PATHS = (
    "/connectors", "/connectors/c0/config", "/connectors/c0/topics", "/connectors/c0/status", "/connectors?expand=info",
    "/connectors?expand=status", "/connectors?expand=status&expand=info",
)


def main() -> None:
    """Fill a storage and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connectors", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    logging.getLogger("http_source").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as home:
        os.chdir(home)
        folder(Path(home))
        with open_instance() as instance, serving(instance) as url:
            served = Served(Path(home), instance, url)
            fill(served, arguments.connectors)
            measure(served, arguments.rounds)
        os.chdir("/")


def fill(served: Served, count: int) -> None:
    """Write connectors, as their sensors and runs leave them."""
    for number in range(count):
        stand = served.make(f"c{number}", entity_names=",".join(f"e{each}" for each in range(ENTITIES)), tasks_max=str(TASKS))
        for request in served.tick(stand):
            stand.live(request)
        for each in range(ENTITIES):
            stand.move(f"e{each}", Position(each, sequence=1, mode="SIMPLE_INCREMENTING"))


def measure(served: Served, rounds: int) -> None:
    """Print a line for each path."""
    sys.stdout.write("| GET | seconds | processor seconds | queries |\n| --- | --- | --- | --- |\n")
    report(served, "/connectors?expand=status", 1, " (first)")
    for path in PATHS:
        report(served, path, rounds)


def report(served: Served, path: str, rounds: int, said: str = "") -> None:
    """Ask and print the medians."""
    measured = [asked(served, path) for _ in range(rounds)]
    seconds, processor, queries = (statistics.median(each) for each in zip(*measured, strict=True))
    sys.stdout.write(f"| `{path}`{said} | {seconds:.3f} | {processor:.3f} | {queries:.0f} |\n")
    sys.stdout.flush()


def asked(served: Served, path: str) -> tuple[float, float, int]:
    """The seconds, the processor seconds and the queries of one answer; the client's are few."""
    with counted_queries() as queries:
        started, processor = time.perf_counter(), time.process_time()
        served.json(path)
        return time.perf_counter() - started, time.process_time() - processor, len(queries)


if __name__ == "__main__":
    main()
