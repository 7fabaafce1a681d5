"""One limit to nesting, whichever way a body is read (B83)."""

import json
import threading
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from http_source.config.properties import OffsetMode, OffsetOptions
from http_source.errors import PageRefused
from http_source.polling.cut import Cutter
from http_source.polling.nesting import DEEPEST, is_too_deep
from http_source_tests.polling.json_documents import garbled, values
from http_source_tests.polling.samples import options

WAYS = {"fast": None, "exact": '/no "such" name'}
FILLER = '" ]}\\" \\\\", '


def nested(levels: int, opening: str = "[") -> bytes:
    """A page so many levels deep; the page itself, its array and each opening are one."""
    closing = {"[": "]", '{"a":': "}", f"[{FILLER}": "]"}[opening]
    inner = levels - 2
    return f'{{"hits": [{opening * inner}1{closing * inner}]}}'.encode()


def cut(body: bytes, token: str | None) -> int:
    mode = OffsetMode.SIMPLE_INCREMENTING if token is None else OffsetMode.CURSOR_PAGINATION
    tokens = (token,) if token else ()
    return len(Cutter(options(OffsetOptions, data_pointer="/hits", next_page_pointers=tokens, mode=mode)).cut(body).records)


def depth_of(text: str) -> int:
    """The levels that a parser goes through, those of members that a later one of the same name replaces included."""

    def level(value: Any) -> int:
        return 1 + max(map(level, value), default=0) if isinstance(value, list) else 0

    return level(json.loads(text, object_pairs_hook=lambda members: [value for _, value in members]))


@pytest.mark.parametrize("opening", ["[", '{"a":', f"[{FILLER}"])
@pytest.mark.parametrize("way", WAYS)
def test_b83_the_deepest_page_is_read_and_one_level_more_is_refused(way: str, opening: str) -> None:
    assert cut(nested(DEEPEST, opening), WAYS[way]) == 1
    with pytest.raises(PageRefused, match=f"more than {DEEPEST} levels deep") as refused:
        cut(nested(DEEPEST + 1, opening), WAYS[way])
    assert refused.value.retriable


@pytest.mark.parametrize("way", WAYS)
def test_b83_the_limit_is_the_same_in_a_thread_of_its_own(way: str) -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(cut(nested(DEEPEST), WAYS[way])))
    thread.start()
    thread.join()
    assert found == [1]


@pytest.mark.parametrize(
    "body", [b"[" * 100_000 + b"]" * 100_000, b'{"hits":' * 100_000, b'{"hits": [1], "x": ' + b"[" * 100_000, b'["]",' * 100_000]
)
@pytest.mark.parametrize("way", WAYS)
def test_b83_bottomless_nesting_is_refused(way: str, body: bytes) -> None:
    with pytest.raises(PageRefused, match="levels deep"):
        cut(body, WAYS[way])


@pytest.mark.parametrize("text", ["[" * 5_000, '"]' * 5_000, '\\"[' * 5_000, "\\" * 5_000, "[]{}" * 5_000])
def test_brackets_in_strings_are_no_levels(text: str) -> None:
    assert not is_too_deep(json.dumps({"hits": [text, {text: [text]}]}).encode())


@given(values, values, st.sampled_from(["[", '{"a":']))
@settings(max_examples=50)
@example('{"a": [[[1]]], "a": 1}', "0", "[")
def test_the_levels_of_any_document_are_counted_as_a_parser_counts_them(deep: str, beside: str, opening: str) -> None:
    levels = depth_of(deep)
    for more in (DEEPEST - levels - 1, DEEPEST - levels):
        document = f"[{beside}, {opening * more}{deep}{(']' if opening == '[' else '}') * more}, {beside}]"
        assert is_too_deep(document.encode()) == (more + levels + 1 > DEEPEST)


@given(garbled(), garbled(), st.sampled_from([b"[", b'{"a":', b'"', b'\\"', b"]", b'"[', b"\\"]))
def test_what_is_no_json_gets_an_answer_too(start: bytes, end: bytes, much: bytes) -> None:
    assert is_too_deep(start + 400 * much + end) in {True, False}


@pytest.mark.parametrize("way", WAYS)
def test_b84_a_long_answer_that_ends_within_a_string_is_no_json(way: str) -> None:
    with pytest.raises(PageRefused, match="is not JSON"):
        cut(b'{"hits": ["' + b"x" * 5_000, WAYS[way])
