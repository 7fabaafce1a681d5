"""Retries as a task makes them, with a real server before it and the in-memory cluster behind it."""

import time
from email.utils import formatdate

import pytest

from http_source.model import State
from http_source.task import Task
from http_source_tests.kafka import Cluster
from http_source_tests.servers import Reply, api, raw
from http_source_tests.tasks import Threads, entity_of, notices_of, started, task_of
from http_source_tests.waiting import until


def warned(task: Task) -> str:
    """The first thing a person hears."""
    return notices_of(task)[0].message


def test_b26_b31_what_is_retried_tells_the_attempt_and_the_wait(cluster: Cluster) -> None:
    with (
        api(lambda _: Reply(b"slow down", 429) if len(server.asked) == 1 else b"[1]") as server,
        started(task_of(cluster, {"url": server.url, "retry.on.status.codes": "500-", "max.retries": 4})) as task,
    ):
        until(lambda: entity_of(task).acknowledged.pages)
    assert warned(task) == (
        "Entity default: The server answered 429 Too Many Requests. Raise `request.interval.ms` if this happens repeatedly. "
        'The answer starts with "slow down". (attempt 1 of 5, next in 0.1 s)'
    )


@pytest.mark.parametrize(("status", "advice"), [(401, "`auth.type` and its credentials"), (403, "scope, permissions"), (500, "")])
def test_b29_b30_b35_an_error_for_ever_fails_the_entity_with_what_to_check(cluster: Cluster, status: int, advice: str) -> None:
    with (
        api(lambda _: Reply(b"no", status)) as server,
        started(task_of(cluster, {"url": server.url + "/${offset}", "max.retries": 2})) as task,
    ):
        until(lambda: entity_of(task).failure)
    failed = notices_of(task)[-1]
    assert (failed.state, failed.retry_in) == (State.FAILED, 5.0)
    assert "FAILED at offset 0" in failed.message
    assert advice in failed.message
    assert 'The answer starts with "no". The request was sent 3 times. It starts again in 5 s.' in failed.message
    assert [asked.target for asked in server.asked] == ["/0"] * 3


def test_b27_b36_a_status_that_is_not_listed_fails_its_entity_at_once_and_no_other(cluster: Cluster) -> None:
    with api(lambda asked: Reply(status=404) if asked.target.startswith("/bad") else b"[1]") as server:
        properties = {"url": server.url + "/${entityName}/${offset}", "entity.names": "bad,good", "retry.on.status.codes": "500-"}
        with started(task_of(cluster, properties)) as task:
            until(lambda: entity_of(task, "bad").failure and entity_of(task, "good").acknowledged.pages > 2)
            assert entity_of(task, "good").failure is None
    assert "add 404 to `retry.on.status.codes`" in warned(task)
    assert sum(asked.target.startswith("/bad") for asked in server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b'{"items": [1], "errors": [{"message": "quota of k3y-7 gone"}]}', 'json.pointer`: "[{"message": "quota of [hidden] gone"}]".'),
        (b'{"message": "no"}', "the keys there are message. That is a failure"),
    ],
)
def test_b191_an_error_in_a_good_answer_is_asked_again_and_nothing_of_it_is_produced(cluster: Cluster, answer: bytes, reason: str) -> None:
    properties = {
        "http.request.parameters": "from=${offset}",
        "http.request.sensitive.headers": "X-Key:k3y-7",
        "http.response.data.json.pointer": "/items",
        "http.response.error.json.pointer": "/errors",
        "http.response.data.required": True,
        "request.interval.ms": 60_000,
    }
    with (
        api(lambda _: answer if len(server.asked) < 3 else b'{"items": [2]}') as server,
        started(task_of(cluster, {**properties, "url": server.url})) as task,
    ):
        until(lambda: entity_of(task).acknowledged.pages)
    assert [asked.target for asked in server.asked] == ["/?from=0"] * 3
    assert cluster.values("default", 1) == [b"2"]
    assert reason in warned(task)


def test_b200_an_api_that_answers_404_for_no_more_records_is_caught_up(cluster: Cluster) -> None:
    """What stands in such an answer is not read: neither its page for people nor how long it wants to be left alone."""
    nothing = Reply(b"<p>s3cret", 404, {"Retry-After": "900", "Content-Encoding": "gzip"})
    with api(lambda asked: Reply(b"[1, 2]") if asked.target == "/0" else nothing) as server:
        properties = {"url": server.url + "/${offset}", "http.response.empty.status.codes": "404", "retry.on.status.codes": "400-"}
        with started(task_of(cluster, properties)) as task:
            until(lambda: entity_of(task).traffic.empty_polls > 2)
            assert entity_of(task).caught_up
        assert notices_of(task) == []
    assert [asked.target for asked in server.asked][:4] == ["/0", "/2", "/2", "/2"]


@pytest.mark.parametrize("skew", [-7200, 0, 7200])
def test_b32_b33_the_wait_that_a_server_asks_for_is_kept_whatever_its_clock_says(
    cluster: Cluster, threads: Threads, skew: int
) -> None:
    clock = time.time() + skew
    answer = (
        f"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nDate: {formatdate(clock, usegmt=True)}\r\n"
        f"Retry-After: {formatdate(clock + 300, usegmt=True)}\r\n\r\n"
    )
    with (
        raw(lambda connection: connection.sendall(answer.encode())) as url,
        started(task_of(cluster, {"url": url})) as task,
    ):
        until(lambda: entity_of(task).failed_attempts and task.outlook.waits()["default"] > 1)
        assert 290 < task.outlook.waits()["default"] <= 300
    assert threads() == []


def test_b34_a_wait_of_ages_is_cut_short_and_told_and_ends_with_a_stop(cluster: Cluster, threads: Threads) -> None:
    with (
        api(lambda _: Reply(b"", 429, {"Retry-After": "99999999999"})) as server,
        started(task_of(cluster, {"url": server.url})) as task,
    ):
        until(lambda: task.outlook.waits().get("default", 0) > 1)
        assert task.outlook.waits()["default"] <= 900
    assert threads() == []
    assert "Its Retry-After asks for a longer wait than the 900 s that are waited at most. (attempt 1 of 11, next in 900 s)" in warned(task)


def test_the_exponential_policy_doubles_the_waits_of_one_request(cluster: Cluster) -> None:
    with api(lambda _: Reply(status=500)) as server:
        task = task_of(cluster, {"url": server.url, "retry.backoff.policy": "EXPONENTIAL_WITH_JITTER", "max.retries": 3})
        task.chance = lambda: 0.4
        with started(task):
            until(lambda: entity_of(task).failure)
    assert [notice.message.rpartition("(")[2] for notice in notices_of(task)[:3]] == [
        "attempt 1 of 4, next in 0.09 s)", "attempt 2 of 4, next in 0.18 s)", "attempt 3 of 4, next in 0.36 s)",
    ]  # fmt: skip
