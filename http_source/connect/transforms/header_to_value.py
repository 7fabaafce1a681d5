"""HeaderToValue: puts headers into fields of the value."""

from dataclasses import dataclass, field
from typing import Any

from http_source.config.property import HIGH, REQUIRED, prop
from http_source.config.types import OneOf
from http_source.connect.record import Header, Record
from http_source.connect.schema import OPTIONAL_STRING, Schema, Type
from http_source.connect.transforms.header_from import Operation
from http_source.connect.transforms.parts import PerSchema, as_object, as_struct, kind_of, pointer, with_part
from http_source.connect.transforms.settings import NAMES, Misconfigured
from http_source.connect.transforms.transform import Part, TransformRefused

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderToValue:
    """Puts each header of the record, the last of its name, into its field; a record with a null value is left alone.

    Source: "Message header to value" in Debezium's reference of transforms, which takes values with a schema only.
    """

    headers: tuple[str, ...] = prop("headers", NAMES, REQUIRED, HIGH, "The headers to put into the value, with commas between them.")
    fields: tuple[str, ...] = prop("fields", NAMES, REQUIRED, HIGH,
        "The field for each header, in the same order; a dot leads into a nested struct.")
    operation: Operation = prop("operation", OneOf(*Operation), REQUIRED, HIGH,
        "move removes the headers from the record; copy leaves them there.")
    _schemas: dict[str, PerSchema[Schema]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, given in {"headers": self.headers, "fields": self.fields}.items():
            if not all(given) or any(each.split() != [each] for each in given):
                raise Misconfigured(name, "A name is empty or has a blank in it; expected names with commas between them.")
        if len(self.headers) != len(self.fields):
            raise Misconfigured("fields", f"{len(self.fields)} fields are given for {len(self.headers)} headers; expected one for each.")
        object.__setattr__(self, "_schemas", {each: PerSchema() for each in self.fields})

    def __call__(self, record: Record) -> Record:
        """The record with the headers in its value. Raises TransformRefused."""
        found = {each.key: each for each in record.headers if each.key in self.headers}
        if record.value is None or not found:
            return record
        schema, value = record.value_schema, record.value
        for header, name in zip(self.headers, self.fields, strict=True):
            if header in found:
                schema, value = self._put(schema, value, found[header], name)
        moved = self.operation is Operation.MOVE
        headers = tuple(each for each in record.headers if each.key not in self.headers) if moved else record.headers
        return with_part(record, Part.VALUE, schema, value, headers)

    def _put(self, schema: Schema | None, value: Any, header: Header, name: str) -> tuple[Schema | None, dict[str, Any]]:
        path = tuple(name.split("."))
        if schema is None:
            return None, _with_value(as_object(value), path, header.value)
        new = self._schemas[name].of_both(schema, _schema_of(header), lambda whole, leaf: _with_field(whole, path, leaf))
        return new, _with_value(as_struct(schema, value), path, header.value)


def _schema_of(header: Header) -> Schema:
    if header.schema is not None:
        return header.schema
    if isinstance(header.value, str | None):
        return OPTIONAL_STRING
    raise TransformRefused(f"The header {header.key} has no schema, so it must be a string, but this is {kind_of(header.value)}.")


def _with_value(fields: dict[str, Any], path: Path, new: Any, above: Path = ()) -> dict[str, Any]:
    first, *rest = path
    if not rest:
        return {**fields, first: new}
    nested = fields.get(first)
    if not isinstance(nested, dict):
        raise TransformRefused(f"A header goes into this object, but it is {kind_of(nested)}.", pointer(*above, first))
    return {**fields, first: _with_value(nested, tuple(rest), new, (*above, first))}


def _with_field(schema: Schema, path: Path, leaf: Schema, above: Path = ()) -> Schema:
    first, *rest = path
    known = schema.field(first)
    place = pointer(*above, first)
    if not rest:
        if known is not None:
            raise TransformRefused("The value has a field of this name already; choose another one in `fields`.", place)
        return schema.with_fields([*((each.name, each.schema) for each in schema.fields), (first, leaf)])
    if known is None or known.schema.type is not Type.STRUCT:
        raise TransformRefused("A header goes into this struct, but the schema has none here; correct `fields`.", place)
    grown = _with_field(known.schema, tuple(rest), leaf, (*above, first))
    return schema.with_fields((each.name, grown if each is known else each.schema) for each in schema.fields)
