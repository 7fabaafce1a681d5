"""HeaderFrom: fields become headers."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from http_source.config.property import HIGH, REQUIRED, prop
from http_source.config.types import OneOf
from http_source.connect.record import Header, Record
from http_source.connect.schema import Schema
from http_source.connect.transforms.parts import (
    PerSchema,
    as_object,
    as_struct,
    defaults_of,
    part_of,
    pointer,
    replace_nulls,
    schema_of,
    struct_like,
    with_part,
)
from http_source.connect.transforms.settings import NAMES, Misconfigured, replace_null
from http_source.connect.transforms.transform import Part, TransformRefused


class Operation(StrEnum):
    """What happens to what is put somewhere else."""

    MOVE = "move"
    COPY = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFrom:
    """Moves or copies fields into headers, with their schemas.

    A field that the record lacks gives a header with null. Source: Apache Kafka, "HeaderFrom".
    """

    part: Part
    fields: tuple[str, ...] = prop("fields", NAMES, REQUIRED, HIGH, "The fields whose values become headers.")
    headers: tuple[str, ...] = prop("headers", NAMES, REQUIRED, HIGH, "The headers' names, one for each of the fields, in the same order.")
    operation: Operation = prop("operation", OneOf(*Operation), REQUIRED, HIGH,
        "`move` takes the fields out of the key or value, `copy` leaves them there.")
    replace_null: bool = replace_null()
    _moved: PerSchema[Schema] = field(default_factory=PerSchema, init=False, repr=False, compare=False)
    _defaults: PerSchema[dict[str, Any]] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.fields) != len(self.headers):
            raise Misconfigured("headers", f"Each field needs a header, but {len(self.fields)} fields have {len(self.headers)} headers.")

    def __call__(self, record: Record) -> Record:
        """The record with these headers behind those it has. Raises TransformRefused, also for null."""
        schema, value = part_of(record, self.part)
        value = as_object(value) if schema is None else self._filled(schema, as_struct(schema, value))
        new = tuple(self._header(name, header, schema, value) for name, header in zip(self.fields, self.headers, strict=True))
        if self.operation is Operation.COPY:
            schema, value = part_of(record, self.part)
        else:
            value = {name: inner for name, inner in value.items() if name not in self.fields}
            schema = None if schema is None else self._moved.get(schema, self._without)
        return with_part(record, self.part, schema, value, (*record.headers, *new))

    def _filled(self, schema: Schema, value: dict[str, Any]) -> dict[str, Any]:
        defaults = self._defaults.get(schema, defaults_of) if self.replace_null else {}
        return replace_nulls(dict(value), defaults) if defaults else value

    def _header(self, name: str, header: str, schema: Schema | None, value: dict[str, Any]) -> Header:
        if schema is None:
            return Header(key=header, value=value.get(name))
        known = schema_of(schema, name)
        if known is None:
            raise TransformRefused("The schema has no such field to make a header of.", pointer(name))
        return Header(key=header, value=value.get(name), schema=known)

    def _without(self, schema: Schema) -> Schema:
        return struct_like(schema, ((each.name, each.schema) for each in schema.fields if each.name not in self.fields))
