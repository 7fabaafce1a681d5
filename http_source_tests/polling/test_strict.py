"""Both ways through a body give the verdict of a strict judge on any bytes, and the same records."""

import codecs
import json
from typing import Any, NoReturn

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from http_source.config.properties import OffsetMode, OffsetOptions
from http_source.errors import PageRefused
from http_source.polling.cut import Cutter
from http_source_tests.polling.json_documents import ODDITIES, garbled, values
from http_source_tests.polling.samples import options

NOTHING: list[object] = [None, False, "", [], {}]
"""What is no token."""

Verdict = tuple[list[bytes], str, str] | None
"""Records, token and what is said of a pointer that leads nowhere; None for a body that is refused."""


def verdict(body: bytes, data: str, token: str | None = None) -> Verdict:
    mode = OffsetMode.SIMPLE_INCREMENTING if token is None else OffsetMode.CURSOR_PAGINATION
    try:
        cut = Cutter(options(OffsetOptions, data_pointer=data, next_page_pointers=(token,) if token else (), mode=mode)).cut(body)
    except PageRefused:
        return None
    return [bytes(record) for record in cut.records], cut.token, cut.missing


def fast(body: bytes) -> Verdict:
    return verdict(body, "/hits")


def exact(body: bytes) -> Verdict:
    """The way of pointers through names that no field can have."""
    return verdict(body, "/hits", '/no "such" name')


def refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def judge(body: bytes) -> Any:
    """What the standard library reads, told to be strict; numbers stay as they are written. Raises ValueError for what is no JSON."""
    text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "strict")
    return json.loads(text, parse_constant=refuse, parse_int=str, parse_float=str)


def judged(body: bytes) -> list[Any] | None:
    """The records by the judge; None for what is no JSON."""
    try:
        document = judge(body)
    except ValueError:
        return None
    found = document.get("hits") if isinstance(document, dict) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def agree(body: bytes) -> None:
    assert fast(body) == exact(body)
    found = fast(body)
    assert (None if found is None else [judge(record) for record in found[0]]) == judged(body)


@given(garbled())
@settings(max_examples=500)
def test_b84_any_bytes_are_judged_alike(body: bytes) -> None:
    agree(body)


@given(garbled(), garbled())
@settings(max_examples=300)
@example(b"1", b',"hits":[3]')
@example(b'1,"hits":7', b"")
def test_b80_records_and_what_stands_beside_them_are_judged_alike(record: bytes, beside: bytes) -> None:
    agree(b'{"x":' + beside + b',"hits":[1,' + record + b"]}")
    agree(b'{"hits":[' + record + b'],"x":' + beside + b"}")


@pytest.mark.parametrize("oddity", ODDITIES)
@pytest.mark.parametrize(
    "page", [b'{"hits":[1,%b]}', b'{"hits":%b}', b'{"x":[{"y":%b}],"hits":[1]}', b'{"hits":[1]%b}', b"%b", b'{"hits":[1]} %b']
)
def test_b77_b78_what_parsers_disagree_on_is_judged_alike_wherever_it_stands(page: bytes, oddity: bytes) -> None:
    agree(page % oddity)


@given(values, st.binary(max_size=3), st.integers(min_value=0))
@example('{"hits": {"hits": [1]}, "hits": {"x": [2]}}', b"", 0)
@example('{"hits": [1], "x": "\\ud800", "next": "\\udc00"}', b"", 0)
def test_a_token_changes_nothing_about_the_records(text: str, noise: bytes, at: int) -> None:
    body = text.encode()
    at %= len(body) + 1
    for each in (body, body[:at] + noise + body[at:], body[:at]):
        assert (verdict(each, "/hits", "/next") or ())[:1] == (exact(each) or ())[:1]


@given(values)
def test_a_token_is_the_same_on_both_ways(text: str) -> None:
    page = f'{{"hits": [1], "next": {text}}}'.encode()
    with_surrogate = page[:-1] + rb', "x": "\ud800"}'
    for body in (page, with_surrogate):
        found = verdict(body, "/hits", "/next")
        assert found is not None
        assert found[1] == ("" if judge(text.encode()) in NOTHING else text)
