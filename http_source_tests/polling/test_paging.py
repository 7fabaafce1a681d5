"""Odd tokens and odd pages, met by a task with a real server before it and the in-memory cluster behind it."""

import json
from collections.abc import Callable

import pytest

from http_source.model import Position, State
from http_source_tests.config.samples import mistakes
from http_source_tests.kafka import Cluster
from http_source_tests.servers import Asked, Reply, api
from http_source_tests.tasks import entity_of, notices_of, started, task_of
from http_source_tests.waiting import until

CURSOR = {
    "http.offset.mode": "CURSOR_PAGINATION",
    "http.initial.offset": "0",
    "http.request.parameters": "token=${offset}",
    "http.response.data.json.pointer": "/items",
    "http.next.page.json.pointer": "/next",
    "request.interval.ms": 60_000,
    "catchup.interval.ms": 0,
}
"""Only pages that lead on with records are asked for without a minute in between."""

NUMBERED: dict[str, object] = {
    "http.offset.mode": "PAGE_NUMBER", "http.initial.offset": "1", "http.page.size": 1, "http.next.page.json.pointer": None,
    "request.interval.ms": 100,
}


def number(asked: Asked) -> int:
    return int(asked.target.rpartition("=")[2])


def test_b48_the_same_token_again_and_again_is_asked_for_once_an_interval_and_told(cluster: Cluster) -> None:
    with api(lambda _: b'{"items": [1], "next": "0"}') as server, started(task_of(cluster, {**CURSOR, "url": server.url})) as task:
        until(lambda: entity_of(task).acknowledged.pages == 1)
        assert task.outlook.waits()["default"] > 30
    assert len(server.asked) == 1
    assert "is the one that the page was requested with" in notices_of(task)[0].message


@pytest.mark.parametrize("length", [3, 99, 350])
def test_b48_a_cycle_of_any_length_is_noticed_within_a_few_rounds_and_then_keeps_the_interval(cluster: Cluster, length: int) -> None:
    def cycle(asked: Asked) -> bytes:
        return json.dumps({"items": [1], "next": str((number(asked) + 1) % length)}).encode()

    with api(cycle) as server, started(task_of(cluster, {**CURSOR, "url": server.url})) as task:
        until(lambda: task.outlook.rests(30))
        assert task.outlook.waits()["default"] > 30
    assert length <= len(server.asked) <= 4 * length
    assert "leads back to an earlier offset" in notices_of(task)[0].message


def test_pages_beyond_the_most_fail_the_entity_until_a_person_acts_with_all_before_delivered(cluster: Cluster) -> None:
    def onward(asked: Asked) -> bytes:
        return b'{"items": [1], "next": "%d"}' % (number(asked) + 1)

    with api(onward) as server, started(task_of(cluster, {**CURSOR, "url": server.url, "http.page.max": 3})) as task:
        until(lambda: entity_of(task).failure)
        until(lambda: entity_of(task).acknowledged.pages == 3)
    (notice,) = notices_of(task)
    assert "3 pages were followed one after another, and the last one leads on (http.page.max)" in notice.message
    assert (notice.state, notice.retry_in, len(server.asked)) == (State.FAILED, None, 3)
    assert entity_of(task).acknowledged.position.offset == "3"


def test_looks_at_an_end_are_no_pages_that_are_followed(cluster: Cluster) -> None:
    def pages(asked: Asked) -> bytes:
        return b'{"items": [1]}' if number(asked) < 3 else b'{"items": []}'

    with api(pages) as server, started(task_of(cluster, {**CURSOR, **NUMBERED, "url": server.url, "http.page.max": 4})) as task:
        until(lambda: entity_of(task).traffic.requests > 12)
    assert entity_of(task).failure is None


def test_b48_a_long_way_that_never_comes_back_is_no_cycle(cluster: Cluster) -> None:
    def onward(asked: Asked) -> bytes:
        return b'{"items": [1], "next": "%d"}' % (number(asked) + 1) if number(asked) < 300 else b'{"items": []}'

    with api(onward) as server, started(task_of(cluster, {**CURSOR, "url": server.url})) as task:
        until(lambda: entity_of(task).acknowledged.records == 300)
    assert notices_of(task) == []


def test_b49_empty_pages_with_ever_new_tokens_are_walked_one_an_interval(cluster: Cluster) -> None:
    with api(lambda asked: b'{"items": [], "next": "%d"}' % (number(asked) + 1)) as server:
        with started(task_of(cluster, {**CURSOR, "url": server.url})) as task:
            until(lambda: entity_of(task).acknowledged.pages == 1)
            assert task.outlook.waits()["default"] > 30
        assert [number(asked) for asked in server.asked] == [0]
        with started(task_of(cluster, {**CURSOR, "url": server.url, "request.interval.ms": 100})) as task:
            until(lambda: entity_of(task).acknowledged.position.offset == "4")
    assert [number(asked) for asked in server.asked][1:5] == [0, 1, 2, 3]


def test_b55_an_initial_offset_that_cannot_be_counted_from_never_starts() -> None:
    assert mistakes({"http.initial.offset": "abc"}) == ["http.initial.offset"]
    assert mistakes({"http.initial.offset": "1.5"}) == ["http.initial.offset"]


def test_b56_b64_counting_goes_by_the_number_of_records_whatever_the_source_removes(cluster: Cluster) -> None:
    sizes = iter([3, 1, 2])
    with api(lambda _: json.dumps([0] * next(sizes, 0)).encode()) as server:
        properties = {"url": server.url + "/${offset}"}
        with started(task_of(cluster, properties)) as task:
            until(lambda: entity_of(task).traffic.empty_polls)
    assert [asked.target for asked in server.asked][:4] == ["/0", "/3", "/4", "/6"]


def test_b57_a_stored_position_wins_over_an_initial_offset_that_was_changed(cluster: Cluster) -> None:
    with api(lambda _: b"[]") as server:
        properties = {"url": server.url + "/${offset}", "http.initial.offset": "900"}
        with started(task_of(cluster, properties, positions={"default": Position(70, sequence=1)})) as task:
            until(lambda: entity_of(task).traffic.empty_polls)
    assert server.asked[0].target == "/70"


HOSTILE = 'a\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1\r\n\0&evil=1#?%00"}'


def paged_by(token: str) -> Callable[[Asked], bytes]:
    """A server whose second page is asked for with the token."""
    first = json.dumps({"items": [1], "next": token}).encode()
    return lambda asked: first if len(asked.target) + len(asked.body) < 20 else b'{"items": []}'


def test_b58_b59_a_hostile_token_arrives_as_one_value_of_the_query(cluster: Cluster) -> None:
    with api(paged_by(HOSTILE)) as server, started(task_of(cluster, {**CURSOR, "url": server.url})):
        until(lambda: len(server.asked) == 2)
    assert server.asked[1].target == (
        "/?token=a%0D%0AX-Evil:%201%0D%0A%0D%0AGET%20/evil%20HTTP/1.1%0D%0A%00%26evil=1%23?%2500%22%7D"
    )
    assert "X-Evil" not in server.asked[1].headers


def test_b58_b59_a_hostile_token_arrives_as_one_string_of_the_body(cluster: Cluster) -> None:
    properties = {"http.request.method": "POST", "http.request.body": '{"t": "${offset}"}', "http.request.parameters": None}
    with (
        api(paged_by(HOSTILE)) as server,
        started(task_of(cluster, {**CURSOR, **properties, "url": server.url})),
    ):
        until(lambda: len(server.asked) == 2)
    assert json.loads(server.asked[1].body) == {"t": HOSTILE}
    assert "X-Evil" not in server.asked[1].headers


@pytest.mark.parametrize(
    ("token", "target"),
    [("/v2/items?page=2", "/v2/items?page=2"), ("?page=3", "/v1/items?page=3"), ("next", "/v1/next"), ("", "/v1/items")],
)
def test_b62_a_relative_next_page_is_resolved_against_the_first_address(cluster: Cluster, token: str, target: str) -> None:
    with api(lambda _: json.dumps({"items": [1], "next": token}).encode() if len(server.asked) == 1 else b'{"items": []}') as server:
        properties = {"url": "${offset}", "http.initial.offset": f"{server.url}/v1/items", "http.request.parameters": None}
        with started(task_of(cluster, {**CURSOR, **properties, "request.interval.ms": 100})):
            until(lambda: len(server.asked) == 2)
    assert server.asked[1].target == target


POSTED = {"http.request.method": "POST", "http.request.parameters": None}


@pytest.mark.parametrize(
    ("properties", "sent"),
    [
        ({"http.request.parameters": "after=${offset}"}, "/?after=%5B1,%20%22a%20%26%20b%22%5D"),
        ({**POSTED, "http.request.body": '{"after": ${offset}}'}, '{"after": [1, "a & b"]}'),
        ({**POSTED, "http.request.body": '{"after": "${offset}"}'}, '{"after": "[1, \\"a & b\\"]"}'),
    ],
)
def test_b196_an_array_is_sent_as_json_where_it_stands(cluster: Cluster, properties: dict[str, object], sent: str) -> None:
    def answer(_: Asked) -> bytes:
        return b'{"items": [1], "next": [1, "a & b"]}' if len(server.asked) == 1 else b'{"items": []}'

    fixed = {**CURSOR, "http.initial.offset": "[0]", "use.http.offset.json.pointer.as.string": False, "request.interval.ms": 100}
    with api(answer) as server, started(task_of(cluster, {**fixed, **properties, "url": server.url})):
        until(lambda: len(server.asked) > 1)
    asked = server.asked[1]
    assert sent in (asked.target, asked.body.decode())


LINK = {
    **{name: value for name, value in CURSOR.items() if name != "http.next.page.json.pointer"},
    "http.next.page.header": "Link", "http.initial.offset": None, "http.response.data.json.pointer": "",
    "http.request.parameters": "per_page=2", "request.interval.ms": 100,
}


def test_b198_links_are_followed_to_the_last_page_through_redirects(cluster: Cluster) -> None:
    """As GitHub has it; the second page has moved, and its link is relative to where it is now."""
    pages = {
        "/items?per_page=2": Reply(b"[1, 2]", headers={"Link": '</items?page=2>; rel="next", </items?page=3>; rel="last"'}),
        "/items?page=2": Reply(b"", 307, {"Location": "/moved/items?page=2"}),
        "/moved/items?page=2": Reply(b"[3, 4]", headers={"Link": '<?page=1>; rel="prev", <?page=3#top>; rel="next"'}),
        "/moved/items?page=3": Reply(b"[5]", headers={"Link": '<?page=2>; rel="prev"'}),
    }
    cluster.create("default")
    with api(lambda asked: pages[asked.target]) as server:
        with started(task_of(cluster, {**LINK, "url": f"{server.url}/items"})) as task:
            until(lambda: len(server.asked) > 6)
        assert notices_of(task) == []
        assert entity_of(task).acknowledged.position.offset == f"{server.url}/moved/items?page=3"
    assert [asked.target for asked in server.asked][:6] == [*pages, "/moved/items?page=3", "/moved/items?page=3"]
    assert cluster.values("default", 5) == [b"1", b"2", b"3", b"4", b"5"]


def test_b198_a_link_to_another_origin_is_refused_before_anything_is_sent(cluster: Cluster) -> None:
    with api(lambda _: b"[]") as other, api(lambda _: Reply(b"[1]", headers={"Link": f"<{other.url}/x>; rel=next"})) as server:
        properties = {**LINK, "url": server.url, "http.request.sensitive.headers": "X-Key:s3cret"}
        with started(task_of(cluster, properties)) as task:
            until(lambda: entity_of(task).failure)
        assert "http.next.page.allowed.hosts" in str(entity_of(task).failure)
        assert other.asked == []


def test_b198_the_value_of_another_header_is_the_next_token(cluster: Cluster) -> None:
    properties = {**LINK, "http.next.page.header": "X-Next-Cursor", "http.request.parameters": "cursor=${offset}"}
    answers = {"/?cursor=": Reply(b"[1]", headers={"X-NEXT-cursor": "a&b=c"})}
    with (
        api(lambda asked: answers.get(asked.target, Reply(b"[2]"))) as server,
        started(task_of(cluster, {**properties, "url": server.url})),
    ):
        until(lambda: len(server.asked) > 2)
    assert [asked.target for asked in server.asked][:3] == ["/?cursor=", "/?cursor=a%26b=c", "/?cursor=a%26b=c"]


def test_b63_an_offset_of_a_megabyte_fails_the_page_and_the_position_stays(cluster: Cluster) -> None:
    with (
        api(lambda _: json.dumps({"items": [1], "next": "x" * 1_000_000}).encode()) as server,
        started(task_of(cluster, {**CURSOR, "url": server.url})) as task,
    ):
        until(lambda: entity_of(task).failure)
    (notice,) = notices_of(task)
    assert "finds a text of 1000000 bytes, where at most 65536 are taken" in notice.message
    assert entity_of(task).position == Position("0", mode="CURSOR_PAGINATION", unmatched=True)
    assert len(server.asked) == 1


def test_b82_a_number_of_100_000_digits_is_a_record_but_no_offset(cluster: Cluster) -> None:
    digits = b"9" * 100_000
    cluster.create("default")
    with (
        api(lambda _: b'{"items": [%b], "next": %b}' % (digits, digits if len(server.asked) > 1 else b'"1"')) as server,
        started(task_of(cluster, {**CURSOR, "url": server.url})) as task,
    ):
        until(lambda: entity_of(task).failure)
    assert cluster.values("default", 1) == [digits]
    assert "a text of 100000 bytes" in notices_of(task)[0].message


def test_b83_one_entity_s_bottomless_answer_leaves_the_others_at_work(cluster: Cluster) -> None:
    with api(lambda asked: b"[" * 100_000 if asked.target.startswith("/bad") else b"[1]") as server:
        properties = {"url": server.url + "/${entityName}/${offset}", "entity.names": "bad,good", "max.retries": 0}
        with started(task_of(cluster, properties)) as task:
            until(lambda: entity_of(task, "bad").failure and entity_of(task, "good").acknowledged.pages > 2)
    assert "nested more than 500 levels deep" in notices_of(task)[0].message
