"""`http-source serve` over a real socket, in a folder with connectors and a Dagster instance on disk."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import dagster as dg
import requests
import uvicorn

from http_source.rest.application import application
from http_source.rest.worker import Worker
from http_source_tests.orchestration.home import seen
from http_source_tests.orchestration.stand import LEASE, NAME, NOWHERE, Stand, configuration

_TIMEOUT_S = 120


@dataclass
class Served:
    """What is served, and a client of it.

    Attributes:
        home: the folder, with `connectors/` and Dagster's state.
        url: where it is served, without a slash at the end.
        api: what the connectors poll.
        brokers: where their records go.
    """

    home: Path
    instance: dg.DagsterInstance
    url: str
    api: str = "http://127.0.0.1:1"
    brokers: str = NOWHERE
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """One request; nothing is followed."""
        return self.session.request(method, self.url + path, timeout=_TIMEOUT_S, allow_redirects=False, **more)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.ask("GET", path, **more)

    def put(self, path: str, body: object = None, **more: Any) -> requests.Response:
        return self.ask("PUT", path, json=body, **more)

    def post(self, path: str, body: object = None, **more: Any) -> requests.Response:
        return self.ask("POST", path, json=body, **more)

    def patch(self, path: str, body: object = None, **more: Any) -> requests.Response:
        return self.ask("PATCH", path, json=body, **more)

    def delete(self, path: str, **more: Any) -> requests.Response:
        return self.ask("DELETE", path, **more)

    def json(self, path: str, status: int = 200) -> Any:
        """What a path answers."""
        answered = self.get(path)
        assert answered.status_code == status, answered.text
        return answered.json()

    # What it is about

    def make(self, name: str = NAME, /, **properties: object) -> Stand:
        """A connector of the folder; `a_b` in a keyword stands for the property `a.b`."""
        config = configuration(self.api, **properties) | {"name": name}
        self.write(f"{name}.json", config)
        return Stand(self.instance, config, self.brokers)

    def write(self, file: str, document: object) -> Path:
        """A file of the folder as it is, a text or a document."""
        path = self.home / "connectors" / file
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return path

    def seen(self, stand: Stand, *, on: bool = True, ago: float | None = 0.0) -> None:
        """Let Dagster have seen the sensor of a connector, and its daemon have ticked it so many seconds ago, or never."""
        seen(stand, on=on, ago=ago)

    def tick(self, stand: Stand) -> list[dg.RunRequest]:
        """What the daemon does at a tick, the state of the sensor stored; the runs that it requests."""
        requests = list(stand.tick())
        self.seen(stand)
        return requests

    @contextmanager
    def at_work(self, stand: Stand) -> Iterator[None]:
        """Let the sensor of a connector tick, and the runs that it requests live, without polling anything, for as long as a test takes."""
        runs, over = [stand.live(request) for request in self.tick(stand)], threading.Event()

        def live() -> None:
            for beat in count(4):
                for run in runs:
                    self.instance.add_run_tags(run.run_id, {LEASE: f"{run.run_id} polling {beat} "})
                self.seen(stand)
                if over.wait(1):
                    return

        living = threading.Thread(target=live, name="runs of a test")
        living.start()
        try:
            yield
        finally:
            over.set()
            living.join()

    def states(self, name: str = NAME) -> tuple[str, list[str]]:
        """The states of a connector and of its tasks."""
        status = self.json(f"/connectors/{name}/status")
        return status["connector"]["state"], [task["state"] for task in status["tasks"]]


@contextmanager
def serving(instance: dg.DagsterInstance) -> Iterator[str]:
    """Serve the folder that this process works in, on a free port; where."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        served = application(Worker(instance, address))
        server = uvicorn.Server(uvicorn.Config(served, log_level="warning", lifespan="off", ws="none", server_header=False))
        thread = threading.Thread(target=server.run, args=([listening],), name="serve")
        thread.start()
        try:
            yield f"http://{address}"
        finally:
            server.should_exit = True
            thread.join()
