"""A new project at work, as a newcomer starts it: the sample API, a Kafka in memory, and `dagster dev`."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from http_source.demo.processes import Service, free_port
from http_source_tests.commands.folder import Say
from http_source_tests.demo.waiting import with_package
from http_source_tests.readme import beginning, missing
from http_source_tests.waiting import until


class Project:
    """A project whose ports are free ones, since other tests run beside this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.api = free_port(0)
        self._replace("connectors/orders.json", "localhost:8765", f"localhost:{self.api}")
        self._replace(".env", "127.0.0.1:9092", f"127.0.0.1:{free_port(0)}")
        (folder.parent / "tmp").mkdir()
        self._environment = with_package() | {"PWD": str(folder), "TMPDIR": str(folder.parent / "tmp")}

    def _replace(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert old in text
        (self.folder / name).write_text(text.replace(old, new))

    def program(self, name: str, *arguments: str) -> Service:
        """A program, started from a shell in the project's folder."""
        return Service(name, ["-m", *arguments], self.folder, environment=self._environment)

    def said(self, *arguments: str) -> str:
        """What a command says, given in the project's folder."""
        command = [sys.executable, "-m", "http_source.cli", *arguments]
        return subprocess.run(command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=True).stdout

    def entity(self) -> Any:
        return json.loads(self.said("status", "--json"))[0]["entities"][0]


def at_work(condition: Callable[[], object], *services: Service) -> None:
    """Wait for the condition; raises ServiceFailed when a service has ended."""

    def holds() -> object:
        for service in services:
            service.check()
        return condition()

    until(holds)


@pytest.fixture
def project(away: Path, say: Say) -> Project:
    assert say("new", "shop")[0] == 0
    return Project(away / "shop")


def test_b240_a_new_project_polls_the_sample_api_into_a_kafka_in_memory_and_keeps_its_state(project: Project) -> None:
    shown = beginning("http-source sample").lines
    with project.program("Sample", "http_source.cli", "sample", "--port", str(project.api)) as sample:
        at_work(lambda: "Leave this running" in sample.tail(), sample)
        assert missing(shown[:2], dedent(sample.tail())) == []
        assert f"asks port 8765: write {project.api} into its url" in sample.tail()
        with project.program("Dagster", "dagster", "dev", "-p", str(free_port(0))) as dagster:
            at_work(lambda: "records: orders" in sample.tail(), sample, dagster)
            at_work(lambda: project.entity()["records"], sample, dagster)
            status, log = project.said("status"), dagster.tail(10_000)
            newest = project.said("consume", "orders", "--last", "1")
        ended = project.entity()
    assert status.startswith(f"Dagster's home: {project.folder}\n\norders: sensor RUNNING, last tick at ")
    assert "  ENTITY   STATE" in status
    assert (ended["records"] > 0, int(ended["offset"]) > 0) == (True, True)
    assert list(json.loads(newest)) == list(json.loads(beginning("http-source consume").lines[0]))
    assert [word for word in ("temporary", "Found a dagster instance configuration") if word in log] == []
    assert not list((project.folder.parent / "tmp").glob("http-source-*"))
