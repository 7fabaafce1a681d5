"""The format AVRO: what Confluent's AvroConverter writes."""

import json
from typing import Any

from fastavro import parse_schema
from fastavro.schema import SchemaParseException, UnknownType

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.avro_encoder import Encoder
from http_source.connect.converters.avro_names import scrubbed
from http_source.connect.converters.avro_reader import Reader
from http_source.connect.converters.avro_schema import Writer
from http_source.connect.converters.format import ConversionRefused, Encode, WrittenSchema
from http_source.connect.schema import Schema


class AvroFormat:
    """Avro. A text that the registry gave back is read, and a schema that was read is written, so that nothing changes by itself."""

    registry_type = "AVRO"

    def __init__(self, options: ConverterOptions) -> None:
        self._options = options

    def write_schema(self, schema: Schema) -> WrittenSchema:
        """Connect's schema in Avro. Raises ConversionRefused."""
        try:
            text = json.dumps(Writer(self._options, schema).write(schema), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        except ValueError as error:
            if isinstance(error, ConversionRefused):
                raise
            raise ConversionRefused("a default is no finite number, which JSON cannot hold.") from None
        parsed, _named = _parse(text)
        return WrittenSchema(text, _record_name(parsed))

    def read_schema(self, text: str) -> Schema:
        """The Connect schema of an Avro one. Raises ConversionRefused for what is no Avro schema and for what Connect cannot hold."""
        parsed, named = _parse(text)
        return Reader(self._options, named).read(parsed)

    def encoder(self, schema: Schema, text: str | None = None) -> Encode:
        """What turns values of the schema into bytes, laid out as the schema is written, or as a registered text has it.

        Raises ConversionRefused, also when the text is of other fields or types.
        """
        parsed, named = _parse(self.write_schema(schema).text if text is None else text)
        rename = scrubbed if self._options.scrub_invalid_names else str
        return Encoder(self._options, named, rename).compose(parsed, schema)


def _record_name(parsed: Any) -> str:
    """The full name of the record that a value is, if it is one; null may be as well."""
    match [each for each in (parsed if isinstance(parsed, list) else [parsed]) if each != "null"]:
        case [{"type": "record", "name": str() as name}]:
            return name
    return ""


def _parse(text: str) -> tuple[Any, dict[str, Any]]:
    """The schema with full names, and the named types in it. Raises ConversionRefused."""
    named: dict[str, Any] = {}
    try:
        return parse_schema(json.loads(text), named), named
    except (SchemaParseException, UnknownType, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConversionRefused(f"this is no Avro schema: {error}.") from None
