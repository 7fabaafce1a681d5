"""What metrics cost: a scrape of a connector with a thousand entities, and the counting on the way of records.

`python -m bench.metrics scrape` prints for a short and a long event log (`--rows` more events of the connector, SQLite) the seconds,
queries and bytes of the first scrape of a `serve` and of later ones. `python -m bench.metrics counting` polls the same records with and
without counting, in turns, and prints the ratio of the processor's seconds, with pages of one record and of many; and what the numbers
take that a run with a thousand entities writes with its lease.
"""

import argparse
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

import dagster as dg
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from bench.figures import cost_of
from bench.setting import Setting, setting
from bench.status import SETTINGS, remember
from bench.tasks import backlog, drain, task_of
from http_source.model import Position
from http_source.orchestration.totals import Counting
from http_source.rest.metrics.exposition import Numbers
from http_source.rest.metrics.reading import Reader
from http_source.rest.worker import Worker
from http_source.turns.tally import Tally
from http_source_tests.orchestration.stand import Stand, configuration
from http_source_tests.queries import counted_queries

CHECKPOINTS = 2
PATIENCE_S = 600.0


class _Uncounted(Tally):
    """Counts nothing."""

    def answered(self, status: int, seconds: float) -> None:
        pass

    def handed_over(self, records: int) -> None:
        pass

    def settled(self, records: int) -> None:
        pass

    def recorded(self, records: int) -> None:
        pass


def main() -> None:
    """Measure what the first argument names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["scrape", "counting"])
    parser.add_argument("--entities", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=2_000)
    arguments = parser.parse_args()
    if arguments.what == "scrape":
        scrapes(arguments.entities, arguments.rows, arguments.rounds)
    else:
        counting(arguments.pages, arguments.rounds)
        snapshots(arguments.entities)


# A scrape


def scrapes(entities: int, rows: int, rounds: int) -> None:
    """Print a line for each case."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("dagster.yaml").write_text(SETTINGS)
        with dg.DagsterInstance.from_config(folder) as instance:
            stand = Stand(instance, configuration(entity_names=",".join(f"e{n}" for n in range(entities))))
            for sequence in range(1, CHECKPOINTS + 1):
                for entity in range(entities):
                    stand.move(f"e{entity}", Position(10 * sequence, sequence=sequence))
            stand.tick()
            remember(stand)
            sys.stdout.write("| events | scrape | seconds | queries | bytes |\n| --- | --- | --- | --- | --- |\n")
            report(instance, CHECKPOINTS * entities, rounds)
            multiply(Path("history"), rows)
            report(instance, CHECKPOINTS * entities + rows, rounds)


def multiply(folder: Path, rows: int) -> None:
    """Write the events again, as if the connector had run for long: so many older ones."""
    (index,) = folder.rglob("index.db")
    with sqlite3.connect(index) as database:
        names = [name for _, name, *_ in database.execute("PRAGMA table_info(event_logs)") if name != "id"]
        columns = ", ".join(names)
        low, high = database.execute("SELECT min(id), max(id) FROM event_logs WHERE partition IS NOT NULL").fetchone()
        count = high - low + 1
        copy = f"INSERT INTO event_logs (id, {columns}) SELECT id - ?, {columns} FROM event_logs WHERE id BETWEEN ? AND ? LIMIT ?"  # noqa: S608
        for share in range(rows // count + 1):
            database.execute(copy, ((share + 1) * count, low, high, min(count, rows - share * count)))


def report(instance: dg.DagsterInstance, events: int, rounds: int) -> None:
    """The first scrape, which remembers nothing, and the median of those after it."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Numbers(Reader(Worker(instance, "127.0.0.1:8083"), PATIENCE_S)))
    first = scraped(registry)
    later = [statistics.median(each) for each in zip(*(scraped(registry) for _ in range(rounds)), strict=True)]
    for name, (seconds, queries, size) in (("first", first), ("later", later)):
        sys.stdout.write(f"| {events} | {name} | {seconds:.2f} | {queries:.0f} | {size:.0f} |\n")


def scraped(registry: CollectorRegistry) -> tuple[float, float, float]:
    """Seconds, queries and bytes of one scrape."""
    encode, _ = choose_encoder("application/openmetrics-text; version=1.0.0")
    with counted_queries() as queries:
        started = time.perf_counter()
        size = len(encode(registry))
        return time.perf_counter() - started, len(queries), size


# Counting


def counting(pages: int, rounds: int) -> None:
    """Print the ratio for pages of each size; each pair is measured one after the other, and which of the two comes first alternates."""
    for size in (1, 100):
        with setting(size) as here:
            ratios = []
            for number in range(rounds):
                order = (Tally, _Uncounted) if number % 2 else (_Uncounted, Tally)
                spent = {kind: processor_seconds(here, kind, pages * size) for kind in order}
                ratios.append(spent[Tally] / spent[_Uncounted])
            low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
            sys.stdout.write(f"pages of {size}: with counting {middle:.3f} of the processor's time without ({low:.3f} to {high:.3f})\n")


def processor_seconds(here: Setting, kind: type[Tally], records: int) -> float:
    """What polling so many records took of the processor, in all threads of this process."""
    task = task_of(backlog(here.url, records), here.kafka)
    task.tally = task.asking.tally = kind()
    return cost_of(lambda: drain(task, records))["cpu"]


def snapshots(entities: int, rounds: int = 200) -> None:
    """Print what one look at all numbers of a task takes; a run does it every four seconds."""
    names = {"entity.names": ",".join(f"e{number}" for number in range(entities))}
    task = task_of(backlog("http://127.0.0.1:1", 1) | names, "127.0.0.1:1")
    counted = Counting("0" * 36, task, None)
    before = time.process_time()
    sizes = [len(next(iter(counted.tags().values()))) for _ in range(rounds)]
    spent = (time.process_time() - before) / rounds
    sys.stdout.write(f"numbers of {entities} entities: {1000 * spent:.2f} ms of the processor, {max(sizes)} bytes\n")


if __name__ == "__main__":
    main()
