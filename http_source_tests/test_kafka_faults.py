"""What goes wrong with Kafka while a task is at work, as its client sees it, and where the records are afterwards."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from confluent_kafka import KafkaError

from http_source.errors import DeliveryFailed
from http_source.model import Position
from http_source.task import Task
from http_source_tests.kafka import INIT_PRODUCER_ID, Cluster, kafka
from http_source_tests.servers import Api, Asked, api
from http_source_tests.tasks import entity_of, notices_of, started, task_of
from http_source_tests.waiting import until

PAGE = 2


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """With the one topic that the tasks write to."""
    with kafka("default") as cluster:
        yield cluster


@pytest.fixture
def server() -> Iterator[Api]:
    """A server whose records are their own offsets."""

    def two_numbers(asked: Asked) -> bytes:
        start = int(asked.target[1:])
        return json.dumps(list(range(start, start + PAGE))).encode()

    with api(two_numbers) as running:
        yield running


@contextmanager
def counting(cluster: Cluster, server: Api, client: Mapping[str, object] | None = None, *, start: Position | None = None) -> Iterator[Task]:
    """A task at work that writes 0, 1, 2 …, with settings of its client."""
    positions = {"default": start} if start else {}
    kafka = {"reconnect.backoff.max.ms": 100, **(client or {})}
    with started(task_of(cluster, {"url": server.url + "/${offset}"}, positions=positions, kafka=kafka)) as task:
        yield task


def let_arrive(task: Task, pages: int = 3) -> None:
    """Wait until so many more pages are acknowledged, or the task ends."""
    enough = entity_of(task).acknowledged.pages + pages
    until(lambda: task.failure or entity_of(task).acknowledged.pages >= enough)


def position_of(task: Task) -> Position:
    return entity_of(task).acknowledged.position


def numbers_in(cluster: Cluster) -> list[int]:
    return list(map(int, cluster.values("default")))


def test_b86_a_broker_that_comes_up_later_gets_everything_with_the_next_run(cluster: Cluster, server: Api) -> None:
    cluster.go_down()
    with pytest.raises(DeliveryFailed, match=f"Kafka at {cluster.bootstrap} cannot be reached: .*{cluster.bootstrap}.*Connection refused"):
        task_of(cluster, {"url": server.url + "/${offset}"}).start(patience=0.5)
    assert not server.asked
    cluster.come_up()
    with counting(cluster, server) as task:
        let_arrive(task)
    assert numbers_in(cluster) == list(range(int(position_of(task).offset)))


def test_b87_a_broker_that_is_away_for_a_moment_stops_the_requests_and_costs_no_record(cluster: Cluster, server: Api) -> None:
    with counting(cluster, server) as task:
        let_arrive(task)
        cluster.go_down()
        until(lambda: entity_of(task).waiting == 2)
        asked = len(server.asked)
        assert asked == entity_of(task).acknowledged.pages + 2
        cluster.come_up()
        let_arrive(task)
    assert notices_of(task) == []
    assert numbers_in(cluster) == list(range(int(position_of(task).offset)))


def test_b88_after_the_delivery_timeout_the_next_run_asks_again_and_nothing_is_lost(cluster: Cluster, server: Api) -> None:
    with counting(cluster, server, {"message.timeout.ms": 300}) as task:
        let_arrive(task)
        cluster.go_down()
        until(lambda: task.failure)
        position = position_of(task)
        cluster.come_up()
    assert f"Kafka at {cluster.bootstrap} did not take record 0 of 2 " in str(task.failure)
    assert "Local: Message timed out" in str(task.failure)
    assert "The run ends; the next one requests the page again" in str(task.failure)
    assert server.asked[entity_of(task).acknowledged.pages].target == f"/{position.offset}"
    with counting(cluster, server, start=position) as next_run:
        let_arrive(next_run)
    assert set(numbers_in(cluster)) == set(range(int(position_of(next_run).offset)))


def test_b91_without_the_right_that_old_brokers_ask_for_the_run_ends_and_names_it(cluster: Cluster, server: Api) -> None:
    cluster.answer_with(INIT_PRODUCER_ID, *[KafkaError.CLUSTER_AUTHORIZATION_FAILED] * 3)
    with counting(cluster, server) as task:
        until(lambda: task.failure)
    assert isinstance(task.failure, DeliveryFailed)
    assert "Cluster authorization failed" in str(task.failure)
    assert "IDEMPOTENT_WRITE on the cluster" in str(task.failure)
    assert position_of(task).order == (0, 0)


def test_b96_a_record_that_a_policy_refuses_fails_its_entity_with_its_place(cluster: Cluster, server: Api) -> None:
    cluster.answer_produce_with(KafkaError.POLICY_VIOLATION)
    with counting(cluster, server) as task:
        until(lambda: entity_of(task).failure)
    (notice,) = notices_of(task)
    assert "record 0 of 2 (1 bytes) for topic default: Broker: Policy violation. Ask the cluster's administrator" in notice.message
    assert position_of(task).order == (0, 0)


def test_b97_while_replicas_are_missing_the_client_tries_again_and_each_record_arrives_once(cluster: Cluster, server: Api) -> None:
    with counting(cluster, server) as task:
        let_arrive(task)
        cluster.answer_produce_with(*[KafkaError.NOT_ENOUGH_REPLICAS, KafkaError.NOT_ENOUGH_REPLICAS_AFTER_APPEND] * 2)
        let_arrive(task)
    assert task.failure is None
    assert numbers_in(cluster) == list(range(int(position_of(task).offset)))


def test_b101_a_sequence_that_is_out_of_order_ends_the_run_and_the_next_one_begins_a_new_one(cluster: Cluster, server: Api) -> None:
    with counting(cluster, server) as task:
        let_arrive(task)
        cluster.answer_produce_with(KafkaError.OUT_OF_ORDER_SEQUENCE_NUMBER)
        until(lambda: task.failure)
    assert isinstance(task.failure, DeliveryFailed)
    assert "sequence desynchronization" in str(task.failure)
    assert "the next one has a new client, and requests the pages again" in str(task.failure)
    with counting(cluster, server, start=position_of(task)) as next_run:
        let_arrive(next_run)
    assert set(numbers_in(cluster)) == set(range(int(position_of(next_run).offset)))


def test_b101_a_producer_that_the_broker_has_forgotten_gets_a_new_id_and_the_run_goes_on(cluster: Cluster, server: Api) -> None:
    with counting(cluster, server) as task:
        let_arrive(task)
        cluster.answer_produce_with(KafkaError.UNKNOWN_PRODUCER_ID)
        let_arrive(task)
    assert task.failure is None
    assert numbers_in(cluster) == list(range(int(position_of(task).offset)))
