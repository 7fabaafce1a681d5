"""`serve` beside a real `dagster dev`: what it answers is what Dagster does."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from http_source.demo.processes import Service, free_port
from http_source.orchestration.status import open_instance
from http_source_tests.orchestration.api import Api, serving
from http_source_tests.orchestration.dagster_dev import dagster_dev
from http_source_tests.orchestration.stand import NAME, configuration
from http_source_tests.real_servers.program import is_served
from http_source_tests.rest.served import Served
from http_source_tests.rest.served import serving as rest_serving
from http_source_tests.waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.long]

CONNECTOR = f"/connectors/{NAME}"
WORKING = ("RUNNING", ["RUNNING", "RUNNING"])


@pytest.fixture
def api() -> Iterator[Api]:
    with serving(25) as api:
        yield api


@dataclass(frozen=True)
class Beside:
    """The interface, and what it is beside."""

    served: Served
    dagster: Service

    def offsets(self) -> dict[str, Any]:
        found = self.served.json(f"{CONNECTOR}/offsets")["offsets"]
        return {each["partition"]["entity"]: each["offset"]["offset"] for each in found}

    def works(self) -> bool:
        """Whether everything is polled, and was read."""
        return self.served.states() == WORKING and self.offsets() == {"a": 25, "b": 25}


@pytest.fixture
def beside(tmp_path: Path, api: Api, brokers: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    monkeypatch.chdir(tmp_path)
    config = configuration(api.url, topic_name_pattern="beside.${entityName}", tasks_max="2", run_max_seconds="900")
    port = free_port(0)
    with dagster_dev(tmp_path, {NAME: config}, brokers, port) as dagster:
        # Two that make one SQLite at once are in each other's way.
        until(lambda: is_served(f"http://127.0.0.1:{port}/server_info"))
        with open_instance() as instance, rest_serving(instance) as url:
            served = Served(tmp_path, instance, url, api.url, brokers)
            with served.session:
                yield Beside(served, dagster)


def test_a_connector_is_watched_stopped_moved_and_resumed(beside: Beside, api: Api) -> None:
    served = beside.served
    until(beside.works)
    assert served.json(f"{CONNECTOR}/topics") == {NAME: {"topics": ["beside.a", "beside.b"]}}
    assert served.post(f"{CONNECTOR}/restart?includeTasks=true").status_code == 202
    served.put(f"{CONNECTOR}/stop")
    assert served.states() == ("STOPPED", [])
    before = served.json(f"{CONNECTOR}/offsets")
    until(lambda: served.delete(f"{CONNECTOR}/offsets").status_code == 200)
    assert beside.offsets() == {}
    asked = len(api.asked)
    for offsets in (before, {"offsets": [{"partition": {"entity": "a"}, "offset": {"offset": 20}}]}):
        assert served.patch(f"{CONNECTOR}/offsets", offsets).status_code == 200
    assert beside.offsets() == {"a": 20, "b": 25}
    assert len(api.asked) == asked

    served.put(f"{CONNECTOR}/resume")
    until(beside.works)
    assert {start for entity, start, _ in api.asked[asked:] if entity == "a"} == {20, 25}
    assert {start for entity, start, _ in api.asked[asked:] if entity == "b"} == {25}


def test_without_dagster_nothing_is_running_and_nothing_can_be_started(beside: Beside) -> None:
    served = beside.served
    until(beside.works)
    os.killpg(beside.dagster.group, signal.SIGINT)
    until(lambda: served.states() == ("UNASSIGNED", ["UNASSIGNED", "UNASSIGNED"]))
    # A sensor that did not tick for a minute may only be slow.
    until(lambda: served.post(f"{CONNECTOR}/restart?includeTasks=true").status_code == 500)
    assert "Check that Dagster's daemon runs" in served.post(f"{CONNECTOR}/tasks/0/restart").json()["message"]
