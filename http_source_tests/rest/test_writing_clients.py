"""Clients of Kafka Connect that are not ours make, change and remove connectors."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from http_source_tests.real_servers import golang
from http_source_tests.real_servers.pypi import installed
from http_source_tests.rest.changing import config, workplace
from http_source_tests.rest.served import Served

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with workplace(tmp_path_factory.mktemp("home")) as (served, _):
        yield served


@pytest.fixture
def given() -> Mapping[str, str]:
    """With a reference, which is to come back as one."""
    return {**config(auth_type="bearer"), "name": "orders", "bearer.token": "${env:HOME}"}


def said(command: Sequence[str | Path], **environment: str) -> str:
    """What a program prints; it must not fail."""
    done = subprocess.run(
        [str(each) for each in command], env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False, timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_kafka_connect_py_makes_changes_and_removes(serve: Served, given: Mapping[str, str]) -> None:
    program = installed("kafka-connect-py", "1.0.0") / "kafka-connect"

    def told(*arguments: str) -> Any:
        return json.loads(said([program, "--url", serve.url, *arguments]) or "null")

    assert told("list-plugins")[0]["class"] == "HttpSource"
    assert told("create", "--config-data", json.dumps({"name": "orders", "config": given}))["config"] == given
    changed = {**given, "tasks.max": "1"}
    assert told("update", "orders", "--config-data", json.dumps(changed))["config"] == changed
    assert told("config", "orders") == changed
    told("delete", "orders")
    assert told("list") == []


def test_kafka_connect_py_validates_by_its_library(serve: Served, given: Mapping[str, str]) -> None:
    python = installed("kafka-connect-py", "1.0.0") / "python"
    program = ("import json, sys\nfrom kafka_connect import KafkaConnect\n"
               "print(json.dumps(KafkaConnect(url=sys.argv[1]).validate_connector_config('HttpSource', json.loads(sys.argv[2]))))")
    told = json.loads(said([python, "-c", program, serve.url, json.dumps({**given, "task.max": "1"})]))
    assert told["error_count"] == 1


def test_connectorctl_makes_changes_and_removes(serve: Served, given: Mapping[str, str], tmp_path: Path) -> None:
    program = installed("connectorctl", "0.1.0") / "connectorctl"

    def told(*arguments: str) -> str:
        return said([program, *arguments], HOME=str(tmp_path))

    told("set-env", "dev", "--server", "127.0.0.1", "--port", serve.url.rpartition(":")[2])
    told("use-env", "dev")
    told("create", json.dumps({"name": "orders", "config": given}))
    assert serve.json("/connectors/orders/config") == given
    told("update", "orders", json.dumps({**given, "tasks.max": "1"}))
    assert serve.json("/connectors/orders/config") == {**given, "tasks.max": "1"}
    told("delete", "orders")
    assert serve.json("/connectors") == []


@pytest.fixture
def terraform(serve: Served) -> Callable[..., list[Any]]:
    library, version = "github.com/ricardo-ch/go-kafka-connect/v3", "v3.0.0-20221117134721-e033f95963cb"
    program = golang.built(Path(__file__).with_name("terraform_client.go"), library, version)
    return lambda *calls: list(map(json.loads, said([program, serve.url, "orders", *calls]).splitlines()))


@pytest.mark.long
def test_terraforms_library_makes_changes_and_removes_and_sees_at_once_that_it_did(
    serve: Served, given: Mapping[str, str], terraform: Callable[..., list[Any]]
) -> None:
    changed = {**given, "request.interval.ms": "300"}
    made, before, put, after, removed, gone = terraform(json.dumps(given), "config", json.dumps(changed), "config", "delete", "get")
    assert (made["Code"], before["Config"]) == (201, given)
    assert (put["Code"], after["Config"]) == (200, changed)
    assert (removed["Code"], gone["Code"]) == (204, 404)
    assert serve.json("/connectors") == []


def test_terraform_is_told_why_a_configuration_is_refused(given: Mapping[str, str], terraform: Callable[..., list[Any]]) -> None:
    (refused,) = terraform(json.dumps({**given, "bearer.token": "quite-clear"}))
    assert "bearer.token: It holds a secret in clear text" in json.dumps(refused)
    assert "quite-clear" not in json.dumps(refused)
