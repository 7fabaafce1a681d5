"""Apache Kafka away: killed or frozen while a run works or starts, and a start that waits for another's transaction."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import pytest
from confluent_kafka import Producer

from http_source.assembly.deliveries import position_topic
from http_source.assembly.loading import load_config
from http_source.foreign.redactor import Redactor
from http_source.task import Task
from http_source_tests.real_servers.broker_tasks import Kafka, running_kafka
from http_source_tests.servers import Api, Asked, api
from http_source_tests.tasks import FAST, entity_of, started, starting
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

GUARANTEES = pytest.mark.parametrize("guarantee", [{}, {"exactly.once.support": "required"}], ids=["at-least-once", "exactly-once"])


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with running_kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka


@pytest.fixture
def server() -> Iterator[Api]:
    with api(number) as running:
        yield running


def number(asked: Asked) -> bytes:
    return json.dumps([int(asked.target[1:])]).encode()


def properties_of(kafka: Kafka, server: Api, name: str, guarantee: Mapping[str, object]) -> Mapping[str, object]:
    if not kafka.has(name):
        kafka.create(name)
    return {**FAST, "name": name, "entity.names": name, "url": server.url + "/${offset}", **guarantee}


def until_away(task: Task) -> None:
    began = time.monotonic()
    until(lambda: task.outage)
    assert time.monotonic() - began < 10


def pages(task: Task) -> int:
    return entity_of(task, task.entities[0].name).acknowledged.pages


@GUARANTEES
@pytest.mark.parametrize("how", ["frozen", "down"])
def test_b184_an_outage_is_seen_and_over_when_kafka_acknowledges_again(
    kafka: Kafka, server: Api, guarantee: Mapping[str, object], how: str
) -> None:
    task = kafka.task(properties_of(kafka, server, f"{how}-{len(guarantee)}", guarantee))
    with started(task):
        until(lambda: pages(task))
        with getattr(kafka.broker.node, how)():
            until_away(task)
            assert task.outage is not None
            assert task.outage.brokers == (kafka.broker.bootstrap,)
        before = pages(task)
        until(lambda: pages(task) > before)
        assert task.outage is None
    assert task.failure is None


def test_b181_a_start_that_waits_for_another_s_transaction_is_no_outage_and_ends_within_a_second_of_a_stop(
    kafka: Kafka, server: Api
) -> None:
    properties = properties_of(kafka, server, "open", {"exactly.once.support": "required"})
    position_topic(load_config(properties).config, kafka.broker.settings(), Redactor()).ensure()
    task = kafka.task(properties)
    with open_transaction(kafka, "open-offsets"), starting(task) as start:
        for _ in range(100):
            assert task.outage is None
            start.join(0.1)
        assert start.is_alive()
        with kafka.broker.node.frozen():
            until_away(task)
            start.assert_stops()
    assert not server.asked


@contextmanager
def open_transaction(kafka: Kafka, topic: str) -> Iterator[None]:
    """Another producer's, in a topic."""
    with closing(Producer({**kafka.broker.settings(), "transactional.id": "other"})) as other:
        other.init_transactions(60)
        other.begin_transaction()
        other.produce(topic, b"{}", b'["other",{"entity":"open"}]')
        other.flush()
        yield
