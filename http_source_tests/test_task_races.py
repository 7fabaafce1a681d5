"""B189: what Kafka says of a page meets the entity's next request on its way; servers and clusters wait for each other here."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest
from confluent_kafka import KafkaError

from http_source.model import State
from http_source.task import Task
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.servers import Api, Asked, Reply, api
from http_source_tests.tasks import entity_of, notices_of, started, task_of
from http_source_tests.waiting import until

FIRST = b"[1,2]"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka("default") as cluster:
        yield cluster


@contextmanager
def meeting(cluster: Cluster, then: Reply | bytes, **properties: object) -> Iterator[tuple[Task, Api, Callable[[], None]]]:
    """A task whose first page waits for Kafka, and whose second request waits for the test to let the server answer."""
    may_answer = threading.Event()

    def answer(asked: Asked) -> Reply | bytes:
        if len(server.asked) == 1:
            cluster.go_down()
        if asked.target == "/0":
            return FIRST
        may_answer.wait()
        return then

    with api(answer) as server:
        named: Mapping[str, object] = {name.replace("_", "."): value for name, value in properties.items()}
        try:
            with started(task_of(cluster, {"url": server.url + "/${offset}", "max.retries": 0, **named})) as task:
                until(lambda: len(server.asked) == 2)
                yield task, server, may_answer.set
        finally:
            may_answer.set()


def test_b189_a_refusal_that_comes_while_the_next_request_is_on_its_way_fails_the_entity(cluster: Cluster) -> None:
    with meeting(cluster, b"[3]") as (task, _, answer):
        cluster.answer_produce_with(KafkaError.INVALID_RECORD)
        cluster.come_up()
        until(lambda: entity_of(task).refusal)
        answer()
        until(lambda: entity_of(task).failure)
        assert entity_of(task).position.order == (0, 0)
        assert entity_of(task).failures == 1
    assert "did not take record 0 of 2" in notices_of(task)[-1].message
    assert cluster.values("default") == []


@pytest.mark.parametrize("restarts", [True, False])
def test_b189_a_page_given_up_after_its_entity_failed_leaves_its_pause_alone(cluster: Cluster, restarts: bool) -> None:  # noqa: FBT001
    with meeting(cluster, Reply(status=404), auto_restart_on_user_error=restarts) as (task, server, answer):
        answer()
        until(lambda: entity_of(task).failure)
        pause = entity_of(task).due
        cluster.answer_produce_with(KafkaError.MSG_SIZE_TOO_LARGE)
        cluster.come_up()
        until(lambda: entity_of(task).position.order == (0, 0))
        assert (pause is not None) is restarts
        assert entity_of(task).due == pause
        assert len(server.asked) == 2
    assert [notice.failures for notice in notices_of(task) if notice.state is State.FAILED] == [1]


def test_b189_a_page_given_up_while_the_next_request_is_on_its_way_is_asked_for_again(cluster: Cluster) -> None:
    with meeting(cluster, b"[]", request_interval_ms=3_600_000, catchup_interval_ms=0) as (task, server, answer):
        cluster.answer_produce_with(KafkaError.MSG_SIZE_TOO_LARGE)
        cluster.come_up()
        until(lambda: entity_of(task).is_lost)
        answer()
        until(lambda: len(server.asked) >= 3)
    assert server.asked[2].target == "/0"


def test_b189_an_answer_without_records_ends_a_failure_also_when_kafka_is_done_first(cluster: Cluster) -> None:
    """The page from before was acknowledged when the request that succeeded was on its way: nothing else would ever end the failure."""
    answers: Iterator[Reply | bytes] = iter([FIRST, Reply(status=404), b"[]"])
    with api(lambda _: next(answers, b"[]")) as server:
        properties = {"url": server.url + "/${offset}", "max.retries": 0, "request.interval.ms": 3_600_000, "catchup.interval.ms": 0}
        with started(task_of(cluster, properties)) as task:
            until(lambda: entity_of(task).failure)
            until(lambda: not entity_of(task).failure)
    assert [notice.state for notice in notices_of(task)] == [State.FAILED, State.RUNNING]
