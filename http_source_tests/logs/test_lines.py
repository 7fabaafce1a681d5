"""A line of the log as JSON."""

import json
import logging
from typing import Any

import pytest

from http_source.logs.lines import JsonLines, TextLines, working_on


def line(message: str = "It ran.", error: Exception | None = None, /, **about: str) -> str:
    raised = (type(error), error, None) if error else None
    record = logging.LogRecord("http_source.task", logging.WARNING, "task.py", 1, "%s", (message,), raised)
    record.__dict__.update(about)
    record.created = 1_700_000_000.25
    return JsonLines().format(record)


def read(*arguments: Any, **about: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(line(*arguments, **about))
    return found


def test_a_line_says_when_who_and_what() -> None:
    assert line() == (
        '{"time": "2023-11-14T22:13:20.250Z", "level": "WARNING", "logger": "http_source.task", "message": "It ran."}'
    )


def test_a_line_says_what_it_is_about() -> None:
    about = {"connector": "orders", "entity": "a", "run": "c0ffee"}
    assert {name: read(**about)[name] for name in about} == about


def test_what_a_process_works_on_is_said_where_a_line_does_not() -> None:
    with working_on(connector="orders", run="c0ffee"), working_on(run="bead"):
        assert read(connector="refunds").items() >= {"connector": "refunds", "run": "bead"}.items()
    assert "connector" not in read()


def test_of_two_that_overlap_nothing_is_left() -> None:
    first, second = working_on(connector="orders"), working_on(connector="refunds", run="c0ffee")
    first.__enter__()
    second.__enter__()
    assert read()["connector"] == "refunds"
    first.__exit__(None, None, None)
    assert read().items() >= {"connector": "refunds", "run": "c0ffee"}.items()
    second.__exit__(None, None, None)
    assert "connector" not in read()


@pytest.mark.parametrize("text", ["two\nlines", "\x1b[31mred\x9b", "a\u2028b\u202ec", "half \ud800 surrogate", '"quoted" \\ \x00'])
def test_no_character_breaks_out_of_a_line(text: str) -> None:
    said = line(text)
    assert said.isascii()
    assert said.isprintable()
    assert json.loads(said)["message"] == text


def test_an_error_is_told_without_the_secrets_that_its_words_hold_by_their_place() -> None:
    error = read("It failed.", ValueError("postgresql://me:sesame@host/db, password=sesame"))["error"]
    assert isinstance(error, str)
    assert error.startswith("ValueError: postgresql://[hidden]@host/db")
    assert "sesame" not in error


def test_words_of_others_are_on_one_line_and_without_passwords() -> None:
    record = logging.LogRecord("root", logging.ERROR, "x.py", 1, "no %s\nat postgresql://me:sesame@host/db", ("way",), None)
    assert TextLines().format(record).endswith(r" - root - ERROR - no way\nat postgresql://[hidden]@host/db")
    assert json.loads(JsonLines().format(record))["message"] == r"no way\nat postgresql://[hidden]@host/db"


def test_an_error_stands_below_its_line_and_the_record_stays_as_it_is() -> None:
    error = ValueError("no")
    record = logging.LogRecord("http_source.task", logging.ERROR, "x.py", 1, "It failed.", (), (ValueError, error, None))
    assert TextLines().format(record).endswith(" - http_source.task - ERROR - It failed.\nValueError: no")
    assert record.exc_info is not None
