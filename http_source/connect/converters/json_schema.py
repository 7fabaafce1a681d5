"""JSON_SR: JSON whose schema is a JSON Schema. Source: Confluent's JsonSchemaConverter and its JsonSchemaData."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.format import Encode, Reference, WrittenSchema
from http_source.connect.converters.json import json_bytes
from http_source.connect.converters.json_schema_assertions import Check, check_of
from http_source.connect.converters.json_schema_document import document
from http_source.connect.converters.json_schema_growth import grown
from http_source.connect.converters.json_schema_reader import read, refusing_unsound
from http_source.connect.converters.json_schema_values import converter, is_verbatim
from http_source.connect.converters.json_schema_writer import JsonSchemaWriter
from http_source.connect.schema import Schema

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
"""The draft that Connect writes."""


class JsonSchemaFormat:
    """Writes values as JSON by the rules of their schema, which is registered as a JSON Schema.

    A value is checked against Connect's schema while it is written, and against the JSON Schema where that asserts more than types.
    """

    registry_type = "JSON"

    def __init__(self, options: ConverterOptions) -> None:
        self._options = options

    def field_name(self, name: str) -> str:
        """The name itself: a property may have any."""
        return name

    def write_schema(self, schema: Schema) -> WrittenSchema:
        """A JSON Schema with Connect's own properties, such as `connect.type` and `connect.index`. Raises ConversionRefused."""
        written = JsonSchemaWriter(self._options).write(schema)
        if "properties" not in written:
            # Connect writes none; but Apicurio takes no text for a JSON Schema that has neither.
            written = {"$schema": DRAFT_7, **written}
        return WrittenSchema(json_bytes(written).decode(), record_name=schema.name or "")

    def read_schema(self, text: str, references: Sequence[Reference] = ()) -> Schema:
        """The Connect schema of a JSON Schema of draft 4 or later. Raises ConversionRefused."""
        with refusing_unsound():
            return read(document(text, references), self._options)

    def grow(self, schema: Schema, text: str, references: Sequence[Reference] = ()) -> WrittenSchema:
        """The registered text with the schema's additions in their places, all else as it stands. Raises ConversionRefused."""
        with refusing_unsound():
            return grown(schema, text, references, self._options)

    def encoder(self, schema: Schema, text: str | None = None, references: Sequence[Reference] = ()) -> Encode:
        """Compact JSON, fields in the schema's order; checked by what the text asserts beyond types. Raises ConversionRefused."""
        strict, check = self._judged(schema, text, references)
        convert = converter(schema, self._options, "", strict)
        if check is None:
            return lambda value: json_bytes(convert(value))

        def encode(value: Any) -> bytes:
            written = convert(value)
            check(written)
            return json_bytes(written)

        return encode

    def straight(self, schema: Schema, text: str, references: Sequence[Reference] = ()) -> Encode | None:
        """The same for decoded values, where they are JSON as they are."""
        strict, check = self._judged(schema, text, references)
        return json_bytes if check is None and is_verbatim(schema, strict) else None

    def _judged(self, schema: Schema, text: str | None, references: Sequence[Reference]) -> tuple[Schema, Check | None]:
        """The schema with null only where the text takes it, and what checks what the text asserts beyond types."""
        with refusing_unsound():
            registered = document(self.write_schema(schema).text if text is None else text, references)
            strict = read(registered, replace(self._options, optional_for_nonrequired=False)) if text is not None else schema
            return strict, check_of(registered, schema)
