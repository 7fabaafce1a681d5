"""What the environment says of logs."""

import json
import logging
from collections.abc import Iterator

import pytest

from http_source.errors import ConfigurationError
from http_source.logs.settings import LogSettings

NAME = "http_source.of_another_test"


@pytest.fixture(autouse=True)
def _loggers() -> Iterator[None]:
    """Leave them as they were found."""
    found = [logging.getLogger(name) for name in ("http_source", NAME)]
    before = [(each, each.level, list(each.handlers)) for each in found]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


def test_nothing_said_changes_nothing() -> None:
    assert not LogSettings.of({}).says_something
    assert not LogSettings.of({"HTTP_SOURCE_LOG_FORMAT": " TEXT ", "HTTP_SOURCE_LOG_LEVEL": " , "}).says_something


def test_levels_are_read_by_name_in_pythons_words_and_in_javas() -> None:
    said = LogSettings.of({"HTTP_SOURCE_LOG_LEVEL": "warn, http_source.edges.kafka = Debug,root=FATAL,x=trace"})
    assert said.level == logging.WARNING
    assert said.levels == {"http_source.edges.kafka": logging.DEBUG, "root": logging.CRITICAL, "x": 5}


@pytest.mark.parametrize(("variable", "value"), [
    ("HTTP_SOURCE_LOG_FORMAT", "xml"), ("HTTP_SOURCE_LOG_LEVEL", "loud"), ("HTTP_SOURCE_LOG_LEVEL", "INFO,http_source="),
])
def test_what_cannot_be_read_is_refused_by_name(variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"{variable}: Invalid .* expected "):
        LogSettings.of({variable: value})


def test_lines_come_from_the_level_on_that_was_said_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    said = LogSettings.of({"HTTP_SOURCE_LOG_FORMAT": "json", "HTTP_SOURCE_LOG_LEVEL": f"ERROR,{NAME}=DEBUG"})
    said.apply()
    said.apply()
    logging.getLogger("http_source.task").warning("unheard")
    logging.getLogger(NAME).debug("heard")
    assert [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()] == ["heard"]


def test_without_json_a_line_is_as_dagsters(capsys: pytest.CaptureFixture[str]) -> None:
    LogSettings.of({"HTTP_SOURCE_LOG_LEVEL": "INFO"}).apply()
    logging.getLogger(NAME).info("heard")
    assert capsys.readouterr().err.endswith(f" - {NAME} - INFO - heard\n")
