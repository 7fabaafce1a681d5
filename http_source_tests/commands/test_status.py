"""The command `status` over a real Dagster instance on disk."""

import json
import os
import shutil
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
import pytest

from http_source.cli import main
from http_source.commands.status import connector_names
from http_source.demo.broker import start_cluster
from http_source.model import Position
from http_source.orchestration.status import open_instance
from http_source_tests.orchestration.api import Api, serving
from http_source_tests.orchestration.stand import NAME, Stand, configuration

SHIPPED = Path(__file__).parents[2] / "dagster.yaml"
Make = Callable[..., Stand]
Show = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def brokers() -> Iterator[str]:
    host, address = start_cluster()
    yield address
    host.flush()


@pytest.fixture
def api() -> Iterator[Api]:
    with serving(25) as api:
        yield api


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as `dagster dev` runs in one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "connectors").mkdir()
    shutil.copy(SHIPPED, tmp_path)
    return tmp_path


@pytest.fixture
def make(home: Path, api: Api, brokers: str) -> Iterator[Make]:
    """Connectors of the folder, in the folder's instance."""
    with open_instance() as instance:

        def made(brokers: str = brokers, **properties: object) -> Stand:
            config = configuration(api.url, topic_name_pattern=f"{uuid4().hex}-${{entityName}}", **properties)
            (home / "connectors" / f"{config['name']}.json").write_text(json.dumps(config))
            return Stand(instance, config, brokers)

        yield made


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Show:
    """The command; its exit code, and what it says on stdout and stderr."""

    def shown(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["status", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return shown


def entities(show: Show, expected: int = 0) -> dict[str, dict[str, Any]]:
    """The entities of the only connector, as machines are told."""
    code, said = show("--json")
    (connector,) = json.loads(said)
    assert code == expected, said
    return {each["entity"]: each for each in connector["entities"]}


def dagster(home: Path, *arguments: str) -> None:
    """Dagster's own command line, on the folder's instance."""
    environment = os.environ | {"DAGSTER_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "dagster", *arguments, "-m", "http_source.definitions"]
    subprocess.run(command, cwd=home, env=environment, capture_output=True, check=True)


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def broken(_entity: str, _start: int) -> tuple[int, str, bytes]:
    return 500, "text/plain", b"broken"


def test_a_connector_that_never_ran_says_so(make: Make, show: Show) -> None:
    make()
    assert {each["state"] for each in entities(show).values()} == {"NEVER RUN"}
    assert "orders: sensor not seen by Dagster yet" in show()[1]


def test_after_a_run_each_entity_tells_its_offset_its_checkpoint_and_when_it_is_asked_next(make: Make, show: Show) -> None:
    make(request_interval_ms="60000", run_max_seconds="900", run_linger_ms="0").poll()
    found = entities(show)["a"]
    assert (found["state"], found["offset"], found["records"], found["reason"], found["failures"]) == ("WAITING", 10, 10, "", 0)
    assert abs(seconds(found["checkpoint"]) - time.time()) < 30
    assert 20 < seconds(found["next_poll"]) - time.time() <= 60
    line = next(line.split() for line in show()[1].splitlines() if line.startswith("  a "))
    assert (line[0], line[1], line[4], line[7]) == ("a", "WAITING", "10", "10")


def test_an_entity_that_is_failed_tells_why_how_often_and_its_next_attempt(make: Make, api: Api, show: Show) -> None:
    api.answer = lambda entity, start: broken(entity, start) if entity == "a" else api.page(entity, start)
    make().poll()
    found = entities(show, expected=1)
    assert (found["a"]["state"], found["a"]["failures"], found["b"]["state"]) == ("FAILED", 1, "WAITING")
    assert "500 Internal Server Error" in found["a"]["reason"]
    assert seconds(found["a"]["next_poll"]) > time.time() - 30
    assert "FAILED (1)" in show()[1]


def test_one_that_waits_for_a_person_has_no_next_attempt(make: Make, api: Api, show: Show) -> None:
    api.answer = broken
    make(auto_restart_on_user_error="false").poll()
    assert [(each["state"], each["next_poll"]) for each in entities(show, expected=1).values()] == [("FAILED", None)] * 2


def test_a_request_that_the_end_of_a_run_cut_short_is_retrying(make: Make, api: Api, show: Show) -> None:
    api.answer = broken
    make(entity_names="a", max_retries="1000", retry_backoff_ms="100", run_max_seconds="1").poll()
    found = entities(show)["a"]
    assert (found["state"], found["offset"]) == ("RETRYING", None)
    assert found["reason"] == f"{found['failures']} of 1001 attempts failed; the log of the last run says why."


def test_an_entity_in_a_run_is_running(make: Make, show: Show) -> None:
    stand = make(entity_names="a,b", tasks_max="2")
    request = stand.tick()[0]
    stand.instance.create_run_for_job(stand.job, tags=dict(request.tags), status=dg.DagsterRunStatus.STARTED)
    assert {entity: each["state"] for entity, each in entities(show).items()} == {"a": "RUNNING", "b": "NEVER RUN"}


def test_an_entity_whose_pages_ended_is_done(make: Make, show: Show) -> None:
    make().move("a", Position("last", sequence=7, done=True))
    found = entities(show)["a"]
    assert (found["state"], found["offset"], found["next_poll"]) == ("DONE", "last", None)


def test_a_kafka_that_is_gone_fails_every_entity_with_the_reason(make: Make, home: Path, show: Show) -> None:
    stand = make(brokers="127.0.0.1:1")
    stand.poll()
    stand.tick()
    dagster(home, "sensor", "cursor", f"{NAME}_sensor", "--set", stand.cursor or "")
    for each in entities(show, expected=1).values():
        assert (each["state"], each["failures"]) == ("FAILED", 1)
        assert "cannot be reached" in each["reason"]


def test_with_its_sensor_stopped_a_connector_is_paused_and_the_newest_position_counts(make: Make, home: Path, show: Show) -> None:
    stand = make()
    stand.poll()
    stand.tick()
    dagster(home, "sensor", "stop", f"{NAME}_sensor")
    dagster(home, "sensor", "cursor", f"{NAME}_sensor", "--set", stand.cursor or "")
    stand.move("a", Position(99, epoch=1, sequence=9))
    found = entities(show)
    assert [(each["state"], each["offset"], each["next_poll"]) for each in found.values()] == [("PAUSED", 99, None), ("PAUSED", 10, None)]
    assert found["a"]["records"] is None
    assert "sensor STOPPED" in show()[1]


def test_a_file_with_mistakes_is_failed_and_leaves_the_others_alone(make: Make, home: Path, show: Show) -> None:
    make()
    (home / "connectors" / "bad.json").write_text('{"name": "bad", "url": "ftp://x"}')
    code, said = show()
    assert code == 1
    assert "bad: FAILED, its file has mistakes\n  " in said
    assert "orders: sensor" in said
    assert show("orders")[0] == 0


def test_an_unknown_name_is_wrong_usage(make: Make, home: Path, show: Show) -> None:
    make()
    assert show("order") == (2, f"There is no connector 'order' in {home / 'connectors'}, but orders. Did you mean orders?\n")


def test_a_folder_without_connectors_is_wrong_usage(home: Path, show: Show) -> None:
    code, said = show()
    assert (code, said.count("\n")) == (2, 1)
    assert f"no configuration file (*.json) in {home / 'connectors'}" in said


@pytest.mark.parametrize(("named", "sentence"), [("", "There is no dagster.yaml in"), ("none", "has to be the absolute path of a folder")])
def test_where_no_dagster_runs_one_sentence_says_so(
    make: Make, home: Path, show: Show, named: str, sentence: str
) -> None:
    make()
    (home / "dagster.yaml").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", named)
        code, said = show()
    assert (code, said.count("\n")) == (2, 1)
    assert sentence in said


def test_the_folder_that_dagster_home_names_is_read(make: Make, home: Path, show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    make()
    other = home / "elsewhere"
    other.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(other))
    assert show()[0] == 0
    assert (other / "history").is_dir()


@pytest.mark.parametrize("settings", ["storage: [", "storage:\n  nothing: 1\n", "storage:\n  sqlite:\n    base_dir: /dev/null/x\n"])
def test_a_storage_that_cannot_be_read_is_told_in_one_line(make: Make, home: Path, show: Show, settings: str) -> None:
    make()
    (home / "dagster.yaml").write_text(settings)
    code, said = show()
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("Dagster's storage cannot be read: ")


@pytest.mark.usefixtures("make")
def test_names_are_completed_from_the_folder(make: Make) -> None:
    make()
    assert connector_names("o", parsed_args=Namespace()) == ["orders"]
