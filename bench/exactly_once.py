"""What exactly once costs beside at least once, on Apache Kafka.

    .venv/bin/python -m bench.exactly_once [--rounds N] [--pages N …] [--entities N …]

Needs Java, and Maven the first time; three rounds take about ten minutes. Tasks of one and of ten entities drain a backlog
(`catchup.interval.ms=0`) of records of about 300 bytes in pages of 1, 100, 1,000 and 5,000 into a topic of one partition. Three ways: at
least once; exactly once with `transaction.boundary=poll`; and with `interval`, of one second. A second table has pages that come 100 ms
apart, one entity's, so that no page waits for the one before it.

A local server has its answers made in advance; Kafka is one node on the same machine, with its defaults, without replication. Each way runs
in a process of its own, all in turn, round after round. `drain.py` says what is counted. Every round's topic is read by a read-committed
consumer: a round that lost or repeated a record ends the benchmark. Pages in a transaction: those of all entities, by the markers in the
topic. Read the ratios: they are the medians of those of each round.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from bench.drain import WAYS
from bench.figures import in_turns, machine, ratio, spread, table
from bench.setting import ROOT, pause
from http_source.demo.processes import Service
from http_source.demo.services import Services
from http_source_tests.real_servers.broker_tasks import Kafka, running_kafka

_START_SECONDS = 60
_MOST_RECORDS, _MOST_PAGES, _ALONE_PAGES, _ALONE_MS = 300_000, 800, 40, 100
_MS, _MICROSECONDS = 1e3, 1e6
_BASE = next(iter(WAYS))

Figures = dict[str, list[dict[str, float]]]
"""Way → the figures of each round."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is fetched: `pages` of `size` records in all, by so many entities, each pausing between its pages."""

    size: int
    entities: int
    pages: int
    pause_ms: int = 0

    @property
    def records(self) -> int:
        """Of one entity."""
        return self.pages // self.entities * self.size


class Lab:
    """A broker, and a topic of its own for each round."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._rounds = 0

    def measure(self, url: str, case: Case, rounds: int) -> Figures:
        """Each way in turn, so many times. Raises RuntimeError when records were lost or repeated."""
        return in_turns({way: partial(self._round, url, case, way) for way in WAYS}, rounds, f": {case}")

    def _round(self, url: str, case: Case, way: str) -> dict[str, float]:
        self._rounds += 1
        topic = f"bench-{self._rounds}"
        self._kafka.create(topic)
        arguments = (url, self._kafka.broker.bootstrap, topic, way, case.entities, case.records, case.pause_ms)
        figure: dict[str, float] = json.loads(_run("bench.drain", *arguments))
        committed, end = _read(self._kafka.broker.bootstrap, topic)
        if not committed == figure["records"] == case.records * case.entities:
            raise RuntimeError(f"{way} brought {committed:,} records to the topic of {case.records * case.entities:,}.")
        for each in (topic, f"{topic}-offsets"):
            self._kafka.admin.delete_topics([each])[each].exception()
        return {**figure, "transactions": end - committed}


def _run(module: str, *arguments: object) -> str:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  the command is ours
    if ended.returncode:
        raise RuntimeError(f"{' '.join(command[2:])} ended with exit status {ended.returncode}:\n{ended.stderr}")
    return ended.stdout


def _read(kafka: str, topic: str) -> tuple[int, int]:
    """How many records a read-committed consumer finds in a topic, and where the topic ends, markers of transactions included."""
    settings: dict[str, Any] = {"bootstrap.servers": kafka, "group.id": "bench", "enable.partition.eof": True}
    found = 0
    with closing(Consumer(settings)) as consumer:
        consumer.assign([TopicPartition(topic, 0, 0)])
        while True:
            for message in consumer.consume(10_000, 1):
                if message.error() is not None:
                    return found, message.offset() or 0
                found += 1


def drained(figures: dict[Case, Figures]) -> str:
    """The table of the backlogs."""
    header = ["page", "entities", "way", "records/s", "ratio", "CPU per record, µs", "ratio", "page to acknowledged, ms",
              "pages in a transaction"]
    return table(header, [_drained(case, way, found) for case, found in figures.items() for way in WAYS])


def _drained(case: Case, way: str, figures: Figures) -> list[str]:
    mine, base = figures[way], figures[_BASE]
    transactions = median(each["transactions"] for each in mine)
    return [
        f"{case.size:,}", str(case.entities), way,
        spread([each["records"] / each["wall"] for each in mine]),
        ratio((other["wall"] for other in base), (each["wall"] for each in mine)),
        spread([each["cpu"] / each["records"] * _MICROSECONDS for each in mine], 1),
        ratio((each["cpu"] for each in mine), (other["cpu"] for other in base)),
        spread([each["latency"] * _MS for each in mine], 1),
        f"{case.pages / transactions:,.1f}" if transactions else "",
    ]


def alone(figures: dict[Case, Figures]) -> str:
    """The table of the pages that come one by one, and of how long a task takes to begin."""
    header = ["page", "way", "page to acknowledged, ms", "CPU per page, ms", "start, ms"]
    return table(header, [_alone(case, way, found[way]) for case, found in figures.items() for way in WAYS])


def _alone(case: Case, way: str, mine: list[dict[str, float]]) -> list[str]:
    return [f"{case.size:,}", way, *(spread([each * _MS for each in values], 1) for values in (
        [each["latency"] for each in mine], [each["cpu"] / each["pages"] for each in mine], [each["start"] for each in mine]))]


def measure(sizes: list[int], entities: list[int], rounds: int) -> tuple[dict[Case, Figures], dict[Case, Figures]]:
    """The figures of the backlogs, and those of the pages that come one by one."""
    backlogs: dict[Case, Figures] = {}
    singles: dict[Case, Figures] = {}
    with tempfile.TemporaryDirectory() as folder, running_kafka(Path(folder)) as kafka:
        lab = Lab(kafka)
        for size in sizes:
            with Services(pause, _START_SECONDS) as services:
                url = services.listening(Service("Feed", ["-m", "bench.feed", str(size)], Path(folder)))
                # The first transaction of all waits for what Kafka keeps about transactions.
                lab.measure(url, Case(size, 1, 10), 1)
                single = Case(size, 1, _ALONE_PAGES, _ALONE_MS)
                singles[single] = lab.measure(url, single, rounds)
                for count in entities:
                    backlog = Case(size, count, min(_MOST_PAGES, _MOST_RECORDS // size))
                    backlogs[backlog] = lab.measure(url, backlog, rounds)
    return backlogs, singles


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what exactly once costs beside at least once.")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each way (default: %(default)s)")
    parser.add_argument("--pages", type=int, nargs="+", default=[1, 100, 1000, 5000], help="records in a page (default: 1 100 1000 5000)")
    parser.add_argument("--entities", type=int, nargs="+", default=[1, 10], help="entities (default: 1 10)")
    options = parser.parse_args()
    try:
        backlogs, singles = measure(options.pages, options.entities, options.rounds)
    except pytest.skip.Exception as missing:
        parser.exit(1, f"{missing}\n")
    title = f"medians of {options.rounds} rounds [least … greatest]"
    sys.stdout.write(f"A backlog; {title}\n\n{drained(backlogs)}\n\n")
    sys.stdout.write(f"Pages {_ALONE_MS} ms apart; {title}\n\n{alone(singles)}\n\n{machine()}\n")


if __name__ == "__main__":
    main()
