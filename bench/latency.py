"""How long a record takes from the API having it to a consumer of committed records reading it, on Apache Kafka.

    .venv/bin/python -m bench.latency [--rounds N] [--records N] [--mean-ms N]

Needs Java, and Maven the first time. A record comes into being every quarter of a second on average, at no fixed time (`moments.py`); a
task asks ten times a second (`request.interval.ms=100`), at least once and exactly once (`transaction.boundary=poll`). A floor does
nothing but ask so often, produce and flush: it waits for the next poll, as every source that polls has to, 50 ms on average and 100 ms at
most. Each in turn, round after round; the first three seconds are left out. A record that is missing or repeated ends the benchmark.
"""

import argparse
import json
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import requests
from confluent_kafka import Consumer, Producer, TopicPartition

from bench.figures import machine, spread, table
from bench.hurry import INTERVAL_MS
from bench.setting import ROOT, pause
from http_source.demo.processes import Service
from http_source.demo.services import Services
from http_source_tests.real_servers.broker_tasks import Kafka, running_kafka

WAYS = ("floor", "at least once", "poll")
_START_SECONDS, _SETTLING_SECONDS, _PATIENCE_SECONDS = 60, 3, 30
_MS = 1e3


def floor(url: str, kafka: str, topic: str) -> None:
    """Ask, produce, flush, wait until the next poll; for ever."""
    producer, session, known = Producer({"bootstrap.servers": kafka, "enable.idempotence": True, "linger.ms": 0}), requests.Session(), 0
    while True:
        due = time.monotonic() + INTERVAL_MS / _MS
        for record in session.get(f"{url}/records?after={known}").json():
            producer.produce(topic, json.dumps(record).encode())
            known = record["id"]
        producer.flush()
        pause(max(0.0, due - time.monotonic()))


def read(kafka: str, topic: str, records: int) -> list[float]:
    """Seconds that so many records took, those left out that came while everything settled. Raises RuntimeError as `main` says."""
    settings: dict[str, Any] = {"bootstrap.servers": kafka, "group.id": "bench", "isolation.level": "read_committed"}
    took: list[float] = []
    with closing(Consumer(settings)) as consumer:
        consumer.assign([TopicPartition(topic, 0, 0)])
        settled, expected, until = time.time() + _SETTLING_SECONDS, 1, time.time() + _PATIENCE_SECONDS
        while len(took) < records:
            message = consumer.poll(1)
            now = time.time()
            if message is None or message.error() is not None:
                if now > until:
                    raise RuntimeError(f"Nothing came for {_PATIENCE_SECONDS} s.")
                continue
            record = json.loads(message.value() or b"")
            if record["id"] != expected:
                raise RuntimeError(f"Record {record['id']} came instead of {expected}.")
            expected, until = expected + 1, now + _PATIENCE_SECONDS
            if record["made"] > settled:
                took.append(now - record["made"])
    return took


def one_round(kafka: Kafka, way: str, number: int, *, records: int, mean_ms: float) -> list[float]:
    """The seconds of one way's records."""
    topic = f"bench-{number}-{WAYS.index(way)}"
    kafka.create(topic)
    with TemporaryDirectory() as folder, Services(pause, _START_SECONDS) as services:
        api = services.listening(Service("API", ["-m", "bench.moments", str(mean_ms)], Path(folder)))
        arguments = [api, kafka.broker.bootstrap, topic]
        module = ["bench.latency", "--floor"] if way == "floor" else ["bench.hurry"]
        command = [sys.executable, "-m", *module, *arguments, *([] if way == "floor" else [way])]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as poller:  # noqa: S603  the command is ours
            try:
                return read(kafka.broker.bootstrap, topic, records)
            finally:
                poller.terminate() if way == "floor" else poller.communicate()


def report(figures: dict[str, list[list[float]]]) -> str:
    """The table."""
    return table(["way", "p50, ms", "p99, ms", "most, ms"], [_row(way, rounds) for way, rounds in figures.items()])


def _row(way: str, rounds: list[list[float]]) -> list[str]:
    percentiles = [quantiles(took, n=100) for took in rounds]
    columns = ([each[49] for each in percentiles], [each[98] for each in percentiles], [max(took) for took in rounds])
    return [way, *(spread([seconds * _MS for seconds in column]) for column in columns)]


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--floor"]:
        floor(*sys.argv[2:])
    parser = argparse.ArgumentParser(description="Measure from the API having a record to a consumer reading it.")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each way (default: %(default)s)")
    parser.add_argument("--records", type=int, default=200, help="records of a round (default: %(default)s)")
    parser.add_argument("--mean-ms", type=float, default=250, help="milliseconds between two records, on average (default: %(default)s)")
    options = parser.parse_args()
    figures: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    try:
        with TemporaryDirectory() as folder, running_kafka(Path(folder)) as kafka:
            for number in range(options.rounds):
                for way, rounds in figures.items():
                    rounds.append(one_round(kafka, way, number, records=options.records, mean_ms=options.mean_ms))
                    sys.stderr.write(f"round {number + 1} of {options.rounds}: {way}\n")
    except pytest.skip.Exception as missing:
        parser.exit(1, f"{missing}\n")
    sys.stdout.write(f"{report(figures)}\n\n{machine()}\n")


if __name__ == "__main__":
    main()
