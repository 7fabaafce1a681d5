"""Tokens of CURSOR_PAGINATION: where they may stand and what they may be, and answers that have none."""

from dataclasses import replace

import pytest

from http_source.config.properties import CursorEnd
from http_source.errors import PageRefused
from http_source.model import Position
from http_source_tests.polling.samples import cursor, read, texts

START = Position("a", epoch=3, sequence=7)


@pytest.mark.parametrize("status", [204, 304, 404])
def test_b200_a_last_page_that_is_not_served_for_a_while_is_not_delivered_again(status: int) -> None:
    last = read(cursor(), {"items": [1, 2]}, START)
    away = read(cursor(), b"", last.position, status)
    assert away.position is last.position
    assert texts(read(cursor(), {"items": [1, 2, 3]}, away.position)) == ["3"]


@pytest.mark.parametrize(("end", "offset", "done"), [(CursorEnd.RESTART, "first", False), (CursorEnd.STOP, "a", True)])
def test_b200_a_status_that_stands_for_no_records_is_the_end(end: CursorEnd, offset: str, done: bool) -> None:  # noqa: FBT001 - a column
    page = read(cursor(end, initial="first"), b"", START, 404)
    assert (page.position.offset, page.position.done) == (offset, done)


COMPOSITE = replace(cursor(), as_string=False)


@pytest.mark.parametrize("token", ['[1647948089979, "a"]', '{"b": 1.10, "a": [null]}', "[1E400]", '[ "\\u00e9" ]', '[["é"]]'])
def test_b196_an_array_or_object_is_a_token_as_it_is_served(token: str) -> None:
    body = f'{{"items": [1], "next" : \n {token} \t}}'.encode()
    beside = f'{{"items": [1], "next": {token}, "x": "\\ud800"}}'.encode()
    assert [read(COMPOSITE, each, START).position.offset for each in (body, beside)] == [token, token]


@pytest.mark.parametrize(("token", "offset"), [("b", "b"), (12, 12), (None, ""), ([], ""), ({}, ""), ("", "")])
def test_b196_other_tokens_are_what_they_were(token: object, offset: str | int) -> None:
    assert read(COMPOSITE, {"items": [1], "next": token}, Position("")).position.offset == offset


@pytest.mark.parametrize(
    ("again", "same"),
    [
        ('{"b":1.10,"a":[true]}', True),
        ('{ "a" : [true], "b": 1.10 }', True),
        ('{"b":1.1000000000000000001,"a":[true]}', False),
        ('{"b":1.10,"a":[1]}', False),
        ('{"b":"1.10","a":[true]}', False),
        ('{"b":1.10}', False),
    ],
)
def test_b196_tokens_are_compared_as_json_to_the_last_digit(again: str, same: bool) -> None:  # noqa: FBT001 - a column
    asked = Position('{"b":1.10,"a":[true]}')
    page = read(COMPOSITE, f'{{"items": [1], "next": {again}}}'.encode(), asked)
    assert (page.position.offset == asked.offset, page.progressed) == (same, not same)


def test_b196_a_text_that_looks_like_json_is_compared_as_text() -> None:
    asked = Position("[1,2]")
    assert read(cursor(), {"items": [1], "next": "[1, 2]"}, asked).progressed
    assert read(COMPOSITE, {"items": [1], "next": "[no json"}, Position("[no  json")).progressed
    assert read(COMPOSITE, {"items": [1], "next": "12e5"}, Position("12E5")).progressed


def test_b196_an_array_or_object_of_more_than_64_kb_is_no_token() -> None:
    with pytest.raises(PageRefused, match="at most 65536"):
        read(COMPOSITE, {"items": [1], "next": ["x" * 65_536]}, START)


@pytest.mark.parametrize("token", [1.5, True])
def test_b196_other_kinds_are_no_tokens(token: object) -> None:
    with pytest.raises(PageRefused, match="where a string or an integer is needed"):
        read(COMPOSITE, {"items": [1], "next": token}, START)


def test_b196_an_array_is_refused_with_the_property_that_takes_it() -> None:
    with pytest.raises(PageRefused, match=r"use\.http\.offset\.json\.pointer\.as\.string=false"):
        read(cursor(), {"items": [1], "next": [1]}, START)


ODATA = replace(cursor(), next_page_pointers=("/@odata.nextLink", "/@odata.deltaLink"))


def test_b199_the_link_of_changes_is_followed_once_there_is_no_next_page() -> None:
    first = read(ODATA, {"items": [1], "@odata.nextLink": "https://a.example/?skip=1"}, START)
    last = read(ODATA, {"items": [2], "@odata.deltaLink": "https://a.example/?delta=x"}, first.position)
    changes = read(ODATA, {"items": [3], "@odata.deltaLink": "https://a.example/?delta=y"}, last.position)
    assert [page.position.offset for page in (first, last, changes)] == [
        "https://a.example/?skip=1", "https://a.example/?delta=x", "https://a.example/?delta=y",
    ]
    assert [texts(page) for page in (first, last, changes)] == [["1"], ["2"], ["3"]]


@pytest.mark.parametrize("nothing", [None, "", False, [], {}])
def test_b199_of_several_pointers_the_first_that_leads_to_something_counts(nothing: object) -> None:
    page = read(ODATA, {"items": [1], "@odata.nextLink": nothing, "@odata.deltaLink": "d"}, START)
    both = read(ODATA, {"items": [1], "@odata.nextLink": "n", "@odata.deltaLink": "d"}, START)
    assert (page.position.offset, both.position.offset) == ("d", "n")


def test_b199_zero_is_a_token() -> None:
    assert read(ODATA, {"items": [1], "@odata.nextLink": 0, "@odata.deltaLink": "d"}, START).position.offset == 0
