"""What a connector is in Dagster's catalog: its asset's key, group, owners, tags, kinds and so on, to be chosen by users."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import dagster as dg

from http_source.config.findings import shown
from http_source.errors import ConfigurationError, Finding
from http_source.foreign.chains import apart
from http_source.foreign.text import Foreign, readable

GROUP = "http_source"
PROPERTY = "translator"
"""What its mistakes are called by, among those of a file."""

KINDS = frozenset({"http", "kafka"})

_KEPT_PREFIXES = (".dagster/", "dagster/", f"{GROUP}/")
"""Of tags by which Dagster and this package find, launch and end runs."""

_FREE_TAGS = ("dagster/priority", "dagster/concurrency_key")
"""Those of Dagster's that only say when a run is launched."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorData:
    """What is known of a connector when its asset is named.

    Commands name it as well, in shells without its secrets, where they know its name, entities and topics only: no key may depend on the
    others.

    Attributes:
        name: Connect's name.
        entities: the partitions; none for a file with mistakes.
        topics: where the records go; none for a file with mistakes.
        url: what is asked, without secrets; empty for a file with mistakes.
        description: what the catalog says by default.
        metadata: what it shows by default.
        tags: those it has by default.
    """

    name: str
    entities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    url: str = ""
    description: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


class Translator(Protocol):
    """Whatever gives a connector's asset and the tags of its runs: an HttpSourceTranslator or a component."""

    def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
        """The asset of a connector."""

    def get_run_tags(self, data: ConnectorData) -> Mapping[str, object]:
        """Tags for the runs of a connector."""


class HttpSourceTranslator:
    """Chooses a connector's asset key, group, owners, tags, kinds and automation, and the tags of its runs: subclass it, and override.

    ```python
    class Shop(HttpSourceTranslator):
        def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
            spec = super().get_asset_spec(data)
            return spec.replace_attributes(key=spec.key.with_prefix("shop"), owners=["team:shop"])
    ```
    """

    def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
        """The asset of a connector, called as the connector is. Its partitions are the entities, and are not to be chosen."""
        return dg.AssetSpec(
            dg.AssetKey([data.name]),
            description=data.description,
            metadata=data.metadata,
            group_name=GROUP,
            kinds=set(KINDS),
            tags=data.tags,
        )

    def get_run_tags(self, data: ConnectorData) -> Mapping[str, object]:  # noqa: ARG002 - what it takes when it is overridden
        """Tags for the runs that poll the connector, none by default; what is not a text becomes JSON.

        They say how a run is launched, such as `dagster-k8s/config` with requests and limits of its pod. A run that polls takes the tags it
        was started with to its end; the next one has those that are given now.
        """
        return {}


def spec_of(translator: Translator | None, data: ConnectorData) -> dg.AssetSpec:
    """The asset of a connector by a user's translator, or by ours.

    Raises ConfigurationError for one that a connector cannot be, and for an exception in the translator.
    """
    spec = _given("get_asset_spec", (translator or HttpSourceTranslator()).get_asset_spec, data)
    if not isinstance(spec, dg.AssetSpec):
        raise ConfigurationError([Finding(PROPERTY, f"get_asset_spec gives {type(spec).__name__}; expected a dagster.AssetSpec.")])
    if spec.partitions_def is not None:
        raise ConfigurationError([Finding(PROPERTY, "The partitions are the connector's entities; leave partitions_def out.")])
    return spec


def run_tags_of(translator: Translator | None, data: ConnectorData) -> dict[str, str]:
    """Tags by a user's translator for the runs of a connector.

    Raises ConfigurationError for those that Dagster or this package needs, and for an exception in the translator.
    """
    given = _given("get_run_tags", (translator or HttpSourceTranslator()).get_run_tags, data)
    if not isinstance(given, Mapping):
        raise ConfigurationError([Finding(PROPERTY, f"get_run_tags gives {type(given).__name__}; expected tags and their values.")])
    if mistakes := [*filter(None, map(_run_tag_mistake, given.items()))]:
        raise ConfigurationError(mistakes)
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}


def _given(method: str, call: Callable[[ConnectorData], T], data: ConnectorData) -> T:
    """What a user's method gives. Raises ConfigurationError, so that one connector's trouble stays its own."""

    def refused(error: Exception) -> ConfigurationError:
        reason = f"{type(error).__name__}: {readable(Foreign.of(error).joined(), str)}"
        return ConfigurationError([Finding(PROPERTY, f"{method} raised {reason}. Fix the method for the connector {data.name}.")])

    # Whatever it is: the code is somebody else's.
    return apart(lambda: call(data), Exception, refused, ConfigurationError)


def _run_tag_mistake(item: tuple[object, object]) -> Finding | None:
    name, value = item
    if not isinstance(name, str):
        return Finding(PROPERTY, f"get_run_tags gives a tag of the type {type(name).__name__}; expected texts for the names.")
    if name.startswith(_KEPT_PREFIXES) and name not in _FREE_TAGS:
        return Finding(PROPERTY, f"get_run_tags gives the tag {shown(name)}, which Dagster or the connector sets itself. Leave it out; "
                                     f"of Dagster's own, {' and '.join(_FREE_TAGS)} may be given.")
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        found = type(value).__name__
        return Finding(PROPERTY, f"get_run_tags gives {name} the type {found}; expected a text, or what JSON can hold.")
    return None
