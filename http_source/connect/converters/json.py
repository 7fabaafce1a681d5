"""The format JSON, as Kafka's JsonConverter writes it: values with or without a schema, with or without the schema before them.

Without a schema numbers keep their digits. Where a name or a text has half of a surrogate pair, it stays the escape it was.
"""

import json
from collections.abc import Callable
from functools import lru_cache, partial
from math import isfinite
from typing import Any

import msgspec

from http_source.config.options.converter import ConverterOptions, DecimalFormat
from http_source.connect.converters.format import ConversionRefused, Encode
from http_source.connect.converters.primitives import as_array, as_number, carrier, check_fields, inner, shortest, unfit
from http_source.connect.record_refused import pointer
from http_source.connect.schema import DECIMAL_NAME, Schema, Type
from http_source.foreign.text import Foreign, readable

_SCHEMAS = 1_000  # as Kafka keeps
_TYPES = {Type.FLOAT32: "float", Type.FLOAT64: "double"}
NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
"""What Java calls the numbers that JSON cannot hold, by what Python calls them."""

_text = msgspec.json.Encoder(decimal_format="number").encode

Plain = Callable[[Any], Any]
"""A value → what JSON has for it."""


def json_bytes(value: Any) -> bytes:
    """A value of dicts, lists, texts, numbers, booleans and None as compact JSON in UTF-8; bytes become base64."""
    try:
        return _text(value)
    except UnicodeEncodeError:
        return _text(_escaped(value))
    except (TypeError, RecursionError) as error:
        raise ConversionRefused(f"the value is not JSON: {readable(Foreign.of(error), str)}.") from None


class JsonConverter:
    """Kafka's JsonConverter."""

    def __init__(self, options: ConverterOptions) -> None:
        self._options = options
        self._encoder = lru_cache(_SCHEMAS)(self.encoder)

    def convert(self, schema: Schema | None, value: Any) -> bytes | None:
        """The bytes of a value; None, a tombstone, for null without a schema. Raises ConversionRefused."""
        if schema is None:
            return None if value is None else self._unknown(value)
        return self._encoder(schema)(value)

    def encoder(self, schema: Schema) -> Encode:
        """What turns values of the schema into bytes; the schema's text is made once."""
        plain = self._plain(schema, "")
        if not self._options.schemas_enable:
            return lambda value: json_bytes(plain(value))
        head = b'{"schema":' + json_bytes(self.described(schema)) + b',"payload":'
        return lambda value: head + json_bytes(plain(value)) + b"}"

    def described(self, schema: Schema) -> dict[str, Any]:
        """The schema as JSON."""
        found = {
            "type": _TYPES.get(schema.type, schema.type.lower()), **self._parts(schema),
            "optional": schema.optional, "name": schema.name, "version": schema.version, "doc": schema.doc,
            "parameters": dict(schema.parameters) or None,
            "default": None if schema.default is None else self._plain(schema, "")(schema.default),
        }
        return {key: value for key, value in found.items() if value is not None}

    def _parts(self, schema: Schema) -> dict[str, Any]:
        match schema.type:
            case Type.STRUCT:
                return {"fields": [{**self.described(each.schema), "field": each.name} for each in schema.fields]}
            case Type.ARRAY:
                return {"items": self.described(inner(schema.items, ""))}
            case Type.MAP:
                return {"keys": self.described(inner(schema.keys, "")), "values": self.described(inner(schema.values, ""))}
        return {}

    def _unknown(self, value: Any) -> bytes:
        return b'{"schema":null,"payload":' + json_bytes(value) + b"}" if self._options.schemas_enable else json_bytes(value)

    def _plain(self, schema: Schema, path: str) -> Plain:
        """What makes plain JSON of the values at a place, null included."""
        make = {Type.STRUCT: self._struct, Type.ARRAY: self._array, Type.MAP: self._map}.get(schema.type, self._scalar)(schema, path)
        if schema.default is not None and self._options.replace_null:
            default = make(schema.default)
            return lambda value: default if value is None else make(value)
        if schema.optional:
            return lambda value: None if value is None else make(value)
        return make

    def _struct(self, schema: Schema, path: str) -> Plain:
        fields = [(each.name, self._plain(each.schema, path + pointer((each.name,)))) for each in schema.fields]
        names = frozenset(name for name, _ in fields)

        def make(value: Any) -> Any:
            check_fields(value, schema, path, names)
            return {name: plain(value.get(name)) for name, plain in fields}

        return make

    def _array(self, schema: Schema, path: str) -> Plain:
        return as_array(schema, self._plain(inner(schema.items, path), f"{path}/*"), path)

    def _map(self, schema: Schema, path: str) -> Plain:
        """Keys that are no strings cannot be names: such a map is an array of pairs."""
        keys = inner(schema.keys, path)
        key, plain = self._plain(keys, path), self._plain(inner(schema.values, path), f"{path}/*")

        def make(value: Any) -> Any:
            if type(value) is not dict:
                raise unfit(value, schema, path)
            pairs = [(key(name), plain(each)) for name, each in value.items()]
            return {"null" if name is None else name: each for name, each in pairs} if keys.type is Type.STRING else pairs

        return make

    def _scalar(self, schema: Schema, path: str) -> Plain:
        if schema.name == DECIMAL_NAME and self._options.decimal_format is DecimalFormat.NUMERIC:
            return as_number(schema, path)
        carry = carrier(schema, path)
        return partial(_fraction, schema, carry) if schema.type in _TYPES else carry


def _fraction(schema: Schema, carry: Plain, value: Any) -> Any:
    """What is no finite number becomes a text, as in Java."""
    number = shortest(carry(value)) if schema.type is Type.FLOAT32 else carry(value)
    return number if isfinite(number) else NOT_FINITE[str(number)]


def _escaped(value: Any) -> Any:
    """The value with its texts written by the one library that escapes half a surrogate pair."""
    match value:
        case dict():
            return {_name(name): _escaped(each) for name, each in value.items()}
        case list() | tuple():
            return [_escaped(each) for each in value]
        case str():
            return msgspec.Raw(json.dumps(value).encode())
    return value


def _name(name: Any) -> Any:
    if isinstance(name, str) and not name.isascii() and any("\ud800" <= each <= "\udfff" for each in name):
        raise ConversionRefused("a name has half of a surrogate pair, which no text can hold.")
    return name
