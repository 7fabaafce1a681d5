"""Records are cut out of a body as they are."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.properties import OffsetMode, OffsetOptions
from http_source.errors import PageRefused
from http_source.polling.cut import Cut, Cutter
from http_source_tests.polling.json_documents import blanks, values
from http_source_tests.polling.samples import options


def cutter(data: str = "/hits", *tokens: str) -> Cutter:
    mode = OffsetMode.CURSOR_PAGINATION if tokens else OffsetMode.SIMPLE_INCREMENTING
    return Cutter(options(OffsetOptions, data_pointer=data, next_page_pointers=tokens, mode=mode), redact=str)


def records(body: str | bytes, data: str = "/hits") -> list[str]:
    cut = cutter(data).cut(body if isinstance(body, bytes) else body.encode())
    return [bytes(record).decode() for record in cut.records]


@given(st.lists(values), blanks)
def test_b81_every_record_of_any_page_comes_out_as_the_very_same_text(expected: list[str], blank: str) -> None:
    page = f'{{"took": 1,{blank}"hits": [{blank}{f"{blank},{blank}".join(expected)}{blank}]}}{blank}'
    assert records(page) == expected


@pytest.mark.parametrize(
    ("pointer", "page", "expected"),
    [
        ("", '[1, {"a" : 2}]', ["1", '{"a" : 2}']),
        ("", ' {"a": [1]} ', ['{"a": [1]}']),
        ("", "7", ["7"]),
        ("", "null", []),
        ("/", '{"": [1]}', ["1"]),
        ("/hits/hits", '{"hits": {"hits": [{"a": 1.10}]}}', ['{"a": 1.10}']),
        ("/1/a", '[0, {"a": [5, 6]}]', ["5", "6"]),
        ("/0", '{"0": [5]}', ["5"]),
        ('/a"b', '{"a\\"b": [5]}', ["5"]),
        ("/é~1~0", '{"\\u00e9/~": [5]}', ["5"]),
    ],
)
def test_b69_a_pointer_leads_through_objects_arrays_and_odd_names(pointer: str, page: str, expected: list[str]) -> None:
    assert records(page, pointer) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("null", []),
        ("[]", []),
        ('"text"', ['"text"']),
        ("1.10", ["1.10"]),
        ('{"a": 1}', ['{"a": 1}']),
        ("[null, [null]]", ["null", "[null]"]),
    ],
)
def test_b67_b68_b73_null_is_no_record_a_value_is_one_and_null_elements_count(value: str, expected: list[str]) -> None:
    assert records(f'{{"hits": {value}}}') == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n", "Expecting value at byte 2"),
        (b"<!doctype html>", 'login. It starts with "<!doctype html>".'),
        (b'{"hits": [NaN]}', "NaN is not JSON"),
        (b'{"hits": [1], "x": -Infinity}', "-Infinity is not JSON"),
        (b'{"hits": [1]} x', "Extra data at byte 14"),
        (b'{"hits": [1]}\n{"hits": [2]}', "Extra data at byte 14"),
        (b'{"hits": [1,]}', "at byte 1"),
        (b'{"hits": [1', "at byte 11"),
        (b'{"hits": ["\x01"]}', "control character"),
        (b'{"hits": [01]}', "at byte 11"),
        ('{"é": 1, "hits": [\xa01]}'.encode(), "at byte 19"),
        ("[1]".encode("utf-16"), "seems to be UTF-16"),
        ("[1]".encode("utf-16-be"), "seems to be UTF-16"),
        ("[1]".encode("utf-32-le"), "seems to be UTF-16 or UTF-32, where JSON is UTF-8"),
        (b"\xff[1]", "byte at 0 is not UTF-8"),
        (gzip.compress(b"[1]", mtime=0), "not JSON: it is compressed data. It is packed with gzip,"),
    ],
)  # fmt: skip
def test_b15_b17_b76_b77_b84_what_is_not_json_is_refused_with_its_place_and_asked_again(body: bytes, reason: str) -> None:
    with pytest.raises(PageRefused) as refused:
        cutter().cut(body)
    assert reason in str(refused.value)
    assert refused.value.retriable


@pytest.mark.parametrize("place", [10, 65_530, 65_536, 200_000])
def test_b74_invalid_utf8_is_refused_with_its_byte_wherever_it_stands(place: int) -> None:
    body = b'{"hits": ["' + b"x" * (place - 11) + b'\xc0\xaf"]}'
    with pytest.raises(PageRefused, match=f"the byte at {max(place, 11)} is not UTF-8"):
        cutter().cut(body)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50), st.integers(min_value=65_500, max_value=65_540))
def test_b74_a_letter_across_two_steps_of_the_check_is_no_mistake(text: str, length: int) -> None:
    record = json.dumps("x" * length + text + "é", ensure_ascii=False)
    assert records(f'{{"hits": [{record}]}}') == [record]


def test_b75_a_byte_order_mark_is_passed_over() -> None:
    assert records(b'\xef\xbb\xbf{"hits": [1]}') == ["1"]


def test_b78_half_a_surrogate_pair_is_served_as_it_is_written() -> None:
    assert records(r'{"hits": ["\ud800", 1.10, {"é": "\udfff"}]}') == [r'"\ud800"', "1.10", r'{"é": "\udfff"}']


@pytest.mark.parametrize("record", [r'"\u0000"', '"\u2028"', '"\x7f"', '{"a": 1, "a": 2}', "1" * 100_000, "1E400", '"\\/"'])
def test_b77_b79_b80_b82_valid_json_of_any_kind_passes_byte_for_byte(record: str) -> None:
    assert records(f'{{"hits": [{record}]}}') == [record]


@pytest.mark.parametrize(
    ("pointer", "page", "sentence"),
    [
        (
            "/items",
            {"total": 0, "took": 5},
            "finds no 'items' in the whole answer, so there are no records; the keys there are total, took.",
        ),
        ("/hits/hits", {"hits": {"total": 5}}, "finds no 'hits' in /hits, so there are no records; the keys there are total."),
        ("/a/b", {"a": None}, "finds no 'b' in /a, so there are no records; there are no keys there."),
        ("/a", [5], "finds no 'a' in the whole answer, so there are no records; there are no keys there."),
        ("/a", {"x\n" * 30: 1}, r"the keys there are x\nx\n"),
    ],
)
def test_b65_b66_a_missing_pointer_is_told_with_the_keys_that_are_there(pointer: str, page: Any, sentence: str) -> None:
    cut = cutter(pointer).cut(json.dumps(page).encode())
    assert sentence in cut.missing
    assert cut.records == ()


@pytest.mark.parametrize(
    ("page", "token"),
    [
        ('{"hits": [1], "meta": {"next": "b"}}', '"b"'),
        ('{"hits": [1], "meta": null}', ""),
        ('{"hits": [1]}', ""),
        ('{"hits": null, "meta": {}}', ""),
    ],
)
def test_a_token_may_be_anywhere_and_may_be_missing(page: str, token: str) -> None:
    assert cutter("/hits", "/meta/next").cut(page.encode()).token == token


@given(st.lists(values, min_size=3, max_size=3), st.permutations(["next", "later", "hits"]))
def test_b199_several_tokens_are_found_alike_wherever_they_stand(written: list[str], names: list[str]) -> None:
    """The second cutter goes the exact way, since no field has such a name as its last pointer's."""
    members = ", ".join(f'"{name}": {value}' for name, value in zip(names, written, strict=True))
    body = f"{{{members}}}".encode()
    fast, exact = cutter("/hits", "/next", "/later").cut(body), cutter("/hits", "/next", "/later", '/"').cut(body)
    assert [*map(bytes, fast.records), fast.token] == [*map(bytes, exact.records), exact.token]


@pytest.mark.parametrize(
    ("page", "token"),
    [
        ('{"hits": [1], "next": {"href": "a"}}', '"a"'),
        ('{"hits": [1], "next": "b"}', '"b"'),
        ('{"hits": [1], "next": null, "hits": [2]}', ""),
    ],
)
def test_b199_one_pointer_may_lead_through_another(page: str, token: str) -> None:
    assert cutter("/hits", "/next/href", "/next").cut(page.encode()).token == token


def test_what_is_a_member_of_the_answer_is_in_no_answer_that_is_an_array() -> None:
    assert [bytes(each) for each in cutter("", "/next").cut(b"[1, 2]").records] == [b"1", b"2"]
    assert cutter("", "/0/next").cut(b'[{"next": 7}]').token == "7"


def test_one_record_may_hold_the_token_itself() -> None:
    assert cutter("", "/next").cut(b'{"id": 1, "next": 12}') == Cut((b'{"id": 1, "next": 12}',), token="12")
