"""A budget of requests, and what the API says of its own limit, hold for all entities of a task at once."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from http_source.foreign.text import Foreign
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.limiter import Say, as_draft, as_x, limiter
from http_source_tests.servers import Asked, Reply, api
from http_source_tests.tasks import entity_of, started, task_of
from http_source_tests.waiting import until

ROOT = Path(__file__).parents[1]
BUDGET = "http.requests.per.second"
EACH = {"http.request.parameters": "start=${offset}"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with kafka() as running:
        yield running


def names(count: int) -> list[str]:
    return [f"e{number}" for number in range(count)]


def test_b234_a_thousand_entities_share_a_budget_and_none_is_asked_twice_before_all_were_asked_once(cluster: Cluster) -> None:
    with limiter(330, 1.0) as server:
        properties = {"url": server.url + "/${entityName}", "entity.names": names(1000), BUDGET: 300}
        with started(task_of(cluster, {**properties, **EACH})):
            until(lambda: len(server.moments) > 2_100)
    assert server.refused == []
    for end in (500, 1_000, 1_500, 2_000):
        asked = Counter(server.targets[:end])
        assert max(asked.values()) - (min(asked.values()) if len(asked) == 1_000 else 0) <= 2
    assert Counter(server.targets[:2_020]).keys() == {f"/e{number}?start=0" for number in range(1_000)}


def test_entities_that_rest_leave_their_part_to_the_one_with_a_backlog(cluster: Cluster) -> None:
    asked: list[str] = []

    def answer(request: Asked) -> bytes:
        asked.append(request.target)
        return b"[1]" if request.target.startswith("/busy") else b"[]"

    with api(answer) as server:
        properties = {"url": server.url + "/${entityName}/${offset}", "entity.names": ["busy", *names(9)], BUDGET: 60,
                      "request.interval.ms": 3_600_000, "catchup.interval.ms": 0}
        with started(task_of(cluster, properties)):
            until(lambda: len(asked) >= 70)
    assert Counter(target.split("/")[1] for target in asked[:70])["busy"] == 61


def test_redirects_tokens_and_renewals_are_paid_for_as_well(cluster: Cluster) -> None:
    moments: list[float] = []
    tokens = iter(range(10_000))

    def answer(asked: Asked) -> Reply:
        moments.append(time.monotonic())
        if asked.target == "/token":
            return Reply(json.dumps({"access_token": f"t{next(tokens)}", "token_type": "Bearer"}).encode())
        if asked.target.startswith("/from"):
            return Reply(b"", 302, {"Location": "/to"})
        return Reply(b"[]", 401 if len(moments) % 7 == 0 else 200)

    with api(answer) as server:
        oauth = {"auth.type": "oauth2", "oauth2.token.url": server.url + "/token", "oauth2.client.id": "i", "oauth2.client.secret": "s"}
        properties = {"url": server.url + "/from/${entityName}", "entity.names": names(10), BUDGET: 40, **oauth, **EACH}
        with started(task_of(cluster, properties)):
            until(lambda: len(moments) >= 100)
    assert moments[99] - moments[0] > 0.95 * 99 / 40


def test_a_stop_ends_the_wait_for_the_second_request_of_a_turn(cluster: Cluster) -> None:
    with api(lambda asked: Reply(b"", 302, {"Location": "/to"}) if asked.target.startswith("/from") else Reply()) as server:
        task = task_of(cluster, {"url": server.url + "/from", BUDGET: 0.001, **EACH})
        began = time.monotonic()
        with started(task, grace=100):
            until(lambda: server.asked)
    assert time.monotonic() - began < 90
    assert len(server.asked) <= 2


def test_a_budget_below_one_spaces_the_requests_of_all(cluster: Cluster) -> None:
    properties = {"entity.names": names(3), BUDGET: 0.9, **EACH}
    with limiter(1, 0.1) as server, started(task_of(cluster, {"url": server.url + "/${entityName}", **properties})) as task:
        until(lambda: len(server.moments) == 4)
        assert task.asking.admission.spent_for > 0
    assert server.moments[3] - server.moments[0] > 3 / 0.9 - 0.1
    assert sorted(server.targets[:3]) == [f"/e{number}?start=0" for number in range(3)]


def test_two_processes_divide_a_budget_by_their_entities(cluster: Cluster) -> None:
    with limiter(1_000, 1.0) as server:
        properties = {"url": server.url + "/${entityName}", "entity.names": names(9), "tasks.max": 2, BUDGET: 40, **EACH}
        command = [sys.executable, "-m", "http_source_tests.rated_task", cluster.bootstrap, json.dumps(properties)]
        runs = [subprocess.Popen([*command, str(task)], cwd=ROOT, stdin=subprocess.PIPE) for task in range(2)]
        try:
            until(lambda: {target[:3] for target in server.targets} == {f"/e{number}" for number in range(9)})
            began = len(server.moments)
            until(lambda: len(server.moments) > began + 160)
        finally:
            for run in runs:
                run.communicate()
    moments = server.moments[began : began + 160]
    assert moments[-1] - moments[0] > 0.95 * 158 / 40
    asked = Counter(server.targets[began : began + 160])
    assert max(asked.values()) - min(asked.values()) <= 6


# What the API says


@pytest.mark.parametrize("say", [as_x, as_draft])
def test_b234_an_api_that_says_what_is_left_has_nothing_to_refuse_once_it_said_so(cluster: Cluster, say: Say) -> None:
    properties = {"entity.names": names(40), **EACH}
    with limiter(6, 1.0, say) as server, started(task_of(cluster, {"url": server.url + "/${entityName}", **properties})):
        until(lambda: len(server.moments) > 45)
    assert [number for number in server.refused if number >= 10] == []  # those that were on their way before the first answer
    assert len(set(server.targets)) == 40


def test_a_budget_and_the_api_s_own_limit_hold_together(cluster: Cluster) -> None:
    with limiter(3, 1.0, as_x) as server:
        properties = {"url": server.url + "/${entityName}", "entity.names": names(5), BUDGET: 20, **EACH}
        with started(task_of(cluster, properties)):
            until(lambda: len(server.moments) > 12)
    assert [number for number in server.refused if number >= 3] == []
    assert server.most_in(0.2) <= 5


def test_with_the_headers_switched_off_nobody_waits(cluster: Cluster) -> None:
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "3600"}
    properties = {"http.rate.limit.headers": False, **EACH}
    with api(lambda _: Reply(b"[]", 200, spent)) as server, started(task_of(cluster, {"url": server.url, **properties})) as task:
        until(lambda: len(server.asked) > 3)
        assert task.outlook.limited(0.0) == []


def test_what_is_used_up_holds_its_origin_back_until_it_begins_anew_and_others_are_asked_meanwhile(cluster: Cluster) -> None:
    def answer(asked: Asked) -> Reply:
        spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1200"}
        return Reply(b"[]", 200, spent if asked.headers["Host"].startswith("localhost") else {})

    with api(answer) as server:
        properties = {"url": server.url.replace("127.0.0.1", "${entityName}"), "entity.names": "localhost,127.0.0.1", **EACH}
        with started(task_of(cluster, properties)) as task:
            until(lambda: len(server.asked) > 6)
            (limited,) = task.outlook.limited(10.0)
            assert limited.entities == ("localhost",)
            assert limited.shut.said == Foreign("X-RateLimit-Remaining: 0")
            assert limited.shut.until is not None
            assert round(limited.shut.until - limited.shut.since) == 900  # as with Retry-After
            assert 800 < task.outlook.waits()["localhost"] <= 900
            assert "localhost" not in task.outlook.overdue(0.0)
            assert not task.outlook.rests(60)
    assert sum(asked.headers["Host"].startswith("localhost") for asked in server.asked) == 1


def test_a_task_rests_while_the_api_allows_nothing_for_longer_than_a_run_lingers(cluster: Cluster) -> None:
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "300"}
    with api(lambda _: Reply(b"[]", 200, spent)) as server, started(task_of(cluster, {"url": server.url, **EACH})) as task:
        until(lambda: task.outlook.rests(60))
        assert not task.outlook.rests(600)
        assert 200 < task.outlook.waits()["default"] <= 300
    assert len(server.asked) == 1


def test_entities_with_credentials_of_their_own_wait_for_themselves(cluster: Cluster) -> None:
    def answer(asked: Asked) -> Reply:
        spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "600"}
        return Reply(b"[]", 200, spent if asked.headers["Authorization"] == "tired" else {})

    with api(answer) as server:
        own = {"entity.names": "tired,awake", "http.request.sensitive.headers": "Authorization:${entityName}"}
        properties = {"url": server.url, **own, **EACH}
        with started(task_of(cluster, properties)) as task:
            until(lambda: len(server.asked) > 6)
            assert [each.entities for each in task.outlook.limited(0.0)] == [("tired",)]
    assert sum(asked.headers["Authorization"] == "tired" for asked in server.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_without_retry_after_is_retried_when_the_limit_begins_anew(cluster: Cluster, status: int) -> None:
    refusal = Reply(b"", status, {"X-RateLimit-Reset-After": "299.5"})
    with api(lambda _: refusal) as server, started(task_of(cluster, {"url": server.url, **EACH})) as task:
        until(lambda: entity_of(task).failed_attempts)
        assert 290 < task.outlook.waits()["default"] <= 299.5
    assert len(server.asked) == 1


def test_a_refused_request_that_says_nothing_is_left_holds_the_others_back(cluster: Cluster) -> None:
    with api(lambda _: Reply(b"", 403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 600)})) as server:
        properties = {"url": server.url + "/${entityName}", "entity.names": names(20), "max.in.flight.requests": 1, **EACH}
        with started(task_of(cluster, properties)) as task:
            until(lambda: task.outlook.limited(0.0))
            assert len(task.outlook.limited(0.0)[0].entities) == 20
    assert len(server.asked) == 1
