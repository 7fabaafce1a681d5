"""Configurations → Dagster definitions."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, count
from pathlib import Path

import dagster as dg

from http_source.assembly.loading import LoadedConfig, load_config, load_folder
from http_source.config.findings import did_you_mean, shown, some
from http_source.config.slug import RESERVED, names_of
from http_source.errors import ConfigurationError, Finding
from http_source.orchestration.asset import build_asset, connector_of
from http_source.orchestration.broken import build_broken
from http_source.orchestration.checks import build_check
from http_source.orchestration.console import follow_environment
from http_source.orchestration.http_resources import HttpAuthResource, TlsResource
from http_source.orchestration.identity import RunnableConnector
from http_source.orchestration.jobs import build_once_job, build_poll_job
from http_source.orchestration.offsets_job import build_offsets_job
from http_source.orchestration.resources import KafkaResource, SchemaRegistryResource
from http_source.orchestration.sensor import build_sensor
from http_source.orchestration.translator import Translator
from http_source.orchestration.upkeep.orphans import build_keeper

Resources = Mapping[str, object]
"""Dagster's resources by their keys."""

_SHARED: Mapping[str, Callable[[], object]] = {
    "kafka": KafkaResource.from_environment, "schema_registry": SchemaRegistryResource.from_environment,
}

_KINDS: Mapping[str, type] = {
    "auth_": HttpAuthResource, "tls_": TlsResource, "kafka": KafkaResource, "schema_registry": SchemaRegistryResource,
}
"""How the keys of resources begin, and what they are."""

_log = logging.getLogger(__name__)


def build_http_source(
    config: Path | Mapping[str, object], *, resources: Resources | None = None, translator: Translator | None = None
) -> dg.Definitions:
    """One connector's asset, job, sensor and credentials, to be merged with definitions of your own.

    `config` is a configuration file or its content. `resources` are your own by their keys, such as an `HttpAuthResource` as
    `auth_orders`: they win over the file. `translator` chooses the asset's key, group, owners and so on. Merge in place, since Dagster
    takes one `Definitions` a module, and add a `KafkaResource` as the resource `kafka`; AVRO, JSON_SR and PROTOBUF need a
    `SchemaRegistryResource` as `schema_registry`, too. Raises ConfigurationError with every mistake.
    """
    follow_environment()
    connector, own = _connector(load_config(config), translator), resources or {}
    if mistakes := [*_unused(own, [connector]), *_unfit(own)]:
        raise ConfigurationError(mistakes)
    shared = {key: own[key] for key in own.keys() & {"kafka", "schema_registry"}}
    return dg.Definitions.merge(_definitions(connector, own), dg.Definitions(resources=shared))


def load_connectors(folder: Path, *, resources: Resources | None = None, translator: Translator | None = None) -> dg.Definitions:
    """Every configuration file of a folder, as definitions that `dagster dev` can serve; the environment says where Kafka is.

    `resources` are your own by their keys, such as `kafka` or `auth_orders`: they win over the environment and the files.
    `translator` chooses the assets' keys, groups, owners and so on. A file with mistakes becomes a failed connector and leaves the others
    alone. Raises ConfigurationError for a resource of another kind.
    """
    follow_environment()
    own = resources or {}
    if mistakes := _unfit(own):
        raise ConfigurationError(mistakes)
    connectors, refused = _read(folder, translator)
    if not connectors and not refused:
        _log.warning("There is no configuration file (*.json) in %s; HTTP_SOURCE_CONNECTORS names another folder.", folder.resolve())
    for finding in _unused(own, connectors):
        _log.warning("resources: %s", finding)
    shared = {key: own.get(key) or make() for key, make in _SHARED.items()}
    built = [_definitions(connector, own) for connector in connectors] + _broken(refused, connectors, translator)
    # Somebody has to end the runs of what was removed.
    keepers = [] if connectors else [build_keeper()]
    return dg.Definitions.merge(*built, dg.Definitions(resources=shared, sensors=keepers))


def _read(folder: Path, translator: Translator | None) -> tuple[list[RunnableConnector], dict[Path, ConfigurationError]]:
    found = {file: _attempt(each, translator) for file, each in load_folder(folder).items()}
    refused = {file: each for file, each in found.items() if isinstance(each, ConfigurationError)}
    for file, error in refused.items():
        _log.error("%s: %s", file, error)
    connectors = [each for each in found.values() if isinstance(each, RunnableConnector)]
    return [replace(each, neighbors=len(connectors) - 1) for each in connectors], refused


def _attempt(read: LoadedConfig | ConfigurationError, translator: Translator | None) -> RunnableConnector | ConfigurationError:
    try:
        return read if isinstance(read, ConfigurationError) else _connector(read, translator)
    except ConfigurationError as error:
        return error


def _connector(loaded: LoadedConfig, translator: Translator | None) -> RunnableConnector:
    connector = connector_of(loaded, translator)
    for warning in loaded.warnings:
        _log.warning("%s: %s", connector.name, warning)
    return connector


def _unused(own: Resources, connectors: Sequence[RunnableConnector]) -> Iterator[Finding]:
    """What is told of keys that no connector has."""
    used = sorted(set().union(*(connector.resource_keys for connector in connectors)))
    for key in own.keys() - set(used):
        yield Finding(shown(key), f"No connector has a resource of this key.{did_you_mean(key, used)} Their keys: {some(used)}.")


def _unfit(own: Resources) -> list[Finding]:
    """What is told of resources that are something else than their key says."""
    expected = ((key, next((kind for start, kind in _KINDS.items() if key.startswith(start)), object)) for key in own)
    # What is configured at launch names its class; what a function makes is known in a run only.
    given = ((key, kind, getattr(own[key], "resource_cls", type(own[key]))) for key, kind in expected)
    return [
        Finding(shown(key), f"Expected {kind.__name__}, but it is {found.__name__}.")
        for key, kind, found in given if not issubclass(found, kind | dg.ResourceDefinition)
    ]


def _definitions(connector: RunnableConnector, own: Resources) -> dg.Definitions:
    return dg.Definitions(
        assets=[build_asset(connector)],
        asset_checks=[build_check(connector)],
        jobs=[build_poll_job(connector), build_once_job(connector), build_offsets_job(connector)],
        sensors=[build_sensor(connector)],
        resources={
            connector.auth_key: own.get(connector.auth_key) or _blank(HttpAuthResource),
            connector.tls_key: own.get(connector.tls_key) or _blank(TlsResource),
        },
    )


@cache
def _blank(kind: Callable[[], object]) -> object:
    """A resource that says nothing. Connectors share it: making one costs Dagster 5 ms, and a run gets a copy of its own."""
    return kind()


def _broken(
    refused: Mapping[Path, ConfigurationError], connectors: list[RunnableConnector], translator: Translator | None
) -> list[dg.Definitions]:
    """The refused files, each under a name that no other one has: its own, or its own with a number."""
    taken = set(RESERVED).union(*(names_of(connector.name) for connector in connectors))
    built = []
    for path, error in refused.items():
        name = next(name for name in chain([path.stem], (f"{path.stem}_{n}" for n in count(2))) if taken.isdisjoint(names_of(name)))
        taken |= names_of(name)
        built.append(build_broken(name, path, error, translator))
    return built
