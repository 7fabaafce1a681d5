"""A connector's options → its Conversion."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from http_source.config.options.output import CONVERTERS, JSON_CONVERTER, ErrorOptions, OutputFormat
from http_source.config.properties import ConnectorConfig, RegistryOptions
from http_source.connect.converters import simple
from http_source.connect.converters.avro import AvroFormat
from http_source.connect.converters.format import Format
from http_source.connect.converters.json import JsonConverter, json_bytes
from http_source.connect.converters.json_schema import JsonSchemaFormat
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.schema import Schema
from http_source.connect.subjects import Part
from http_source.conversion.conversion import Change, Conversion, PlainWriter, Writer
from http_source.conversion.reading import PlainReader, Reader, SchemaReader, key_of
from http_source.conversion.skipping import Stage
from http_source.conversion.subject import SchemaRegistry, SchemaWriter
from http_source.edges.kafka.producer import MAX_RECORD_BYTES
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import ConfigurationError
from http_source.polling.excerpt import Redact

Clock = Callable[[], int]
"""The present time in milliseconds since 1970-01-01 UTC."""

OpenRegistry = Callable[[Part, Format, RegistryOptions], SchemaRegistry]
"""Makes what keeps the schemas of one part of the records, in a format."""

FORMATS: dict[OutputFormat, Callable[..., Format]] = {
    OutputFormat.AVRO: AvroFormat,
    OutputFormat.JSON_SR: JsonSchemaFormat,
    OutputFormat.PROTOBUF: ProtobufFormat,
}
_FORMAT_OF = {converter: format_ for format_, converter in CONVERTERS.items() if format_ in FORMATS}


def build_conversion(
    config: ConnectorConfig, open_registry: OpenRegistry, redact: Redact, clock: Clock, *, largest: int = MAX_RECORD_BYTES
) -> Conversion | None:
    """What converts the connector's pages, or None where records go to Kafka as they were served.

    `open_registry` is asked once for each part that needs one; `clock` gives milliseconds since 1970-01-01 UTC; `largest` is the most bytes
    of a record. Raises RegistryFailed when a registry is needed and cannot be opened.
    """
    if not config.changes_records:
        return None
    changes = _transforms(config, clock)
    values = _values(config, open_registry)
    keyed = () if config.output.key_pointer is None else (key_of(config.output.key_pointer),)
    return Conversion(
        connector=config.connector.name,
        reader=_reader(config, values, transformed=bool(changes)),
        changes=(*keyed, *changes),
        keys=_keys(config, open_registry),
        values=values,
        header=simple.CONVERTERS[config.output.header_converter],
        errors=_named(config.errors, config.connector.name),
        redact=redact,
        as_served=_is_plain(config),
        largest=largest,
    )


def registry_at(address: RegistryAddress) -> OpenRegistry:
    """Opens the registry at an address, or at the one that a connector names itself."""

    def open_registry(_part: Part, format_: Format, options: RegistryOptions) -> SchemaRegistry:
        # Imported here, since it takes a fifth of a second that connectors without a registry need not wait.
        from http_source.edges.registry.registry import Registry  # noqa: PLC0415

        return Registry(address.overridden_by(options), options, format_.registry_type)

    return open_registry


def _transforms(config: ConnectorConfig, clock: Clock) -> tuple[Change, ...]:
    if not config.transforms.names:
        return ()
    # Imported here: dozens of classes that connectors without transforms need not wait for.
    from http_source.connect.transforms.chain import read_chain  # noqa: PLC0415

    chain, findings = read_chain(config.plugins, clock)
    if chain is None:
        raise ConfigurationError(findings)
    return (chain,)


def _is_plain(config: ConnectorConfig) -> bool:
    return config.output.data_format is OutputFormat.JSON and not config.converter.schemas_enable


def _reader(config: ConnectorConfig, values: Writer, *, transformed: bool) -> Reader:
    if _is_plain(config):
        return PlainReader()
    # What transforms make of the records is another schema than theirs, and that is the one in the registry.
    if transformed or not isinstance(values, SchemaWriter):
        return SchemaReader(_nothing, _anything)
    return SchemaReader(values.newest, values.check)


def _values(config: ConnectorConfig, open_registry: OpenRegistry) -> Writer:
    if make := FORMATS.get(config.output.data_format):
        return _kept(Part.VALUE, make(config.converter), config, open_registry)
    if config.converter.schemas_enable:
        return PlainWriter(Stage.VALUE_CONVERTER, _PerSchema(JsonConverter(config.converter)))
    return PlainWriter(Stage.VALUE_CONVERTER, _schemaless)


def _keys(config: ConnectorConfig, open_registry: OpenRegistry) -> Writer:
    name = config.output.key_converter
    if name in _FORMAT_OF:
        return _kept(Part.KEY, FORMATS[_FORMAT_OF[name]](config.converter), config, open_registry)
    if name == JSON_CONVERTER:
        options = replace(config.converter, schemas_enable=config.output.key_schemas_enable)
        return PlainWriter(Stage.KEY_CONVERTER, _PerSchema(JsonConverter(options)))
    return PlainWriter(Stage.KEY_CONVERTER, simple.CONVERTERS[name])


def _kept(part: Part, format_: Format, config: ConnectorConfig, open_registry: OpenRegistry) -> SchemaWriter:
    # The id is that of the values' schema.
    options = config.registry if part is Part.VALUE else replace(config.registry, schema_id=-1)
    return SchemaWriter(part, format_, open_registry(part, format_, options), options)


def _named(options: ErrorOptions, connector: str) -> ErrorOptions:
    topic = options.reporter_topic
    return options if topic is None else replace(options, reporter_topic=topic.replace("${connector}", connector))


def _schemaless(_schema: Schema | None, value: Any) -> bytes | None:
    return None if value is None else json_bytes(value)


def _nothing(_topic: str) -> None:
    return None


def _anything(_schema: Schema) -> None:
    return None


class _PerSchema:
    """Keeps what writes values of the schema that came last: comparing schemas costs more than writing."""

    def __init__(self, converter: JsonConverter) -> None:
        self._converter = converter
        self._last: tuple[Schema, Callable[[Any], bytes]] | None = None

    def __call__(self, schema: Schema | None, value: Any) -> bytes | None:
        if schema is None:
            return self._converter.convert(None, value)
        last = self._last
        if last is None or last[0] is not schema:
            last = self._last = schema, self._converter.encoder(schema)
        return last[1](value)

