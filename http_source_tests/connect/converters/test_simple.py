"""Kafka's simple converters, by the names of their classes."""

import struct as binary
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.simple import CONVERTERS
from http_source.connect.schema import FLOAT32, FLOAT64, INT64, OPTIONAL_INT64, OPTIONAL_STRING, STRING, Schema, array, map_of, struct

ITEM = struct({"id": INT64, "note": OPTIONAL_STRING, "tags": array(STRING), "more": map_of(STRING, INT64)})
VALUE = {"id": 1, "note": None, "tags": ["a", 'say "\\"'], "more": {"x": 2, "y": 3}}


def converted(name: str, value: Any, schema: Schema | None = None) -> bytes | None:
    """Convert by the converter whose class has that name."""
    (converter,) = (each for full, each in CONVERTERS.items() if full.endswith(f".{name}"))
    return converter(schema, value)


@pytest.mark.parametrize("name", CONVERTERS)
def test_null_is_null(name: str) -> None:
    assert CONVERTERS[name](None, None) is None


@pytest.mark.parametrize(("name", "value", "data"), [
    ("ShortConverter", -2, "fffe"), ("IntegerConverter", 1, "00000001"), ("LongConverter", -1, "ff" * 8),
    ("FloatConverter", 1.5, "3fc00000"),
    ("DoubleConverter", -2.0, "c000000000000000"), ("DoubleConverter", Decimal("0.5"), "3fe0000000000000"),
    ("BooleanConverter", True, "01"),
    ("BooleanConverter", False, "00"), ("ByteArrayConverter", b"\x00\xff", "00ff"), ("StringConverter", "é", "c3a9"),
])
def test_primitives_are_big_endian_as_kafkas_serializers_write_them(name: str, value: Any, data: str) -> None:
    assert (converted(name, value) or b"").hex() == data


def test_long_and_double_hold_their_limits() -> None:
    assert converted("LongConverter", -(2**63)) == binary.pack(">q", -(2**63))
    assert converted("DoubleConverter", 1.7976931348623157e308) == binary.pack(">d", 1.7976931348623157e308)


@pytest.mark.parametrize(("name", "value"), [
    ("ShortConverter", 2**15), ("IntegerConverter", 2**31), ("LongConverter", 2**63), ("LongConverter", True), ("LongConverter", "1"),
    ("FloatConverter", 1e300),
    ("FloatConverter", 1), ("BooleanConverter", 1), ("ByteArrayConverter", "text"), ("StringConverter", b"text"),
    ("StringConverter", "\ud83d"),
    ("SimpleHeaderConverter", "\ud83d"),
])
def test_what_a_converter_does_not_take_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ConversionRefused):
        converted(name, value)


@pytest.mark.parametrize(("value", "schema", "text"), [
    ('a "b"', None, 'a "b"'), (7, None, "7"), (True, None, "true"), (Decimal("1.50"), None, "1.50"), (b"ab", None, "YWI="),
    ([1, "a", None, b"ab"], None, '[1,"a",null,"YWI="]'),
    ({"a": {"b": []}}, None, '{"a":{"b":[]}}'), (VALUE, ITEM, r'{"id":1,"note":null,"tags":["a","say \"\\\""],"more":{"x":2,"y":3}}'),
    ({}, struct({"a": replace(OPTIONAL_INT64, default=5)}), '{"a":5}'), (date(2026, 1, 2), None, "2026-01-02"),
    (time(1, 2, 3), None, "01:02:03.000Z"),
    (datetime(2026, 1, 2, 3, 4, 5, 678_900, timezone(timedelta(hours=1))), None, "2026-01-02T02:04:05.678Z"),
    (datetime(2026, 1, 2, tzinfo=UTC), None, "2026-01-02T00:00:00.000Z"),
])
def test_a_simple_header_is_text_that_connect_reads_back(value: Any, schema: Schema | None, text: str) -> None:
    assert converted("SimpleHeaderConverter", value, schema) == text.encode()


@pytest.mark.parametrize(("number", "text"), [
    (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (0.001, "0.001"), (9_999_999.0, "9999999.0"), (1e7, "1.0E7"),
    (12_345_678.5, "1.23456785E7"), (0.00025, "2.5E-4"),
    (-1e22, "-1.0E22"), (float("inf"), "Infinity"), (float("nan"), "NaN"),
])
def test_numbers_look_as_java_prints_them(number: float, text: str) -> None:
    assert converted("SimpleHeaderConverter", number, FLOAT64) == text.encode()


def test_a_float_has_the_digits_of_32_bits() -> None:
    assert converted("SimpleHeaderConverter", 0.10000000149011612, FLOAT32) == b"0.1"


@pytest.mark.parametrize(("value", "schema", "text"), [
    ("text", None, "text"), (7, None, "7"), (True, None, "true"), (1e7, FLOAT64, "1.0E7"), ([1, "a", None], None, "[1, a, null]"),
    ({"a": 1, "b": "x"}, None, "{a=1, b=x}"),
    (VALUE, ITEM, 'Struct{id=1,tags=[a, say "\\"],more={x=2, y=3}}'),
])
def test_a_string_is_what_java_prints(value: Any, schema: Schema | None, text: str) -> None:
    assert converted("StringConverter", value, schema) == text.encode()


def test_a_json_header_has_its_schema_before_it() -> None:
    assert converted("JsonConverter", 5, INT64) == b'{"schema":{"type":"int64","optional":false},"payload":5}'
