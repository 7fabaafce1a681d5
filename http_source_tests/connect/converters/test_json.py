"""JSON as Kafka's JsonConverter writes it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.options.converter import DecimalFormat
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json import JsonConverter, json_bytes
from http_source.connect.schema import (
    BYTES,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    STRING,
    TIME,
    TIMESTAMP,
    Schema,
    array,
    decimal,
    map_of,
    struct,
)
from http_source_tests.connect.converters.avro_samples import options, record_and_value

CONNECT = "org.apache.kafka.connect.data"

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner))


def converted(schema: Schema | None, value: Any, **changes: object) -> bytes | None:
    return JsonConverter(options(**changes)).convert(schema, value)


@given(DOCUMENTS)
def test_without_a_schema_every_value_is_read_back_exactly(value: Any) -> None:
    assert _same(json.loads(json_bytes(value), parse_float=Decimal), value)


def _same(read: Any, value: Any) -> bool:
    """Whether it is the same value to the last digit: a decimal may come back as an integer, since JSON has one kind of number."""
    match value:
        case dict():
            return read.keys() == value.keys() and all(_same(read[name], each) for name, each in value.items())
        case list():
            return len(read) == len(value) and all(_same(one, other) for one, other in zip(read, value, strict=True))
        case Decimal():
            return str(read) == str(value) or Decimal(read).compare_total(value) == 0
    return type(read) is type(value) and bool(read == value)


@pytest.mark.parametrize(("value", "text"), [
    ({"b": 1, "a": [None, True, "é"]}, '{"b":1,"a":[null,true,"é"]}'), (Decimal("1.50"), "1.50"), (Decimal("1E+400"), "1E+400"),
    (2**70, str(2**70)),
    (Decimal("-0"), "-0"), ("\ud83d", '"\\ud83d"'), ({"a": ["\ud83d", Decimal("0.10")]}, '{"a":["\\ud83d",0.10]}'), ("😀", '"😀"'),
    (b"ab", '"YWI="'),
])
def test_without_a_schema_json_is_compact_and_exact(value: Any, text: str) -> None:
    assert converted(None, value) == text.encode()


def test_null_without_a_schema_is_a_tombstone_and_with_one_the_word() -> None:
    assert converted(None, None) is None
    assert converted(OPTIONAL_STRING, None) == b"null"
    assert converted(OPTIONAL_STRING, None, schemas_enable=True) == b'{"schema":{"type":"string","optional":true},"payload":null}'


def test_a_value_without_a_schema_has_none_before_it() -> None:
    assert converted(None, {"a": 1}, schemas_enable=True) == b'{"schema":null,"payload":{"a":1}}'


def test_a_schema_stands_before_the_value_as_kafka_writes_it() -> None:
    schema = struct({
        "id": INT64, "tiny": replace(INT8, default=1, doc="small"), "when": TIMESTAMP.as_optional(), "price": decimal(2),
        "tags": array(STRING), "more": map_of(STRING, FLOAT64), "ratio": FLOAT32,
    }, name="shop.Order")
    value = {"id": 1, "tiny": 2, "when": None, "price": Decimal("1.28"), "tags": ["a"], "more": {"x": 0.5}, "ratio": 0.5}
    assert (converted(schema, value, schemas_enable=True) or b"").decode() == (
        '{"schema":{"type":"struct","fields":[{"type":"int64","optional":false,"field":"id"},'
        '{"type":"int8","optional":false,"doc":"small","default":1,"field":"tiny"},'
        f'{{"type":"int64","optional":true,"name":"{CONNECT}.Timestamp","version":1,"field":"when"}},'
        f'{{"type":"bytes","optional":false,"name":"{CONNECT}.Decimal","version":1,"parameters":{{"scale":"2"}},"field":"price"}},'
        '{"type":"array","items":{"type":"string","optional":false},"optional":false,"field":"tags"},'
        '{"type":"map","keys":{"type":"string","optional":false},"values":{"type":"double","optional":false},"optional":false,"field":"more"},'
        '{"type":"float","optional":false,"field":"ratio"}],"optional":false,"name":"shop.Order"},'
        '"payload":{"id":1,"tiny":2,"when":null,"price":"AIA=","tags":["a"],"more":{"x":0.5},"ratio":0.5}}')


@given(record_and_value())
def test_the_payload_alone_is_what_stands_in_the_envelope(sample: tuple[Schema, Any]) -> None:
    schema, value = sample
    envelope = json.loads(converted(schema, value, schemas_enable=True) or b"")
    assert envelope.keys() == {"schema", "payload"}
    assert json.loads(converted(schema, value) or b"") == envelope["payload"]


@pytest.mark.parametrize(("schema", "value", "text"), [
    (DATE, date(1970, 1, 11), "10"), (TIME, time(0, 0, 1, 999), "1000"), (TIMESTAMP, datetime(1970, 1, 1, 0, 0, 1, 1_999, UTC), "1001"),
    (BYTES, b"\xff", '"/w=="'), (decimal(3), Decimal("-1.28"), '"+wA="'), (FLOAT64, float("nan"), '"NaN"'),
    (FLOAT32, float("-inf"), '"-Infinity"'),
    (FLOAT32, 0.10000000149011612, "0.1"), (FLOAT64, 0.1, "0.1"), (map_of(INT64, STRING), {1: "a", 2: "b"}, '[[1,"a"],[2,"b"]]'),
    (map_of(OPTIONAL_STRING, INT64), {None: 1}, '{"null":1}'), (struct({"a": OPTIONAL_INT64}), {}, '{"a":null}'),
    (STRING, "\udc00", '"\\udc00"'),
])
def test_values_with_a_schema_are_written_as_kafka_does(schema: Schema, value: Any, text: str) -> None:
    assert converted(schema, value) == text.encode()


@pytest.mark.parametrize(("value", "text"), [
    ("1.5", "1.500"), ("-7", "-7.000"), ("1E+2", "100.000"), ("12345678901234567890.125", "12345678901234567890.125"),
])
def test_decimals_may_be_numbers_with_all_digits_of_their_scale(value: str, text: str) -> None:
    assert converted(decimal(3), Decimal(value), decimal_format=DecimalFormat.NUMERIC) == text.encode()


def test_a_default_stands_for_null_unless_it_is_told_not_to() -> None:
    schema = struct({"a": replace(OPTIONAL_INT64, default=5), "b": replace(INT64, default=6)})
    assert converted(schema, {"a": None, "b": None}) == b'{"a":5,"b":6}'
    assert converted(schema, {"a": None, "b": 7}, replace_null=False) == b'{"a":null,"b":7}'
    with pytest.raises(ConversionRefused) as caught:
        converted(schema, {"a": None, "b": None}, replace_null=False)
    assert caught.value.path == "/b"


@pytest.mark.parametrize(("schema", "value"), [
    (INT64, None), (INT64, True), (INT64, 1.0), (STRING, 1), (array(STRING), ["a", None]), (map_of(STRING, INT64), []),
    (struct({}), {"more": 1}),
    (decimal(1), Decimal("0.25")), (decimal(1), Decimal("Infinity")), (TIMESTAMP, date(2026, 1, 1)), (BYTES, "text"),
])
def test_a_value_that_does_not_fit_is_refused_with_its_path(schema: Schema, value: Any) -> None:
    with pytest.raises(ConversionRefused) as caught:
        converted(struct({"a/b": schema}), {"a/b": value})
    assert caught.value.path.startswith("/a~1b")


def test_what_json_cannot_hold_is_refused() -> None:
    for value in (object(), {None: 1}, {"\ud83d": 1}):
        with pytest.raises(ConversionRefused):
            json_bytes(value)
