"""Scalars as they were served → values of their schema: what is a text in JSON and more in the schema, and numbers that fit.

Source: Kafka Connect's logical types; an integer at a date, a time or a timestamp is what the schema's own integer says.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from math import isinf
from types import GenericAlias
from typing import Any

import msgspec

from http_source.connect.accepts import accepted
from http_source.connect.converters.primitives import restored
from http_source.connect.record_refused import Path, PlaceRefused, conflict
from http_source.connect.schema import (
    DATE,
    DATE_NAME,
    DECIMAL_NAME,
    LOGICAL,
    TIME,
    TIME_NAME,
    TIMESTAMP,
    TIMESTAMP_NAME,
    WIDTHS,
    Schema,
    Type,
)
from http_source.connect.seen import Kind, kind_of
from http_source.connect.served import Digits
from http_source.connect.typed import type_of

Convert = Callable[[Any], Any]

_ADVICE = "`output.data.format=JSON` writes records as they are served."


def unfit(value: Any, schema: Schema, path: Path) -> PlaceRefused:
    """The refusal of a value that is of another type than its schema."""
    return conflict(path, known=schema.shown, seen=kind_of(value), advice=_ADVICE)


_AS_WRITTEN = {
    DATE_NAME: "a date is written as 2026-02-03", TIME_NAME: "a time is written as 04:05:06",
    TIMESTAMP_NAME: "a timestamp is written as 2026-02-03T04:05:06Z", DECIMAL_NAME: "a decimal is written as 2.50",
}


def _unreadable(schema: Schema, path: Path) -> PlaceRefused:
    """The refusal of a text that stands for no value of its schema."""
    written = _AS_WRITTEN.get(schema.name or "", "bytes are written in base64" if schema.type is Type.BYTES else "another text is needed")
    return PlaceRefused(path, f"the text cannot be read as {schema.shown}: {written}.")


def text(schema: Schema, path: Path, *, texts: bool, symbols: frozenset[str]) -> Convert:
    """What takes texts, one of the symbols if there are some; with `texts` also other scalars, with their characters as served."""

    def adapt(value: Any) -> str:
        if type(value) is str:
            if symbols and value not in symbols:
                raise PlaceRefused(path, f"the text is not a symbol of the enum, which has {', '.join(sorted(symbols))}.")
            return value
        # A float that has lost its digits is read once more, exactly.
        if texts and type(value) in _AS_TEXT:
            return _AS_TEXT[type(value)](value)
        raise unfit(value, schema, path)

    return adapt


_AS_TEXT: dict[type, Callable[[Any], str]] = {
    int: str, Digits: lambda value: str(value.text), bool: lambda value: "true" if value else "false",
}


def scalar(schema: Schema, path: Path) -> Convert:
    """What takes values of any other scalar schema."""
    convert = _LOGICAL.get(schema.name or "") or _PLAIN[schema.type]

    def adapt(value: Any) -> Any:
        try:
            return convert(value)
        except (TypeError, ValueError, OverflowError, ArithmeticError):
            is_text = type(value) is str and Kind.STRING in accepted(schema)
            raise _unreadable(schema, path) if is_text else unfit(value, schema, path) from None

    return adapt


def key(schema: Schema, path: Path) -> Convert:
    """What takes the names of an object as the keys of a map."""
    keys = schema.keys
    if keys is None or (keys.type is Type.STRING and keys.name not in LOGICAL):
        return lambda name: name
    decoded = GenericAlias(dict, (type_of(keys.as_required()), None))

    def adapt(name: Any) -> Any:
        # A name is always a text; a key that a transform has made may be something else.
        if type(name) is not str:
            return name
        if keys.type is Type.BOOLEAN and name in _BOOLEANS:
            return _BOOLEANS[name]
        try:
            (converted,) = msgspec.convert({name: None}, decoded, str_keys=True)
        except msgspec.ValidationError:
            raise PlaceRefused((*path, "*"), f"a name cannot be read as {keys.shown}, which the keys of the map are.") from None
        return converted

    return adapt


_BOOLEANS = {"true": True, "false": False}


def _exactly(expected: type) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if type(value) is not expected:
            raise TypeError
        return value

    return convert


def _integer(bits: int) -> Callable[[Any], int]:
    limit = 1 << bits - 1

    def convert(value: Any) -> int:
        if type(value) is int and -limit <= value < limit:
            return value
        raise TypeError

    return convert


def _double(value: Any) -> float:
    if type(value) is bool or not isinstance(value, int | float) or (type(value) is Digits and isinf(value)):
        raise TypeError
    return float(value)


def _bytes(value: Any) -> bytes:
    return value if type(value) is bytes else msgspec.convert(_text_of(value), bytes)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if type(value) is Digits:
        return Decimal(value.text)
    if type(value) is int or type(value) is str:
        return msgspec.convert(str(value), Decimal, strict=False)
    raise TypeError


def _instant(kind: type, schema: Schema) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if type(value) is kind:
            return value
        return restored(value, schema) if type(value) is int else msgspec.convert(_text_of(value), kind)

    return convert


def _text_of(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


_LOGICAL: dict[str, Callable[[Any], Any]] = {
    DECIMAL_NAME: _decimal, DATE_NAME: _instant(date, DATE), TIME_NAME: _instant(time, TIME),
    TIMESTAMP_NAME: _instant(datetime, TIMESTAMP),
}
_PLAIN: dict[Type, Callable[[Any], Any]] = {
    **{each: _integer(bits) for each, bits in WIDTHS.items()},
    Type.FLOAT32: _double, Type.FLOAT64: _double, Type.BOOLEAN: _exactly(bool), Type.BYTES: _bytes,
}
