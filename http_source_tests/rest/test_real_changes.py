"""The real thing: `http-source serve --allow-changes` beside `dagster dev`; what a request writes polls, and what it removes is at rest."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from http_source.demo.processes import Service, free_port
from http_source_tests.orchestration.api import Api, serving
from http_source_tests.orchestration.dagster_dev import ROOT, dagster_dev
from http_source_tests.rest.changing import config

pytestmark = pytest.mark.servers

_PATIENCE_S = 120
"""For what a machine does that is shared; how fast it is by itself, the test measures."""

_SOON_S = 15 * float(os.environ.get("HTTP_SOURCE_TEST_PATIENCE", "2"))
_REST_S = 5


@pytest.fixture
def api() -> Iterator[Api]:
    with serving(10_000_000) as api:
        yield api


def wait_for(condition: Callable[[], object], seconds: float = _PATIENCE_S) -> float:
    """Seconds until it was so."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() < begun + seconds, "it did not become so"
        threading.Event().wait(0.1)
    return time.monotonic() - begun


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


@dataclass(frozen=True)
class Client:
    """Asks `serve` for changes of the connector orders.

    Attributes:
        url: its connectors.
    """

    url: str

    def make(self, given: Mapping[str, object]) -> int:
        return requests.post(self.url, json={"name": "orders", "config": given}, timeout=90).status_code

    def put(self, given: Mapping[str, object]) -> requests.Response:
        return requests.put(f"{self.url}/orders/config", json=given, timeout=90)

    def patch(self, given: Mapping[str, object]) -> int:
        return requests.patch(f"{self.url}/orders/config", json=given, timeout=90).status_code

    def delete(self) -> int:
        return requests.delete(f"{self.url}/orders", timeout=90).status_code


@pytest.fixture
def client(tmp_path: Path, brokers: str) -> Iterator[Client]:
    """`serve` and `dagster dev` in an empty folder."""
    web, port = free_port(0), free_port(0)
    ui, client = f"http://127.0.0.1:{web}", Client(f"http://127.0.0.1:{port}/connectors")
    options = ["--allow-changes", "--port", str(port), "--webserver", ui]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    serve = Service("serve", ["-m", "http_source.cli", "serve", *options], tmp_path, environment=environment)
    with dagster_dev(tmp_path, {}, brokers, web), serve:
        wait_for(lambda: answers(f"{ui}/server_info"))
        wait_for(lambda: answers(client.url))
        yield client


def test_what_requests_change_polls_and_what_they_remove_is_at_rest(client: Client, api: Api) -> None:
    given = config(api.url, run_max_seconds="900", request_interval_ms="200")
    assert client.put(given).status_code == 201
    took = {"made": wait_for(lambda: api.offsets("a"))}

    refused = client.put({**given, "auth.type": "bearer", "bearer.token": "${env:NOWHERE}"})
    assert (refused.status_code, "bearer.token: ${env:NOWHERE} cannot be resolved" in refused.json()["message"]) == (400, True)
    begin = len(api.asked)
    took["taken back"] = wait_for(lambda: len(api.asked) > begin)

    assert client.patch({"entity.names": "b"}) == 200
    took["changed"] = wait_for(lambda: api.offsets("b"))

    assert client.delete() == 204
    took["at rest"] = wait_for(lambda: time.monotonic() > api.asked[-1][2] + _REST_S) - _REST_S
    assert requests.get(f"{client.url}/orders/status", timeout=90).status_code == 404

    last, begin = max(api.offsets("b")), len(api.asked)
    assert client.make({**given, "entity.names": "b"}) == 201
    wait_for(lambda: len(api.asked) > begin)
    assert 0 < api.asked[begin][1] <= last + 10
    assert max(took.values()) < _SOON_S, took
