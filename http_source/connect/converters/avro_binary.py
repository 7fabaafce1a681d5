"""Avro's binary encoding of scalars, each checked against its schema. Source: Avro specification 1.12, "Binary Encoding"."""

from collections.abc import Callable
from functools import lru_cache
from struct import Struct
from typing import Any

from http_source.connect.converters.avro_logical import DECIMAL
from http_source.connect.converters.format import ConversionRefused, Encode
from http_source.connect.converters.generated import Code, Lines
from http_source.connect.converters.primitives import Carry, carrier, unfit
from http_source.connect.schema import DECIMAL_NAME, LOGICAL, WIDTHS, Schema, Type

Json = dict[str, Any]

_MORE, _BITS = 0x80, 14
_PAIR = (1 << _BITS) - 1
_LASTS = [bytes([number] if number < _MORE else [number & 0x7F | _MORE, number >> 7]) for number in range(_PAIR + 1)]
"""What ends with the last seven or fourteen bits."""
_PAIRS = [bytes([number & 0x7F | _MORE, number >> 7 | _MORE]) for number in range(_PAIR + 1)]
"""Fourteen bits that others follow: such tables halve the time of large numbers, for less than 2 MB."""
_FALSE, _TRUE = b"\0", b"\1"
_MOST = 4_096
_DOUBLE = Struct("<d").pack
_BYTE_AND_DOUBLE = Struct("<1sd").pack


def long(number: int) -> bytes:
    """Zig-zag, then groups of seven bits, the lowest first."""
    rest, pairs = number << 1 ^ number >> 63, b""
    while rest > _PAIR:
        pairs += _PAIRS[rest & _PAIR]
        rest >>= _BITS
    return pairs + _LASTS[rest]


def _string(_avro: Json, schema: Schema, path: str) -> Encode:
    carry = carrier(schema, path)

    def encode(value: Any) -> bytes:
        try:
            text: bytes = carry(value).encode()
        except UnicodeEncodeError:
            raise ConversionRefused("the text has half of a surrogate pair, which Avro's UTF-8 cannot hold.", path) from None
        return long(len(text)) + text

    return encode


def _enum(avro: Json, schema: Schema, path: str) -> Encode:
    places = {symbol: long(place) for place, symbol in enumerate(avro["symbols"])}

    def encode(value: Any) -> bytes:
        if type(value) is not str:
            raise unfit(value, schema, path)
        if value not in places:
            raise ConversionRefused(f"the text is not a symbol of the enum, which has {', '.join(places)}.", path)
        return places[value]

    return encode


def _bytes(avro: Json, schema: Schema, path: str) -> Encode:
    carry = _digits(avro, schema, path)

    def encode(value: Any) -> bytes:
        data: bytes = carry(value)
        return long(len(data)) + data

    return encode


def _fixed(avro: Json, schema: Schema, path: str) -> Encode:
    carry, size = _digits(avro, schema, path), avro["size"]

    def encode(value: Any) -> bytes:
        data: bytes = carry(value)
        if schema.name == DECIMAL_NAME and len(data) < size:
            return data.rjust(size, b"\xff" if data[0] >= _MORE else b"\0")
        if len(data) != size:
            raise ConversionRefused(f"the value takes {len(data)} bytes, and the schema has {size}.", path)
        return data

    return encode


def _digits(avro: Json, schema: Schema, path: str) -> Carry:
    """What carries bytes, which of a decimal have no more digits than its precision."""
    carry = carrier(schema, path)
    if avro.get("logicalType") != DECIMAL:
        return carry
    precision = avro["precision"]
    limit = 10**precision

    def exact(value: Any) -> Any:
        data = carry(value)
        if -limit < int.from_bytes(data, signed=True) < limit:
            return data
        reason = f"the number has more than the {precision} digits that the schema has, {avro.get('scale', 0)} of them after the point."
        raise ConversionRefused(reason, path)

    return exact


def _boolean(_avro: Json, schema: Schema, path: str) -> Encode:
    carry = carrier(schema, path)
    return lambda value: b"\x01" if carry(value) else b"\0"


def _integer(_avro: Json, schema: Schema, path: str) -> Encode:
    carry = carrier(schema, path)
    return lambda value: long(carry(value))


def _fraction(avro: Json, schema: Schema, path: str) -> Encode:
    carry, write = carrier(schema, path), Struct("<f" if avro["type"] == "float" else "<d").pack
    return lambda value: write(carry(value))  # which makes a double of an integer


SCALARS: dict[str, Callable[[Json, Schema, str], Encode]] = {
    "string": _string, "enum": _enum, "bytes": _bytes, "fixed": _fixed, "boolean": _boolean, "int": _integer, "long": _integer,
    "float": _fraction, "double": _fraction,
}
"""For each of Avro's scalar types what makes the encoding of its values at a place, from the type, Connect's schema and the path."""


def inline(code: Code, at: str, kind: str, schema: Schema, before: bytes) -> Lines | None:
    """Lines that write a decoded scalar without a call, and what stands before it; None where a value needs more than that.

    What decoding has checked is not checked again: types, the widths of integers, that a text is Unicode.
    """
    if schema.name in LOGICAL:
        return None
    match kind, schema.type:
        case "string", Type.STRING:
            return [f"b = {at}.encode()", "n = len(b)", _number(code, "n", "n", before), "out += b"]
        case "int" | "long", width if width in WIDTHS:
            return [_number(code, at, f"0 <= {at}", before)]
        case "double", Type.FLOAT64:
            pack = f"{code.name(_BYTE_AND_DOUBLE)}({before!r}, {at})" if len(before) == 1 else f"{before!r} + {code.name(_DOUBLE)}({at})"
            return [f"out += {pack}"]
        case "boolean", Type.BOOLEAN:
            return [rf"out += {before + _TRUE!r} if {at} else {before + _FALSE!r}"]
    return None


def _number(code: Code, at: str, at_least: str, before: bytes) -> str:
    more = f"{before!r} + " if before else ""
    return f"out += {code.name(_numbers(before))}[{at}] if {at_least} < {_MOST} else {more}{code.name(long)}({at})"


@lru_cache(8)
def _numbers(before: bytes) -> list[bytes]:
    """The first numbers, with what stands before them."""
    return [before + long(number) for number in range(_MOST)]
