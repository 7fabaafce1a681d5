"""What goes wrong at one entity stays there, is told, and starts again."""

import logging
import threading

import pytest
from confluent_kafka import KafkaError

from http_source.edges.http.fetch import Permit
from http_source.errors import DeliveryFailed
from http_source.model import Notice, Position, Request, Response, State
from http_source.task import Task
from http_source_tests.kafka import Cluster
from http_source_tests.servers import Asked, Reply, api
from http_source_tests.tasks import entity_of, notices_of, started, task_of
from http_source_tests.waiting import until

RESTART_S = 5


def failures_in(notices: list[Notice]) -> list[Notice]:
    return [notice for notice in notices if notice.state is State.FAILED]


def wait_for_failure(task: Task, name: str = "default") -> None:
    until(lambda: entity_of(task, name).failure)


def test_one_failing_entity_leaves_the_others_at_work(cluster: Cluster) -> None:
    def answer(asked: Asked) -> Reply | bytes:
        return Reply(b"gone", 410) if asked.target.startswith("/bad") else b"[1]"

    with api(answer) as server:
        properties = {"url": server.url + "/${entityName}/${offset}", "entity.names": "bad,good", "max.retries": 2}
        with started(task_of(cluster, properties)) as task:
            wait_for_failure(task, "bad")
            after = entity_of(task, "good").acknowledged.pages
            until(lambda: entity_of(task, "good").acknowledged.pages > after + 2)
            assert task.failure is None
    gone = "The server answered 410 Gone. The resource at `url` is permanently gone: check whether the API has a new version."
    notices = notices_of(task)
    assert [notice.message.partition(" (")[0] for notice in notices if notice.state is State.RETRYING] == [
        f'Entity bad: {gone} The answer starts with "gone".'
    ] * 2
    assert failures_in(notices) == [
        Notice(f'Entity bad FAILED at offset 0: {gone} The answer starts with "gone". The request was sent 3 times. '
               "It starts again in 5 s.",
               logging.ERROR, "bad", State.FAILED, 1, float(RESTART_S))
    ]
    assert sum(asked.target.startswith("/bad") for asked in server.asked) == 3


def test_a_success_gives_a_request_all_its_retries_back(cluster: Cluster) -> None:
    with (
        api(lambda _: b"[1]" if len(server.asked) % 2 == 0 else Reply(status=500)) as server,
        started(task_of(cluster, {"url": server.url + "/${offset}", "max.retries": 1})) as task,
    ):
        until(lambda: entity_of(task).acknowledged.pages >= 3)
    assert entity_of(task).failure is None


def test_a_status_that_is_not_to_be_retried_fails_at_once(cluster: Cluster) -> None:
    with api(lambda _: Reply(status=404)) as server:
        properties = {"url": server.url, "retry.on.status.codes": "500-"}
        with started(task_of(cluster, properties)) as task:
            wait_for_failure(task)
    assert len(server.asked) == 1


def test_b201_a_token_that_no_header_can_hold_fails_its_entity_at_once_and_no_other(cluster: Cluster) -> None:
    def answer(asked: Asked) -> bytes:
        token = "a\\r\\nX-Evil: b" if asked.target == "/bad" else str(len(asked.headers.get("X-Cursor", "")) + 1)
        return f'{{"items": [1], "next": "{token}"}}'.encode()

    with api(answer) as server:
        properties = {
            "url": server.url + "/${entityName}", "entity.names": "bad,good", "http.request.headers": "X-Cursor: ${offset}",
            "http.offset.mode": "CURSOR_PAGINATION", "http.next.page.json.pointer": "/next", "http.response.data.json.pointer": "/items",
            "http.initial.offset": None, "http.empty.offset.omit": True,
        }
        with started(task_of(cluster, properties)) as task:
            wait_for_failure(task, "bad")
            after = entity_of(task, "good").acknowledged.pages
            until(lambda: entity_of(task, "good").acknowledged.pages > after)
    (failure,) = failures_in(notices_of(task))
    assert "The header X-Cursor cannot be sent" in failure.message
    (asked,) = (each for each in server.asked if each.target == "/bad")
    assert "X-Cursor" not in asked.headers


@pytest.mark.parametrize("offset", ["abc", "\u00fc"])
def test_b202_a_first_offset_that_cannot_be_sent_fails_its_entity_and_not_the_task(cluster: Cluster, offset: str) -> None:
    body = {"http.request.method": "POST", "http.request.body": '{"after": ${offset}}', "http.initial.offset": offset}
    chaining = {"http.offset.mode": "CHAINING", "http.offset.json.pointer": "/id"}
    with api(lambda _: b"[]") as server, started(task_of(cluster, {"url": server.url, **body, **chaining})) as task:
        wait_for_failure(task)
        assert task.failure is None
    assert "A body that is not JSON is not sent" in failures_in(notices_of(task))[0].message
    assert server.asked == []


def test_without_auto_restart_it_waits_for_a_person(cluster: Cluster) -> None:
    with api(lambda _: Reply(status=404)) as server:
        properties = {"url": server.url, "max.retries": 0, "auto.restart.on.user.error": "false"}
        with started(task_of(cluster, properties)) as task:
            until(lambda: task.outlook.rests(float("inf")))
            assert task.outlook.waits() == {}
    assert "auto.restart.on.user.error=false" in notices_of(task)[0].message


def test_it_starts_again_after_its_pause_and_says_so(cluster: Cluster) -> None:
    with (
        api(lambda _: Reply(status=500) if len(server.asked) == 1 else b"[1]") as server,
        started(task_of(cluster, {"url": server.url, "max.retries": 0})) as task,
    ):
        wait_for_failure(task)
        assert RESTART_S - 1 < task.outlook.waits()["default"] <= RESTART_S
        until(lambda: entity_of(task).acknowledged.pages)
        until(lambda: not entity_of(task).failure)
    assert [notice.state for notice in notices_of(task)] == [State.FAILED, State.RUNNING]
    assert entity_of(task).failures == 0


def test_an_entity_that_failed_in_an_earlier_run_says_that_it_runs_again(cluster: Cluster) -> None:
    with api(lambda _: b"[]") as server:
        task = task_of(cluster, {"url": server.url})
        entity_of(task).failures = 3
        with started(task):
            until(lambda: entity_of(task).failures == 0)
    assert [(notice.entity, notice.state) for notice in notices_of(task)] == [("default", State.RUNNING)]


def test_b90_a_page_that_kafka_refuses_fails_its_entity_again_and_again_with_growing_pauses(cluster: Cluster) -> None:
    cluster.create("default")
    cluster.answer_produce_with(*[KafkaError.TOPIC_AUTHORIZATION_FAILED] * 20)
    with api(lambda _: b'[{"id":1}]') as server, started(task_of(cluster, {"url": server.url + "/${offset}"})) as task:
        until(lambda: entity_of(task).failures == 2)
        assert entity_of(task).position.order == (0, 0)
    notices = notices_of(task)
    assert [(notice.state, notice.failures, notice.retry_in) for notice in notices] == [
        (State.FAILED, 1, 5.0),
        (State.FAILED, 2, 10.0),
    ]
    assert all("WRITE on the topic" in notice.message for notice in notices)


def test_a_request_that_fails_takes_nothing_back_from_the_page_on_its_way(cluster: Cluster) -> None:
    def answer(asked: Asked) -> Reply | bytes:
        if asked.target == "/0":
            return b"[1,2]"
        cluster_is_down.wait()
        return Reply(status=404)

    cluster_is_down = threading.Event()
    cluster.create("default")
    with api(answer) as server:
        properties = {"url": server.url + "/${offset}", "max.retries": 0}
        with started(task_of(cluster, properties)) as task:
            cluster.go_down()
            cluster_is_down.set()
            wait_for_failure(task)
            cluster.come_up()
            until(lambda: entity_of(task).acknowledged.pages)
            assert entity_of(task).failure
            assert entity_of(task).position.order == (0, 1)
    assert cluster.values("default", 2) == [b"1", b"2"]


def test_a_position_that_cannot_be_used_fails_its_entity(cluster: Cluster) -> None:
    with api(lambda _: b"[1]") as server:
        properties = {"url": server.url + "/${entityName}/${offset}", "entity.names": "bad,good"}
        with started(task_of(cluster, properties, positions={"bad": Position("token")})) as task:
            wait_for_failure(task, "bad")
            until(lambda: entity_of(task, "good").acknowledged.pages >= 2)
            assert task.failure is None
    assert "The stored offset is not an integer" in failures_in(notices_of(task))[0].message


class Defective:
    """A fetcher with a defect."""

    def fetch(self, request: Request, gate: Permit) -> Response:
        gate(request.url)
        raise KeyError("s3cret")

    def close(self) -> None:
        """Nothing was opened."""


def test_a_defect_fails_its_entity_without_showing_what_it_holds(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    task = task_of(cluster, {"url": "http://api.test"})
    task.asking.fetcher.close()
    task.asking.fetcher = Defective()  # type: ignore[assignment]
    with started(task):
        wait_for_failure(task)
    message = failures_in(notices_of(task))[0].message
    assert "A defect of http-source (KeyError)" in message
    assert "s3cret" not in message
    assert "a turn ended in a defect" in caplog.text


def test_a_next_page_url_elsewhere_is_refused_before_a_byte_is_sent(cluster: Cluster) -> None:
    with api(lambda _: b"[]") as other, api(lambda _: b'{"items":[1],"next":"%s/"}' % other.url.encode()) as server:
        properties = {
            "url": "${offset}",
            "http.initial.offset": f"{server.url}/",
            "http.offset.mode": "CURSOR_PAGINATION",
            "http.response.data.json.pointer": "/items",
            "http.next.page.json.pointer": "/next",
        }
        with started(task_of(cluster, properties)) as task:
            wait_for_failure(task)
    assert not other.asked
    assert "http.next.page.allowed.hosts" in failures_in(notices_of(task))[0].message


def test_b94_a_record_above_the_largest_fails_the_entity_and_names_it(cluster: Cluster) -> None:
    with api(lambda _: b'[1,"' + b"x" * 8_388_608 + b'"]') as server, started(task_of(cluster, {"url": server.url})) as task:
        wait_for_failure(task)
    assert "Record 1 of the page has 8388610 bytes; 8388608 is the most" in notices_of(task)[0].message


def test_b86_without_kafka_nothing_is_asked(cluster: Cluster) -> None:
    cluster.go_down()
    with api(lambda _: b"[1]") as server, pytest.raises(DeliveryFailed, match="cannot be reached"):
        task_of(cluster, {"url": server.url}).start(patience=0.2)
    assert not server.asked
