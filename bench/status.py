"""How long `http-source status` takes for a connector with a thousand entities: seconds and queries of the storage (SQLite).

What Dagster's storage holds is written by the connector's own sensor and runs; five checkpoints an entity. Not counted is what any
command takes to start. `--entities` and `--rounds` change the size and how often each case is measured; medians are printed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg

from bench.setting import ROOT
from http_source.assembly.loading import load_config
from http_source.model import Position
from http_source.orchestration.identity import Connector
from http_source.orchestration.status import status_of
from http_source_tests.orchestration.stand import NAME, Stand, configuration
from http_source_tests.queries import counted_queries

CHECKPOINTS = 5
SETTINGS = "storage:\n  sqlite:\n    base_dir: history\ntelemetry:\n  enabled: false\n"


def main() -> None:
    """Fill a storage and ask for the status in each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("dagster.yaml").write_text(SETTINGS)
        with dg.DagsterInstance.from_config(folder) as instance:
            measure(Stand(instance, configuration(entity_names=",".join(f"e{n}" for n in range(arguments.entities)))), arguments.rounds)


def measure(stand: Stand, rounds: int) -> None:
    """Print a line for each case."""
    connector = Connector(load_config(stand.config).config)

    def ask() -> object:
        return status_of(stand.instance, connector, time.time())

    sys.stdout.write("| case | seconds | queries |\n| --- | --- | --- |\n")
    report("never run", ask, rounds)
    for sequence in range(1, CHECKPOINTS + 1):
        for entity in connector.entities:
            stand.move(entity, Position(10 * sequence, sequence=sequence))
    report("without a cursor", ask, rounds)
    stand.tick()
    remember(stand)
    report("cursor up to date", ask, rounds)
    for entity in connector.entities:
        stand.move(entity, Position(99, sequence=99))
    report("every entity moved since the last tick", ask, rounds)
    for entity in connector.entities:
        stand.fail(entity, retry_at=None)
    report("every entity moved and FAILED since the last tick", ask, rounds)


def remember(stand: Stand) -> None:
    """Store the sensor's cursor, as the daemon does."""
    Path("connectors").mkdir()
    Path("connectors/orders.json").write_text(json.dumps(stand.config))
    command = [sys.executable, "-m", "dagster", "sensor", "cursor", f"{NAME}_sensor", "--set", stand.cursor or "{}"]
    environment = os.environ | {"DAGSTER_HOME": str(Path.cwd()), "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, "-m", "http_source.definitions"], env=environment, capture_output=True, check=True)  # noqa: S603 - arguments of our own


def report(case: str, ask: Callable[[], object], rounds: int) -> None:
    """Ask and print the medians."""
    measured = [asked(ask) for _ in range(rounds)]
    seconds, queries = (statistics.median(each) for each in zip(*measured, strict=True))
    sys.stdout.write(f"| {case} | {seconds:.2f} | {queries:.0f} |\n")


def asked(ask: Callable[[], object]) -> tuple[float, int]:
    """The seconds and queries of one answer."""
    with counted_queries() as queries:
        started = time.perf_counter()
        ask()
        return time.perf_counter() - started, len(queries)


if __name__ == "__main__":
    main()
