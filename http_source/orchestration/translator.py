"""What a connector is in Dagster's catalog: its asset's key, group, owners, tags, kinds and so on, to be chosen by users."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import dagster as dg

from http_source.errors import ConfigurationError, Finding

GROUP = "http_source"
KINDS = frozenset({"http", "kafka"})


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
    """Whatever gives a connector's asset: an HttpSourceTranslator or a component."""

    def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
        """The asset of a connector."""


class HttpSourceTranslator:
    """Chooses a connector's asset key, group, owners, tags, kinds and automation: subclass it, and override `get_asset_spec`.

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


def spec_of(translator: Translator | None, data: ConnectorData) -> dg.AssetSpec:
    """The asset of a connector by a user's translator, or by ours. Raises ConfigurationError for one that a connector cannot be."""
    spec = (translator or HttpSourceTranslator()).get_asset_spec(data)
    if not isinstance(spec, dg.AssetSpec):
        raise ConfigurationError([Finding("translator", f"get_asset_spec gives {type(spec).__name__}; expected a dagster.AssetSpec.")])
    if spec.partitions_def is not None:
        raise ConfigurationError([Finding("translator", "The partitions are the connector's entities; leave partitions_def out.")])
    return spec
