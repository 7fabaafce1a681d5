"""What Apache Kafka does when it fails, and what comes of the records: brokers are killed, frozen, and refuse sign-ins and topics."""

import json
import logging
import queue
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import pytest
from confluent_kafka import Consumer, TopicPartition

from http_source.errors import DeliveryFailed
from http_source.model import Position
from http_source.task import Task
from http_source_tests.real_servers.broker_tasks import DEFAULTS, Kafka, running_kafka, told
from http_source_tests.servers import Asked, api
from http_source_tests.tasks import entity_of, started
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

USER = "orders"
PAGE = 3


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with running_kafka(tmp_path_factory.mktemp("kafka"), USER) as kafka:
        yield kafka


@contextmanager
def counting(kafka: Kafka, topic: str, client: Mapping[str, object], position: Position | None = None) -> Iterator[Task]:
    """A task at work that writes 0, 1, 2 … to a topic, with settings of its client; it connects again at once."""
    with api(three_numbers) as server:
        settings = {**kafka.broker.settings(), "reconnect.backoff.max.ms": 100, **client}
        properties = {"url": f"{server.url}/${{offset}}", "entity.names": topic}
        with started(kafka.task(properties, client=settings, positions={topic: position} if position else {})) as task:
            yield task


def three_numbers(asked: Asked) -> bytes:
    start = int(asked.target[1:])
    return json.dumps(list(range(start, start + PAGE))).encode()


def pages_of(task: Task) -> int:
    return task.entities[0].acknowledged.pages


def let_arrive(task: Task, pages: int) -> None:
    """Wait until so many more pages are acknowledged."""
    enough = pages_of(task) + pages
    until(lambda: task.failure or pages_of(task) >= enough)


def numbers_in(kafka: Kafka, topic: str) -> list[int]:
    """Everything that a topic of one partition holds."""
    with closing(Consumer({**kafka.broker.settings(), "group.id": "test"})) as consumer:
        _, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)
    return [int(each.value() or b"") for each in kafka.records(topic, end)]


def test_b87_a_broker_that_is_killed_and_started_again_costs_no_record_and_repeats_none(kafka: Kafka) -> None:
    kafka.create("killed")
    with counting(kafka, "killed", {}) as task:
        let_arrive(task, 3)
        with kafka.broker.node.down():
            until(lambda: entity_of(task, "killed").waiting == 2)
        let_arrive(task, 5)
    assert task.failure is None
    assert numbers_in(kafka, "killed") == list(range(entity_of(task, "killed").acknowledged.records))


def test_b87_b89_requests_that_a_frozen_broker_reads_late_are_written_once(kafka: Kafka) -> None:
    """Its client gives up the connection meanwhile, and sends again what the broker has received already."""
    kafka.create("frozen")
    statistics = queue.SimpleQueue[str]()
    client = {"socket.timeout.ms": 1_000, "statistics.interval.ms": 100, "stats_cb": statistics.put}
    with counting(kafka, "frozen", client) as task:
        let_arrive(task, 3)
        with kafka.broker.node.frozen():
            until(lambda: gave_up(statistics.get()))
        let_arrive(task, 5)
    assert task.failure is None
    assert numbers_in(kafka, "frozen") == list(range(entity_of(task, "frozen").acknowledged.records))


def gave_up(statistics: str) -> bool:
    return any(broker["req_timeouts"] for broker in json.loads(statistics)["brokers"].values())


def test_b88_what_a_frozen_broker_writes_after_it_was_given_up_comes_twice_and_nothing_is_lost(kafka: Kafka) -> None:
    kafka.create("late")
    with counting(kafka, "late", {"message.timeout.ms": 1_000}) as task:
        let_arrive(task, 3)
        with kafka.broker.node.frozen():
            until(lambda: task.failure)
        position = entity_of(task, "late").acknowledged.position
    assert "The run ends; the next one requests the page again" in str(task.failure)
    with counting(kafka, "late", {}, position) as next_run:
        let_arrive(next_run, 3)
    found, end = numbers_in(kafka, "late"), int(entity_of(next_run, "late").acknowledged.position.offset)
    assert sorted(set(found)) == list(range(end))
    assert sorted(found) == sorted([*range(end), *range(int(position.offset), int(position.offset) + PAGE)])


@pytest.mark.parametrize(("changed", "reason"), [
    ({"sasl.password": "wr0ng"}, "SASL authentication error: Authentication failed: Invalid username or password"),
    ({"sasl.mechanism": "SCRAM-SHA-256"}, "Unsupported SASL mechanism: broker's supported mechanisms: PLAIN"),
])
def test_b92_a_sign_in_that_fails_is_told_with_its_mechanism_and_without_the_secret(
    kafka: Kafka, changed: Mapping[str, str], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = {**kafka.broker.settings(USER), **changed, "log_level": 7}
    with caplog.at_level(logging.DEBUG), api(lambda _: b"[1]") as server, pytest.raises(DeliveryFailed) as refused:
        kafka.task({"url": server.url}, client=client).start(patience=2)
    message = str(refused.value)
    assert reason in message
    assert f"sign in with {client['sasl.mechanism']}" in message
    assert "KAFKA_SASL_PASSWORD" in message
    assert not any(str(client["sasl.password"]) in text for text in (message, caplog.text))
    assert not server.asked


ROUTE = {"transforms": "t", "transforms_t_type": "org.apache.kafka.connect.transforms.RegexRouter", "transforms_t_regex": "(.*)"}


@pytest.mark.parametrize(("topic", "reason"), [
    ("a b", "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"),
    ("__cluster_metadata", "Creation of internal topic __cluster_metadata is prohibited"),
])
def test_b102_a_name_from_a_transform_that_kafka_does_not_take_is_told_with_its_reason(kafka: Kafka, topic: str, reason: str) -> None:
    task = kafka.deliver(b"[1]", "routed", DEFAULTS, **ROUTE, transforms_t_replacement=topic)
    assert (f"Topic {topic} does not exist, and was not created: {reason}. "
            "Change topic.name.pattern, or the transform that gives the topic, to a name that Kafka takes.") in told(task)
    assert task.failure is None


def test_b103_a_topic_that_kafkas_metrics_would_confuse_is_told_with_the_other_one(kafka: Kafka) -> None:
    kafka.create("a.b")
    task = kafka.deliver(b"[1]", "a_b", DEFAULTS)
    assert "Topic a_b does not exist, and was not created: Topic 'a_b' collides with existing topic: a.b. Change topic.name" in told(task)
    assert task.failure is None
