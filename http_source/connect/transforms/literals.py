"""What a text stands for, by its looks. Source: `org.apache.kafka.connect.data.Values.parseString` of Apache Kafka.

Different on purpose: a text that only begins with a number (`12:30`, `12,34`) stays whole, where Kafka keeps `12` alone, and arrays and
objects stay texts, which is what Connect's header converter writes of them.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from http_source.config.types import STRING, Simple
from http_source.connect import schema as connect
from http_source.connect.schema import Schema
from http_source.connect.transforms.casting import BITS, float32, wrapped
from http_source.connect.transforms.instants import date_of, time_of, timestamp_of
from http_source.connect.transforms.java_dates import JavaDateFormat

_TIMES = (
    (re.compile(r"\d{4}-\d{2}-\d{2}"), JavaDateFormat("yyyy-MM-dd"), connect.DATE, date_of),
    (re.compile(r"\d{2}:\d{2}:\d{2}\.\d{3}Z"), JavaDateFormat("HH:mm:ss.SSS'Z'"), connect.TIME, time_of),
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"), JavaDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"),
     connect.TIMESTAMP, timestamp_of),
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)
_LARGEST_EXPONENT = 20


@dataclass(frozen=True, slots=True)
class Literal:
    """A value and its schema; null has none."""

    value: Any
    schema: Schema | None


def parse_literal(text: str) -> Literal:
    """The value that a text stands for."""
    word = text.strip()
    if word in ("null", "true", "false"):
        return Literal(None, None) if word == "null" else Literal(word == "true", connect.BOOLEAN)
    for looks, pattern, schema, value_of in _TIMES:
        if looks.fullmatch(word):
            return Literal(value_of(pattern.parse(word)), schema)
    if _NUMBER.fullmatch(word) and not word.startswith("."):
        return _number(Decimal(word))
    return Literal(text, connect.STRING)


def _number(number: Decimal) -> Literal:
    """The narrowest integer; else a float, which has 32 bits unless it is too large; else a Decimal."""
    if number.adjusted() < _LARGEST_EXPONENT and number == number.to_integral_value():
        for each, bits in BITS.items():
            if wrapped(int(number), bits) == number:
                return Literal(int(number), Schema(type=each))
    scale = -int(number.as_tuple().exponent)
    if scale == 0:
        return Literal(number, connect.decimal(scale))
    for schema, value in ((connect.FLOAT32, float32(float(number))), (connect.FLOAT64, float(number))):
        if abs(value) != float("inf"):
            return Literal(value, schema)
    return Literal(number, connect.decimal(scale))


LITERAL = Simple("string", "a text", lambda value: parse_literal(STRING.parse(value)))
