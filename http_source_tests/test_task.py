"""A task end to end: a real server before it, the in-memory cluster behind it."""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest

from http_source.entity import Phase
from http_source.model import Position
from http_source_tests.kafka import Cluster
from http_source_tests.servers import Api, Asked, Reply, api
from http_source_tests.tasks import entity_of, notices_of, started, task_of
from http_source_tests.waiting import until

RECORDS = (
    b'{"key":"~11121314","id":12345678901234567890,"price":1.10,"name":"caf\xc3\xa9","zero":"\\u0000"}',
    b'{"b":1,"a":{"z":1e400,"y":-0.0}}',
    b'{ "spaced" : [ 1 , 2 ] }',
)


def page(envelope: str, records: Sequence[bytes]) -> bytes:
    """An answer whose RECORDS stand in the envelope as they are."""
    return envelope.encode().replace(b"RECORDS", b",\n ".join(records))


def requests_of(server: Api, count: int) -> list[str]:
    return [asked.target for asked in server.asked[:count]]


def test_simple_incrementing_polls_confluence_as_the_specification_prints_it(cluster: Cluster) -> None:
    def confluence(asked: Asked) -> bytes:
        start = int(asked.target.partition("start=")[2].partition("&")[0])
        return page('{"results": [RECORDS], "start": 0, "limit": 1, "_links": {"next": "/rest/api/space"}}', RECORDS[start : start + 1])

    with api(confluence) as server:
        properties = {
            "url": f"{server.url}/wiki/rest/api/space",
            "http.request.parameters": "start=${offset}&limit=1",
            "http.offset.mode": "SIMPLE_INCREMENTING",
            "http.initial.offset": "0",
            "http.response.data.json.pointer": "/results",
            "auth.type": "basic",
            "connection.user": "username",
            "connection.password": "secret",
        }
        with started(task_of(cluster, properties)) as task:
            until(lambda: len(server.asked) >= 6)
    assert requests_of(server, 6) == [f"/wiki/rest/api/space?start={start}&limit=1" for start in (0, 1, 2, 3, 3, 3)]
    assert {asked.headers["Authorization"] for asked in server.asked} == {"Basic dXNlcm5hbWU6c2VjcmV0"}
    assert sorted(cluster.values("default", 3)) == sorted(RECORDS)
    assert entity_of(task).acknowledged.position == Position(3, sequence=3, mode="SIMPLE_INCREMENTING")


def test_chaining_searches_elasticsearch_as_the_specification_prints_it(cluster: Cluster) -> None:
    times = (1647948089979, 1647948092349, 1647948097246)
    hits = [f'{{"_index":"test-index","_id":"{number}","sort":[{at}]}}'.encode() for number, at in enumerate(times)]

    def elasticsearch(asked: Asked) -> bytes:
        after = int(json.loads(asked.body)["search_after"][0])
        return page('{"took": 614, "hits": {"hits": [RECORDS]}}', [hit for hit, at in zip(hits, times, strict=True) if at > after])

    with api(elasticsearch) as server:
        properties = {
            "url": f"{server.url}/test-index/_search",
            "http.offset.mode": "CHAINING",
            "http.request.body": '{"size": 100, "sort": [{"@time": "asc"}], "search_after": [${offset}]}',
            "http.request.method": "POST",
            "http.initial.offset": "1647948000000",
            "http.response.data.json.pointer": "/hits/hits",
            "http.offset.json.pointer": "/sort/0",
        }
        with started(task_of(cluster, properties)):
            until(lambda: len(server.asked) >= 3)
    assert [(asked.method, asked.target, asked.body.decode()) for asked in server.asked[:3]] == [
        ("POST", "/test-index/_search", '{"size": 100, "sort": [{"@time": "asc"}], "search_after": [' + after + "]}")
        for after in ("1647948000000", "1647948097246", "1647948097246")
    ]
    assert sorted(cluster.values("default", 3)) == sorted(hits)


def test_cursor_pagination_lists_a_bucket_as_the_specification_prints_it(cluster: Cluster) -> None:
    token = "CkV0b3BpY3MvZGVtby9MS9ob3V...="

    def storage(asked: Asked) -> bytes:
        if asked.target.endswith("pageToken="):
            return page(f'{{"kind": "storage#objects", "nextPageToken": "{token}", "items": [RECORDS]}}', RECORDS[:2])
        return page('{"kind": "storage#objects", "items": [RECORDS]}', RECORDS[2:])

    with api(storage) as server:
        properties = {
            "url": f"{server.url}/storage/v1/b/test-bucket/o",
            "http.offset.mode": "CURSOR_PAGINATION",
            "http.request.method": "GET",
            "http.request.parameters": "pageToken=${offset}",
            "http.response.data.json.pointer": "/items",
            "http.next.page.json.pointer": "/nextPageToken",
            "http.initial.offset": None,
            "auth.type": "bearer",
            "bearer.token": "secret",
        }
        with started(task_of(cluster, properties)):
            until(lambda: len(server.asked) >= 4)
    path = "/storage/v1/b/test-bucket/o?pageToken="
    assert requests_of(server, 4) == [path, path + token, path + token, path + token]
    assert sorted(cluster.values("default", 3)) == sorted(RECORDS)


def counting(asked: Asked, size: int = 10, last: int = 1_000_000) -> bytes:
    """Records that are their own offset: `size` from the number at the end of the target."""
    start = int(asked.target.rpartition("/")[2])
    return json.dumps(list(range(start, min(start + size, last)))).encode()


def feed(server: Api, **more: object) -> Mapping[str, object]:
    return {"url": server.url + "/${offset}"} | {name.replace("_", "."): value for name, value in more.items()}


def test_records_of_an_entity_arrive_in_the_order_served(cluster: Cluster) -> None:
    cluster.create("default")
    with api(lambda asked: counting(asked, last=500)) as server, started(task_of(cluster, feed(server, catchup_interval_ms=0))) as task:
        until(lambda: entity_of(task).acknowledged.records == 500)
    assert cluster.values("default", 500) == [str(number).encode() for number in range(500)]


def test_goes_on_from_a_stored_position(cluster: Cluster) -> None:
    with api(counting) as server, started(task_of(cluster, feed(server), positions={"default": Position(70, epoch=2, sequence=9)})) as task:
        until(lambda: entity_of(task).acknowledged.pages)
    assert server.asked[0].target == "/70"
    assert entity_of(task).acknowledged.position.order >= (2, 10)


def test_the_interval_passes_between_the_end_of_a_request_and_the_start_of_the_next(cluster: Cluster) -> None:
    times: list[tuple[float, float]] = []

    def slow(_asked: Asked) -> bytes:
        start = time.monotonic()
        until(lambda: time.monotonic() > start + 0.1)
        times.append((start, time.monotonic()))
        return b"[1]"

    with api(slow) as server, started(task_of(cluster, feed(server, request_interval_ms=150))):
        until(lambda: len(times) >= 4)
    assert all(start - end >= 0.15 for (_, end), (start, _) in pairwise(times))


def test_a_backlog_is_drained_at_the_catch_up_interval_and_then_the_other_holds(cluster: Cluster) -> None:
    properties = {"request_interval_ms": 3_600_000, "catchup_interval_ms": 0}
    with api(lambda asked: counting(asked, last=50)) as server, started(task_of(cluster, feed(server, **properties))) as task:
        until(lambda: entity_of(task).traffic.empty_polls == 1)
        until(lambda: task.outlook.rests(3_000))
        assert not task.outlook.rests(3_700)
        assert 3_500 < task.outlook.waits()["default"] <= 3_600
    assert len(server.asked) == 6


@pytest.mark.parametrize(("pause_ms", "pages"), [(0, 64), (1, 2)])
def test_small_pages_wait_for_kafka_only_in_the_number_that_is_allowed(cluster: Cluster, pause_ms: int, pages: int) -> None:
    with api(counting) as server, started(task_of(cluster, feed(server, catchup_interval_ms=pause_ms))) as task:
        until(lambda: entity_of(task).acknowledged.pages)
        cluster.go_down()
        until(lambda: entity_of(task).phase is Phase.PARKED and len(server.asked) == entity_of(task).acknowledged.pages + pages)
        threading.Event().wait(0.3)
        assert len(server.asked) == entity_of(task).acknowledged.pages + pages
        asked = len(server.asked)
        cluster.come_up()
        until(lambda: entity_of(task).acknowledged.pages > asked)


def test_once_asks_each_entity_once(cluster: Cluster) -> None:
    with api(lambda _: b"[1,2]") as server:
        task = task_of(cluster, {"url": server.url + "/${entityName}/${offset}", "entity.names": "a,b,c"}, once=True)
        with started(task):
            until(lambda: task.outlook.rests(float("inf")))
    assert sorted(asked.target for asked in server.asked) == ["/a/0", "/b/0", "/c/0"]
    assert [entity.acknowledged.records for entity in task.entities] == [2, 2, 2]


def test_once_tries_again_until_a_request_succeeds(cluster: Cluster) -> None:
    with (
        api(lambda _: b"[1]" if len(server.asked) == 3 else Reply(status=503)) as server,
        started(task_of(cluster, feed(server), once=True)) as task,
    ):
        until(lambda: task.outlook.rests(float("inf")))
    assert entity_of(task).acknowledged.records == 1
    assert entity_of(task).traffic.retries == 2


def test_an_entity_ends_where_its_cursor_ends_and_stays_done(cluster: Cluster) -> None:
    properties = {
        "http.offset.mode": "CURSOR_PAGINATION",
        "http.initial.offset": None,
        "http.next.page.json.pointer": "/next",
        "http.response.data.json.pointer": "/items",
        "http.cursor.end": "stop",
        "http.request.parameters": "page=${offset}",
    }

    def pages(asked: Asked) -> bytes:
        return b'{"items":[2]}' if asked.target.endswith("=b") else b'{"items":[1],"next":"b"}'

    with api(pages) as server:
        with started(task_of(cluster, {"url": server.url, **properties})) as task:
            until(lambda: task.outlook.rests(float("inf")))
        assert entity_of(task).acknowledged.position.done
        assert task.outlook.waits() == {}
        done = {"default": entity_of(task).acknowledged.position}
        with started(task_of(cluster, {"url": server.url, **properties}, positions=done)) as task:
            assert task.outlook.rests(float("inf"))
    assert len(server.asked) == 2


def test_starts_each_entity_after_its_wait(cluster: Cluster) -> None:
    with api(lambda _: b"[]") as server:
        task = task_of(cluster, {"url": server.url + "/${entityName}/${offset}", "entity.names": "now,later"})
        with started(task, waits=[0.0, 3_600.0]):
            until(lambda: len(server.asked) >= 2)
            assert 3_500 < task.outlook.waits()["later"] <= 3_600
    assert {asked.target for asked in server.asked} == {"/now/0"}


def test_a_warning_is_told_once(cluster: Cluster) -> None:
    properties = {"http.response.data.json.pointer": "/items"}
    with api(lambda _: b'{"data":[]}') as server, started(task_of(cluster, {"url": server.url, **properties})) as task:
        until(lambda: len(server.asked) >= 4)
    assert ["finds no" in notice.message for notice in notices_of(task)] == [True]


def test_b48_a_cycle_of_tokens_is_told_and_keeps_the_interval(cluster: Cluster) -> None:
    def cycle(asked: Asked) -> bytes:
        return b'{"items": [1], "next": "b"}' if asked.target.endswith("=a") else b'{"items": [1], "next": "a"}'

    with api(cycle) as server:
        properties = {
            "url": server.url,
            "http.request.parameters": "token=${offset}",
            "http.offset.mode": "CURSOR_PAGINATION",
            "http.initial.offset": "a",
            "http.response.data.json.pointer": "/items",
            "http.next.page.json.pointer": "/next",
            "request.interval.ms": 60_000,
            "catchup.interval.ms": 0,
        }
        with started(task_of(cluster, properties)) as task:
            until(lambda: entity_of(task).acknowledged.pages == 2)
            assert task.outlook.waits()["default"] > 30
    assert requests_of(server, 9) == ["/?token=a", "/?token=b"]
    assert "leads back to an earlier offset" in notices_of(task)[0].message


def test_b15_a_page_that_is_no_json_is_told_with_its_start_and_without_the_secret_it_echoes(cluster: Cluster) -> None:
    with api(lambda asked: f"<!doctype html> no access for {asked.headers['Authorization']}".encode()) as server:
        properties = {"url": f"{server.url}/?offset=${{offset}}", "auth.type": "bearer", "bearer.token": "canary", "max.retries": 0}
        with started(task_of(cluster, properties)) as task:
            until(lambda: entity_of(task).failure)
    assert 'It starts with "<!doctype html> no access for Bearer [hidden]".' in notices_of(task)[0].message
