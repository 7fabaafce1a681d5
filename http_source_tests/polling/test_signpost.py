"""What in an answer looks like the way to the next page."""

import json
from collections.abc import Mapping

import pytest

from http_source.config.properties import OffsetOptions, ResponseFormat
from http_source.model import Response
from http_source.polling.signpost import signpost_of, signs_of
from http_source_tests.polling.samples import options

POINTER = "http.next.page.json.pointer="
LINK = {"link": '</items?page=2>; rel="next"'}


def shown(body: str, settings: OffsetOptions, known: str = "", headers: Mapping[str, str] | None = None) -> str:
    return signpost_of(Response(200, "https://api.test/items", body.encode(), headers or {}), settings, known)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"next": "https://api.test/items?page=2"}, "/next"),
        ({"nextPageToken": "t"}, "/nextPageToken"),
        ({"@odata.nextLink": "/more"}, "/@odata.nextLink"),
        ({"links": {"self": "/", "next": "/more"}}, "/links/next"),
        ({"_links": {"next": {"href": "/more"}}}, "/_links/next/href"),
        ({"response_metadata": {"next_cursor": "c"}}, "/response_metadata/next_cursor"),
        ({"cursor": "c", "meta": {"next_token": "t"}}, "/meta/next_token"),
        ({"a/b": {"cursor": "c"}}, "/a~1b/cursor"),
        ({"next_page": 2}, "/next_page"),
        ({"@odata.deltaLink": "/changes"}, "/@odata.deltaLink"),
    ],
)
def test_a_member_that_is_named_like_a_next_page_is_one(body: object, pointer: str) -> None:
    assert shown(json.dumps(body), options(OffsetOptions)) == POINTER + pointer


@pytest.mark.parametrize(
    "body",
    ['{"next": null}', '{"next": ""}', '{"next": 0}', '{"next": false}', '{"hasNext": "yes"}', '{"items": [{"next": "/more"}]}', '"next"',
     "[", '{"a": {"b": {"c": {"next": "/more"}}}}', '{"next": {"name": "/more"}}'],
)
def test_what_leads_nowhere_is_no_signpost(body: str) -> None:
    assert shown(body, options(OffsetOptions)) == ""


def test_the_offset_that_the_mode_goes_on_with_is_no_other_way() -> None:
    assert shown('{"next": 10}', options(OffsetOptions), known="10") == ""


def test_a_pointer_that_is_configured_is_not_proposed() -> None:
    assert shown('{"next": "a", "cursor": "b"}', options(OffsetOptions, next_page_pointers=("/next",))) == POINTER + "/cursor"


def test_a_header_comes_first_unless_it_is_configured() -> None:
    assert shown('{"next": "a"}', options(OffsetOptions), headers=LINK) == "http.next.page.header=Link"
    assert shown('{"next": "a"}', options(OffsetOptions, next_page_header="link"), headers=LINK) == POINTER + "/next"


@pytest.mark.parametrize("name", ["X-Next-Cursor", "Next-Page", "x-ms-continuation", "X-Continuation-Token"])
def test_a_header_that_is_named_like_a_next_page_is_one_behind_the_answer(name: str) -> None:
    settings = options(OffsetOptions)
    assert shown("[]", settings, headers={name: "2", "X-Total": "9"}) == f"http.next.page.header={name}"
    assert shown('{"next": "a"}', settings, headers={name: "2"}) == POINTER + "/next"
    assert shown("[]", options(OffsetOptions, next_page_header=name.upper()), headers={name: "2"}) == ""


@pytest.mark.parametrize(
    ("member", "value", "is_url"),
    [("next", "https://api.test/2", True), ("next", "/2", True), ("next", "?page=2", True), ("next", "abc", False),
     ("nextToken", "/w3fA==", False), ("next_link", "/2", True)],
)
def test_a_url_is_told_from_a_token(member: str, value: str, is_url: bool) -> None:  # noqa: FBT001 - a column of the table
    (sign,) = signs_of(Response(200, "https://api.test/items", json.dumps({member: value}).encode(), {}), ResponseFormat.JSON)
    assert sign.is_url is is_url


def test_a_link_that_is_no_url_is_no_signpost() -> None:
    assert shown("{}", options(OffsetOptions), headers={"Link": '<https://api.test:x/>; rel="next"'}) == ""


def test_lines_have_no_members_to_point_to() -> None:
    assert shown('{"next": "a"}', options(OffsetOptions, format=ResponseFormat.NDJSON)) == ""
