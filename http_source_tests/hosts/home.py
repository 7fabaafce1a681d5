"""The files of a deployment: the shipped settings of Dagster on PostgreSQL, where its code is served, and its connectors."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from http_source_tests.real_servers.postgres import USER

ROOT = Path(__file__).parents[2]
API_PORT, POSTGRES_PORT, CODE_PORT = 8080, 5432, 4266
"""Where each host finds them, at its own loopback address."""

LOCATION = "http_source"
PORT_VARIABLE = "POSTGRES_PORT"
# Runs write to their host's log, which is read here.
_NO_FILES = {"module": "dagster.core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}


def write_home(folder: Path, database: str, port: int | Mapping[str, str], further: Mapping[str, Any] | None = None) -> Path:
    """Make a DAGSTER_HOME as Dagster documents it for PostgreSQL, with further settings; its folder."""
    folder.mkdir(parents=True)
    server = {"username": USER, "password": "unused", "hostname": "127.0.0.1", "db_name": database, "port": port}
    shipped = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    settings = {**shipped, "storage": {"postgres": {"postgres_db": server}}, "compute_logs": _NO_FILES, **(further or {})}
    del settings["local_artifact_storage"]
    _write(folder / "dagster.yaml", settings)
    code = {"host": "127.0.0.1", "port": CODE_PORT, "location_name": LOCATION}
    _write(folder / "workspace.yaml", {"load_from": [{"grpc_server": code}]})
    return folder


def write_connectors(folder: Path, connectors: Iterable[Mapping[str, object]]) -> Path:
    folder.mkdir()
    for each in connectors:
        (folder / f"{each['name']}.json").write_text(json.dumps(each))
    return folder


def connector(name: str = "orders", **properties: object) -> dict[str, object]:
    """A connector of the feed that asks for each page once, twice a second; `a_b` in a keyword stands for `a.b`."""
    return {
        "name": name,
        "url": f"http://127.0.0.1:{API_PORT}/${{entityName}}",
        "entity.names": "a",
        "http.request.parameters": "start=${offset}",
        "http.initial.offset": "0",
        "http.response.data.json.pointer": "/items",
        "topic.name.pattern": "${entityName}",
        "output.data.format": "JSON",
        "request.interval.ms": "500",
        "offset.flush.interval.ms": "0",
        "max.retries": "0",
        "tasks.max": "1",
        **{key.replace("_", "."): value for key, value in properties.items()},
    }


def _write(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(yaml.safe_dump(content))
