"""Apache Kafka's transforms on values with a schema."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from http_source.connect.schema import (
    BOOLEAN,
    BYTES,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT32,
    INT64,
    OPTIONAL_INT32,
    OPTIONAL_STRING,
    OPTIONAL_TIMESTAMP,
    STRING,
    TIME,
    TIMESTAMP,
    array,
    decimal,
    map_of,
    struct,
)
from http_source_tests.connect.transforms.cases import Case, Given, Refused, chain_of, check, on_value

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NAMED = struct({"a": INT32, "b": OPTIONAL_STRING}, name="Order")
SEVEN = replace(OPTIONAL_INT32, default=7)
"""An optional integer whose default is 7."""
DEFAULTED = struct({"a": SEVEN, "b": STRING})
NESTED = struct({"o": struct({"a": INT32, "b": replace(STRING, default="z")}, optional=True), "l": array(INT32)}, name="Order")
FLAT = struct({"o.a": OPTIONAL_INT32, "o.b": replace(OPTIONAL_STRING, default="z"), "l": array(INT32)}, name="Order")
BARE = {"replace.null.with.default": "false"}

CASES: list[Case] = [
    ("Cast", {"spec": "a:string"}, Given(NAMED, {"a": 1, "b": None}),
     Given(struct({"a": STRING, "b": OPTIONAL_STRING}, name="Order"), {"a": "1", "b": None})),
    ("Cast", {"spec": "a:string"}, Given(DEFAULTED, {"a": None, "b": "x"}),
     Given(struct({"a": replace(OPTIONAL_STRING, default="7"), "b": STRING}), {"a": "7", "b": "x"})),
    ("Cast", {"spec": "a:string", **BARE}, Given(DEFAULTED, {"a": None, "b": "x"}),
     Given(struct({"a": replace(OPTIONAL_STRING, default="7"), "b": STRING}), {"a": None, "b": "x"})),
    ("Cast", {"spec": "string"}, Given(FLOAT64, 1e10), Given(STRING, "1.0E10")),
    ("Cast", {"spec": "string"}, Given(FLOAT32, 0.10000000149011612), Given(STRING, "0.1")),
    ("Cast", {"spec": "string"}, Given(BYTES, b"\x00\xff"), Given(STRING, "AP8=")),
    ("Cast", {"spec": "int8"}, Given(BYTES, b"\x00"), Refused("Bytes can only be cast to string")),
    ("Cast", {"spec": "int8"}, Given(FLOAT64, 1e10), Given(INT8, -1)),
    ("Cast", {"spec": "int64"}, Given(FLOAT64, float("nan")), Given(INT64, 0)),
    ("Cast", {"spec": "boolean"}, Given(FLOAT64, float("nan")), Given(BOOLEAN, value=False)),
    ("Cast", {"spec": "float64"}, Given(STRING, "-Infinity"), Given(FLOAT64, float("-inf"))),
    ("Cast", {"spec": "float32"}, Given(FLOAT64, 1e300), Given(FLOAT32, float("inf"))),
    ("Cast", {"spec": "int32"}, Given(decimal(2), Decimal("4294967297.50")), Given(INT32, 1)),
    ("Cast", {"spec": "int64"}, Given(TIMESTAMP, NEW_YEAR), Given(INT64, 1_767_225_600_000)),
    ("Cast", {"spec": "int32"}, Given(DATE, date(1970, 1, 3)), Given(INT32, 2)),
    ("Cast", {"spec": "int32"}, Given(TIME, time(0, 0, 1)), Given(INT32, 1000)),
    ("Cast", {"spec": "a:string,b:string,c:string"},
     Given(struct({"a": TIMESTAMP, "b": TIMESTAMP, "c": TIME}), {"a": NEW_YEAR, "b": NEW_YEAR.replace(hour=1), "c": time(1, 2, 3)}),
     Given(struct({"a": STRING, "b": STRING, "c": STRING}), {"a": "2026-01-01", "b": "2026-01-01T01:00:00.000Z", "c": "01:02:03.000Z"})),
    ("Cast", {"spec": "l:string"}, Given(NESTED, {"o": None, "l": [1]}), Refused("casts no ARRAY", "/l")),
    ("ExtractField", {"field": "a"}, Given(DEFAULTED, {"a": None, "b": "x"}), Given(SEVEN, 7)),
    ("ExtractField", {"field": "a", **BARE}, Given(DEFAULTED, {"a": None, "b": "x"}), Given(SEVEN, None)),
    ("ExtractField", {"field": "z"}, Given(NAMED, {"a": 1, "b": None}), Refused("no such field; it has a, b", "/z")),
    ("ExtractField", {"field": "o.a", "field.syntax.version": "V2"}, Given(NESTED, {"o": {"a": 5, "b": ""}, "l": []}), Given(INT32, 5)),
    ("ExtractField", {"field": "o.a", "field.syntax.version": "V2"}, Given(NESTED, {"o": None, "l": []}), Given(INT32, None)),
    ("ExtractField", {"field": "l.a", "field.syntax.version": "V2"}, Given(NESTED, {"o": None, "l": []}), Refused("no such field", "/l/a")),
    ("Flatten", {}, Given(NESTED, {"o": {"a": 1, "b": None}, "l": [1]}), Given(FLAT, {"o.a": 1, "o.b": "z", "l": [1]})),
    ("Flatten", {}, Given(NESTED, {"o": None, "l": []}), Given(FLAT, {"l": []})),
    ("Flatten", {}, Given(struct({"m": map_of(STRING, STRING)}), {"m": {}}), Refused("map", "/m")),
    ("Flatten", {}, Given(struct({"a.b": INT32, "a": struct({"b": INT32})}), {"a.b": 1, "a": {"b": 2}}), Refused("have this name", "/a.b")),
    ("HoistField", {"field": "x"}, Given(INT32, 1), Given(struct({"x": INT32}), {"x": 1})),
    ("InsertField", {"topic.field": "t!", "partition.field": "p", "timestamp.field": "ts"}, Given(struct({"a": INT32}), {"a": 1}),
     Given(struct({"a": INT32, "t": STRING, "p": OPTIONAL_INT32, "ts": OPTIONAL_TIMESTAMP}),
           {"a": 1, "t": "orders", "p": None, "ts": None})),
    ("InsertField", {"static.field": "b", "static.value": "s"}, Given(DEFAULTED, {"a": None, "b": "x"}), Refused("have this name", "/b")),
    ("InsertField", {"static.field": "c", "static.value": "s"}, Given(DEFAULTED, {"a": None, "b": "x"}),
     Given(struct({"a": SEVEN, "b": STRING, "c": OPTIONAL_STRING}), {"a": 7, "b": "x", "c": "s"})),
    ("InsertField", {"timestamp.field": "ts!"}, Given(NAMED, {"a": 1, "b": None}), Refused("with ? instead of !", "/ts")),
    ("MaskField", {"fields": "a,b"}, Given(DEFAULTED, {"a": None, "b": "x"}), Given(DEFAULTED, {"a": 0, "b": ""})),
    ("MaskField", {"fields": "a,b", "replacement": "300", **BARE}, Given(DEFAULTED, {"a": None, "b": "x"}),
     Given(DEFAULTED, {"a": None, "b": "300"})),
    ("MaskField", {"fields": "n", "replacement": "300"}, Given(struct({"n": INT8}), {"n": 1}), Given(struct({"n": INT8}), {"n": 44})),
    ("MaskField", {"fields": "t"}, Given(struct({"t": TIMESTAMP}), {"t": NEW_YEAR}),
     Given(struct({"t": TIMESTAMP}), {"t": datetime(1970, 1, 1, tzinfo=UTC)})),
    ("MaskField", {"fields": "o"}, Given(NESTED, {"o": {"a": 1, "b": ""}, "l": []}), Refused("hides no STRUCT", "/o")),
    ("MaskField", {"fields": "d"}, Given(struct({"d": BYTES}), {"d": b""}), Refused("hides no BYTES", "/d")),
    ("ReplaceField", {"exclude": "b", "renames": "a:x"}, Given(NAMED, {"a": 1, "b": None}),
     Given(struct({"x": INT32}, name="Order"), {"x": 1})),
    ("ReplaceField", {"renames": "a:b"}, Given(NAMED, {"a": 1, "b": None}), Refused("have this name", "/b")),
    ("ReplaceField", {"exclude": "b"}, Given(DEFAULTED, {"a": None, "b": "x"}), Given(struct({"a": SEVEN}), {"a": 7})),
    ("ReplaceField", {"exclude": "b"}, Given(INT32, 1), Refused("takes a struct, but the schema says INT32")),
    ("SetSchemaMetadata", {"schema.name": "N", "schema.version": "2"}, Given(NAMED, {"a": 1, "b": None}),
     Given(replace(NAMED, name="N", version=2), {"a": 1, "b": None})),
    ("SetSchemaMetadata", {"schema.version": 3}, Given(INT32, 1), Given(replace(INT32, version=3), 1)),
    ("SetSchemaMetadata", {"schema.name": "N"}, Given(DEFAULTED, {"a": None, "b": "x"}),
     Given(replace(DEFAULTED, name="N"), {"a": 7, "b": "x"})),
    ("TimestampConverter", {"target.type": "Timestamp"}, Given(INT64, 1_767_225_600_000), Given(TIMESTAMP, NEW_YEAR)),
    ("TimestampConverter", {"target.type": "unix", "unix.precision": "nanoseconds"}, Given(OPTIONAL_TIMESTAMP, NEW_YEAR),
     Given(replace(INT64, optional=True), 1_767_225_600_000_000_000)),
    ("TimestampConverter", {"target.type": "string", "format": "dd.MM.yyyy", "field": "t"},
     Given(struct({"t": DATE, "a": INT32}), {"t": date(2026, 1, 2), "a": 1}),
     Given(struct({"t": STRING, "a": INT32}), {"t": "02.01.2026", "a": 1})),
    ("TimestampConverter", {"target.type": "Time", "field": "z"}, Given(NAMED, {"a": 1, "b": None}), Given(NAMED, {"a": 1, "b": None})),
    ("TimestampConverter", {"target.type": "Date", "field": "a"}, Given(NAMED, {"a": 1, "b": None}), Refused("schema says INT32", "/a")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1]} {case[2].value}")
def test_a_value_with_a_schema_is_changed_as_kafka_changes_it(case: Case) -> None:
    before = deepcopy(case[2])
    check(case)
    assert case[2] == before, "what came in must stay as it was"


CHANGED = [case for case in CASES if isinstance(case[3], Given)]


@pytest.mark.parametrize("case", CHANGED, ids=lambda case: f"{case[0]} {case[1]} {case[2].value}")
def test_a_schema_met_again_gives_the_very_same_schema(case: Case) -> None:
    name, properties, given, _ = case
    chain = chain_of(f"{name}$Value", properties)
    first, second = chain(on_value(given)), chain(on_value(given))
    assert first is not None
    assert second is not None
    assert first.value_schema is second.value_schema
