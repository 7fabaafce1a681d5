"""JSON_SR: JSON whose schema is a JSON Schema. Source: Confluent's JsonSchemaConverter and its JsonSchemaData."""

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.format import Encode, WrittenSchema
from http_source.connect.converters.json import json_bytes
from http_source.connect.converters.json_schema_reader import read
from http_source.connect.converters.json_schema_values import converter
from http_source.connect.converters.json_schema_writer import SchemaWriter
from http_source.connect.schema import Schema


class JsonSchemaFormat:
    """Writes values as JSON by the rules of their schema, which is registered as a JSON Schema.

    A value is checked against Connect's schema while it is written, not against the JSON Schema afterwards: the two say the same.
    """

    registry_type = "JSON"

    def __init__(self, options: ConverterOptions) -> None:
        self._options = options

    def write_schema(self, schema: Schema) -> WrittenSchema:
        """A JSON Schema with Connect's own properties, such as `connect.type` and `connect.index`. Raises ConversionRefused."""
        written = SchemaWriter(self._options).write(schema)
        return WrittenSchema(json_bytes(written).decode(), record_name=schema.name or "")

    def read_schema(self, text: str) -> Schema:
        """The Connect schema of a JSON Schema of draft 4 or later. Raises ConversionRefused."""
        return read(text, self._options)

    def encoder(self, schema: Schema, text: str | None = None) -> Encode:  # noqa: ARG002 - names and types are all that bytes depend on
        """Compact JSON, fields in the schema's order. Raises ConversionRefused."""
        convert = converter(schema, self._options, "")
        return lambda value: json_bytes(convert(value))
