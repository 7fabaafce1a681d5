"""Every property, declared once: name, type, default, valid values, group, and what it does.

Start here to use the connector. The groups stand in the order a record travels, each in its file of `options/`. A field of a group
*is* the property: `load.py` fills it, `docs/properties.md` is printed from it, and a stage receives its own group and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from http_source.config.options.auth import (
    AuthOptions,
    AuthType,
    ClientMode,
    GrantType,
    HmacAlgorithm,
    HmacEncoding,
    HmacKeyEncoding,
    KeyLocation,
    TimestampFormat,
)
from http_source.config.options.connection import AddressOptions, ProxyOptions, TransportOptions
from http_source.config.options.connector import ConnectorOptions, KafkaAuthMode, KafkaOptions
from http_source.config.options.converter import ConverterOptions, RegistryOptions
from http_source.config.options.delivery import Boundary, DeliveryOptions, ExactlyOnceSupport
from http_source.config.options.output import ErrorOptions, OutputFormat, OutputOptions, RunOptions, TransformOptions
from http_source.config.options.producer import ProducerOptions
from http_source.config.options.request import PaceOptions, RequestOptions
from http_source.config.options.response import (
    BackoffPolicy,
    ChainingOrder,
    CursorEnd,
    OffsetMode,
    OffsetOptions,
    ResponseFormat,
    RetryOptions,
    WindowFormat,
)
from http_source.config.options.tls import TlsOptions
from http_source.config.options.topics import TopicOptions
from http_source.config.property import Importance, Property, properties_of
from http_source.config.types import Secret
from http_source.errors import ConfigurationError, Finding

__all__ = [
    "GROUPS",
    "LOOKED_AT",
    "NAMES",
    "PROPERTIES",
    "AddressOptions",
    "AuthOptions",
    "AuthType",
    "BackoffPolicy",
    "Boundary",
    "ChainingOrder",
    "ClientMode",
    "ConnectorConfig",
    "ConnectorOptions",
    "ConverterOptions",
    "CursorEnd",
    "DeliveryOptions",
    "ErrorOptions",
    "ExactlyOnceSupport",
    "GrantType",
    "HmacAlgorithm",
    "HmacEncoding",
    "HmacKeyEncoding",
    "Importance",
    "KafkaAuthMode",
    "KafkaOptions",
    "KeyLocation",
    "KnownConfig",
    "OffsetMode",
    "OffsetOptions",
    "OutputFormat",
    "OutputOptions",
    "PaceOptions",
    "ProducerOptions",
    "Property",
    "ProxyOptions",
    "RegistryOptions",
    "RequestOptions",
    "ResponseFormat",
    "RetryOptions",
    "RunOptions",
    "TimestampFormat",
    "TlsOptions",
    "TopicOptions",
    "TransformOptions",
    "TransportOptions",
    "WindowFormat",
    "properties_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownConfig:
    """A connector's configuration as far as it is known where it was read: enough to look at the connector, not to poll.

    What a reference could not be resolved for is unset, and asking for it is a defect (AttributeError).

    Attributes:
        unknown: why properties are unset, a finding for each; none of `LOOKED_AT`.
        provided: what config providers gave, in whatever property, for those who must not show it.
        plugins: the properties of transforms, predicates and topic creation, by their full names.
    """

    connector: ConnectorOptions
    kafka: KafkaOptions
    request: RequestOptions
    auth: AuthOptions
    transport: TransportOptions
    tls: TlsOptions
    proxy: ProxyOptions
    addresses: AddressOptions
    offsets: OffsetOptions
    pace: PaceOptions
    retry: RetryOptions
    output: OutputOptions
    transforms: TransformOptions
    converter: ConverterOptions
    registry: RegistryOptions
    errors: ErrorOptions
    topics: TopicOptions
    delivery: DeliveryOptions
    producer: ProducerOptions
    run: RunOptions
    unknown: tuple[Finding, ...] = ()
    provided: tuple[Secret, ...] = field(default=(), compare=False)
    plugins: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Connect's name."""
        return self.connector.name

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"

    def require(self, *groups: type) -> None:
        """Raise ConfigurationError, which says why, when a property of these groups is not known."""
        needed = {each.name for group in groups for each in properties_of(group).values()}
        if mistakes := [finding for finding in self.unknown if finding.property in needed]:
            raise ConfigurationError(mistakes)

    def values(self) -> Iterator[tuple[Property, Any]]:
        """Each property with its value; of a configuration that is complete."""
        for name, group in GROUPS.items():
            for attribute, known in properties_of(group).items():
                yield known, getattr(getattr(self, name), attribute)

    @property
    def changes_records(self) -> bool:
        """Whether Kafka gets anything else than the records as they were served."""
        plain = self.output.data_format is OutputFormat.JSON and not self.converter.schemas_enable
        return bool(self.transforms.names) or not plain or self.output.key_pointer is not None


class ConnectorConfig(KnownConfig):
    """One connector's configuration, complete and checked: `load.py` makes no other, and polling takes no less."""

    __slots__ = ()


GROUPS: Mapping[str, type] = {each.name: each.type for each in fields(KnownConfig) if isinstance(each.type, type)}
"""Field of `ConnectorConfig` → its group, in the order a record travels; the fields that are no group are of generic types."""

_LOOKED_AT = (
    ConnectorOptions, OffsetOptions, PaceOptions, RetryOptions, OutputOptions, TransformOptions, ConverterOptions, ErrorOptions,
    DeliveryOptions, RunOptions,
)
LOOKED_AT = frozenset({"entity.names"}.union(each.name for group in _LOOKED_AT for each in properties_of(group).values()))
"""The properties that are needed to look at a connector: what it is called, what it stores and how it fares."""

PROPERTIES: dict[str, Property] = {
    each.name: each for group in GROUPS.values() for each in properties_of(group).values()
}
"""Every property by its dotted name."""

NAMES: dict[str, str] = {alias: known.name for known in PROPERTIES.values() for alias in (known.name, *known.aliases)}
"""Every name a file may use → the property it stands for."""
