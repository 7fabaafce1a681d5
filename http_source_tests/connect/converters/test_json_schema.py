"""Connect's schemas as JSON Schemas, and values by them. Expected schemas after Confluent's JsonSchemaData."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from http_source.config.options.converter import DecimalFormat
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema import JsonSchemaFormat
from http_source.connect.schema import (
    BOOLEAN,
    BYTES,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
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
from http_source_tests.connect.converters.avro_samples import options

PLAIN = JsonSchemaFormat(options())
NUMERIC = JsonSchemaFormat(options(decimal_format=DecimalFormat.NUMERIC))
DATA = "org.apache.kafka.connect.data"
NULL = {"type": "null"}


def text_of(schema: Schema, form: JsonSchemaFormat = PLAIN) -> Any:
    """What is written, without the draft."""
    written = json.loads(form.write_schema(schema).text)
    written.pop("$schema", None)
    return written


@pytest.mark.parametrize("schema", [OPTIONAL_STRING, INT64, array(STRING), map_of(STRING, STRING)])
def test_b218_a_schema_without_properties_says_that_it_is_a_json_schema(schema: Schema) -> None:
    """Apicurio (3.3.3) looks for either, and refuses a text that has neither."""
    assert json.loads(PLAIN.write_schema(schema).text)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_a_schema_with_properties_is_written_without_a_draft_as_connect_does() -> None:
    assert "$schema" not in json.loads(PLAIN.write_schema(struct({"a": STRING})).text)


@pytest.mark.parametrize(("schema", "expected"), [
    (BOOLEAN, {"type": "boolean"}),
    (STRING, {"type": "string"}),
    (INT8, {"type": "integer", "connect.type": "int8"}),
    (INT16, {"type": "integer", "connect.type": "int16"}),
    (INT32, {"type": "integer", "connect.type": "int32"}),
    (INT64, {"type": "integer", "connect.type": "int64"}),
    (FLOAT32, {"type": "number", "connect.type": "float32"}),
    (FLOAT64, {"type": "number", "connect.type": "float64"}),
    (BYTES, {"type": "string", "connect.type": "bytes"}),
    (OPTIONAL_STRING, {"oneOf": [NULL, {"type": "string"}]}),
    (array(INT64), {"type": "array", "items": {"type": "integer", "connect.type": "int64"}}),
    (DATE, {"type": "integer", "title": f"{DATA}.Date", "connect.version": 1, "connect.type": "int32"}),
    (TIME, {"type": "integer", "title": f"{DATA}.Time", "connect.version": 1, "connect.type": "int32"}),
    (TIMESTAMP, {"type": "integer", "title": f"{DATA}.Timestamp", "connect.version": 1, "connect.type": "int64"}),
    (decimal(2), {"type": "string", "title": f"{DATA}.Decimal", "connect.version": 1, "connect.type": "bytes",
        "connect.parameters": {"scale": "2"}}),
    (map_of(STRING, INT32), {"type": "object", "connect.type": "map",
        "additionalProperties": {"type": "integer", "connect.type": "int32"}}),
    (map_of(INT32, STRING), {"type": "array", "connect.type": "map", "items": {"type": "object", "properties": {
        "key": {"type": "integer", "connect.type": "int32", "connect.index": 0}, "value": {"type": "string", "connect.index": 1}}}}),
    (map_of(OPTIONAL_STRING, STRING), {"type": "array", "connect.type": "map", "items": {"type": "object", "properties": {
        "key": {"oneOf": [NULL, {"type": "string"}], "connect.index": 0}, "value": {"type": "string", "connect.index": 1}}}}),
    (replace(OPTIONAL_STRING, default="x", doc="a word", version=3, parameters={"b": "2", "a": "1"}),
        {"oneOf": [NULL, {"type": "string", "default": "x", "description": "a word", "connect.version": 3,
            "connect.parameters": {"a": "1", "b": "2"}}]}),
    (replace(BYTES, default=b"\x01"), {"type": "string", "connect.type": "bytes", "default": "AQ=="}),
])  # fmt: skip
def test_writes_each_type_as_connect_does(schema: Schema, expected: Mapping[str, Any]) -> None:
    assert text_of(schema) == expected
    assert PLAIN.read_schema(PLAIN.write_schema(schema).text) == schema


def test_writes_a_struct_as_an_object_whose_properties_know_their_place() -> None:
    schema = struct({"id": INT64, "tags": array(OPTIONAL_STRING), "at": struct({"x": FLOAT64}, name="Point", optional=True)}, name="Order")
    assert text_of(schema) == {"type": "object", "title": "Order", "properties": {
        "id": {"type": "integer", "connect.type": "int64", "connect.index": 0},
        "tags": {"type": "array", "items": {"oneOf": [NULL, {"type": "string"}]}, "connect.index": 1},
        "at": {"connect.index": 2, "oneOf": [NULL, {"type": "object", "title": "Point", "properties": {
            "x": {"type": "number", "connect.type": "float64", "connect.index": 0}}}]}}}
    assert PLAIN.write_schema(schema).record_name == "Order"


def test_says_that_an_object_is_closed_only_when_it_is() -> None:
    schema = struct({"a": struct({"b": INT64})})
    assert "additionalProperties" not in PLAIN.write_schema(schema).text
    closed = text_of(schema, JsonSchemaFormat(options(additional_properties=False)))
    assert closed["additionalProperties"] is False
    assert closed["properties"]["a"]["additionalProperties"] is False


def test_a_numeric_decimal_is_a_number_with_all_its_digits() -> None:
    schema = struct({"a": replace(decimal(2), default=Decimal("0.50"))})
    written = text_of(schema, NUMERIC)["properties"]["a"]
    assert (written["type"], written["connect.type"], written["default"]) == ("number", "bytes", 0.5)
    assert NUMERIC.read_schema(NUMERIC.write_schema(schema).text) == schema
    assert NUMERIC.encoder(schema)({"a": Decimal("123456789012345678901.5")}) == b'{"a":123456789012345678901.50}'


def test_writes_values_in_the_order_of_the_schema() -> None:
    schema = struct({"id": INT64, "name": OPTIONAL_STRING, "price": decimal(2), "raw": BYTES, "day": DATE, "hour": TIME, "at": TIMESTAMP,
        "half": FLOAT32, "by_key": map_of(INT32, STRING), "labels": map_of(STRING, BOOLEAN)})
    value = {"labels": {"a": True}, "by_key": {1: "x"}, "half": 0.1, "at": datetime(2026, 1, 2, 3, 4, 5, 678_900, UTC),
        "hour": time(0, 0, 1), "day": date(1970, 1, 3), "raw": b"\xff", "price": Decimal("1.5"), "name": None, "id": 2**62}
    assert PLAIN.encoder(schema)(value) == (
        b'{"id":4611686018427387904,"name":null,"price":"AJY=","raw":"/w==","day":2,"hour":1000,"at":1767323045678,'
        b'"half":0.1,"by_key":[{"key":1,"value":"x"}],"labels":{"a":true}}')


def test_a_null_is_the_default_unless_defaults_are_ignored_where_null_may_be() -> None:
    schema = struct({"a": replace(OPTIONAL_STRING, default="x"), "b": replace(STRING, default="y")})
    assert PLAIN.encoder(schema)({}) == b'{"a":"x","b":"y"}'
    assert JsonSchemaFormat(options(ignore_default=True)).encoder(schema)({}) == b'{"a":null,"b":"y"}'


def test_writes_a_union_as_one_of_its_branches() -> None:
    name = "io.confluent.connect.json.OneOf"
    schema = struct({f"{name}.field.0": OPTIONAL_STRING, f"{name}.field.1": INT64.as_optional()}, name=name, optional=True)
    assert text_of(schema) == {"oneOf": [NULL, {"type": "string", "connect.index": 0},
        {"type": "integer", "connect.type": "int64", "connect.index": 1}]}
    assert PLAIN.read_schema(PLAIN.write_schema(schema).text) == schema
    assert PLAIN.encoder(struct({"a": schema}))({"a": {f"{name}.field.1": 7}}) == b'{"a":7}'
    with pytest.raises(ConversionRefused, match="no branch"):
        PLAIN.encoder(schema.as_required())({})


@pytest.mark.parametrize(("schema", "value", "path"), [
    (struct({"a": INT64}), {"a": None}, "/a"),
    (struct({"a": INT64}), {"a": 2**63}, "/a"),
    (struct({"a": INT8}), {"a": 128}, "/a"),
    (struct({"a": INT64}), {"a": True}, "/a"),
    (struct({"a": array(struct({"b/c": STRING}))}), {"a": [{"b/c": 1}]}, "/a/*/b~1c"),
    (struct({"a": map_of(STRING, STRING)}), {"a": {"x": None}}, "/a/*"),
    (struct({"a": FLOAT64}), {"a": float("nan")}, "/a"),
    (struct({"a": decimal(1)}), {"a": Decimal("1.25")}, "/a"),
    (struct({"a": INT64}), {"a": 1, "b": 2}, ""),
    (struct({"a": INT64}), [1], ""),
    (STRING, None, ""),
])  # fmt: skip
def test_refuses_a_value_that_does_not_fit_by_its_place(schema: Schema, value: object, path: str) -> None:
    encode = PLAIN.encoder(schema)
    with pytest.raises(ConversionRefused) as refused:
        encode(value)
    assert refused.value.path == path
