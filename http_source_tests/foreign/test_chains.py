"""An exception that leaves an edge brings nobody else's frames along."""

import json

import pytest

from http_source.errors import RequestFailed
from http_source.foreign.chains import apart, trace
from http_source.foreign.redactor import Redactor


def parse(text: str) -> object:
    return apart(lambda: json.loads(text), ValueError, lambda _: RequestFailed("no JSON"), RequestFailed)


def test_b222_an_exception_of_ours_has_no_chain_and_no_frames_of_a_library() -> None:
    with pytest.raises(RequestFailed, match="no JSON") as caught:
        parse("{")

    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert not any("json/decoder" in str(each.path) for each in caught.traceback)


def test_b222_what_is_ours_stays_as_it_is_without_the_frames_it_came_through() -> None:
    failed = RequestFailed("late", retry_after=3)

    def hook(_: object) -> object:
        raise failed

    with pytest.raises(RequestFailed) as caught:
        apart(lambda: json.loads("{}", object_hook=hook), ValueError, lambda _: RequestFailed("no JSON"), RequestFailed)

    assert caught.value is failed
    assert not any("json/decoder" in str(each.path) or each.name == "hook" for each in caught.traceback)


def test_b222_the_trace_of_a_defect_has_places_and_readable_words_and_no_values() -> None:
    try:
        json.loads('{"s3cret-key": ')
    except ValueError as error:
        lines = trace(ValueError("with s3cret-key\nin it").with_traceback(error.__traceback__), Redactor(["s3cret-key"]))

    assert lines.startswith("ValueError: with [hidden]\\nin it\n  at ")
    assert "json/decoder.py:" in lines
    assert "s3cret" not in lines
