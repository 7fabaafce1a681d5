"""Connect's values, checked against their schemas, as the primitives that carry them: int, float, bool, str and bytes.

Connect knows time to the millisecond: what is finer is cut off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal, Inexact, InvalidOperation
from math import isfinite
from struct import pack
from typing import Any

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.schema import DATE_NAME, DECIMAL_NAME, SCALE, TIME_NAME, TIMESTAMP_NAME, WIDTHS, Schema, Type

Carry = Callable[[Any], Any]
"""A value, null excepted → its primitive. Raises ConversionRefused."""

_FOUND = {
    type(None): "null", bool: "a boolean", int: "an integer", float: "a number with a fraction", Decimal: "a decimal", str: "a string",
    bytes: "bytes", list: "an array", dict: "an object", date: "a date", time: "a time", datetime: "a timestamp",
}
_PLAIN = {Type.BOOLEAN: bool, Type.STRING: str, Type.BYTES: bytes}
_FRACTIONS = {Type.FLOAT32: 3.4028234663852886e38, Type.FLOAT64: 1.7976931348623157e308}
"""The largest numbers."""
# Its precision bounds what a number such as 1E+999999999 may take.
_EXACT = Context(prec=1_000, traps=[Inexact, InvalidOperation])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY_MILLIS = 86_400_000


@dataclass(frozen=True, slots=True)
class _Logical:
    """A logical type: what its values are, and the way to the primitive and back."""

    type: type
    carry: Callable[[Any, Schema], Any]
    restore: Callable[[Any, Schema], Any]


def unfit(value: Any, schema: Schema, path: str) -> ConversionRefused:
    """The refusal of a value, which is never shown."""
    found = _FOUND.get(type(value), f"a {type(value).__name__}")
    beyond = " beyond its range" if type(value) is int and schema.type in WIDTHS else ""
    return ConversionRefused(f"{found}{beyond} came where the schema has {schema.shown}.", path)


def check_fields(value: Any, schema: Schema, path: str, names: frozenset[str]) -> None:
    """Raise ConversionRefused unless the value is a struct with none but these fields: one too many would be lost."""
    if type(value) is not dict:
        raise unfit(value, schema, path)
    if not value.keys() <= names:
        raise ConversionRefused(f"it has the field {min(value.keys() - names)!r}, which the schema does not have.", path)


def carrier(schema: Schema, path: str) -> Carry:
    """What carries the values of a scalar schema. A decimal with fewer digits than the scale gets zeros; one with more is refused."""
    logical = _LOGICAL.get((schema.name, schema.type))
    if logical is not None:
        return _logical_carrier(logical, schema, path)
    if schema.type in WIDTHS:
        return _integer_carrier(schema, path)
    if schema.type in _FRACTIONS:
        return _fraction_carrier(schema, path)
    expected = _PLAIN[schema.type]

    def carry(value: Any) -> Any:
        if type(value) is expected:
            return value
        raise unfit(value, schema, path)

    return carry


def as_array(schema: Schema, items: Carry, path: str) -> Carry:
    """What carries arrays, each element by `items`."""

    def carry(value: Any) -> Any:
        if type(value) is not list:
            raise unfit(value, schema, path)
        return [items(each) for each in value]

    return carry


def as_number(schema: Schema, path: str) -> Carry:
    """What carries decimals as numbers, with the digits that the scale says."""
    carry = carrier(schema, path)

    def carry_number(value: Any) -> Any:
        carry(value)
        return scaled(value, schema)

    return carry_number


def inner(schema: Schema | None, path: str) -> Schema:
    """The schema of an array's elements, or of a map's keys or values. Raises ConversionRefused where there is none."""
    if schema is None:
        raise ConversionRefused("the type of what is inside is not known.", path)
    return schema


def restored(primitive: Any, schema: Schema) -> Any:
    """The value that a primitive carries. Raises ValueError or OverflowError when it carries none."""
    logical = _LOGICAL.get((schema.name, schema.type))
    return primitive if logical is None else logical.restore(primitive, schema)


def scaled(value: Decimal, schema: Schema) -> Decimal:
    """The decimal with exactly the digits after the point that its schema says. Raises ConversionRefused when digits would be lost."""
    scale = int(schema.parameters[SCALE])
    if not value.is_finite():
        raise ConversionRefused("the number is not finite, which no decimal is.")
    try:
        return value.quantize(Decimal((0, (1,), -scale)), context=_EXACT)
    except (Inexact, InvalidOperation):
        reason = f"the number has more than the {scale} digits after the point that the schema has, or is too long."
        raise ConversionRefused(reason) from None


def shortest(value: float) -> float:
    """The number with the fewest digits that is the same one in 32 bits: the digits that Java prints of a float."""
    if not isfinite(value):
        return value
    shorter = (float(f"{value:.{digits}g}") for digits in range(6, 9))
    return next((each for each in shorter if pack("<f", each) == pack("<f", value)), float(f"{value:.9g}"))


def _integer_carrier(schema: Schema, path: str) -> Carry:
    limit = 1 << WIDTHS[schema.type] - 1

    def carry(value: Any) -> Any:
        if type(value) is int and -limit <= value < limit:
            return value
        raise unfit(value, schema, path)

    return carry


def _fraction_carrier(schema: Schema, path: str) -> Carry:
    limit = _FRACTIONS[schema.type]

    def carry(value: Any) -> Any:
        if type(value) is float and (abs(value) <= limit or not isfinite(value)):
            return value
        # An integer is a number, too, wherever a place has widened; its last digits may not matter there.
        if type(value) is int and abs(value) <= limit:
            return float(value)
        raise unfit(value, schema, path)

    return carry


def _logical_carrier(logical: _Logical, schema: Schema, path: str) -> Carry:
    expected, lower = logical.type, logical.carry

    def carry(value: Any) -> Any:
        if type(value) is not expected:
            raise unfit(value, schema, path)
        try:
            return lower(value, schema)
        except ConversionRefused as refused:
            raise ConversionRefused(str(refused), path) from None

    return carry


def _decimal_bytes(value: Decimal, schema: Schema) -> bytes:
    """The digits as Java's BigInteger has them: two's complement, big-endian, as short as can be."""
    unscaled = int(scaled(value, schema).scaleb(int(schema.parameters[SCALE]), _EXACT))
    return unscaled.to_bytes((unscaled if unscaled >= 0 else ~unscaled).bit_length() // 8 + 1, signed=True)


def _decimal(primitive: bytes, schema: Schema) -> Decimal:
    return Decimal(int.from_bytes(primitive, signed=True)).scaleb(-int(schema.parameters[SCALE]), _EXACT)


def _days(value: date, _schema: Schema) -> int:
    return value.toordinal() - _EPOCH.toordinal()


def _day_millis(value: time, _schema: Schema) -> int:
    if value.tzinfo is not None:
        raise ConversionRefused("the time has a zone, and the schema knows none.")
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000 + value.microsecond // 1_000


def _time(millis: int, _schema: Schema) -> time:
    if not 0 <= millis < _DAY_MILLIS:
        raise ValueError
    return (_EPOCH + millis * _MILLISECOND).time()


def _epoch_millis(value: datetime, _schema: Schema) -> int:
    if value.tzinfo is None:
        raise ConversionRefused("the timestamp has no zone.")
    return (value - _EPOCH) // _MILLISECOND


_LOGICAL: dict[tuple[str | None, Type], _Logical] = {
    (DECIMAL_NAME, Type.BYTES): _Logical(Decimal, _decimal_bytes, _decimal),
    (DATE_NAME, Type.INT32): _Logical(date, _days, lambda days, _schema: date.fromordinal(days + _EPOCH.toordinal())),
    (TIME_NAME, Type.INT32): _Logical(time, _day_millis, _time),
    (TIMESTAMP_NAME, Type.INT64): _Logical(datetime, _epoch_millis, lambda millis, _schema: _EPOCH + millis * _MILLISECOND),
}
