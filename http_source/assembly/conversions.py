"""A connector's options → its Conversion."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.config.options.output import CONVERTERS, JSON_CONVERTER, ErrorOptions, OutputFormat
from http_source.config.properties import ConnectorConfig, RegistryOptions
from http_source.connect.converters import simple
from http_source.connect.converters.avro import AvroFormat
from http_source.connect.converters.format import Format
from http_source.connect.converters.json import JsonConverter, json_bytes
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.schema import Schema
from http_source.connect.subjects import Part
from http_source.conversion.conversion import Conversion
from http_source.conversion.inline import InlineSubjects
from http_source.conversion.plain import PlainWriter
from http_source.conversion.reading import OwnReader, PlainReader, SchemaReader, key_of
from http_source.conversion.registered import RegisteredSubjects, SchemaRegistry
from http_source.conversion.steps import Change, Reader, Steps
from http_source.conversion.straight import Straight
from http_source.conversion.writing import SchemaWriter, Writer
from http_source.edges.kafka.producer import MAX_RECORD_BYTES
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import ConfigurationError
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Redact

Clock = Callable[[], int]
"""The present time in milliseconds since 1970-01-01 UTC."""

OpenRegistry = Callable[[Part, Format, RegistryOptions], SchemaRegistry]
"""Makes what keeps the schemas of one part of the records, in a format."""


def _json_schema(options: ConverterOptions) -> Format:
    # Imported here, since it needs the extra `registry`.
    from http_source.connect.converters.json_schema import JsonSchemaFormat  # noqa: PLC0415

    return JsonSchemaFormat(options)


FORMATS: dict[OutputFormat, Callable[[ConverterOptions], Format]] = {
    OutputFormat.AVRO: AvroFormat,
    OutputFormat.JSON_SR: _json_schema,
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
    change = _transforms(config, clock)
    values = _values(config, open_registry)
    reader, keys = _reader(config, values, transformed=change is not None), _keys(config, open_registry)
    return Conversion(
        connector=config.connector.name,
        steps=Steps(
            reader=reader,
            change=change,
            keys=keys,
            values=values,
            header=simple.CONVERTERS[config.output.header_converter],
            as_served=_is_plain(config),
            straight=_straight(reader, values, keys),
        ),
        errors=_named(config.errors, config.connector.name),
        redact=redact,
        largest=largest,
    )


def registry_at(address: RegistryAddress, redact: Redactor) -> OpenRegistry:
    """Opens the registry at an address, or at the one that a connector names itself; `redact` gets to know how it signs in."""

    def open_registry(_part: Part, format_: Format, options: RegistryOptions) -> SchemaRegistry:
        # Imported here, since it takes a fifth of a second that connectors without a registry need not wait.
        from http_source.edges.registry.registry import Registry  # noqa: PLC0415

        return Registry(address.overridden_by(options), options, format_.registry_type, redact)

    return open_registry


def _transforms(config: ConnectorConfig, clock: Clock) -> Change | None:
    if not config.transforms.names:
        return None
    # Imported here: dozens of classes that connectors without transforms need not wait for.
    from http_source.connect.transforms.chain import read_chain  # noqa: PLC0415

    chain, findings = read_chain(config.plugins, clock)
    if chain is None:
        raise ConfigurationError(findings)
    return chain


def _is_plain(config: ConnectorConfig) -> bool:
    return config.output.data_format is OutputFormat.JSON and not config.converter.schemas_enable


def _reader(config: ConnectorConfig, values: Writer, *, transformed: bool) -> Reader:
    pointer = config.output.key_pointer
    keyed = None if pointer is None else key_of(pointer)
    if isinstance(values, SchemaWriter):
        return OwnReader(keyed) if transformed else SchemaReader(values.subjects, values.rename, pointer)
    return PlainReader(keyed)


def _straight(reader: Reader, values: Writer, keys: Writer) -> Straight | None:
    if isinstance(reader, SchemaReader) and isinstance(values, SchemaWriter):
        return Straight(reader, values.subjects, keys)
    return None


def _values(config: ConnectorConfig, open_registry: OpenRegistry) -> Writer:
    if make := FORMATS.get(config.output.data_format):
        return _kept(Part.VALUE, make(config.converter), config, open_registry)
    if config.converter.schemas_enable:
        return _inline(Part.VALUE, JsonConverter(config.converter), config)
    return PlainWriter(Part.VALUE, _schemaless)


def _keys(config: ConnectorConfig, open_registry: OpenRegistry) -> Writer:
    name = config.output.key_converter
    if name in _FORMAT_OF:
        return _kept(Part.KEY, FORMATS[_FORMAT_OF[name]](config.converter), config, open_registry)
    if name == JSON_CONVERTER:
        return _inline(Part.KEY, JsonConverter(replace(config.converter, schemas_enable=config.output.key_schemas_enable)), config)
    return PlainWriter(Part.KEY, simple.CONVERTERS[name])


def _kept(part: Part, format_: Format, config: ConnectorConfig, open_registry: OpenRegistry) -> SchemaWriter:
    # The id is that of the values' schema.
    options = config.registry if part is Part.VALUE else replace(config.registry, schema_id=-1)
    subjects = RegisteredSubjects(part, format_, open_registry(part, format_, options), options)
    return SchemaWriter(part, subjects, config.output.mixed_scalars, format_.field_name)


def _inline(part: Part, converter: JsonConverter, config: ConnectorConfig) -> SchemaWriter:
    return SchemaWriter(part, InlineSubjects(converter), config.output.mixed_scalars)


def _named(options: ErrorOptions, connector: str) -> ErrorOptions:
    topic = options.reporter_topic
    return options if topic is None else replace(options, reporter_topic=topic.replace("${connector}", connector))


def _schemaless(_schema: Schema | None, value: Any) -> bytes | None:
    return None if value is None else json_bytes(value)
