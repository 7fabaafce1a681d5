"""One value as another type, by Java's rules: what does not fit an integer wraps, a fraction is cut off."""

import base64
import re
import struct
from datetime import date, time
from decimal import Decimal
from math import inf, isfinite, nan
from typing import Any

from http_source.connect.converters.primitives import shortest
from http_source.connect.schema import DATE_NAME, TIME_NAME, TIMESTAMP_NAME, Schema, Type
from http_source.connect.transforms.instants import DAY, millis_of, text_of
from http_source.connect.transforms.parts import kind_of
from http_source.connect.transforms.transform import TransformRefused

BITS = {Type.INT8: 8, Type.INT16: 16, Type.INT32: 32, Type.INT64: 64}
TARGETS = (*BITS, Type.FLOAT32, Type.FLOAT64, Type.BOOLEAN, Type.STRING)
LOGICAL_TIMES = frozenset({DATE_NAME, TIME_NAME, TIMESTAMP_NAME})

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_FRACTION = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[fFdD]?")
_WORDS = {"NaN": nan, "+NaN": nan, "-NaN": nan, "Infinity": inf, "+Infinity": inf, "-Infinity": -inf}
_NESTED = frozenset({Type.ARRAY, Type.MAP, Type.STRUCT})


def cast(value: Any, schema: Schema | None, target: Type) -> Any:
    """The value as the type; null stays null. Raises TransformRefused for what cannot be one.

    Without a schema a fraction is a Decimal, as everywhere, and there is no such number as NaN.
    """
    if value is None:
        return None
    if isinstance(value, dict | list) or (schema is not None and schema.type in _NESTED):
        raise TransformRefused(f"It casts no {schema.type if schema else kind_of(value).split()[-1]}; extract or flatten it first.")
    if target is Type.STRING:
        return text(shortest(value) if schema is not None and schema.type is Type.FLOAT32 else value)
    if isinstance(value, date | time):
        value = millis_of(value) // (DAY if schema is not None and schema.name == DATE_NAME else 1)
    if target is Type.BOOLEAN:
        return _boolean(value)
    return _integer(value, schema, target) if target in BITS else _floating(_float(value, target), schema, target)


def text(value: Any) -> str:
    """The text Java makes of a value."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return text_of(value)
    return java_float(value) if isinstance(value, float) else str(value)


def java_float(value: float) -> str:
    """A number as Java's `Double.toString` writes it: `1.0`, `1.5E10`, `1.0E-4`."""
    if not isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"  # noqa: PLR0124  NaN is unlike itself
    # Not `repr`: a number that keeps its digits as served may print those.
    shown = float.__repr__(value)
    if value == 0 or 1e-3 <= abs(value) < 1e7:  # noqa: PLR2004  where Java writes no exponent
        return shown if "e" not in shown else f"{Decimal(shown):f}"
    sign, digits, exponent = Decimal(shown).normalize().as_tuple()
    first, *rest = map(str, digits)
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{int(exponent) + len(rest)}"


def wrapped(number: int, bits: int) -> int:
    """What remains of an integer in so many bits, the highest being the sign."""
    half = 1 << bits - 1
    return number if -half <= number < half else (number + half) % (1 << bits) - half


def float32(value: float) -> float:
    """The nearest number of 32 bits."""
    try:
        single: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return inf if value > 0 else -inf
    return single


def _floating(value: float, schema: Schema | None, target: Type) -> Any:
    """The number as a value with or without a schema holds it."""
    if schema is not None:
        return value
    if not isfinite(value):
        raise TransformRefused("The result is infinite or not a number, which JSON does not have.")
    return Decimal(java_float(shortest(value) if target is Type.FLOAT32 else value))


def _boolean(value: Any) -> bool:
    if isinstance(value, str):
        return value.lower() == "true"
    return _saturated(_number(value), 64) != 0


def _integer(value: Any, schema: Schema | None, target: Type) -> int:
    bits = BITS[target]
    if isinstance(value, str):
        return _parsed(value, bits)
    if isinstance(value, int):
        if wrapped(value, 64) != value:
            raise TransformRefused("It is an integer beyond 64 bits; cast it to string or float64.")
        return wrapped(int(value), bits)
    number = _number(value)
    if schema is not None and isinstance(value, Decimal):
        return wrapped(_truncated(number), bits)
    return wrapped(_saturated(number, max(32, bits)), bits)


def _parsed(value: str, bits: int) -> int:
    if _INTEGER.fullmatch(value):
        number = int(value)
        if wrapped(number, bits) == number:
            return number
    raise TransformRefused(f"The text is not an integer of {bits} bits.")


def _truncated(number: Decimal) -> int:
    # From 10^64 on, the low 64 bits are zero: no need to write the number out.
    return 0 if int(number.as_tuple().exponent) >= 64 else int(number)  # noqa: PLR2004


def _saturated(number: Decimal, bits: int) -> int:
    """What Java makes of a floating point number: the nearest bound when it is too large, and 0 of NaN."""
    if number.is_nan():
        return 0
    half = 1 << bits - 1
    return int(max(Decimal(-half), min(Decimal(half - 1), number)))


def _float(value: Any, target: Type) -> float:
    number = _parsed_float(value.strip()) if isinstance(value, str) else _double(_number(value))
    return float32(number) if target is Type.FLOAT32 else number


def _double(number: Decimal | int) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def _parsed_float(value: str) -> float:
    if value in _WORDS:
        return _WORDS[value]
    if match := _FRACTION.fullmatch(value):
        return float(match[1])
    raise TransformRefused("The text is not a number.")


def _number(value: Any) -> Decimal:
    if isinstance(value, bytes):
        raise TransformRefused("Bytes can only be cast to string.")
    return Decimal(value)
