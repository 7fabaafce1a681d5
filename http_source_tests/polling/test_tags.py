"""`http.conditional.requests`: the last page is asked for under the condition that it has changed, and is lost nowhere for that."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from http_source_tests.config.samples import mistakes
from http_source_tests.kafka import PRODUCE, Cluster, kafka
from http_source_tests.servers import Asked, Reply, api
from http_source_tests.tasks import entity_of, notices_of, started, task_of
from http_source_tests.waiting import until

SIZE = 3
WAYS: Mapping[str, Mapping[str, object]] = {
    "SIMPLE_INCREMENTING": {"http.request.parameters": "at=${offset}", "http.initial.offset": "0"},
    "CHAINING": {"http.request.parameters": "after=${offset}", "http.initial.offset": "-1", "http.offset.json.pointer": "/id"},
    "CURSOR_PAGINATION": {"http.request.parameters": "at=${offset}", "http.initial.offset": "0", "http.next.page.json.pointer": "/next"},
    "PAGE_NUMBER": {"http.request.parameters": "page=${offset}", "http.initial.offset": "0"},
}
TOPIC = "default"


class Growing:
    """Numbered records, whose pages have tags; it remembers which answers were whole, and what was asked under a condition."""

    def __init__(self, available: int, *, repeats_tags: bool = True) -> None:
        self.available = available
        self.whole: list[str] = []
        self.conditions: list[str] = []
        self._repeats_tags = repeats_tags

    def __call__(self, asked: Asked) -> Reply:
        (name, (text,)), = parse_qs(urlsplit(asked.target).query).items()
        first = {"page": int(text) * SIZE, "after": int(text) + 1}.get(name, int(text))
        found = range(first, min(first + SIZE, self.available))
        body = json.dumps({"items": [{"id": n} for n in found], "next": str(first + SIZE) if self.available > first + SIZE else None})
        tag = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:8]}"'
        condition = asked.headers.get("If-None-Match", "")
        self.conditions.append(condition)
        if condition == tag:
            # Such an answer says how long the page is that it leaves out (RFC 9110 §15.4.5).
            return Reply(b"", 304, {"ETag": tag} if self._repeats_tags else {})
        self.whole.append(asked.target)
        return Reply(body.encode(), headers={"ETag": tag})


    def until_asked(self, times: int) -> None:
        """Wait until it was asked that often once more."""
        wanted = len(self.conditions) + times
        until(lambda: len(self.conditions) >= wanted)


def properties(mode: str, url: str, **more: object) -> dict[str, object]:
    return {
        "url": url, "http.offset.mode": mode, "http.response.data.json.pointer": "/items", "http.conditional.requests": "true",
        "catchup.interval.ms": 0, **WAYS[mode], **more,
    }


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as cluster:
        yield cluster


def ids(cluster: Cluster) -> Sequence[Any]:
    return [json.loads(value)["id"] for value in cluster.values(TOPIC)]


@pytest.mark.parametrize("repeats", [True, False], ids=["304 with its tag", "304 alone"])
@pytest.mark.parametrize("mode", WAYS)
def test_an_unchanged_last_page_is_not_sent_again_and_what_it_gains_is_delivered(cluster: Cluster, mode: str, *, repeats: bool) -> None:
    growing = Growing(8, repeats_tags=repeats)
    with api(growing) as server, started(task_of(cluster, properties(mode, server.url))) as task:
        for grown in (8, 9, 10, 16):
            growing.available = grown
            until(lambda: len(ids(cluster)) == growing.available)
            growing.until_asked(5)
            whole = len(growing.whole)
            growing.until_asked(4)
            assert len(growing.whole) == whole
            until(lambda: entity_of(task).caught_up)
        assert notices_of(task) == []
    assert ids(cluster) == list(range(16))


def test_a_page_that_kafka_refused_is_asked_for_without_a_condition(cluster: Cluster) -> None:
    growing = Growing(2)
    with api(growing) as server, started(task_of(cluster, properties("CURSOR_PAGINATION", server.url))) as task:
        until(lambda: any(growing.conditions))
        growing.available = 3
        cluster.answer_with(PRODUCE, *[29] * 3)  # not authorized for the topic
        until(lambda: entity_of(task).failures)
        cluster.forget_errors()
        until(lambda: ids(cluster) == [0, 1, 2])


def test_a_server_that_fails_conditions_is_asked_again_without_one(cluster: Cluster) -> None:
    growing = Growing(3)

    def answer(asked: Asked) -> Reply:
        return Reply(b"", 412) if "If-None-Match" in asked.headers else growing(asked)

    with api(answer) as server, started(task_of(cluster, properties("CURSOR_PAGINATION", server.url, **{"max.retries": 1}))) as task:
        growing.until_asked(3)
        growing.available = 5
        until(lambda: len(ids(cluster)) == 5)
        assert entity_of(task).failures == 0


def test_without_the_property_no_request_has_a_condition_and_304_is_a_failure(cluster: Cluster) -> None:
    growing, plain = Growing(2), {"http.conditional.requests": None, "max.retries": 0}
    with api(growing) as server, started(task_of(cluster, properties("CURSOR_PAGINATION", server.url, **plain))):
        growing.until_asked(4)
    assert set(growing.conditions) == {""}
    with api(lambda _: Reply(b"", 304)) as server, started(task_of(cluster, properties("PAGE_NUMBER", server.url, **plain))) as task:
        until(lambda: entity_of(task).failures)
    assert "304" in notices_of(task)[0].message


@pytest.mark.parametrize(
    "changes",
    [
        {"http.request.method": "POST", "http.request.body": "{}", "http.request.parameters": None},
        {"http.request.headers": "if-none-match: x"},
        {"http.offset.mode": "TIME_WINDOW", "http.window.start": "0", "http.initial.offset": None, "http.offset.json.pointer": None},
    ],
    ids=["POST", "a header of its own", "windows"],
)
def test_where_no_condition_can_hold_the_property_is_refused(changes: Mapping[str, object]) -> None:
    assert "http.conditional.requests" in mistakes({"http.conditional.requests": "true", **changes})
