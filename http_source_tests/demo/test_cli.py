"""The command `http-source demo`, as a person starts and stops it."""

import os
import re
import signal
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import psutil
import pytest

from http_source.cli import main
from http_source.demo.options import DemoOptions
from http_source.demo.processes import Service, free_port
from http_source.demo.screen import Row, table
from http_source.demo.workplace import entities_of
from http_source_tests.demo.waiting import with_package
from http_source_tests.readme import consoles, missing
from http_source_tests.waiting import until

OUTPUT = next(block for block in consoles() if block.startswith("Kafka    in memory"))
START, HAPPENED, TABLE = (part.splitlines() for part in OUTPUT.split("\n\n"))


def command(*arguments: str) -> list[str]:
    """The demo at a port of its own: at the usual one, somebody may have a Dagster."""
    return ["-m", "http_source.cli", "demo", "--port", str(free_port(0)), *arguments]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Temporary folders in the test's own one, so that what is left behind can be seen."""
    (tmp_path / "tmp").mkdir()
    return with_package() | {"TMPDIR": str(tmp_path / "tmp")}


@pytest.mark.parametrize(
    ("number", "arguments", "status"),
    [
        (signal.SIGINT, [], 0),
        (signal.SIGTERM, [], 0),
        (signal.SIGHUP, [], 0),
        (signal.SIGTERM, ["--until-records", "5"], 128 + signal.SIGTERM),
    ],
)
def test_a_stopped_demo_leaves_no_process_and_no_folder(
    tmp_path: Path, environment: dict[str, str], number: signal.Signals, arguments: list[str], status: int
) -> None:
    with Service("Demo", command(*arguments), tmp_path, environment=environment) as demo:
        process = psutil.Process(demo.group)
        until(lambda: "Dagster  starting" in demo.tail())
        assert missing(START[:6], dedent(demo.tail())) == []
        children = process.children(recursive=True)
        os.kill(demo.group, number)
        assert process.wait() == status
        assert [child for child in children if child.is_running()] == []
        assert list((tmp_path / "tmp").iterdir()) == []
        assert f"Stopped by {number.name}." in demo.tail()


def test_b246_the_table_of_the_tutorial_has_the_entities_and_topics_of_the_demo() -> None:
    rows = [Row(each.connector, each.name, each.topic, 100, "1", "", "RUNNING") for each in entities_of(DemoOptions().connectors)]
    assert beginnings(TABLE) == beginnings(table(rows, (80, 50)))


def test_the_demo_shows_an_entity_that_fails_and_recovers_and_ends_when_every_topic_has_its_records(tmp_path: Path) -> None:
    """Also that the tutorial shows what comes, all of which fits in 80 columns, but for the path of the environment."""
    # Dagster makes a socket below it, whose path may have 107 characters.
    with TemporaryDirectory(prefix="demo-") as short:
        environment = with_package() | {"TMPDIR": short}
        with Service("Demo", command("--until-records", "5"), tmp_path, environment=environment) as demo:
            assert psutil.Process(demo.group).wait() == 0, demo.tail()
        assert list(Path(short).iterdir()) == []
    came = dedent(demo.tail(100))
    assert missing([*START, *HAPPENED], came) == []
    *_, shown, end = came.split("\n\n")
    assert beginnings(shown.splitlines()) == beginnings(TABLE)
    assert end == "Every topic has 5 records, and nothing is FAILED. Ending what was started."
    assert [line for line in came.splitlines() if len(line) >= 80 and not line.startswith("Status")] == []


def beginnings(lines: Sequence[str]) -> list[list[str]]:
    """The first columns of a table: connector, entity, topic and state."""
    return [re.split(r" {2,}", line)[:4] for line in lines]


def test_a_service_that_dies_is_named_and_ends_the_demo(tmp_path: Path, environment: dict[str, str]) -> None:
    with Service("Demo", command(), tmp_path, environment=environment) as demo:
        process = psutil.Process(demo.group)
        until(lambda: "API      sample data" in demo.tail())
        next(child for child in process.children() if "http_source.demo.broker" in child.cmdline()).kill()
        assert process.wait() == 1
        assert "Kafka ended by itself with exit status -9. The end of its log:\n        listening on" in demo.tail()
        assert list((tmp_path / "tmp").iterdir()) == []


def test_connectors_with_mistakes_start_nothing_and_all_mistakes_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("first", "second"):
        (tmp_path / f"{name}.json").write_text(f'{{"name": "{name}"}}')
    assert main(["demo", "--connectors", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    for name in ("first", "second"):
        assert f'url: Missing required configuration "url" which has no default value. ({name}.json)' in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("arguments", [[], ["demo", "--port", "0"], ["demo", "--port", "65536"], ["demo", "--until-records", "-1"]])
def test_wrong_usage_is_explained_with_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "usage: http-source" in capsys.readouterr().err
