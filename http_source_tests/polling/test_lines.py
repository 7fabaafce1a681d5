"""NDJSON: each line is a record, byte for byte; a line that is none fails the page, and nothing of it is produced."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.properties import OffsetMode, OffsetOptions, ResponseFormat
from http_source.errors import PageRefused
from http_source.model import Position, Response
from http_source.polling.page import PageReader
from http_source_tests.polling.json_documents import values
from http_source_tests.polling.samples import cursor, options, read, texts
from http_source_tests.polling.walk import Walk

LINES = options(OffsetOptions, format=ResponseFormat.NDJSON, initial="0")
START = Position(0)


@pytest.mark.parametrize(("body", "records"), [
    (b'{"a": 1}\n{"b":  2}\n', ['{"a": 1}', '{"b":  2}']),
    (b'{"a": 1}\n{"b": 2}', ['{"a": 1}', '{"b": 2}']),
    (b' {"a": 1}\t\r\n\r\n  \n[2]\r\n', ['{"a": 1}', "[2]"]),
    (b'\xef\xbb\xbf1.10\n"\\u00e9 \xc3\xa9"\nnull', ["1.10", '"\\u00e9 é"', "null"]),
    (b'["\\ud800"]\n', ['["\\ud800"]']),
    (b"", []),
    (b"\n\n", []),
])
def test_a_line_is_a_record_as_it_is_served(body: bytes, records: list[str]) -> None:
    page = read(LINES, body, START)
    assert texts(page) == records
    assert (page.position.offset, page.progressed) == (len(records), bool(records))


@pytest.mark.parametrize(("body", "number", "reason"), [
    (b'{"a": 1}\n{"a":', 2, "Expecting value at byte 5"),
    (b'1\n\n{"a": 1} {"b": 2}\n', 3, "Extra data"),
    (b'{"a":\n1}\n', 1, "Expecting value"),
    (b"1\r2\n", 1, "Extra data"),
    (b"NaN\n", 1, "NaN is not JSON"),
    (b'1\n"\xff"\n', 2, "not UTF-8"),
    (b"[" * 501 + b"]" * 501, 1, "more than 500 levels deep"),
    (b"<html>", 1, "Expecting value"),
])
def test_a_line_that_is_no_document_fails_the_page_with_its_number(body: bytes, number: int, reason: str) -> None:
    with pytest.raises(PageRefused, match=f"Line {number} of the answer is not one JSON document: .*{reason}") as refused:
        read(LINES, body, START)
    assert refused.value.retriable


def test_what_a_faulty_line_starts_with_is_redacted() -> None:
    reader = PageReader(LINES, redact=lambda text: text.replace("s3cret", "[hidden]"))
    with pytest.raises(PageRefused, match=r"It starts with \"your key \[hidden\]"):
        reader.read(Response(200, "https://api.test/", b"1\nyour key s3cret"), START)


@given(st.lists(values))
def test_whatever_json_stands_in_a_line_comes_back(documents: list[str]) -> None:
    lines = [document.replace("\n", " ") for document in documents]
    assert texts(read(LINES, "\n".join(lines).encode(), START)) == [line.strip(" \t\r") for line in lines]


def test_a_chain_of_lines_goes_on_after_the_last_value() -> None:
    chain = replace(LINES, mode=OffsetMode.CHAINING, offset_pointer="/id")
    page = read(chain, b'{"id": 7}\n{"id": 8}\n', Position("0"))
    assert page.position.offset == "8"


def test_a_header_leads_to_the_next_page_of_lines() -> None:
    settings = replace(cursor(), format=ResponseFormat.NDJSON, next_page_pointers=(), next_page_header="X-Next", data_pointer="")
    answer = Response(200, "https://api.test/", b"1\n2\n", {"X-Next": "abc"})
    assert PageReader(settings).read(answer, Position("")).position.offset == "abc"


def test_lines_are_walked_through_like_any_page() -> None:
    entity = Walk(LINES, lambda start: range(int(start), min(int(start) + 3, 7)), write=lambda items: "\n".join(map(str, items)).encode())
    assert entity.drain().brought == list(range(7))
