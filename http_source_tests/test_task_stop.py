"""However a task is stopped: what is on its way is finished within the grace, nothing hangs, no thread stays."""

import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

import pytest
from confluent_kafka import KafkaError

from http_source.edges.registry.address import RegistryAddress
from http_source.entity import Phase
from http_source.model import Position
from http_source.task import Task
from http_source_tests.kafka import END_TXN, Cluster, kafka
from http_source_tests.servers import Asked, api, drip, raw
from http_source_tests.tasks import Threads, entity_of, notices_of, started, task_of
from http_source_tests.waiting import until


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka() as cluster:
        cluster.elect_controller()
        cluster.create("test-offsets")
        yield cluster


def listen(connection: socket.socket) -> None:
    """Take what is said, and answer nothing, until the other side hangs up."""
    with suppress(OSError):
        while connection.recv(65_536):
            pass


def seconds_to_stop(task: Task, grace: float) -> float:
    start = time.monotonic()
    task.stop(grace)
    return time.monotonic() - start


def test_what_is_on_its_way_is_finished_and_acknowledged(cluster: Cluster, threads: Threads) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(_asked: Asked) -> bytes:
        asked.set()
        go_on.wait()
        return b"[1,2,3]"

    with api(slow) as server:
        task = task_of(cluster, {"url": server.url + "/${offset}"})
        task.start()
        asked.wait()
        stopping = threading.Thread(target=task.stop, args=(60.0,))
        stopping.start()
        go_on.set()
        stopping.join()
    assert entity_of(task).acknowledged.position.order == (0, 1)
    assert len(server.asked) == 1
    assert threads() == []


def test_b126_a_server_that_hangs_is_cut_off_and_nothing_is_counted_against_the_entity(cluster: Cluster, threads: Threads) -> None:
    hanging = threading.Event()

    def hang(connection: socket.socket) -> None:
        hanging.set()
        drip(connection, start=b"HTTP/1.1 200 OK\r\n\r\n[1]", drop=b" ")

    with raw(hang) as url:
        task = task_of(cluster, {"url": url, "max.retries": 0})
        task.start()
        hanging.wait()
        task.stop(0.2)
        until(lambda: not threads())
    (notice,) = notices_of(task)
    assert (notice.entity, notice.level) == ("", logging.INFO)
    assert notice.message.startswith("Entity default: its last request is left to the next run: ")
    assert entity_of(task).acknowledged.position.order == (0, 0)
    assert entity_of(task).failures == 0


def test_b126_a_kafka_that_is_gone_is_given_up(cluster: Cluster, threads: Threads) -> None:
    properties = {"entity.names": ",".join(f"e{number}" for number in range(9)), "max.in.flight.requests": 2, "catchup.interval.ms": 0}
    with api(lambda _: b"[1,2]") as server:
        task = task_of(cluster, {"url": server.url + "/${entityName}/${offset}", **properties}, kafka={"queue.buffering.max.messages": 3})
        task.start()
        until(lambda: task.entities[8].acknowledged.pages)
        cluster.go_down()
        until(lambda: sum(entity.waiting for entity in task.entities) >= 5)
        before = {entity.name: entity.acknowledged.position for entity in task.entities}
        task.stop(1.0)
        until(lambda: not threads())
    assert "when the run was stopped" in str(task.failure)
    assert {entity.name: entity.acknowledged.position for entity in task.entities} == before


def test_every_record_acknowledged_is_in_kafka_after_a_stop_at_any_moment(cluster: Cluster) -> None:
    cluster.create("default")
    position = Position(0)
    for _ in range(5):
        with api(lambda asked: b"[%s]" % asked.target[1:].encode()) as server:
            properties = {"url": server.url + "/${offset}", "catchup.interval.ms": 0}
            with started(task_of(cluster, properties, positions={"default": position})) as task:
                until(lambda: entity_of(task).acknowledged.pages >= 5)
            position = entity_of(task).acknowledged.position
    assert cluster.values("default", int(position.offset)) == [str(number).encode() for number in range(int(position.offset))]


def test_pauses_do_not_delay_a_stop(cluster: Cluster, threads: Threads) -> None:
    with api(lambda _: b"[]") as server:
        task = task_of(cluster, {"url": server.url, "request.interval.ms": 3_600_000})
        with started(task):
            until(lambda: entity_of(task).traffic.empty_polls)
    assert threads() == []
    assert task.outlook.waits()["default"] > 3_500


def test_nothing_grows_with_the_number_of_pages(cluster: Cluster) -> None:
    """What the task itself keeps: entities, plans, parcels and notices."""
    names = ",".join(f"e{number}" for number in range(3))
    with api(lambda _: b'{"items":null}') as server:
        properties = {"url": server.url + "/${entityName}", "entity.names": names, "http.response.data.json.pointer": "/none"}
        with started(task_of(cluster, properties)) as task:
            until(lambda: all(entity.traffic.requests > 10 for entity in task.entities))
    assert len(notices_of(task)) == 3
    assert all(entity.waiting == 0 and len(entity.warned) == 1 for entity in task.entities)


GRACE_S = 2.0
AT_ONCE_S = 20.0
"""Longer than any machine takes for it, and shorter than whatever it would wait for."""
ONCE = {"exactly.once.support": "required"}
LARGE = b"[1,2" + b" " * 9_000_000 + b"]"
"""A page of which so many wait for Kafka as there are threads, and no more."""

MANY = {"entity.names": ",".join(f"e{number}" for number in range(9)), "max.in.flight.requests": 2, "catchup.interval.ms": 0}


@pytest.mark.parametrize("properties", [{}, ONCE], ids=["at least once", "exactly once"])
def test_b189_threads_that_have_a_page_in_hand_end_also_when_kafka_is_away(
    cluster: Cluster, properties: Mapping[str, object], threads: Threads
) -> None:
    with api(lambda _: LARGE) as server:
        task = task_of(cluster, {"url": server.url + "/${entityName}/${offset}", **MANY, **properties})
        task.start()
        until(lambda: all(entity.acknowledged.pages for entity in task.entities))
        cluster.go_down()
        until(lambda: sum(entity.phase is Phase.IN_HAND and entity.waiting > 0 for entity in task.entities) == 2)
        before = [entity.acknowledged for entity in task.entities]
        assert seconds_to_stop(task, GRACE_S) < AT_ONCE_S
        until(lambda: not threads())
    assert "when the run was stopped" in str(task.failure)
    assert [entity.acknowledged for entity in task.entities] == before
    cluster.come_up()


@pytest.mark.parametrize("error", [KafkaError.COORDINATOR_NOT_AVAILABLE, KafkaError.CONCURRENT_TRANSACTIONS])
def test_b181_a_commit_that_does_not_end_does_not_delay_a_stop(cluster: Cluster, error: int, threads: Threads) -> None:
    with api(lambda _: b"[1,2]") as server:
        task = task_of(cluster, {"url": server.url + "/${offset}", **ONCE})
        task.start()
        until(lambda: entity_of(task).acknowledged.pages)
        cluster.answer_with(END_TXN, *[error] * 1_000)
        until(lambda: entity_of(task).phase is Phase.PARKED)
        before = entity_of(task).acknowledged
        assert seconds_to_stop(task, GRACE_S) < AT_ONCE_S
        until(lambda: not threads())
    assert "was stopped" in str(task.failure)
    assert entity_of(task).acknowledged == before


@pytest.mark.parametrize("properties", [{}, ONCE], ids=["at least once", "exactly once"])
def test_b181_a_server_that_never_answers_does_not_delay_a_stop(
    cluster: Cluster, properties: Mapping[str, object], threads: Threads
) -> None:
    hanging = threading.Event()

    def hang(connection: socket.socket) -> None:
        hanging.set()
        listen(connection)

    with raw(hang) as url:
        task = task_of(cluster, {"url": url, **properties})
        task.start()
        hanging.wait()
        assert seconds_to_stop(task, GRACE_S) < AT_ONCE_S
        assert threads() == []
    assert task.failure is None


def test_b181_a_registry_that_never_answers_does_not_delay_a_stop(cluster: Cluster, threads: Threads) -> None:
    hanging = threading.Event()

    def hang(connection: socket.socket) -> None:
        hanging.set()
        listen(connection)

    with raw(hang) as registry, api(lambda _: b'[{"id":1}]') as server:
        properties = {"url": server.url + "/${offset}", "output.data.format": "AVRO"}
        task = task_of(cluster, properties, registry=RegistryAddress(url=registry))
        task.start()
        hanging.wait()
        assert seconds_to_stop(task, GRACE_S) < AT_ONCE_S
        assert threads() == []
    (notice,) = notices_of(task)
    assert "its last request is left to the next run: The Schema Registry" in notice.message
    assert entity_of(task).acknowledged.position.order == (0, 0)


def test_b181_a_stop_ends_a_hold(cluster: Cluster, threads: Threads) -> None:
    with api(lambda _: b"[1]") as server:
        task = task_of(cluster, {"url": server.url + "/${offset}"})
        task.start()
        until(lambda: entity_of(task).acknowledged.pages)
        task.hold()
        assert seconds_to_stop(task, GRACE_S) < AT_ONCE_S
        assert threads() == []


def test_b181_what_was_acknowledged_by_then_is_known_and_nothing_changes_afterwards(cluster: Cluster) -> None:
    cluster.create("default")
    with api(lambda _: b"[1]") as server:
        task = task_of(cluster, {"url": server.url + "/${offset}", "catchup.interval.ms": 0})
        task.start()
        until(lambda: entity_of(task).acknowledged.pages > 5)
        task.stop(GRACE_S)
    entity = entity_of(task)
    assert len(cluster.values("default", entity.acknowledged.records)) == entity.acknowledged.records
    assert entity.position == entity.acknowledged.position
