"""What the README and the tutorial show of a command is what comes, in a new project and in a clone, against the sample API."""

import json
import os
import shlex
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from http_source.demo.api import SampleApi
from http_source.demo.options import DemoOptions
from http_source_tests.commands.folder import Say
from http_source_tests.commands.previews import put
from http_source_tests.readme import Shown, beginning, consoles, missing, shown
from http_source_tests.registry import Stand

ROOT = Path(__file__).parents[2]
USUAL = "localhost:8765"
LASTING = ("http-source sample", "http-source status", "http-source consume")
"""What `test_new_runs.py` compares, since it takes a running Dagster."""

INSTALLATION = "pip install http-source"
"""How the block begins that `http_source_tests/package/test_installed.py` runs with a wheel of its own."""

MADE = "connectors/invoices.json"
"""The file that the tutorial makes with `http-source init`."""

OUTPUT_OF_THE_DEMO = "Kafka    in memory"
"""How the block begins that `http_source_tests/demo/test_cli.py` compares."""

Run = Callable[[str], str]


@pytest.fixture
def demo() -> Iterator[str]:
    """The API as it is when the demo begins, at the moment that the pages show."""
    moment = datetime(2026, 11, 30, 6, 48, 59, tzinfo=UTC).timestamp()
    with SampleApi(clock=lambda: 0.0, now=lambda: moment) as api:
        thread = threading.Thread(target=api.serve_forever, args=(0.01,))
        thread.start()
        yield f"localhost:{api.server_port}"
        api.shutdown()
        thread.join()


@pytest.fixture
def run(away: Path, say: Say, stand: Stand, demo: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in a folder that is a clone and a project."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    shutil.copy(ROOT / "examples" / "mistakes.json", away)
    shutil.copytree(DemoOptions().connectors, away / "http_source" / "demo" / "connectors")

    def said(command: str) -> str:
        *variables, program = shlex.split(command.partition("http-source ")[0] + "http-source")
        arguments = shlex.split(command.partition("http-source ")[2].replace(USUAL, demo))
        assert program in {"http-source", ".venv/bin/http-source"}
        if MADE in arguments:
            say(*shlex.split(beginning("http-source init").command.replace(USUAL, demo))[1:])
        if variables:
            _register(say, stand, Path(arguments[1]))
        return say(*arguments)[1].replace(demo, USUAL)

    assert say("new", "project")[0] == 0
    shutil.copytree("project/connectors", "connectors")
    monkeypatch.setenv("SAMPLE_TOKEN", "sample-token")
    for file in away.glob("**/connectors/*.json"):
        file.write_text(file.read_text(encoding="utf-8").replace(USUAL, demo), encoding="utf-8")
    return said


def _register(say: Say, stand: Stand, file: Path) -> None:
    """What the demo has registered of the first page."""
    schema = json.loads(say("preview", "--json", str(file))[1])["schemas"][0]
    put(stand, schema["schema"], subject=schema["subject"])


@pytest.mark.parametrize("each", [each for each in shown() if not each.command.startswith(LASTING)], ids=lambda each: each.command[:60])
def test_b246_each_line_that_the_pages_show_comes_in_this_order(run: Run, each: Shown) -> None:
    came = run(each.command)
    assert missing(each.lines, came) == [], came


def test_b246_every_block_that_looks_like_a_terminal_is_compared_or_is_run_by_the_pipeline() -> None:
    """`make demo` is what the last line of `.ci/run` does after `make`."""
    others = [block for block in consoles() if not block.startswith("$ ")]
    assert [block for block in others if not block.startswith(("git clone", INSTALLATION, OUTPUT_OF_THE_DEMO))] == []
