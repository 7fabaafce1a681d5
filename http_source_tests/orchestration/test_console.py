"""What a run prints to the terminal of `dagster dev`."""

from collections.abc import Callable

import pytest

from http_source.orchestration.console import without_frames
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import Stand

RAISED = 'Execution of step failed.\n\nFailure: 404.\n\nStack Trace:\n  File "run.py", line 3, in execute\n    raise failure\n'


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
