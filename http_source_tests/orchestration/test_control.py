"""What the files and switches say is what runs, under the real `dagster dev` with the shipped settings.

Each promise is about an idle machine; the tests share theirs, so each waits longer than that. They take minutes, so they run with those
of real servers.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from bench.control.connector import Control
from bench.control.stage import SELDOM_S, Stage, Timing, stage

pytestmark = [pytest.mark.servers, pytest.mark.long]

LATE_S = 10.0 + 20.0
"""What is promised for a change, and twice as much again for a loaded machine."""

GAP_S = 3.0 + 12.0
"""The same for a hand-over."""

SHORT_RUN_S = 20
LIMITED = "max_concurrent_runs: -1"
CHECK = """query($key: [String!]!) { assetNodeOrError(assetKey: {path: $key}) { ... on AssetNode { assetChecksOrError {
  ... on AssetChecks { checks { executionForLatestMaterialization { status } } } } } } }"""


@pytest.fixture
def scene() -> Iterator[Stage]:
    """A folder as a user has it, and nothing runs there yet."""
    with stage(Timing(lambda seconds: (threading.Event().wait(seconds), None)[1], patience=120)) as made:
        yield made


@pytest.fixture
def control(scene: Stage) -> Control:
    return Control(scene)


def status(scene: Stage) -> dict[str, dict[str, str]]:
    """What `http-source status` says of each connector's entities."""
    environment = {**scene.environment, "DAGSTER_HOME": str(scene.folder)}
    said = subprocess.run([sys.executable, "-m", "http_source.cli", "status", "--json"], cwd=scene.folder, env=environment,
                          capture_output=True, text=True, check=False)
    assert said.stdout, said.stderr
    return {each["connector"]: {entity["entity"]: entity["state"] for entity in each["entities"]} for each in json.loads(said.stdout)}


def longest_late(control: Control, since: float) -> float:
    """When the last request came, in seconds after that time, once nothing more comes."""
    assert control.stage.seen(control.at_rest), "It never came to rest"
    return control.last(since) - since


def test_b161_an_edited_file_is_what_polls_soon_after_the_reload(control: Control) -> None:
    control.begin()
    clicked = time.monotonic()
    done = control.edit()
    assert control.stage.seen(lambda: control.is_polled(clicked))
    assert control.first(clicked) - done < LATE_S
    assert control.last(clicked, version=1) - done < LATE_S
    assert control.longest_gap(clicked) < GAP_S
    threading.Event().wait(2)
    assert control.last(clicked, version=1) < control.last(clicked, version=2)
    assert control.lost() == 0
    assert control.repeated() == 0


def test_b162_b164_b165_a_removed_connector_and_one_that_is_switched_off_come_to_rest_and_go_on(control: Control) -> None:
    control.begin()
    control.stage.ui.pause(control.name)
    assert longest_late(control, time.monotonic()) < LATE_S
    assert set(status(control.stage)[control.name].values()) == {"PAUSED"}
    control.stage.ui.resume(control.name)
    control.settle()

    control.remove()
    assert longest_late(control, control.reload()) < LATE_S
    control.write()
    control.reload()
    control.settle()
    assert control.lost() == 0
    assert control.repeated() == 0


def test_b163_an_added_entity_and_another_plan_let_nobody_rest(control: Control) -> None:
    control.begin()
    clicked = time.monotonic()
    control.entities, control.tasks = ("a", "b", "c"), 2
    done = control.edit()
    assert control.stage.seen(lambda: control.is_polled(clicked))
    assert control.first(clicked, entity="c") - done < LATE_S
    assert control.longest_gap(clicked, ("a", "b")) < GAP_S
    assert control.lost() == 0
    assert control.repeated() == 0


def test_b165_runs_that_end_by_time_hand_over_without_a_gap_and_without_a_repetition(control: Control) -> None:
    control.more["run.max.seconds"] = str(SHORT_RUN_S)
    control.begin()
    began, first = time.monotonic(), control.present_run()
    assert control.stage.seen(lambda: len(control.stage.ui.runs(control.name)) >= 3, every=1.0)
    assert control.stage.seen(lambda: any(run.id == first.id and run.status == "SUCCESS" for run in control.stage.ui.runs(control.name)))
    assert control.longest_gap(began) < GAP_S
    assert control.lost() == 0
    assert control.repeated() == 0


def test_b182_a_run_that_waits_in_the_queue_is_shown_as_queued(control: Control) -> None:
    settings = control.stage.folder / "dagster.yaml"
    said = settings.read_text()
    assert LIMITED in said
    settings.write_text(said.replace(LIMITED, "max_concurrent_runs: 0"))
    control.write()
    control.stage.start(control.name)
    control.stage.need(lambda: any(run.status == "QUEUED" for run in control.stage.ui.runs(control.name)), "No run was queued", 1.0)
    assert set(status(control.stage)[control.name].values()) == {"QUEUED"}


def test_b259_the_run_of_a_code_server_that_was_killed_ends_by_itself(control: Control) -> None:
    """As does everything else that `dagster dev` started."""
    control.begin()
    group = control.stage.processes()
    process = control.process(control.present_run())
    for each in group:
        if each.pid != process:
            os.kill(each.pid, signal.SIGKILL)
    assert control.stage.seen(lambda: not any(each.is_running() and each.status() != "zombie" for each in group if each.pid == process))


def test_b175_the_check_is_green_and_red_at_every_look_as_dagster_shows_it(control: Control) -> None:
    control.more |= {"offset.flush.interval.ms": "0", "tasks.max": "2"}
    control.begin()
    control.stage.need(lambda: shown(control) == "SUCCEEDED", "The check is not green", SELDOM_S)
    assert looks(control) == {"SUCCEEDED"}
    control.stage.api.refused.add("a")
    control.stage.need(lambda: shown(control) == "FAILED", "The check is not red", SELDOM_S)
    assert looks(control) == {"FAILED"}


def shown(control: Control) -> str:
    """What the catalog shows of the connector's check."""
    url = f"http://127.0.0.1:{control.stage.port}/graphql"
    answer = requests.post(url, json={"query": CHECK, "variables": {"key": [control.name]}}, timeout=60).json()
    (check,) = answer["data"]["assetNodeOrError"]["assetChecksOrError"]["checks"]
    return str((check["executionForLatestMaterialization"] or {}).get("status"))


def looks(control: Control) -> set[str]:
    """What is shown at every look, while some more checkpoints are stored."""
    found = set()
    for _ in range(20):
        found.add(shown(control))
        control.stage.pause(SELDOM_S)
    return found
