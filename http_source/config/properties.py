"""Every property, declared once: name, type, default, valid values, group, and what it does.

Start here to use the connector. The groups stand in the order a record travels, each in its file of `options/`. A field of a group
*is* the property: `load.py` fills it, `docs/properties.md` is printed from it, and a stage receives its own group and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from http_source.config.options.auth import AuthOptions, AuthType, ClientMode, KeyLocation
from http_source.config.options.connection import AddressOptions, ProxyOptions, TlsOptions, TransportOptions
from http_source.config.options.connector import ConnectorOptions, KafkaAuthMode, KafkaOptions
from http_source.config.options.converter import ConverterOptions, RegistryOptions
from http_source.config.options.delivery import Boundary, DeliveryOptions, ExactlyOnceSupport
from http_source.config.options.output import ErrorOptions, OutputFormat, OutputOptions, RunOptions, TransformOptions
from http_source.config.options.producer import ProducerOptions
from http_source.config.options.request import PaceOptions, RequestOptions
from http_source.config.options.response import BackoffPolicy, CursorEnd, OffsetMode, OffsetOptions, RetryOptions
from http_source.config.options.topics import TopicOptions
from http_source.config.property import Importance, Property, properties_of
from http_source.config.types import Secret

__all__ = [
    "GROUPS",
    "NAMES",
    "PROPERTIES",
    "AddressOptions",
    "AuthOptions",
    "AuthType",
    "BackoffPolicy",
    "Boundary",
    "ClientMode",
    "ConnectorConfig",
    "ConnectorOptions",
    "ConverterOptions",
    "CursorEnd",
    "DeliveryOptions",
    "ErrorOptions",
    "ExactlyOnceSupport",
    "Importance",
    "KafkaAuthMode",
    "KafkaOptions",
    "KeyLocation",
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
    "RetryOptions",
    "RunOptions",
    "TlsOptions",
    "TopicOptions",
    "TransformOptions",
    "TransportOptions",
    "properties_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorConfig:
    """One connector's configuration, checked: `load.py` makes no other.

    Attributes:
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
    provided: tuple[Secret, ...] = field(default=(), compare=False)
    plugins: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def changes_records(self) -> bool:
        """Whether Kafka gets anything else than the records as they were served."""
        plain = self.output.data_format is OutputFormat.JSON and not self.converter.schemas_enable
        return bool(self.transforms.names) or not plain or self.output.key_pointer is not None


GROUPS: dict[str, type] = {
    "connector": ConnectorOptions,
    "kafka": KafkaOptions,
    "request": RequestOptions,
    "auth": AuthOptions,
    "transport": TransportOptions,
    "tls": TlsOptions,
    "proxy": ProxyOptions,
    "addresses": AddressOptions,
    "offsets": OffsetOptions,
    "pace": PaceOptions,
    "retry": RetryOptions,
    "output": OutputOptions,
    "transforms": TransformOptions,
    "converter": ConverterOptions,
    "registry": RegistryOptions,
    "errors": ErrorOptions,
    "topics": TopicOptions,
    "delivery": DeliveryOptions,
    "producer": ProducerOptions,
    "run": RunOptions,
}
"""Field of `ConnectorConfig` → its group, in the order a record travels."""

PROPERTIES: dict[str, Property] = {
    each.name: each for group in GROUPS.values() for each in properties_of(group).values()
}
"""Every property by its dotted name."""

NAMES: dict[str, str] = {alias: known.name for known in PROPERTIES.values() for alias in (known.name, *known.aliases)}
"""Every name a file may use → the property it stands for."""
