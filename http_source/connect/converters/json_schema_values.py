"""Values as JSON by their schema, and the defaults of registered schemas back. Source: Confluent's JsonSchemaData, `fromConnectData`."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from decimal import Decimal
from math import isfinite
from typing import Any

from http_source.config.options.converter import ConverterOptions, DecimalFormat
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema_additional import loosened
from http_source.connect.converters.json_schema_marks import ADDITIONAL, KEY, VALUE, is_object, is_union
from http_source.connect.converters.primitives import as_array, as_number, carrier, check_fields, inner, restored, scaled, shortest, unfit
from http_source.connect.record_refused import pointer
from http_source.connect.schema import DECIMAL_NAME, LOGICAL, WIDTHS, Field, Schema, Type
from http_source.connect.typed import is_name

Convert = Callable[[Any], Any]
"""A value → what stands for it in JSON; bytes are base64 there."""

_VERBATIM = {Type.BOOLEAN, Type.STRING, Type.FLOAT64, *WIDTHS}


def converter(schema: Schema, options: ConverterOptions, path: str, strict: Schema | None = None) -> Convert:
    """What converts values of a schema, and null where it may be. Raises ConversionRefused, then or for a value that does not fit.

    `strict` is the schema with null only where the registered text takes it: elsewhere a field that is null is left out.
    """
    convert = _required(schema, options, path, strict or schema)
    default = None if schema.default is None or (schema.optional and options.ignore_default) else schema.default

    def filled(value: Any) -> Any:
        if value is None:
            if default is not None:
                return convert(default)
            if not schema.optional:
                raise unfit(value, schema, path)
            return None
        return convert(value)

    return filled


def is_verbatim(schema: Schema, strict: Schema) -> bool:
    """Whether decoded values are written as they are, fields in the schema's order, null where a field is missing."""
    if schema.default is not None or schema.name in LOGICAL or is_union(schema) or ADDITIONAL in schema.parameters:
        return False
    match schema.type:
        case Type.STRUCT:
            known = {each.name: each.schema for each in strict.fields}
            return all(_is_verbatim_field(each, known[each.name]) for each in schema.fields)
        case Type.ARRAY:
            return schema.items is not None and strict.items is not None and is_verbatim(schema.items, strict.items)
        case Type.MAP if is_object(schema):
            return schema.values is not None and strict.values is not None and is_verbatim(schema.values, strict.values)
    return schema.type in _VERBATIM


def _is_verbatim_field(field: Field, strict: Schema) -> bool:
    """A field that is left out where it is null is not; nor is one that the decoder does not look for."""
    return (strict.optional or not field.schema.optional) and is_name(field.name) and is_verbatim(field.schema, strict)


def value_of(node: Any, schema: Schema) -> Any:
    """The value that stands in JSON. Raises ValueError, TypeError or KeyError when it does not fit the schema."""
    if node is None:
        return None
    if schema.items is not None:
        return [value_of(each, schema.items) for each in node]
    if schema.keys is not None and schema.values is not None:
        pairs = node.items() if is_object(schema) else ((each[KEY], each[VALUE]) for each in node)
        return {value_of(key, schema.keys): value_of(value, schema.values) for key, value in pairs}
    if schema.type is Type.STRUCT:
        return {each.name: value_of(node.get(each.name), each.schema) for each in schema.fields}
    return _scalar_of(node, schema)


def _scalar_of(node: Any, schema: Schema) -> Any:
    if schema.name == DECIMAL_NAME and isinstance(node, int | Decimal):
        return scaled(Decimal(node), schema)
    if schema.type is Type.BYTES:
        return restored(b64decode(node, validate=True), schema)
    if schema.type in (Type.FLOAT32, Type.FLOAT64):
        return float(node)
    return restored(node, schema)


def _required(schema: Schema, options: ConverterOptions, path: str, strict: Schema) -> Convert:
    match schema.type:
        case Type.STRUCT if is_union(schema):
            return _union(schema, options, path, strict)
        case Type.STRUCT:
            return _struct(schema, options, path, strict)
        case Type.ARRAY if schema.items is not None:
            return as_array(schema, converter(schema.items, options, f"{path}/*", strict.items), path)
        case Type.MAP:
            return _map(schema, options, path, strict)
    return _scalar(schema, options, path)


def _scalar(schema: Schema, options: ConverterOptions, path: str) -> Convert:
    if schema.type in (Type.FLOAT32, Type.FLOAT64):
        return _fraction(schema, path)
    if schema.name == DECIMAL_NAME and options.decimal_format is DecimalFormat.NUMERIC:
        return as_number(schema, path)
    carry = carrier(schema, path)
    return carry if schema.type is not Type.BYTES else lambda value: b64encode(carry(value)).decode()


def _struct(schema: Schema, options: ConverterOptions, path: str, strict: Schema) -> Convert:
    known = {each.name: each.schema for each in strict.fields}
    fields = [
        (each.name, _plain(each.schema), converter(each.schema, options, path + pointer((each.name,)), known[each.name]))
        for each in schema.fields
    ]
    names = frozenset(each.name for each in schema.fields)

    def convert(value: Any) -> dict[str, Any]:
        check_fields(value, schema, path, names)
        written = {}
        for name, plain, field in fields:
            item = value.get(name)
            written[name] = item if type(item) is plain else field(item)
        return written

    absent = frozenset(each.name for each in schema.fields if each.schema.optional and not known[each.name].optional)
    return loosened(convert, schema, path, absent) if absent or ADDITIONAL in schema.parameters else convert


def _plain(schema: Schema) -> type | None:
    """The type of which every value is JSON as it is: most of a record, taken without a call."""
    return {Type.BOOLEAN: bool, Type.STRING: str}.get(schema.type)


def _union(schema: Schema, options: ConverterOptions, path: str, strict: Schema) -> Convert:
    branches = {
        each.name: _required(each.schema, options, path + pointer((each.name,)), known.schema)
        for each, known in zip(schema.fields, strict.fields, strict=True)
    }
    names = frozenset(branches)

    def convert(value: Any) -> Any:
        check_fields(value, schema, path, names)
        for name, branch in branches.items():
            if value.get(name) is not None:
                return branch(value[name])
        if schema.optional:
            return None
        raise ConversionRefused("no branch of the union has a value; one must have.", path)

    return convert


def _map(schema: Schema, options: ConverterOptions, path: str, strict: Schema) -> Convert:
    keys = converter(inner(schema.keys, path), options, f"{path}/*")
    values = converter(inner(schema.values, path), options, f"{path}/*", strict.values)
    as_object = is_object(schema)

    def convert(value: Any) -> Any:
        if type(value) is not dict:
            raise unfit(value, schema, path)
        pairs = [(keys(key), values(each)) for key, each in value.items()]
        return dict(pairs) if as_object else [{KEY: key, VALUE: each} for key, each in pairs]

    return convert


def _fraction(schema: Schema, path: str) -> Convert:
    carry = carrier(schema, path)
    digits = shortest if schema.type is Type.FLOAT32 else float

    def convert(value: Any) -> float:
        if not isfinite(carry(value)):
            raise ConversionRefused("JSON has no number for infinity and none for what is not a number.", path)
        return digits(value)

    return convert
