"""The real thing: `dagster dev` with the shipped settings starts the runs, survives the loss of one, and leaves nothing running."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from bench.control.ui import Ui
from http_source.demo.processes import Service, free_port
from http_source_tests.orchestration.api import Answer, Api, serving
from http_source_tests.orchestration.dagster_dev import dagster_dev
from http_source_tests.orchestration.stand import configuration

STATE = """{
  runsOrError { ... on Runs { results { runId status tags { key value } } } }
  assetOrError(assetKey: {path: ["orders"]}) { ... on Asset { assetMaterializations(limit: 1000) {
    runId partition metadataEntries { label ... on IntMetadataEntry { intRepr } } } } }
  workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { ... on RepositoryLocation { repositories { sensors {
    name sensorState { typeSpecificData { ... on SensorData { lastCursor } } } } } } } } } }
}"""


class Instance:
    """A running `dagster dev`, asked through GraphQL."""

    def __init__(self, service: Service, port: int) -> None:
        self._service = service
        self._url = f"http://127.0.0.1:{port}/graphql"

    def ask(self) -> dict[str, Any]:
        """Runs, materializations and cursors; empty while nobody answers."""
        self._service.check()
        try:
            answer = requests.post(self._url, json={"query": STATE}, timeout=10).json()
        except requests.RequestException:
            return {}
        return dict(answer.get("data") or {})

    def runs(self) -> list[dict[str, Any]]:
        """The runs, newest first."""
        found = self.ask().get("runsOrError", {}).get("results", [])
        return [{**run, **{tag["key"]: tag["value"] for tag in run["tags"]}} for run in found]

    def offsets_stored_by(self, run_id: str) -> list[int]:
        """The offsets of a run's checkpoints, newest first."""
        found = (self.ask().get("assetOrError") or {}).get("assetMaterializations", [])
        return [int(entry["intRepr"]) for each in found if each["runId"] == run_id
                for entry in each["metadataEntries"] if entry["label"] == "http_source/offset"]

    def cursor(self) -> dict[str, Any]:
        """The sensor's cursor."""
        repositories = [repository for entry in self.ask().get("workspaceOrError", {}).get("locationEntries", [])
                        for repository in (entry["locationOrLoadError"] or {}).get("repositories", [])]
        states = [sensor["sensorState"] for repository in repositories for sensor in repository["sensors"]]
        return dict(json.loads(states[0]["typeSpecificData"]["lastCursor"] or "{}")) if states else {}


@pytest.fixture
def api() -> Iterator[Api]:
    """One that has more to say than a test has patience for."""
    with serving(10_000_000) as api:
        api.answer = lambda entity, start: slow_page(api, entity, start)
        yield api


def slow_page(api: Api, entity: str, start: int) -> Answer:
    threading.Event().wait(0.05)
    return api.page(entity, start)


def wait_for(condition: Any) -> Any:
    while not (found := condition()):
        threading.Event().wait(0.3)
    return found


def processes_of(group: int) -> list[psutil.Process]:
    return [each for each in psutil.process_iter() if is_in(each, group) and each.status() != psutil.STATUS_ZOMBIE]


def is_in(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group
    except ProcessLookupError:
        return False


def test_dagster_dev_polls_goes_on_after_kill_9_and_ends_with_ctrl_c(tmp_path: Path, api: Api, brokers: str) -> None:
    port = free_port(0)
    orders = configuration(api.url, entity_names="a", run_max_seconds="900")
    with dagster_dev(tmp_path, {"orders": orders}, brokers, port) as dagster:
        instance = Instance(dagster, port)
        first = wait_for(lambda: next(iter(instance.runs()), None))
        wait_for(lambda: instance.offsets_stored_by(first["runId"]))
        wait_for(lambda: instance.cursor().get("offsets"))

        os.kill(wait_for(lambda: Ui(port).process_of(first["runId"])), signal.SIGKILL)
        asked_before = len(api.asked)
        second = wait_for(lambda: next((run for run in instance.runs()[:1] if run["runId"] != first["runId"]), None))
        wait_for(lambda: instance.offsets_stored_by(second["runId"]))

        statuses = {run["runId"]: run["status"] for run in instance.runs()}
        assert statuses == {first["runId"]: "FAILURE", second["runId"]: "STARTED"}
        assert instance.offsets_stored_by(first["runId"])[0] in [offset for _, offset, _ in api.asked[asked_before:][:2]]

        os.killpg(dagster.group, signal.SIGINT)
        wait_for(lambda: not processes_of(dagster.group))
    assert list(tmp_path.glob(".tmp_dagster_home*")) == []
