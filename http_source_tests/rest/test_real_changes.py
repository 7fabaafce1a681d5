"""The real thing: `http-source serve --allow-changes` beside `dagster dev`; what a request writes polls, and what it removes is at rest."""

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from http_source.demo.processes import Service, free_port
from http_source_tests.hosts.waiting import allowed
from http_source_tests.orchestration.api import Api, serving
from http_source_tests.orchestration.dagster_dev import ROOT, dagster_dev
from http_source_tests.rest.changing import config

pytestmark = [pytest.mark.servers, pytest.mark.long]

_PATIENCE_S = 120
"""For what a machine does that is shared; how fast it is by itself, the test measures."""

_SOON_S = 15
_REST_S = 5


@pytest.fixture
def api() -> Iterator[Api]:
    with serving(10_000_000) as api:
        yield api


SHOP = """
from pathlib import Path
from http_source import HttpSourceTranslator, load_connectors

class Shop(HttpSourceTranslator):
    def get_asset_spec(self, data):
        spec = super().get_asset_spec(data)
        return spec.replace_attributes(key=spec.key.with_prefix("shop"))

defs = load_connectors(Path("shop"), translator=Shop())
"""
WORKSPACE = """
load_from:
  - python_module: {module_name: http_source.definitions, location_name: plain}
  - python_file: {relative_path: shop.py, location_name: of_the_shop}
"""


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
    web = free_port(0)
    with dagster_dev(tmp_path, {}, brokers, web), changing(tmp_path, web, {}) as client:
        yield client


@contextmanager
def changing(folder: Path, web: int, variables: Mapping[str, str]) -> Iterator[Client]:
    """`serve` in a folder beside a webserver, once both answer."""
    ui, port = f"http://127.0.0.1:{web}", free_port(0)
    options = ["--allow-changes", "--port", str(port), "--webserver", ui]
    serve = Service("serve", ["-m", "http_source.cli", "serve", *options], folder, environment={**surroundings(), **variables})
    client = Client(f"http://127.0.0.1:{port}/connectors")
    # One after the other: who makes Dagster's storage is not to be disturbed by somebody who makes it as well.
    wait_for(lambda: answers(f"{ui}/server_info"))
    with serve:
        wait_for(lambda: answers(client.url))
        yield client


def surroundings() -> Mapping[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}


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
    assert max(took.values()) < allowed(_SOON_S), took


def test_of_two_code_locations_only_the_one_that_serves_the_folder_is_loaded(tmp_path: Path, api: Api) -> None:
    for name in ("connectors", "shop"):
        (tmp_path / name).mkdir()
    for name, text in (("shop.py", SHOP), ("workspace.yaml", WORKSPACE)):
        (tmp_path / name).write_text(text)
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    given = config(api.url)
    (tmp_path / "connectors" / "orders.json").write_text(json.dumps({**given, "name": "orders"}))
    web, home = free_port(0), {"DAGSTER_HOME": str(tmp_path)}
    webserver = Service("webserver", ["-m", "dagster_webserver", "-p", str(web)], tmp_path, environment={**surroundings(), **home})
    variables = {**home, "HTTP_SOURCE_CONNECTORS": "shop", "HTTP_SOURCE_TRANSLATOR": "shop:Shop"}
    with webserver, changing(tmp_path, web, variables) as client:
        before = servers(web)
        # The folder is empty, then has a connector that the other location has as well.
        assert client.put(given).status_code == 201, client.put(given).text
        first = servers(web)
        assert client.put({**given, "tasks.max": "1"}).status_code == 200
        second = servers(web)
    assert {before["plain"], first["plain"]} == {second["plain"]}
    assert len({before["of_the_shop"], first["of_the_shop"], second["of_the_shop"]}) == 3


def servers(web: int) -> Mapping[str, str]:
    """The code that each location has."""
    query = """{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError {
        ... on RepositoryLocation { serverId } ... on PythonError { message } } } } } }"""
    answered = requests.post(f"http://127.0.0.1:{web}/graphql", json={"query": query}, timeout=30).json()
    entries = answered["data"]["workspaceOrError"]["locationEntries"]
    assert all("serverId" in each["locationOrLoadError"] for each in entries), entries
    return {each["name"]: each["locationOrLoadError"]["serverId"] for each in entries}
