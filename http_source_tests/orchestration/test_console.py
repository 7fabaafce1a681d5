"""What a run prints to the terminal of `dagster dev`."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from http_source.orchestration.console import without_frames
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import Stand

RAISED = 'Execution of step failed.\n\nFailure: 404.\n\nStack Trace:\n  File "run.py", line 3, in execute\n    raise failure\n'


@pytest.fixture(autouse=True)
def _own() -> Iterator[None]:
    """Leave the project's logger as it was found."""
    logger = logging.getLogger("http_source")
    level, handlers = logger.level, list(logger.handlers)
    yield
    logger.setLevel(level)
    logger.handlers[:] = handlers


def test_b185_what_an_api_did_is_told_without_a_traceback(make: Callable[..., Stand], api: Api, capfd: pytest.CaptureFixture[str]) -> None:
    api.answer = lambda _entity, _start: (404, "text/plain", b"no")
    (run,) = make().poll()
    printed = capfd.readouterr().err
    assert not run.success
    assert "Entity a FAILED at offset 0: " in printed
    assert "2 of 2 entities FAILED." in printed
    assert "Stack Trace" not in printed
    assert "Traceback" not in printed


def test_b185_what_a_user_did_is_told_without_a_traceback(make: Callable[..., Stand], capfd: pytest.CaptureFixture[str]) -> None:
    stand = make()
    request = stand.wanted()
    request.run_config["ops"]["poll_entities"]["config"]["positions"] = {"a": {"offset": []}}
    assert not stand.run(request).success
    printed = capfd.readouterr().err
    assert "A position in the run's configuration cannot be read." in printed
    assert "Stack Trace" not in printed


def test_what_was_raised_on_purpose_is_told_in_words() -> None:
    assert without_frames(RAISED) == "Execution of step failed.\n\nFailure: 404."


def test_an_error_that_was_not_keeps_its_frames() -> None:
    defect = f'{RAISED}\nThe above exception was caused by the following exception:\nKeyError: 3\n\nStack Trace:\n  File "x.py"\n'
    assert without_frames(defect) == defect


def test_each_line_of_a_run_is_json_that_says_which_run_and_connector_where_that_is_wanted(
    make: Callable[..., Stand], api: Api, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_SOURCE_LOG_FORMAT", "json")
    api.answer = lambda _entity, _start: (404, "text/plain", b"no")
    (run,) = make().poll()
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    failed = [line for line in lines if str(line["message"]).startswith("Entity a FAILED at offset 0: ")]
    assert [{name: line[name] for name in ("level", "logger", "connector", "entity", "run")} for line in failed] == [
        {"level": "ERROR", "logger": "dagster", "connector": "orders", "entity": "a", "run": run.dagster_run.run_id},
    ]
    assert {(line["connector"], line["run"]) for line in lines if line["logger"] == "dagster"} == {("orders", run.dagster_run.run_id)}
    assert not [line for line in lines if run.dagster_run.run_id in line["message"] or "Stack Trace" in line["message"]]


def test_a_level_that_was_said_counts_for_a_run(
    make: Callable[..., Stand], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_SOURCE_LOG_LEVEL", "ERROR")
    (run,) = make().poll()
    assert run.success
    assert "RUN_START" not in capfd.readouterr().err


def test_a_form_that_there_is_not_is_warned_of_and_hinders_nothing(
    make: Callable[..., Stand], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HTTP_SOURCE_LOG_FORMAT", "xml")
    (run,) = make().poll()
    assert run.success
    assert "HTTP_SOURCE_LOG_FORMAT: Invalid value xml: expected text or json." in caplog.text
    assert "RUN_START" in capfd.readouterr().err
