"""Moving and checking entities whose positions are in Apache Kafka: the newest position counts, wherever it is."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from confluent_kafka import Producer

from http_source.assembly.deliveries import position_topic
from http_source.assembly.loading import load_config
from http_source.cli import main
from http_source.foreign.redactor import Redactor
from http_source.model import Position
from http_source.orchestration.status import open_instance
from http_source_tests.orchestration.stand import COUNTING, Stand, configuration
from http_source_tests.real_servers.broker_tasks import Kafka, running_kafka

pytestmark = pytest.mark.servers

Say = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with running_kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "connectors").mkdir()
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    with open_instance() as instance:
        yield instance


@pytest.fixture
def stand(kafka: Kafka, instance: dg.DagsterInstance, tmp_path: Path, request: pytest.FixtureRequest) -> Stand:
    """A connector with exactly once, and a name of its own."""
    config = configuration(name=request.node.name[:40], entity_names="a", exactly_once_support="required")
    (tmp_path / "connectors" / "it.json").write_text(json.dumps(config))
    return Stand(instance, config, kafka.broker.bootstrap)


@pytest.fixture
def say(stand: Stand, kafka: Kafka, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """An action on the connector; its exit code, and what it tells machines."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka.broker.bootstrap)

    def said(action: str, *arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main(["offsets", action, stand.name, *arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return said


def commit(kafka: Kafka, stand: Stand, position: Position) -> None:
    """Write a position of `a` to the offsets topic."""
    topic = position_topic(load_config(stand.config).config, kafka.broker.settings(), Redactor())
    topic.ensure()
    record = topic.position("a", position)
    producer = Producer(kafka.broker.settings())
    producer.produce(record.topic, bytes(record.value or b""), record.key)
    assert producer.flush(30) == 0


def shown(say: Say) -> list[Any]:
    return [each["offset"] for each in say("show")[1]["offsets"]]


def test_before_the_first_run_there_is_no_topic_and_nothing_is_stored(say: Say) -> None:
    assert shown(say) == []


def test_the_topic_counts_where_the_event_log_lags(kafka: Kafka, stand: Stand, say: Say) -> None:
    stand.move("a", Position(20, sequence=2))
    commit(kafka, stand, Position(30, sequence=3))
    assert shown(say) == [{"offset": 30, "sequence": 3}]
    assert say("check")[1]["comparisons"][0]["found"] == "It stands at 30 in the offsets topic."


def test_a_move_is_newer_than_what_the_topic_holds_even_if_dagster_has_forgotten_it(kafka: Kafka, stand: Stand, say: Say) -> None:
    commit(kafka, stand, Position(30, epoch=4, sequence=9))
    assert say("set", "a=5")[0] == 0
    assert stand.stored("a") == [{"offset": 5, "epoch": 5, "sequence": 10, **COUNTING}]
    assert shown(say) == [{"offset": 5, "epoch": 5, "sequence": 10, **COUNTING}]
    assert say("check")[1]["comparisons"][0]["verdict"] == "agrees"


def test_a_position_that_cannot_be_read_is_told_and_nothing_is_moved(kafka: Kafka, stand: Stand, say: Say) -> None:
    commit(kafka, stand, Position([]))  # type: ignore[arg-type]  # as no version writes it
    code, told = say("set", "a=5")
    assert code == 1
    assert "holds a position of entity a that cannot be read" in told["error"]
    assert stand.stored("a") == []
    assert say("check")[0] == 2
