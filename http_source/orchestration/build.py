"""Configurations → Dagster definitions."""

import logging
from collections.abc import Mapping
from itertools import chain, count
from pathlib import Path

import dagster as dg

from http_source.config.slug import RESERVED, names_of
from http_source.errors import ConfigurationError
from http_source.loading import LoadedConfig, load_config, load_folder
from http_source.orchestration.asset import build_asset
from http_source.orchestration.broken import build_broken
from http_source.orchestration.checks import build_check
from http_source.orchestration.connector import RunnableConnector
from http_source.orchestration.jobs import build_poll_job
from http_source.orchestration.offsets_job import build_offsets_job
from http_source.orchestration.resources import HttpAuthResource, KafkaResource, SchemaRegistryResource, TlsResource
from http_source.orchestration.sensor import build_sensor
from http_source.orchestration.upkeep.orphans import build_keeper

_log = logging.getLogger(__name__)


def build_http_source(config: Path | Mapping[str, object]) -> dg.Definitions:
    """One connector's asset, job, sensor and credentials, to be merged with definitions of your own.

    `config` is a configuration file or its content. Merge in place, since Dagster takes one `Definitions` a module, and add a
    `KafkaResource` as the resource `kafka`; AVRO, JSON_SR and PROTOBUF need a `SchemaRegistryResource` as `schema_registry`, too. Raises
    ConfigurationError with every mistake.
    """
    return _definitions(_connector(load_config(config)))


def load_connectors(folder: Path) -> dg.Definitions:
    """Every configuration file of a folder, as definitions that `dagster dev` can serve.

    A file with mistakes becomes a failed connector and leaves the others alone.
    """
    connectors, refused = _read(folder)
    if not connectors and not refused:
        _log.warning("There is no configuration file (*.json) in %s; HTTP_SOURCE_CONNECTORS names another folder.", folder.resolve())
    resources = {"kafka": KafkaResource.from_environment(), "schema_registry": SchemaRegistryResource.from_environment()}
    # Somebody has to end the runs of what was removed.
    shared = dg.Definitions(resources=resources, sensors=[] if connectors else [build_keeper()])
    return dg.Definitions.merge(*map(_definitions, connectors), *_broken(refused, connectors), shared)


def _read(folder: Path) -> tuple[list[RunnableConnector], dict[Path, ConfigurationError]]:
    found = load_folder(folder)
    refused = {file: each for file, each in found.items() if isinstance(each, ConfigurationError)}
    for file, error in refused.items():
        _log.error("%s: %s", file, error)
    return [_connector(each) for each in found.values() if isinstance(each, LoadedConfig)], refused


def _connector(loaded: LoadedConfig) -> RunnableConnector:
    connector = RunnableConnector(loaded.config, loaded.warnings)
    for warning in loaded.warnings:
        _log.warning("%s: %s", connector.name, warning)
    return connector


def _definitions(connector: RunnableConnector) -> dg.Definitions:
    return dg.Definitions(
        assets=[build_asset(connector)],
        asset_checks=[build_check(connector)],
        jobs=[build_poll_job(connector), build_offsets_job(connector)],
        sensors=[build_sensor(connector)],
        resources={
            connector.auth_key: HttpAuthResource(connector.config.auth),
            connector.tls_key: TlsResource(connector.config.tls),
        },
    )


def _broken(refused: Mapping[Path, ConfigurationError], connectors: list[RunnableConnector]) -> list[dg.Definitions]:
    """The refused files, each under a name that no other one has: its own, or its own with a number."""
    taken = set(RESERVED).union(*(names_of(connector.name) for connector in connectors))
    built = []
    for path, error in refused.items():
        name = next(name for name in chain([path.stem], (f"{path.stem}_{n}" for n in count(2))) if taken.isdisjoint(names_of(name)))
        taken |= names_of(name)
        built.append(build_broken(name, path, error))
    return built
