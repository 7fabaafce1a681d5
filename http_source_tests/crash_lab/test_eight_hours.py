"""Eight hours of polling with exactly once, in minutes: what Dagster and the topic of the offsets hold stays bounded.

Two entities that are asked every 15 s, the default, bring 3,840 pages in eight hours, each with a checkpoint, in 32 runs of 15 minutes.
Storing takes at most a tenth of a run's time, so two entities' checkpoints cannot come much faster; but each of sixty is stored twice in a
run of a second. So as many checkpoints are stored in as many runs, and more positions are committed. The topic's configurations that are
times are divided by 300, which makes 96 s of eight hours. Old runs are removed after every eighth run, and eight are kept.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import dagster as dg
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource  # type: ignore[attr-defined]  # they are documented there

from http_source.assembly.deliveries import position_topic
from http_source.assembly.loading import load_config
from http_source.edges.kafka.position_topic import PositionTopic
from http_source.foreign.redactor import Redactor
from http_source.model import Position
from http_source.orchestration.upkeep.old_runs import KEEP_DAYS
from http_source_tests.crash_lab.rehearsal import instance_in
from http_source_tests.orchestration.stand import Stand, configuration
from http_source_tests.real_servers.broker_tasks import Kafka, running_kafka
from http_source_tests.servers import Asked, api
from http_source_tests.waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.long]

NAME = "hours"
ENTITIES = [f"entity-{number}" for number in range(60)]
CHECKPOINTS, RUNS, KEPT = 3_840, 32, 8
SPEED = 300
CHECKPOINT_BYTES, RUN_BYTES = 10_000, 150_000
"""Of Dagster's storage in SQLite, at most; docs/measurements.md has what they are."""

_CLEANER_MS = 15_000
"""How often a broker looks for something to clean, by default."""

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Sample:
    """What there is after some runs.

    Attributes:
        checkpoints: those that were stored so far.
        events: rows of the event log.
        storage: bytes in Dagster's databases, without those that are free for new rows.
        cursor: characters.
        tick: seconds of the last tick.
        records: those in the topic of the offsets.
        segments: bytes of its log.
        end: the offset where it ends: all that was written to it, markers of transactions included.
        read: seconds that a start takes to read it.
    """

    checkpoints: int
    events: int
    storage: int
    cursor: int
    tick: float
    records: int
    segments: int
    end: int
    read: float


@dataclass
class Day:
    """A connector that polls and polls, and what becomes of its storage."""

    kafka: Kafka
    stand: Stand
    topic: PositionTopic
    folder: Path
    log: Path
    checkpoints: int = 0
    begun: list[float] = field(default_factory=list)
    _tick_s: float = 0.0
    _request: dg.RunRequest = field(default_factory=dg.RunRequest)

    def run(self) -> None:
        """The tick that finds the task due, and its run."""
        until(self._is_requested)
        result = self.stand.run(self._request)
        assert result.success
        stored = self.stand.instance.get_records_for_run(result.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        self.checkpoints += len(stored.records)

    def tidy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ticks that remove all runs but the last ones."""
        monkeypatch.setenv(KEEP_DAYS, str((time.time() - self.begun[-KEPT]) / _DAY_S))
        self.stand.edit(swept=0)
        until(lambda: self.stand.tick() is not None and self.stand.remembered().get("swept"))

    def settle(self) -> None:
        """Let an hour pass, and write a position once more, so that nothing else is too new for the log cleaner."""
        hour = int(self.kafka.describe(self.topic.name).configurations["segment.ms"]) / 1000
        ends = time.monotonic() + hour
        until(lambda: time.monotonic() > ends)
        record = self.topic.position(*next(iter(self.topic.read().positions.items())))
        producer = Producer(self.kafka.broker.settings())
        producer.produce(record.topic, bytes(record.value or b""), record.key)
        assert producer.flush(30) == 0

    def sample(self) -> Sample:
        started = time.monotonic()
        self.topic.read()
        read_s = time.monotonic() - started
        records, end = self._offsets()
        storage = sum(map(used, self.folder.rglob("*.db")))
        segments = sum(file.stat().st_size for file in self.log.glob("*.log"))
        return Sample(self.checkpoints, self._events(), storage, len(self.stand.cursor or ""), self._tick_s, records, segments, end, read_s)

    def newest(self) -> dict[str, Position]:
        """Where the event log says that each entity stands."""
        return {entity: max(map(Position.from_json, self.stand.stored(entity)), key=lambda each: each.order) for entity in ENTITIES}

    def _is_requested(self) -> bool:
        started = time.time()
        requests = self.stand.tick()
        if not requests:
            return False
        (self._request,) = requests
        self._tick_s = time.time() - started
        self.begun.append(started)
        return True

    def _events(self) -> int:
        with closing(sqlite3.connect(self.folder / "history" / "runs" / "index.db")) as database:
            return int(database.execute("SELECT COUNT(*) FROM event_logs").fetchone()[0])

    def _offsets(self) -> tuple[int, int]:
        """Records in the topic, committed or not, and its end."""
        settings = {**self.kafka.broker.settings(), "group.id": "test", "isolation.level": "read_uncommitted", "enable.partition.eof": True}
        found = 0
        with closing(Consumer(settings)) as consumer:
            consumer.assign([TopicPartition(self.topic.name, 0, 0)])
            while True:
                for message in consumer.consume(10_000, 1):
                    if message.error() is not None:
                        return found, message.offset() or 0
                    found += 1


def used(database: Path) -> int:
    """Bytes of a database that hold something."""
    with closing(sqlite3.connect(database)) as opened:
        pages, free, size = (int(opened.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "freelist_count", "page_size"))
    return (pages - free) * size


def compress(kafka: Kafka, topic: PositionTopic) -> None:
    """Create the topic of the offsets as the connector does, but for its times; the log cleaner looks as much more often."""
    topic.ensure()
    until(lambda: kafka.has(topic.name))
    times = {name: int(value) // SPEED for name, value in kafka.describe(topic.name).configurations.items() if name.endswith(".ms")}
    assert set(times) == {"segment.ms", "delete.retention.ms"}
    alter(kafka, partial(ConfigResource, ConfigResource.Type.TOPIC, topic.name), times)
    alter(kafka, partial(ConfigResource, ConfigResource.Type.BROKER, "1"), {"log.cleaner.backoff.ms": _CLEANER_MS // SPEED})


def alter(kafka: Kafka, resource: Callable[..., ConfigResource], values: Mapping[str, int]) -> None:
    entries = [ConfigEntry(key, str(value), incremental_operation=AlterConfigOpType.SET) for key, value in values.items()]
    for altered in kafka.admin.incremental_alter_configs([resource(incremental_configs=entries)]).values():
        altered.result()


def page(asked: Asked) -> bytes:
    """The record at an offset."""
    (start,) = parse_qs(urlsplit(asked.target).query)["start"]
    return json.dumps({"items": [{"id": int(start)}]}).encode()


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    (tmp_path / "kafka").mkdir()
    folder = instance_in(tmp_path / "dagster")
    with api(page) as server, running_kafka(tmp_path / "kafka") as kafka, dg.DagsterInstance.from_config(str(folder)) as instance:
        kafka.create(NAME)
        config = configuration(
            server.url, name=NAME, topic_name_pattern=NAME, entity_names=",".join(ENTITIES), http_offset_mode="SIMPLE_INCREMENTING",
            exactly_once_support="required", request_interval_ms="200", run_max_seconds="1",
        )
        topic = position_topic(load_config(config).config, kafka.broker.settings(), Redactor())
        compress(kafka, topic)
        yield Day(kafka, Stand(instance, config, kafka.broker.bootstrap), topic, folder, tmp_path / "kafka" / "data" / f"{topic.name}-0")


def test_what_eight_hours_of_polling_leave_behind_is_bounded(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    samples: list[Sample] = []
    while day.checkpoints < CHECKPOINTS or len(day.begun) < RUNS:
        day.run()
        if len(day.begun) % KEPT == 0:
            samples.append(day.sample())
            day.tidy(monkeypatch)
    first, second, *_, last = samples
    # Dagster: what is stored costs what the documentation says, and no more is there than what is kept.
    assert second.storage - first.storage < CHECKPOINT_BYTES * (second.checkpoints - first.checkpoints) + RUN_BYTES * KEPT
    assert last.storage < 1.1 * second.storage
    assert last.events < 1.1 * second.events
    assert last.cursor < 1.1 * second.cursor
    # Kafka: the topic holds the last hours at most, and in the end little more than a record for each entity.
    assert last.end > CHECKPOINTS
    assert last.records < last.end / 2
    day.settle()
    until(lambda: day.sample().records < 2 * len(ENTITIES))
    samples.append(day.sample())
    assert day.topic.read().positions == day.newest()
    sys.stdout.write("\n".join(map(str, samples)))
