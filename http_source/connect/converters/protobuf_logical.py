"""Connect's logical types as Protobuf's well-known messages. Source: Confluent's ProtobufData and DecimalUtils."""

from collections.abc import Callable
from typing import Any

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.primitives import carrier
from http_source.connect.converters.protobuf_marks import PRECISION
from http_source.connect.schema import DATE_NAME, DECIMAL_NAME, SCALE, TIME_NAME, TIMESTAMP_NAME, Schema

Message = dict[str, Any]

_NANOS = 1_000_000
"""In a millisecond, beyond which Connect knows no time."""


def logical_converter(schema: Schema, path: str) -> Callable[[Any], Message]:
    """What converts a value of a logical type into its message's fields. Raises ConversionRefused for a value that does not fit."""
    carry, write = carrier(schema, path), _WRITTEN[schema.name]

    def convert(value: Any) -> Message:
        try:
            return write(carry(value), value, schema)
        except ConversionRefused as refused:
            raise ConversionRefused(str(refused), path) from None

    return convert


def _decimal(unscaled: bytes, _value: Any, schema: Schema) -> Message:
    digits = len(str(abs(int.from_bytes(unscaled, signed=True))))
    most = int(schema.parameters.get(PRECISION, digits))
    if digits > most:
        raise ConversionRefused(f"the number has {digits} digits, and the registered precision is {most}.")
    return {"value": unscaled, "precision": digits, "scale": int(schema.parameters[SCALE])}


def _date(_days: int, value: Any, _schema: Schema) -> Message:
    return {"year": value.year, "month": value.month, "day": value.day}


def _time(millis: int, value: Any, _schema: Schema) -> Message:
    return {"hours": value.hour, "minutes": value.minute, "seconds": value.second, "nanos": millis % 1_000 * _NANOS}


def _timestamp(millis: int, _value: Any, _schema: Schema) -> Message:
    return {"seconds": millis // 1_000, "nanos": millis % 1_000 * _NANOS}


_WRITTEN: dict[str | None, Callable[[Any, Any, Schema], Message]] = {
    DECIMAL_NAME: _decimal, DATE_NAME: _date, TIME_NAME: _time, TIMESTAMP_NAME: _timestamp,
}  # fmt: skip
