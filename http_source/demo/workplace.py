"""The temporary folder that Dagster works in: its settings, its state, and connectors that know where the sample API is.

The in-memory Kafka is new each time, so the offsets must be new, too.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from http_source.assembly.loading import load_folder
from http_source.config.neighbors import connector_files
from http_source.demo.options import PROJECT
from http_source.errors import ConfigurationError, Finding, PackageMissing
from http_source.orchestration.identity import Connector

SAMPLE_API = "http://localhost:8765"
"""The address in the example connectors; the copies have the actual one instead."""


@dataclass(frozen=True, slots=True)
class DemoEntity:
    """One entity, the sensor that supervises it, and the topic that its records arrive in."""

    connector: str
    name: str
    sensor: str
    topic: str


def prepare(folder: Path, connectors: Path, api: str) -> None:
    """Fill the folder with a project's settings and copies of the connectors in which `api` replaces the sample API's address."""
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(PROJECT / name, folder)
    for name in ("connectors", "tmp"):
        (folder / name).mkdir()
    for file in set(connector_files(connectors)) - left_out(connectors).keys():
        text = file.read_text(encoding="utf-8").replace(SAMPLE_API, api)
        (folder / "connectors" / file.name).write_text(text, encoding="utf-8")


def environment(folder: Path, bootstrap_servers: str, registry: str) -> Mapping[str, str]:
    """Return this process's environment, changed so that Dagster finds the folder, Kafka and registry of the demo, and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAGSTER_", "KAFKA_", "SCHEMA_REGISTRY_"))}
    return kept | {
        "DAGSTER_HOME": str(folder),
        "HTTP_SOURCE_CONNECTORS": str(folder / "connectors"),
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers,
        "SCHEMA_REGISTRY_URL": registry,
        # What a killed process leaves in its temporary folder goes with this one.
        "TMPDIR": str(folder / "tmp"),
    }


def left_out(connectors: Path) -> Mapping[Path, Sequence[Finding]]:
    """Return the files that the demo goes without: all that is wrong with them is that packages of an extra are not installed."""
    mistakes = {file: found.findings for file, found in load_folder(connectors).items() if isinstance(found, ConfigurationError)}
    return {file: findings for file, findings in mistakes.items() if all(isinstance(each, PackageMissing) for each in findings)}


def entities_of(connectors: Path) -> list[DemoEntity]:
    """Return every entity of every connector in the folder that is not left out.

    Raises:
        ConfigurationError: files have mistakes, all of which it lists, or there is no file.
    """
    entities: list[DemoEntity] = []
    mistakes: list[Finding] = []
    absent = left_out(connectors)
    for file, found in load_folder(connectors).items():
        if isinstance(found, ConfigurationError):
            if file in absent:
                continue
            mistakes += [replace(each, message=f"{each.message} ({file.name})") for each in found.findings]
        else:
            entities += _entities_of(Connector(found.config))
    if not entities and not mistakes:
        none = Finding(str(connectors), "No connector was found; put a .json file there or name another folder.")
        mistakes = [each for findings in absent.values() for each in findings] or [none]
    if mistakes:
        raise ConfigurationError(mistakes)
    return entities


def _entities_of(connector: Connector) -> list[DemoEntity]:
    topic_of = connector.config.output.topic_of
    return [DemoEntity(connector.name, name, connector.sensor_name, topic_of(name)) for name in connector.entities]
