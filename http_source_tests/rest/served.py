"""`http-source serve` over a real socket, in a folder with connectors and a Dagster instance on disk."""

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import requests
import uvicorn

from http_source.orchestration.ledger.sensors import sensor_state, switch
from http_source.rest.application import application
from http_source.rest.worker import Worker
from http_source_tests.orchestration.stand import NAME, NOWHERE, Stand, configuration

SHIPPED = Path(__file__).parents[2] / "dagster.yaml"
_TIMEOUT_S = 60


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

    def make(self, name: str = NAME, **properties: object) -> Stand:
        """A connector of the folder; `a_b` in a keyword stands for the property `a.b`."""
        config = configuration(self.api, **properties) | {"name": name}
        self.write(f"{name}.json", config)
        return Stand(self.instance, config, self.brokers)

    def write(self, file: str, document: object) -> Path:
        """A file of the folder as it is, a text or a document."""
        path = self.home / "connectors" / file
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return path

    def tick(self, stand: Stand, *, at: float | None, running: bool = True) -> None:
        """Store of a sensor that Dagster has seen what the daemon stores at its tick: when it was, and the cursor."""
        (state,) = [each for each in self.instance.all_instigator_state() if each.instigator_name == f"{stand.name}_sensor"]
        data = type(state.instigator_data) if state.instigator_data else None
        if data is not None:
            kind: Any = data
            self.instance.update_instigator_state(state.with_data(kind(last_tick_timestamp=at, cursor=stand.cursor)))
        switch(self.instance, f"{stand.name}_sensor", on=running)
        assert sensor_state(self.instance, f"{stand.name}_sensor").last_tick == at


@contextmanager
def serving(instance: dg.DagsterInstance) -> Iterator[str]:
    """Serve the folder that this process works in, on a free port; where."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        settings = uvicorn.Config(application(Worker(instance, address)), log_level="warning", lifespan="off", ws="none", server_header=False)
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, args=([listening],), name="serve")
        thread.start()
        try:
            yield f"http://{address}"
        finally:
            server.should_exit = True
            thread.join()


def folder(path: Path) -> Path:
    """A folder as `dagster dev` runs in one."""
    (path / "connectors").mkdir()
    shutil.copy(SHIPPED, path)
    return path
