"""`serve` that may change connectors, and a webserver as Dagster's: it has what the folder's definitions were at the last reload."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
import pytest
import uvicorn

from http_source.orchestration.build import load_connectors
from http_source.orchestration.identity import Connector
from http_source.orchestration.known import cursor_now
from http_source.orchestration.status import open_instance
from http_source.orchestration.upkeep.orphans import build_keeper
from http_source.rest.application import application
from http_source.rest.reloading import Reloader
from http_source.rest.worker import Worker
from http_source_tests.orchestration.home import folder
from http_source_tests.rest.served import Served
from http_source_tests.servers import Asked, Reply, api


@dataclass
class Webserver:
    """Answers what a reload asks, over HTTP.

    Attributes:
        folder: the connectors.
        name: its code location.
        loads: how often it loaded them.
        keeps_code: whether its code server does not load anything anew.
        failure: why the location cannot be loaded.
        others: further locations, as the workspace has them.
        only: the locations that there are in the place of its own.
    """

    folder: Path
    name: str = "http_source"
    loads: int = 0
    keeps_code: bool = False
    failure: str = ""
    others: list[dict[str, Any]] = field(default_factory=list)
    only: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    _server: str = "first"
    _definitions: dg.Definitions = field(default_factory=dg.Definitions)
    _loading: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """As it is with no connector in the folder, and nothing wrong."""
        self.loads, self.keeps_code, self.failure, self.others, self.only = 0, False, "", [], []
        self._definitions = dg.Definitions(sensors=[build_keeper()])

    def answer(self, asked: Asked) -> Reply:
        document = json.loads(asked.body)
        if "mutation" in document["query"]:
            return _data({"reloadRepositoryLocation": self._reload(document["variables"]["name"])})
        entries = self.only or [*self.others, {"name": self.name, "displayMetadata": [], "locationOrLoadError": self._found()}]
        return _data({"workspaceOrError": {"__typename": "Workspace", "locationEntries": entries}})

    def _reload(self, name: str) -> dict[str, str]:
        if name != self.name:
            return {"__typename": "RepositoryLocationNotFound", "message": f"Location {name} does not exist."}
        with self._loading:
            self.loads += 1
            if not self.keeps_code:
                self._server, self._definitions = uuid4().hex, load_connectors(self.folder)
        return {"__typename": "WorkspaceLocationEntry"}

    def _found(self) -> dict[str, Any]:
        if self.failure:
            return {"__typename": "PythonError", "message": self.failure}
        repository = self._definitions.get_repository_def()
        sensors = [{"name": each.name, "description": each.description} for each in repository.sensor_defs]
        jobs = [{"name": each.name} for each in repository.get_all_jobs()]
        assets = [{"assetKey": {"path": list(key.path)}} for key in repository.assets_defs_by_key]
        return {"__typename": "RepositoryLocation", "serverId": self._server,
                "repositories": [{"sensors": sensors, "jobs": jobs, "assetNodes": assets}]}


def _data(data: object) -> Reply:
    return Reply(json.dumps({"data": data}).encode())


def config(api: str = "http://127.0.0.1:1", **properties: str) -> dict[str, str]:
    """A connector as a client sends it; `a_b` in a keyword stands for `a.b`."""
    return {
        "connector.class": "HttpSource",
        "url": f"{api}/${{entityName}}?start=${{offset}}",
        "entity.names": "a",
        "http.initial.offset": "0",
        "http.response.data.json.pointer": "/items",
        "topic.name.pattern": f"t-{uuid4().hex}",
        "output.data.format": "JSON",
        "request.interval.ms": "100",
        **{name.replace("_", "."): value for name, value in properties.items()},
    }


@contextmanager
def changeable(instance: dg.DagsterInstance, home: Path, webserver: str) -> Iterator[Served]:
    """`serve` in the folder, with changes allowed."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        app = application(Worker(instance, address, reloader=Reloader(webserver)))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none", server_header=False))
        thread = threading.Thread(target=server.run, args=([listening],), name="serve")
        thread.start()
        served = Served(home, instance, f"http://{address}")
        try:
            with served.session:
                yield served
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def webserver(folder: Path) -> Iterator[Webserver]:
    """One beside the folder."""
    running = Webserver(folder)
    with api(running.answer) as served:
        running.url = served.url
        running.begin()
        yield running


@contextmanager
def workplace(home: Path) -> Iterator[tuple[Served, Webserver]]:
    """A folder that this process works in, with `serve` and a webserver; for all tests of a module, since it takes a while to make."""
    folder(home)
    with (
        pytest.MonkeyPatch.context() as patch, webserver(home / "connectors") as running, open_in(home, patch) as instance,
        changeable(instance, home, running.url) as served,
    ):
        yield served, running


def open_in(home: Path, patch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    """The instance of a folder, which this process works in from now on."""
    patch.chdir(home)
    return open_instance()


def emptied(served: Served, running: Webserver) -> Served:
    """The same with an empty folder, which the webserver has as well."""
    running.begin()
    for file in (served.home / "connectors").iterdir():
        file.unlink()
    return served


def file_of(served: Served, name: str = "orders") -> Path:
    return served.home / "connectors" / f"{name}.json"


def connector_of(served: Served) -> Connector:
    """What the folder says of orders."""
    return Worker(served.instance, "").connector("orders")


def rested(served: Served, connector: Connector | None = None) -> dict[str, str]:
    """What a person's word keeps from being polled."""
    return dict(cursor_now(served.instance, connector or connector_of(served)).rested)
