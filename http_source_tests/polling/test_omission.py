"""`http.empty.offset.omit`: what is nothing but an empty offset is left out of the request."""

import json
from typing import Any

import pytest

from http_source.config.properties import CursorEnd, OffsetMode, OffsetOptions, RequestOptions
from http_source.config.types import Secret
from http_source.model import Offset, Request
from http_source.polling.standing import initial_position
from http_source_tests.config.samples import findings, mistakes
from http_source_tests.polling.samples import builder, cursor, options, read

URL = "https://api.test/a"
OMIT = "http.empty.offset.omit"
CHAINING: dict[str, object] = {"http.offset.mode": "CHAINING", "http.offset.json.pointer": "/id"}


def asked(offset: Offset = "", *, omits_empty: bool = True, **request: Any) -> Request:
    return builder(options(RequestOptions, **{"url": URL, **request}), "users", omits_empty=omits_empty).build(offset)


def body_of(body: str, offset: Offset = "", **request: Any) -> str:
    return (asked(offset, method="POST", body=body, **request).body or b"").decode()


@pytest.mark.parametrize(
    ("url", "parameters", "without", "with_it"),
    [
        (URL, "cursor=${offset}", URL, f"{URL}?cursor=x"),
        (URL, "cursor=${offset}&limit=5", f"{URL}?limit=5", f"{URL}?cursor=x&limit=5"),
        (f"{URL}?cursor=${{offset}}", None, URL, f"{URL}?cursor=x"),
        (f"{URL}?a=1&cursor=${{offset}}&b=2", "c=3", f"{URL}?a=1&b=2&c=3", f"{URL}?a=1&cursor=x&b=2&c=3"),
        (f"{URL}/${{offset}}?a=${{offset}}", None, f"{URL}/", f"{URL}/x?a=x"),
        (URL, "q=after:${offset}", f"{URL}?q=after:", f"{URL}?q=after:x"),
        (f"{URL}?", "cursor=$${offset}", f"{URL}?cursor=$%7Boffset%7D", f"{URL}?cursor=$%7Boffset%7D"),
    ],
)
def test_b197_a_parameter_that_is_just_the_offset_is_left_out(url: str, parameters: str | None, without: str, with_it: str) -> None:
    assert asked(url=url, parameters=parameters).url == without
    assert asked("x", url=url, parameters=parameters).url == with_it


def test_b197_a_parameter_is_found_by_its_own_separator() -> None:
    assert asked(parameters="q=a&b|cursor=${offset}", parameters_separator="|").url == f"{URL}?q=a%26b"


def test_b197_a_header_that_is_just_the_offset_is_left_out() -> None:
    headers: dict[str, Any] = {"headers": "X-Cursor: ${offset}|X-A: a${offset}", "sensitive_headers": Secret("X-Token:${offset}|X-B: b")}
    assert dict(asked(**headers).headers) == {"Accept": "application/json", "X-A": "a", "X-B": "b"}
    assert dict(asked(7, **headers).headers) == {"Accept": "application/json", "X-Cursor": "7", "X-A": "a7", "X-Token": "7", "X-B": "b"}


@pytest.mark.parametrize(
    ("body", "without"),
    [
        ('{"after": "${offset}"}', "{}"),
        ('{"after": ${offset}}', "{}"),
        ('{ "after" : ${offset} }', "{ }"),
        ('{"after": "${offset}", "size": 1}', '{"size": 1}'),
        ('{"size": 1, "after": ${offset}}', '{"size": 1}'),
        ('{"size": 1,\n "after": "${offset}",\n "until": "${offset}"\n}', '{"size": 1}'),
        ('{"a": ${offset}, "b": {"c": "${offset}"}, "d": [{"e": ${offset}, "f": 2}]}', '{"b": {}, "d": [{"f": 2}]}'),
        ('{"search_after": [${offset}], "size": 1}', '{"search_after": [], "size": 1}'),
        ('{"search_after": ["${offset}"]}', '{"search_after": [""]}'),
        ('{"text": "\\"after\\": ${offset}", "size": 1}', '{"text": "\\"after\\": ", "size": 1}'),
        ('{"query": "x${offset}", "size": 1}', '{"query": "x", "size": 1}'),
        ('{"${entityName}": "${offset}", "size": 1}', '{"size": 1}'),
    ],
)
def test_b197_a_member_of_the_body_that_is_just_the_offset_is_left_out(body: str, without: str) -> None:
    assert body_of(body) == without
    assert json.loads(body_of(body, 7)) == json.loads(body.replace("${offset}", "7").replace("${entityName}", "users"))


def test_b197_a_form_is_left_alone() -> None:
    form = {"headers": "Content-Type: application/x-www-form-urlencoded"}
    assert body_of("cursor=${offset}&size=1", **form) == "cursor=&size=1"


def test_b197_without_the_property_the_empty_offset_is_sent() -> None:
    assert asked(omits_empty=False, parameters="cursor=${offset}").url == f"{URL}?cursor="


def test_b197_the_first_request_of_every_round_leaves_it_out() -> None:
    rounds = cursor(CursorEnd.RESTART)
    requests = builder(options(RequestOptions, url=URL, parameters="cursor=${offset}"), "e", omits_empty=True)
    position = initial_position(rounds)
    urls = []
    for body in ({"items": [1], "next": "x"}, {"items": [2]}, {"items": [1], "next": "x"}):
        urls.append(requests.build(position.offset).url)
        position = read(rounds, body, position).position
    assert urls == [URL, f"{URL}?cursor=x", URL]


def test_b197_a_next_page_url_is_resolved_against_the_first_one_without_the_offset() -> None:
    request = options(RequestOptions, url=f"{URL}?cursor=${{offset}}")
    assert builder(request, "e", omits_empty=True).build("y").url == f"{URL}?cursor=y"


def test_b197_an_initial_offset_is_not_demanded_then() -> None:
    assert mistakes({**CHAINING, "http.initial.offset": None}) == ["http.initial.offset"]
    assert findings({**CHAINING, "http.initial.offset": None, OMIT: True}) == ()


def test_b197_a_mode_that_counts_demands_one_all_the_same() -> None:
    """It is never empty there."""
    assert mistakes({"http.initial.offset": None, OMIT: True}) == ["http.initial.offset"]


def test_b197_the_offset_of_an_entity_that_was_not_polled_is_empty() -> None:
    assert initial_position(options(OffsetOptions, mode=OffsetMode.CHAINING, omits_empty=True)).offset == ""
