"""The temporary folder that Dagster works in: its settings, its state, and connectors that know where the sample API is.

The in-memory Kafka is new each time, so the offsets must be new, too.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from http_source.config.neighbors import connector_files
from http_source.demo.options import CHECKOUT
from http_source.errors import ConfigurationError, Finding
from http_source.loading import load_folder
from http_source.orchestration.connector import Connector

SAMPLE_API = "http://localhost:8765"
"""The address in the example connectors; the copies have the actual one instead."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity, the sensor that supervises it, and the topic that its records arrive in."""

    connector: str
    name: str
    sensor: str
    topic: str


def prepare(folder: Path, connectors: Path, api: str) -> None:
    """Fill the folder with dagster.yaml and copies of the connectors in which `api` replaces the sample API's address."""
    shutil.copy(CHECKOUT / "dagster.yaml", folder)
    for name in ("connectors", "tmp"):
        (folder / name).mkdir()
    for file in connector_files(connectors):
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


def entities_of(connectors: Path) -> list[Entity]:
    """Return every entity of every connector in the folder.

    Raises:
        ConfigurationError: files have mistakes, all of which it lists, or there is no file.
    """
    entities: list[Entity] = []
    mistakes: list[Finding] = []
    for file, found in load_folder(connectors).items():
        if isinstance(found, ConfigurationError):
            mistakes += [replace(each, message=f"{each.message} ({file.name})") for each in found.findings]
        else:
            entities += _entities_of(Connector(found.config))
    if not entities and not mistakes:
        mistakes = [Finding(str(connectors), "No connector was found; put a .json file there or name another folder.")]
    if mistakes:
        raise ConfigurationError(mistakes)
    return entities


def _entities_of(connector: Connector) -> list[Entity]:
    topic_of = connector.config.output.topic_of
    return [Entity(connector.name, name, connector.sensor_name, topic_of(name)) for name in connector.entities]
