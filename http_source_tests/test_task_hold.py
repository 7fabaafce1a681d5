"""A task that is held asks nothing, finishes what is on its way, and says what is late meanwhile."""

import threading

import pytest

from http_source.entity import Phase
from http_source.errors import DeliveryFailed
from http_source.model import Position
from http_source_tests.kafka import Cluster
from http_source_tests.servers import Asked, api
from http_source_tests.tasks import entity_of, notices_of, started, task_of
from http_source_tests.waiting import until


def test_what_is_on_its_way_is_delivered_and_nothing_else_is_asked_until_it_goes_on(cluster: Cluster) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def slow(_asked: Asked) -> bytes:
        asked.set()
        may_answer.wait()
        return b"[1,2,3]"

    with api(slow) as server, started(task_of(cluster, {"url": server.url + "/${offset}"})) as task:
        asked.wait()
        task.hold()
        may_answer.set()
        until(lambda: entity_of(task).acknowledged.records == 3)
        until(lambda: task.outlook.overdue(0.2))
        assert task.held
        assert len(server.asked) == 1
        assert not task.outlook.rests(60)
        task.go_on()
        until(lambda: len(server.asked) >= 2)
        assert not task.held
        until(lambda: not task.outlook.overdue(0.2))


def test_an_hour_that_is_to_pass_anyway_is_a_rest_also_while_it_is_held(cluster: Cluster) -> None:
    with api(lambda _: b"[]") as server, started(task_of(cluster, {"url": server.url, "request.interval.ms": 3_600_000})) as task:
        until(lambda: entity_of(task).traffic.empty_polls)
        task.hold()
        until(lambda: task.outlook.rests(60))
        assert task.outlook.overdue(0) == {}


def test_one_that_was_held_from_the_start_begins_when_it_goes_on(cluster: Cluster) -> None:
    with api(lambda _: b"[1]") as server:
        task = task_of(cluster, {"url": server.url + "/${offset}"})
        task.hold()
        with started(task):
            until(lambda: task.outlook.overdue(0.2))
            assert server.asked == []
            task.go_on()
            until(lambda: entity_of(task).acknowledged.pages)


def test_an_entity_that_waits_for_a_thread_is_late(cluster: Cluster) -> None:
    may_answer = threading.Event()

    def answer(asked: Asked) -> bytes:
        if asked.target == "/slow":
            may_answer.wait()
        return b"[]"

    with api(answer) as server:
        properties = {"url": server.url + "/${entityName}", "entity.names": "slow,quick", "max.in.flight.requests": 1}
        with started(task_of(cluster, properties)) as task:
            until(lambda: task.outlook.overdue(0.2))
            assert task.outlook.overdue(0.2).keys() == {"quick"}
            may_answer.set()
            until(lambda: not task.outlook.overdue(0.2))


def test_entities_that_wait_for_kafka_are_late_whether_parked_or_with_a_page_in_hand(cluster: Cluster) -> None:
    grows, may_answer = threading.Event(), threading.Event()

    def answer(asked: Asked) -> bytes:
        if grows.is_set() and asked.target.startswith(("/e7", "/e8")):
            may_answer.wait()
            # One such page is all that may wait for Kafka's client, so that the other one stays in hand.
            return b"[1,2]" + b" " * 16_777_216
        return b"[1,2]"

    names = [f"e{number}" for number in range(9)]
    with api(answer) as server:
        properties = {"url": server.url + "/${entityName}/${offset}", "entity.names": names, "max.in.flight.requests": 4}
        with started(task_of(cluster, properties)) as task:
            until(lambda: all(entity.acknowledged.pages for entity in task.entities))
            grows.set()
            cluster.go_down()
            until(lambda: all(entity.phase is Phase.PARKED for entity in task.entities[:7]))
            may_answer.set()
            until(lambda: {entity.phase for entity in task.entities[7:]} == {Phase.PARKED, Phase.IN_HAND})
            until(lambda: len(task.outlook.overdue(0.5)) == 9)
            grows.clear()
            cluster.come_up()
            until(lambda: not task.outlook.overdue(0.5))


def test_it_goes_on_from_positions_that_are_read_after_it_was_built_and_is_ready_to_deliver(cluster: Cluster) -> None:
    with api(lambda _: b"[]") as server:
        task = task_of(cluster, {"url": server.url + "/${offset}"}, positions={"default": Position(3, sequence=3)})
        task.open()
        assert server.asked == []
        task.resume({"default": Position(7, sequence=5), "of another": Position(9, sequence=9)})
        task.resume({"default": Position(5, sequence=4)})
        with started(task):
            until(lambda: server.asked)
    assert server.asked[0].target == "/7"
    assert entity_of(task).acknowledged.position.order == (0, 5)


def test_a_position_that_was_deleted_is_the_start_whenever_it_is_read(cluster: Cluster) -> None:
    with api(lambda _: b"[]") as server:
        task = task_of(cluster, {"url": server.url + "/${offset}", "http.initial.offset": "40"})
        task.resume({"default": Position(7, epoch=1, sequence=5, deleted=True)})
        with started(task):
            until(lambda: server.asked)
    assert server.asked[0].target == "/40"


def test_a_task_that_could_not_begin_can_be_stopped(cluster: Cluster) -> None:
    cluster.go_down()
    with api(lambda _: b"[]") as server:
        task = task_of(cluster, {"url": server.url})
        with pytest.raises(DeliveryFailed):
            task.open(0.2)
        task.stop(1.0)
    assert (server.asked, notices_of(task)) == ([], [])
