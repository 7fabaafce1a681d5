"""Records with the schema they have alone: fields that are null, empty or missing tell no type, and are there for every transform."""

import gzip
from dataclasses import replace
from typing import Any

import pytest

from http_source.connect.record import Header, Record
from http_source.connect.schema import (
    BYTES,
    OPTIONAL_BOOLEAN,
    OPTIONAL_FLOAT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    OPTIONAL_TIMESTAMP,
    STRING,
    TIMESTAMP,
    UNDECIDED,
    Schema,
    struct,
)
from http_source.connect.transforms.instants import timestamp_of
from http_source_tests.connect.transforms import confluent_cases
from http_source_tests.connect.transforms.cases import Case, Given, Refused, chain_of, check, check_record
from http_source_tests.connect.transforms.served import INT64, items, of, schema_of, served
from http_source_tests.connect.transforms.served import STRING as TEXT

V2 = {"field.syntax.version": "V2"}
TIME = {"target.type": "Timestamp", "format": "yyyy-MM-dd"}
NOTHING = Given(UNDECIDED, None)
HUGE = 2**70


def given(value: Any) -> Given:
    return Given(schema_of(value), value)


def rebuilt(fields: dict[str, Schema]) -> Schema:
    """A struct that was served and that a transform has put together anew."""
    return of(fields).as_required()


NULLS: list[Case] = [
    ("ExtractField", {"field": "a"}, given({"a": None, "b": 1}), NOTHING),
    ("ExtractField", {"field": "z"}, given({"a": 1}), NOTHING),
    ("ExtractField", {"field": "z"}, NOTHING, NOTHING),
    ("ExtractField", {"field": "a"}, given({"a": []}), Given(items(UNDECIDED), [])),
    ("ExtractField", {"field": "a"}, given({"a": {}}), Given(of({}), {})),
    ("ExtractField", {"field": "a.b.c", **V2}, given({"a": None}), NOTHING),
    ("ExtractField", {"field": "a.b.c", **V2}, given({"a": {}}), NOTHING),
    ("ExtractField", {"field": "a.b.c", **V2}, given({"a": 1}), Refused("no such field", "/a/b/c")),
    ("ExtractField", {"field": "z"}, Given(struct({"x": UNDECIDED}), {"x": None}), Refused("no such field; it has x", "/z")),
    ("HoistField", {"field": "x"}, given({"a": None}), Given(struct({"x": of({"a": UNDECIDED})}), {"x": {"a": None}})),
    ("HoistField", {"field": "x"}, NOTHING, Given(struct({"x": UNDECIDED}), {"x": None})),
    ("Flatten", {}, given({"a": None, "o": {"b": None, "c": 1}, "e": {}, "l": []}),
     Given(rebuilt({"a": UNDECIDED, "o.b": UNDECIDED, "o.c": INT64, "l": items(UNDECIDED)}), {"o.c": 1, "l": []})),
    ("InsertField", {"topic.field": "t"}, given({"a": None}),
     Given(rebuilt({"a": UNDECIDED, "t": OPTIONAL_STRING}), {"a": None, "t": "orders"})),
    ("InsertField", {"topic.field": "t"}, NOTHING, NOTHING),
    ("ReplaceField", {"renames": "a:x"}, given({"a": None, "b": 1}), Given(rebuilt({"x": UNDECIDED, "b": INT64}), {"x": None, "b": 1})),
    ("ReplaceField", {"exclude": "a"}, given({"a": HUGE, "b": []}), Given(rebuilt({"b": items(UNDECIDED)}), {"b": []})),
    ("MaskField", {"fields": "a,b,c,z"}, given({"a": None, "b": [], "c": {}}), given({"a": None, "b": [], "c": {}})),
    ("MaskField", {"fields": "a,b"}, given({"a": "secret", "b": HUGE}), Given(of({"a": TEXT, "b": INT64}), {"a": "", "b": 0})),
    ("MaskField", {"fields": "a"}, given({"a": {"b": 1}}), Refused("hides no STRUCT", "/a")),
    ("SetSchemaMetadata", {"schema.name": "Order"}, given({"a": None}), Given(replace(of({"a": UNDECIDED}), name="Order"), {"a": None})),
]

TYPES: list[Case] = [
    ("Cast", {"spec": "a:string,z:string"}, given({"a": None, "b": None}),
     Given(of({"a": OPTIONAL_STRING, "b": UNDECIDED}), {"a": None, "b": None})),
    ("Cast", {"spec": "a:string"}, given({"a": []}), Refused("casts no ARRAY", "/a")),
    ("Cast", {"spec": "string"}, Given(INT64, 7), Given(OPTIONAL_STRING, "7")),
    ("Cast", {"spec": "a:string,b:float64,c:boolean"}, given({"a": HUGE, "b": HUGE, "c": HUGE}),
     Given(of({"a": OPTIONAL_STRING, "b": OPTIONAL_FLOAT64, "c": OPTIONAL_BOOLEAN}), {"a": str(HUGE), "b": float(HUGE), "c": True})),
    ("Cast", {"spec": "a:int32"}, given({"a": HUGE}), Refused("beyond 64 bits; cast it to string or float64", "/a")),
    ("Cast", {"spec": "a:int64"}, given({"a": -(2**63)}), Given(of({"a": OPTIONAL_INT64}), {"a": -(2**63)})),
    ("TimestampConverter", {"field": "a", **TIME}, given({"a": None, "b": 1}),
     Given(rebuilt({"a": OPTIONAL_TIMESTAMP, "b": INT64}).as_optional(), {"a": None, "b": 1})),
    ("TimestampConverter", {"field": "z", **TIME}, given({"a": None}), given({"a": None})),
    ("TimestampConverter", {"field": "a", **TIME}, given({"a": HUGE}), Refused("integer of 64 bits", "/a")),
    ("TimestampConverter", {"field": "a", **TIME}, NOTHING, NOTHING),
    ("TimestampConverter", TIME, NOTHING, Given(OPTIONAL_TIMESTAMP, None)),
]


@pytest.mark.parametrize("case", NULLS + TYPES, ids=lambda case: f"{case[0]} {case[1]} {case[2].value}")
def test_b206_what_has_no_type_yet_is_moved_renamed_hidden_and_typed_like_any_null(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(("schema", "expected"), [
    (struct({"t": INT64}, optional=True), struct({"t": OPTIONAL_TIMESTAMP}, optional=True)),
    (struct({"a": INT64}), struct({"a": INT64})),
])
def test_b214_a_null_struct_stays_null_with_the_schema_of_the_converted_field(schema: Schema, expected: Schema) -> None:
    check(("TimestampConverter", {"field": "t", **TIME}, Given(schema, None), Given(expected, None)))


def test_b214_a_null_that_is_no_struct_has_no_field_to_convert() -> None:
    check(("TimestampConverter", {"field": "t", **TIME}, Given(STRING, None), Refused("the schema says STRING")))


LAKE = served({"a": None, "b": 1, "o": {}})
KEYED = {"a": None, "z": None}
X, Y = Header(key="x", value=None, schema=UNDECIDED), Header(key="y", value=1, schema=INT64)
MOVE = {"fields": "a,b", "headers": "x,y", "operation": "move"}

RECORDS: list[tuple[str, dict[str, str], Record, Record | Refused]] = [
    ("ValueToKey", {"fields": "a,z"}, LAKE, replace(LAKE, key=KEYED, key_schema=struct({"a": UNDECIDED, "z": UNDECIDED}))),
    ("ValueToKey", {"fields": "a"}, Record(topic="orders", value_schema=UNDECIDED), Refused("this is null")),
    ("ValueToKey", {"fields": "a"}, Record(topic="orders", value={}, value_schema=struct({})), Refused("no such field", "/a")),
    ("HeaderFrom$Value", MOVE, LAKE, replace(LAKE, value={"o": {}}, value_schema=rebuilt({"o": of({})}), headers=(X, Y))),
    ("HeaderFrom$Value", MOVE | {"fields": "z,b", "operation": "copy"}, LAKE, replace(LAKE, headers=(X, Y))),
    ("RegexRouter", {"regex": "orders", "replacement": "x"}, LAKE, replace(LAKE, topic="x")),
    ("InsertHeader", {"header": "x", "value.literal": "null"}, LAKE, replace(LAKE, headers=(replace(X, schema=None),))),
]


@pytest.mark.parametrize(("name", "properties", "record", "expected"), RECORDS)
def test_b206_what_has_no_type_yet_goes_into_keys_and_headers(
    name: str, properties: dict[str, str], record: Record, expected: Record | Refused
) -> None:
    check_record(chain_of(name, properties), record, expected)


def changed(record: Record, value: Any, schema: Schema) -> Record:
    return replace(record, value=value, value_schema=schema)


NESTED = {"input.outer.field.name": "o", "input.inner.field.name": "a", "output.field.name": "c"}
PUT = {"headers": "x", "fields": "o.c", "operation": "copy"}
XPATH = {"xpath": "/a", "input.field": "a"}
EMPTY, PACKED = served({}), Record(topic="orders", value=gzip.compress(b"x"), value_schema=BYTES)
STAMPS = {"message.timestamp.format": "yyyy", "topic.timestamp.format": "yyyy", "message.timestamp.keys": "a"}
FILTER = {"filter.condition": "$.a[?(@.b)]", "filter.type": "include", "missing.or.null.behavior": "include"}

CONFLUENT: list[confluent_cases.Case] = [
    ("ExtractTopic$Value", {"field": "a", "skip.missing.or.null": "true"}, LAKE, LAKE),
    ("ExtractTopic$Value", {"field": "z"}, LAKE, "missing, null or empty"),
    ("Filter$Value", FILTER, LAKE, LAKE),
    ("Filter$Value", FILTER, served({"a": {}}), None),
    ("KeyToValue", {"field": "k"}, replace(EMPTY, key_schema=UNDECIDED), changed(
        replace(EMPTY, key_schema=UNDECIDED), {"k": None}, of({"k": UNDECIDED}))),
    ("HeaderToValue", PUT, replace(LAKE, headers=(X,)), changed(
        replace(LAKE, headers=(X,)), {"a": None, "b": 1, "o": {"c": None}}, of({"a": UNDECIDED, "b": INT64, "o": of({"c": UNDECIDED})}))),
    ("HeaderToValue", PUT, replace(EMPTY, headers=(X,)), "the schema has none here"),
    ("ExtractNestedField$Value", NESTED, EMPTY, changed(EMPTY, {"c": None}, of({"c": UNDECIDED}))),
    ("ExtractNestedField$Value", NESTED | {"input.outer.field.name": "b"}, LAKE, "no such field"),
    ("ExtractXPath$Value", XPATH, LAKE, LAKE),
    ("ExtractXPath$Value", XPATH | {"output.field": "o"}, EMPTY, EMPTY),
    ("ExtractXPath$Value", XPATH | {"output.field": "c"}, served({"a": None}), changed(
        served({"a": None}), {"a": None, "c": None}, of({"a": UNDECIDED, "c": UNDECIDED}))),
    ("BytesToString$Value", {"fields": "a,z"}, LAKE, changed(
        LAKE, LAKE.value, of({"a": OPTIONAL_STRING, "b": INT64, "o": of({})}))),
    ("BytesToString$Value", {}, Record(topic="orders", value_schema=UNDECIDED), Record(topic="orders", value_schema=OPTIONAL_STRING)),
    ("GzipDecompress$Value", {}, Record(topic="orders", value_schema=UNDECIDED), Record(topic="orders", value_schema=UNDECIDED)),
    ("GzipDecompress$Value", {}, PACKED, replace(PACKED, value=b"x")),
    ("AdjustPrecisionAndScale$Value", {"precision.mode": "max"}, LAKE, LAKE),
    ("SetMaximumPrecision$Value", {"precision.max": "5"}, EMPTY, EMPTY),
    ("ExtractTimestamp$Value", {"field.name": "a"}, LAKE, "must be an integer of milliseconds, but this is null"),
    ("ExtractTimestamp$Value", {"field.name": "z"}, LAKE, "must be an integer of milliseconds, but this is null"),
    ("TimestampNowField$Value", {"fields": "a"}, served({"a": None}), changed(
        served({"a": None}), {"a": timestamp_of(confluent_cases.NOON)}, of({"a": TIMESTAMP}))),
    ("MessageTimestampRouter", STAMPS, LAKE, "but this has a schema"),
    ("Drop$Value", {"schema.behavior": "validate"}, LAKE, changed(LAKE, None, LAKE.value_schema or UNDECIDED)),
]


@pytest.mark.parametrize("case", CONFLUENT)
def test_b206_confluents_transforms_take_what_has_no_type_yet(case: confluent_cases.Case) -> None:
    confluent_cases.check(case)
