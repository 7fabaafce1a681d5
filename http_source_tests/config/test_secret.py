"""A secret is not shown by what prints, stores or takes apart whatever it meets: B158."""

import faulthandler
import inspect
import json
import logging
import pickle
import pprint
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import msgspec
import pytest

from http_source.assembly.loading import load_config
from http_source.config.types import Secret
from http_source.errors import ConfigurationError
from http_source_tests.config.samples import VALID

ROOT = Path(__file__).parents[2]
CANARY = "canary-5ec4e7"
SECRET = Secret(CANARY)


@dataclass(frozen=True)
class Holder:
    secret: Secret


SHOWING: dict[str, Callable[[Secret], str]] = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "pprint": pprint.pformat,
    "format": "{0!s:>12} {0!r} {0!a} {0:<9}".format,
    "percent": lambda secret: "%s %r" % (secret, secret),  # noqa: UP031
    "a container": lambda secret: repr({"a": [secret]}),
    "a dataclass": lambda secret: repr(asdict(Holder(secret))),
    "its attributes": lambda secret: repr(inspect.getmembers(secret)),
    "its state": lambda secret: repr(secret.__getstate__()),
    "its parts": lambda secret: repr(object.__reduce_ex__(secret, 4)),
    "json with a default": lambda secret: json.dumps({"a": secret}, default=str),
}
STORING: dict[str, Callable[[object], object]] = {
    "json": json.dumps,
    "msgspec": msgspec.json.encode,
    "builtins": msgspec.to_builtins,
    **{f"pickle {protocol}": partial(pickle.dumps, protocol=protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)},
}


@pytest.mark.parametrize("show", SHOWING.values(), ids=SHOWING)
def test_whatever_shows_an_object_shows_no_secret(show: Callable[[Secret], str]) -> None:
    assert CANARY not in show(SECRET)


@pytest.mark.parametrize("store", STORING.values(), ids=STORING)
@pytest.mark.parametrize("wrapped", [SECRET, Holder(SECRET), [SECRET], {"a": SECRET}], ids=["alone", "object", "list", "mapping"])
def test_whatever_stores_an_object_refuses_a_secret(store: Callable[[object], object], wrapped: object) -> None:
    with pytest.raises(TypeError) as error:
        store(wrapped)
    assert CANARY not in str(error.value)


def test_a_log_shows_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").error("%s %r", SECRET, {"a": SECRET}, extra={"token": SECRET})
    assert CANARY not in caplog.text + repr(vars(caplog.records[0]))


def test_a_traceback_with_the_variables_of_its_frames_shows_no_secret(tmp_path: Path) -> None:
    """Neither where a secret is used, nor where a configuration is refused for another mistake."""
    file = tmp_path / "connector.json"
    provided = f"${{file:{file}.secrets:a}}"
    file.write_text(json.dumps({**VALID, "bearer.token": CANARY, "connection.password": provided, "max.retries": "many"}))
    file.with_suffix(".json.secrets").write_text(f"a={CANARY}")
    for fail in (lambda: load_config(file), lambda: pickle.dumps(SECRET), lambda: json.dumps(SECRET)):
        with pytest.raises((ConfigurationError, TypeError)) as error:
            fail()
        assert CANARY not in "".join(traceback.TracebackException.from_exception(error.value, capture_locals=True).format())


FAILING = f"""
from http_source.config.types import Secret

def test_fails() -> None:
    held = {{"secret": Secret({CANARY[:6]!r} + {CANARY[6:]!r})}}
    secret = held["secret"]
    assert secret == Secret("other")
"""


def test_a_failing_test_shows_no_secret(tmp_path: Path) -> None:
    """As `pytest -l` prints it."""
    (tmp_path / "test_failing.py").write_text(FAILING)
    command = [sys.executable, "-m", "pytest", "-l", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    run = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "[hidden]" in run.stdout
    assert CANARY not in run.stdout + run.stderr


def test_a_dump_of_all_threads_shows_no_secret(tmp_path: Path) -> None:
    held = SECRET
    with (tmp_path / "dump").open("w+") as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        assert CANARY not in file.read()
    assert held
