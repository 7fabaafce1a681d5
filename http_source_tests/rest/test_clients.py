"""Clients of Kafka Connect that are not ours, at work with `serve`."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from http_source_tests.orchestration.stand import NAME, Stand
from http_source_tests.real_servers import golang
from http_source_tests.real_servers.pypi import installed
from http_source_tests.rest.served import Served

pytestmark = pytest.mark.servers

WORKING, PAUSED = ("RUNNING", ["RUNNING"]), ("PAUSED", ["PAUSED"])
Client = Callable[..., str]


@pytest.fixture
def stand(served: Served) -> Iterator[Stand]:
    """A connector whose sensor ticks, and whose run is at work."""
    stand = served.make(topic_name_pattern="shop.${entityName}", entity_names="a")
    with served.at_work(stand):
        yield stand


def said(command: Sequence[str | Path], **environment: str) -> str:
    """What a program prints; it must not fail."""
    done = subprocess.run(
        [str(each) for each in command], env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False, timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# kafka-connect-py

INFO = {"name": NAME, "tasks": [{"connector": NAME, "task": 0}], "type": "source"}
COMMANDS: Sequence[tuple[Sequence[str], Callable[[Any], bool]]] = [
    (["list"], lambda told: told == [NAME]),
    (["list", "--expand", "info"], lambda told: told[NAME]["info"] | INFO == told[NAME]["info"]),
    (["list", "--expand", "status"], lambda told: told[NAME]["status"]["connector"]["state"] == "RUNNING"),
    (["list", "--expand", "status", "--state", "RUNNING"], lambda told: list(told) == [NAME]),
    (["list", "--expand", "status", "--state", "FAILED"], lambda told: not told),
    (["list", "--pattern", "ord.*"], lambda told: told == [NAME]),
    (["get", NAME], lambda told: told | INFO == told),
    (["config", NAME], lambda told: told["topic.name.pattern"] == "shop.${entityName}"),
    (["status", NAME], lambda told: told["tasks"][0]["state"] == "RUNNING"),
    (["list-tasks", NAME], lambda told: told[0]["id"] == {"connector": NAME, "task": 0}),
    (["task-status", NAME, "0"], lambda told: told["state"] == "RUNNING"),
    (["list-topics", NAME], lambda told: told == {NAME: {"topics": ["shop.a"]}}),
    (["restart-task", NAME, "0"], lambda told: told is None),
    (["restart", NAME], lambda told: told["connector"]["state"] == "RUNNING"),
    (["restart", NAME, "--include-tasks"], lambda told: told["connector"]["state"] == "RUNNING"),
    (["restart", NAME, "--include-tasks", "--only-failed"], lambda told: told["connector"]["state"] == "RUNNING"),
    (["restart", "--all", "--include-tasks"], lambda told: told[NAME]["status"]["connector"]["state"] == "RUNNING"),
]
"""Each command, and what is true of the JSON that it prints; `pause` and `resume` print nothing."""


@pytest.fixture
def kafka_connect(served: Served) -> Client:
    program = installed("kafka-connect-py", "1.0.0") / "kafka-connect"
    return lambda *arguments: said([program, "--url", served.url, *arguments])


@pytest.mark.usefixtures("stand")
def test_kafka_connect_py_reads_and_restarts(kafka_connect: Client) -> None:
    for arguments, holds in COMMANDS:
        told = kafka_connect(*arguments)
        assert holds(json.loads(told)), f"{arguments} printed {told}"


@pytest.mark.usefixtures("stand")
def test_kafka_connect_py_pauses_and_resumes(kafka_connect: Client, served: Served) -> None:
    for which in (NAME, "--all"):
        for verb, states in (("pause", PAUSED), ("resume", WORKING)):
            assert kafka_connect(verb, which) == ""
            assert served.states() == states


@pytest.mark.usefixtures("stand")
def test_kafka_connect_py_tells_why_topics_are_not_reset(kafka_connect: Client) -> None:
    assert "403 Client Error" in kafka_connect("reset-topics", NAME)


def test_kafka_connect_py_tells_what_is_not_there(kafka_connect: Client) -> None:
    assert "404 Client Error" in kafka_connect("status", "no")


# connectorctl


@pytest.fixture
def connectorctl(served: Served, tmp_path: Path) -> Client:
    """The program, told where to ask: it always sends a user, be it None."""
    program = installed("connectorctl", "0.1.0") / "connectorctl"

    def told(*arguments: str) -> str:
        return said([program, *arguments], HOME=str(tmp_path))

    told("set-env", "dev", "--server", "127.0.0.1", "--port", served.url.rpartition(":")[2])
    told("use-env", "dev")
    return told


@pytest.mark.usefixtures("stand")
def test_connectorctl_reads_pauses_resumes_and_restarts(connectorctl: Client, served: Served) -> None:
    assert NAME in connectorctl("list")
    assert "shop.${entityName}" in connectorctl("get", NAME)
    assert "RUNNING" in connectorctl("status", NAME)
    for verb, word, states in (("pause", "Paused", PAUSED), ("resume", "Resumed", WORKING), ("restart", "Restarted", WORKING)):
        assert f"{word} successfully" in connectorctl(verb, NAME)
        assert served.states() == states


# The library under Terraform's provider


@pytest.fixture
def terraform(served: Served) -> Callable[..., list[Any]]:
    library, version = "github.com/ricardo-ch/go-kafka-connect/v3", "v3.0.0-20221117134721-e033f95963cb"
    program = golang.built(Path(__file__).with_name("terraform_client.go"), library, version)
    return lambda *calls: list(map(json.loads, said([program, served.url, *calls]).splitlines()))


def test_terraforms_library_reads_pauses_resumes_and_restarts(terraform: Callable[..., list[Any]], stand: Stand) -> None:
    listed, got, config, status, tasks = terraform(NAME, "list", "get", "config", "status", "tasks")
    assert listed["Connectors"] == [NAME]
    assert (got["Code"], got["tasks"]) == (200, [{"connector": NAME, "task": 0}])
    assert config["Config"] == stand.config
    assert status["connector"]["state"] == "RUNNING"
    assert [task["state"] for task in status["tasks"]] == ["RUNNING"]
    assert tasks["Tasks"][0]["id"] == {"connector": NAME, "task": 0}
    paused, after, resumed, again = terraform(NAME, "pause", "status", "resume", "status")
    assert (paused["Code"], resumed["Code"]) == (202, 202)
    assert (after["connector"]["state"], again["connector"]["state"]) == ("PAUSED", "RUNNING")
    assert [each["Code"] for each in terraform(NAME, "restart", "restart-task")] == [204, 204]


def test_terraforms_library_takes_what_is_not_there_for_what_is_to_be_made(terraform: Callable[..., list[Any]]) -> None:
    assert [each["Code"] for each in terraform("no", "get", "config", "status")] == [404, 404, 404]
    assert "Unknown connector no" in terraform("no", "pause")[0]["error"]
