"""Default values in the JSON of Avro schemas. Source: Avro specification 1.12, "Complex Types", the table of field defaults."""

from collections.abc import Callable
from contextlib import suppress
from math import isfinite
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.avro_marks import is_avro_map, is_union
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.primitives import carrier, inner, restored
from http_source.connect.schema import Field, Schema, Type

_BINARY = "latin-1"
"""Avro writes each byte as the character with its number."""

_UNFIT = (ValueError, TypeError, AttributeError, KeyError, OverflowError)


class Defaults:
    """The defaults of one converter."""

    def __init__(self, options: ConverterOptions, rename: Callable[[str, str], str]) -> None:
        self._options = options
        self._rename = rename

    def written(self, value: Any, schema: Schema, path: str) -> Any:
        """The value as JSON. Raises ConversionRefused when it does not fit the schema."""
        match schema.type:
            case _ if value is None:
                return None
            case Type.STRUCT if is_union(schema):
                given = (each for each in schema.fields if value.get(each.name) is not None)
                return next((self.written(value[each.name], each.schema, path) for each in given), None)
            case Type.STRUCT:
                return {self._rename(each.name, path): self.written(value.get(each.name), each.schema, path) for each in schema.fields}
            case Type.ARRAY:
                return [self.written(each, inner(schema.items, path), path) for each in value]
            case Type.MAP:
                return self._map(value, schema, path)
        primitive = carrier(schema, path)(value)
        return primitive.decode(_BINARY) if schema.type is Type.BYTES else primitive

    def _map(self, value: dict[Any, Any], schema: Schema, path: str) -> Any:
        keys, values = inner(schema.keys, path), inner(schema.values, path)
        entries = [(self.written(key, keys, path), self.written(each, values, path)) for key, each in value.items()]
        return dict(entries) if is_avro_map(schema, self._options) else [{"key": key, "value": each} for key, each in entries]


def suits_field(value: Any, schema: Schema) -> bool:
    """Whether a default can stand in a field: Avro takes only values of a union's first branch, here and further inside."""
    first_is_null = schema.optional and schema.default is None
    if value is None or first_is_null:
        return value is None and first_is_null
    match schema.type:
        case Type.STRUCT if is_union(schema):
            return not schema.optional and suits_field(value.get(schema.fields[0].name), schema.fields[0].schema.as_required())
        case Type.STRUCT:
            return all(suits_field(value.get(each.name), each.schema) for each in schema.fields)
        case Type.ARRAY:
            return all(suits_field(each, inner(schema.items, "")) for each in value)
        case Type.MAP:
            return all(suits_field(each, inner(schema.values, "")) for each in value.values())
    return True


def read_default(written: Any, schema: Schema, path: str) -> Any:
    """The value that stands in a registered schema as JSON. Raises ConversionRefused when the schema cannot have it."""
    try:
        return _read(written, schema)
    except _UNFIT:
        raise ConversionRefused("the registered schema has a default here that its own type does not take.", path) from None


def _read(written: Any, schema: Schema) -> Any:
    if written is None:
        return None
    match schema.type:
        case Type.STRUCT if is_union(schema):
            return _read_union(written, schema)
        case Type.STRUCT:
            return _read_struct(_checked(written, dict), schema)
        case Type.ARRAY:
            return [_read(each, inner(schema.items, "")) for each in _checked(written, list)]
        case Type.MAP:
            entries = written.items() if isinstance(written, dict) else [(each["key"], each["value"]) for each in written]
            return {_read(key, inner(schema.keys, "")): _read(each, inner(schema.values, "")) for key, each in entries}
    return _read_scalar(written, schema)


def _read_union(written: Any, schema: Schema) -> Any:
    """A value of the first branch that takes it; before Avro 1.12 that could only be the first of all."""
    for branch in schema.fields:
        with suppress(*_UNFIT):
            value = _read(written, branch.schema)
            return {each.name: value if each is branch else None for each in schema.fields}
    raise ValueError


def _read_struct(written: dict[str, Any], schema: Schema) -> Any:
    """Fields that are null are left out, so that one more of them makes no other default."""
    values = {each.name: _read_field(written, each) for each in schema.fields}
    return {name: value for name, value in values.items() if value is not None}


def _read_field(written: dict[str, Any], field: Field) -> Any:
    return _read(written[field.name], field.schema) if field.name in written else field.schema.default


def _checked(written: Any, kind: type) -> Any:
    if not isinstance(written, kind):
        raise TypeError
    return written


def _read_scalar(written: Any, schema: Schema) -> Any:
    match schema.type:
        case Type.BYTES:
            value = restored(written.encode(_BINARY), schema)
        case Type.FLOAT32 | Type.FLOAT64:
            value = _number(written)
        case _:
            value = restored(written, schema)
    carrier(schema, "")(value)
    return value


def _number(written: Any) -> float:
    """A text is a number only where JSON has none for it: `"NaN"`."""
    value = float(written)
    if isinstance(written, str) and isfinite(value):
        raise TypeError
    return value
