"""Kafka's simple converters, for keys and headers: by the names of their Java classes, from a schema and a value to bytes.

Source: the converters and serializers of Apache Kafka 4.0. Where Java's result could not be read again, ours differs: a date, time or
timestamp is written by its type and in UTC, and StringConverter refuses bytes, for which Java prints an address in memory.
"""

import base64
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from math import isfinite
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.config.property import properties_of
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json import NOT_FINITE, JsonConverter
from http_source.connect.converters.primitives import shortest
from http_source.connect.schema import Field, Schema, Type

Convert = Callable[[Schema | None, Any], bytes | None]
"""A value, with its schema if it has one → its bytes; null → None. Raises ConversionRefused."""

_PLAIN_FROM, _PLAIN_BELOW = 1e-3, 1e7


def _number(name: str, layout: struct.Struct, types: tuple[type, ...], _schema: Schema | None, value: Any) -> bytes | None:
    """Big-endian, as Kafka's serializers write it. Python's types are wider than Java's: what fits is taken."""
    if value is None:
        return None
    try:
        if type(value) in types:
            return layout.pack(float(value) if type(value) is Decimal else value)
    except (struct.error, OverflowError):
        pass
    raise ConversionRefused(f"{name} takes no {type(value).__name__} of this size.")


def _boolean(_schema: Schema | None, value: Any) -> bytes | None:
    if value is None or type(value) is bool:
        return None if value is None else bytes([value])
    raise ConversionRefused(f"BooleanConverter takes true and false, and no {type(value).__name__}.")


def _bytes(_schema: Schema | None, value: Any) -> bytes | None:
    if value is None or type(value) is bytes:
        return value
    raise ConversionRefused(f"ByteArrayConverter takes bytes, and no {type(value).__name__}.")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ConversionRefused("the text has half of a surrogate pair, which UTF-8 cannot hold.") from None


def _string(schema: Schema | None, value: Any) -> bytes | None:
    return None if value is None else _utf8(_printed(schema, value))


def _printed(schema: Schema | None, value: Any) -> str:
    """What Java's `toString` gives."""
    match value:
        case bytes():
            raise ConversionRefused("StringConverter takes no bytes; ByteArrayConverter does.")
        case list():
            return "[" + ", ".join(_printed(_inner(schema), each) for each in value) + "]"
        case dict() if schema is not None and schema.type is Type.STRUCT:
            given = (each for each in schema.fields if value.get(each.name) is not None)
            return "Struct{" + ",".join(f"{each.name}={_printed(each.schema, value[each.name])}" for each in given) + "}"
        case dict():
            return "{" + ", ".join(f"{_printed(_keys(schema), key)}={_printed(_inner(schema), each)}" for key, each in value.items()) + "}"
    return _scalar(schema, value)


def _simple(schema: Schema | None, value: Any) -> bytes | None:
    return None if value is None else _utf8(_shown(schema, value, quote=False))


def _shown(schema: Schema | None, value: Any, *, quote: bool = True) -> str:
    """What Connect's `Values.convertToString` gives: nearly JSON, a text inside of something else in quotes."""
    match value:
        case str() | bytes():
            text = value if isinstance(value, str) else base64.b64encode(value).decode()
            return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"' if quote else text
        case list():
            return "[" + ",".join(_shown(_inner(schema), each) for each in value) + "]"
        case dict() if schema is not None and schema.type is Type.STRUCT:
            return "{" + ",".join(f"{_shown(None, each.name)}:{_shown(each.schema, _filled(value, each))}" for each in schema.fields) + "}"
        case dict():
            return "{" + ",".join(f"{_shown(_keys(schema), key)}:{_shown(_inner(schema), each)}" for key, each in value.items()) + "}"
    return _scalar(schema, value)


def _filled(value: dict[str, Any], field: Field) -> Any:
    given = value.get(field.name)
    return field.schema.default if given is None else given


def _inner(schema: Schema | None) -> Schema | None:
    return None if schema is None else schema.items or schema.values


def _keys(schema: Schema | None) -> Schema | None:
    return None if schema is None else schema.keys


def _scalar(schema: Schema | None, value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            return _fraction(shortest(value) if schema is not None and schema.type is Type.FLOAT32 else value)
        case datetime() | time():
            utc = value.astimezone(UTC) if isinstance(value, datetime) else value
            return utc.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        case date():
            return value.isoformat()
    return str(value)


def _fraction(value: float) -> str:
    """What Java prints of a number: with a power of ten below 0.001 and from ten million on."""
    if not isfinite(value):
        return NOT_FINITE[str(value)]
    if value == 0 or _PLAIN_FROM <= abs(value) < _PLAIN_BELOW:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    rest = "".join(map(str, digits[1:])).rstrip("0") or "0"
    return f"{'-' if sign else ''}{digits[0]}.{rest}E{int(exponent) + len(digits) - 1}"


def _json() -> Convert:
    """JsonConverter as Kafka sets it where nothing is configured: with the schema before the value."""
    options = ConverterOptions(**{name: each.default for name, each in properties_of(ConverterOptions).items()})
    return JsonConverter(replace(options, schemas_enable=True)).convert


def _numbers(name: str, layout: str, *types: type) -> Convert:
    return partial(_number, name, struct.Struct(layout), types)


CONVERTERS: dict[str, Convert] = {
    "org.apache.kafka.connect.storage.StringConverter": _string,
    "org.apache.kafka.connect.storage.SimpleHeaderConverter": _simple,
    "org.apache.kafka.connect.json.JsonConverter": _json(),
    "org.apache.kafka.connect.converters.BooleanConverter": _boolean,
    "org.apache.kafka.connect.converters.ByteArrayConverter": _bytes,
    "org.apache.kafka.connect.converters.ShortConverter": _numbers("ShortConverter", ">h", int),
    "org.apache.kafka.connect.converters.IntegerConverter": _numbers("IntegerConverter", ">i", int),
    "org.apache.kafka.connect.converters.LongConverter": _numbers("LongConverter", ">q", int),
    "org.apache.kafka.connect.converters.FloatConverter": _numbers("FloatConverter", ">f", float, Decimal),
    "org.apache.kafka.connect.converters.DoubleConverter": _numbers("DoubleConverter", ">d", float, Decimal),
}
