"""Configurations → Dagster definitions."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, count
from pathlib import Path

import dagster as dg

from http_source.config.findings import did_you_mean, shown, some
from http_source.config.slug import RESERVED, clash, is_reserved, names_of, slug
from http_source.errors import ConfigurationError, Finding
from http_source.loading import load_config
from http_source.orchestration.asset import build_asset, connector_of
from http_source.orchestration.broken import build_broken
from http_source.orchestration.checks import build_check
from http_source.orchestration.connector import Connector
from http_source.orchestration.http_resources import HttpAuthResource, TlsResource
from http_source.orchestration.jobs import build_poll_job
from http_source.orchestration.offsets_job import build_offsets_job
from http_source.orchestration.resources import KafkaResource, SchemaRegistryResource
from http_source.orchestration.sensor import build_sensor
from http_source.orchestration.translator import Translator
from http_source.orchestration.upkeep import build_upkeep

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
    connector, own = _connector(config, translator), resources or {}
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
    return dg.Definitions.merge(*built, build_upkeep(connectors), dg.Definitions(resources=shared))


def _read(folder: Path, translator: Translator | None) -> tuple[list[Connector], dict[Path, ConfigurationError]]:
    connectors: list[Connector] = []
    refused = {}
    for path in sorted(folder.glob("*.json")):
        try:
            connector = _connector(path, translator)
            _refuse_taken(connector, connectors)
            connectors.append(connector)
        except ConfigurationError as error:
            _log.error("%s: %s", path, error)
            refused[path] = error
    return connectors, refused


def _connector(source: Path | Mapping[str, object], translator: Translator | None) -> Connector:
    loaded = load_config(source)
    connector = connector_of(loaded, translator)
    for warning in loaded.warnings:
        _log.warning("%s: %s", connector.name, warning)
    return connector


def _unused(own: Resources, connectors: Sequence[Connector]) -> Iterator[Finding]:
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


def _definitions(connector: Connector, own: Resources) -> dg.Definitions:
    return dg.Definitions(
        assets=[build_asset(connector)],
        asset_checks=[build_check(connector)],
        jobs=[build_poll_job(connector), build_offsets_job(connector)],
        sensors=[build_sensor(connector)],
        resources={
            connector.auth_key: own.get(connector.auth_key) or HttpAuthResource(),
            connector.tls_key: own.get(connector.tls_key) or TlsResource(),
        },
    )


def _broken(
    refused: Mapping[Path, ConfigurationError], connectors: list[Connector], translator: Translator | None
) -> list[dg.Definitions]:
    """The refused files, each under a name that no other one has: its own, or its own with a number."""
    taken = set(RESERVED).union(*(names_of(connector.name) for connector in connectors))
    built = []
    for path, error in refused.items():
        name = next(name for name in chain([path.stem], (f"{path.stem}_{n}" for n in count(2))) if taken.isdisjoint(names_of(name)))
        taken |= names_of(name)
        built.append(build_broken(name, path, error, translator))
    return built


def _refuse_taken(connector: Connector, others: list[Connector]) -> None:
    rivals = [other.name for other in others if clash(connector.name, other.name)]
    if is_reserved(connector.name):
        rivals.append("the daily upkeep")
    if rivals:
        message = f"{connector.name} and {rivals[0]} cannot be told apart in Dagster, where the connector is called {slug(connector.name)}."
        raise ConfigurationError([Finding("name", f"{message} Give one of them another name.")])
