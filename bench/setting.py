"""What a measurement happens in: the server and an in-memory Kafka in processes of their own, and a process for each measured round."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from confluent_kafka import Consumer, Producer, TopicPartition

from http_source.demo.processes import Service
from http_source.demo.services import Services

ROOT = Path(__file__).parents[1]
_START_SECONDS = 60


_OF_OTHERS = ("DAGSTER_", "KAFKA_", "SCHEMA_REGISTRY_", "HTTP_SOURCE_", "PG")


def pause(seconds: float) -> None:
    """Wait."""
    threading.Event().wait(seconds)


def environment_in(folder: Path, *first: Path) -> dict[str, str]:
    """What processes that work in a folder inherit: nothing that leads to another Dagster or Kafka. Modules are this checkout's.

    Those in the `first` folders win.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OF_OTHERS)}
    paths = os.pathsep.join([*map(str, first), str(ROOT), *filter(None, sys.path)])
    return kept | {"PYTHONPATH": paths, "TMPDIR": str(folder / "tmp")}


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the measured processes find what they talk to.

    Attributes:
        url: the server, without a path.
        kafka: the bootstrap servers.
    """

    url: str
    kafka: str

    def measure(self, module: str, *arguments: object, root: Path = ROOT, within: Sequence[str] = ()) -> dict[str, Any]:
        """Run `python -m bench.MODULE URL KAFKA ARGUMENTS…` in a checkout and return the JSON object that it prints, plus `at_broker`.

        `at_broker` is how many records Kafka has more than before, `within` what the command begins with.
        Raises RuntimeError, with what the process wrote, when it failed.
        """
        before = delivered(self.kafka)
        command = [*within, sys.executable, "-m", f"bench.{module}", self.url, self.kafka, *map(str, arguments)]
        ended = subprocess.run(command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False)  # noqa: S603  the command is ours
        if ended.returncode:
            raise RuntimeError(f"bench.{module} ended with exit status {ended.returncode}:\n{ended.stderr}")
        return {**json.loads(ended.stdout), "at_broker": delivered(self.kafka) - before}

    def ask(self, path: str) -> Any:
        """What the server says at a path."""
        with urlopen(f"{self.url}/{path}", timeout=_START_SECONDS) as answer:  # noqa: S310  the address is ours
            return json.load(answer)


@contextmanager
def setting(page_size: int = 1, *, items: int = 0, delay_ms: int = 0) -> Iterator[Setting]:
    """Start the server and the in-memory Kafka; stop them in the end.

    Pages have that size, and records so many items; Kafka answers after that delay.
    """
    with tempfile.TemporaryDirectory() as folder, Services(pause, _START_SECONDS) as services:
        feed = services.listening(Service("Feed", ["-m", "bench.feed", str(page_size), str(items)], Path(folder)))
        broker = services.listening(Service("Broker", ["-m", "bench.broker", str(delay_ms)], Path(folder)))
        here = Setting(feed, broker)
        _create_topic(here.kafka)
        yield here


TOPIC = "bench"


def whole(run: Callable[[int], dict[str, Any]], records: int) -> dict[str, Any]:
    """The figures of a way that moves so many records. Raises RuntimeError when some were lost or repeated."""
    figures = run(records)
    if figures["at_broker"] != records:
        raise RuntimeError(f"{figures['at_broker']:,} records came to the broker instead of {records:,}.")
    return figures


def _create_topic(kafka: str) -> None:
    """The first record makes the topic, so that no measured round waits for it."""
    producer = Producer({"bootstrap.servers": kafka})
    producer.produce(TOPIC, b"first")
    producer.flush()


def delivered(kafka: str) -> int:
    """How many records the topic took so far, asked of the broker: an empty queue in the producer does not show delivery."""
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "bench"})
    try:
        partitions = [TopicPartition(TOPIC, number) for number in consumer.list_topics(TOPIC, timeout=10).topics[TOPIC].partitions]
        return sum(consumer.get_watermark_offsets(each, timeout=10, cached=False)[1] for each in partitions)
    finally:
        consumer.close()
