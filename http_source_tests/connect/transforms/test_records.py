"""Apache Kafka's transforms on headers, topics and keys."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from http_source.connect.record import Header, Record
from http_source.connect.schema import (
    BOOLEAN,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
    OPTIONAL_INT32,
    STRING,
    TIME,
    TIMESTAMP,
    Schema,
    decimal,
    struct,
)
from http_source_tests.connect.transforms.cases import Properties, Refused, chain_of, check_record, message_of

ORDER = struct({"a": INT32, "b": replace(OPTIONAL_INT32, default=7)}, name="Order")
PLAIN = Record(topic="orders", value={"a": 1, "b": None})
TYPED = Record(topic="orders", value={"a": 1, "b": None}, value_schema=ORDER)
TOMBSTONE = Record(topic="orders")
NEW_YEAR = Record(topic="orders", timestamp=1_767_225_600_000)
A, B, A_AGAIN = Header(key="a", value=1), Header(key="b", value=2), Header(key="a", value=3)
HEADED = replace(PLAIN, headers=(A, B, A_AGAIN))

MOVE = {"fields": "a,b", "headers": "ha,a", "operation": "MOVE"}
COPY = {"fields": "a", "headers": "h", "operation": "copy"}
OPEN = {"replace.null.with.default": False}

CASES: list[tuple[str, Properties, Record, Record | Refused | None]] = [
    ("Filter", {}, PLAIN, None),
    ("DropHeaders", {"headers": "a,z"}, HEADED, replace(HEADED, headers=(B,))),
    ("InsertHeader", {"header": "a", "value.literal": "x"}, HEADED,
     replace(HEADED, headers=(A, B, A_AGAIN, Header(key="a", value="x", schema=STRING)))),
    ("HeaderFrom$Value", COPY, PLAIN, replace(PLAIN, headers=(Header(key="h", value=1),))),
    ("HeaderFrom$Value", COPY | {"fields": "z"}, PLAIN, replace(PLAIN, headers=(Header(key="h", value=None),))),
    ("HeaderFrom$Value", MOVE, HEADED,
     replace(HEADED, value={}, headers=(A, B, A_AGAIN, Header(key="ha", value=1), Header(key="a", value=None)))),
    ("HeaderFrom$Value", MOVE, TYPED, replace(
        TYPED, value={}, value_schema=struct({}, name="Order"),
        headers=(Header(key="ha", value=1, schema=INT32), Header(key="a", value=7, schema=replace(OPTIONAL_INT32, default=7))))),
    ("HeaderFrom$Value", COPY | OPEN | {"fields": "b"}, TYPED, replace(
        TYPED, headers=(Header(key="h", value=None, schema=replace(OPTIONAL_INT32, default=7)),))),
    ("HeaderFrom$Value", COPY | {"fields": "z"}, TYPED, Refused("no such field", "/z")),
    ("HeaderFrom$Value", COPY, TOMBSTONE, Refused("RecordIsTombstone")),
    ("ValueToKey", {"fields": "b,z"}, PLAIN, replace(PLAIN, key={"b": None, "z": None})),
    ("ValueToKey", {"fields": "b,a"}, TYPED, replace(
        TYPED, key={"b": 7, "a": 1}, key_schema=struct({"b": replace(OPTIONAL_INT32, default=7), "a": INT32}))),
    ("ValueToKey", {"fields": "b", **OPEN}, TYPED,
     replace(TYPED, key={"b": None}, key_schema=struct({"b": replace(OPTIONAL_INT32, default=7)}))),
    ("ValueToKey", {"fields": "z"}, TYPED, Refused("no such field", "/z")),
    ("ValueToKey", {"fields": "a"}, TOMBSTONE, Refused("this is null")),
    ("RegexRouter", {"regex": "(ord)(.*)", "replacement": "$2-$1"}, PLAIN, replace(PLAIN, topic="ers-ord")),
    ("RegexRouter", {"regex": "ord", "replacement": "x"}, PLAIN, PLAIN),
    ("RegexRouter", {"regex": "or|orders", "replacement": "x"}, PLAIN, replace(PLAIN, topic="xders")),
    ("TimestampRouter", {}, NEW_YEAR, replace(NEW_YEAR, topic="orders-20260101")),
    ("TimestampRouter", {"topic.format": "t.${timestamp}", "timestamp.format": "yyyy.MM"}, NEW_YEAR, replace(NEW_YEAR, topic="t.2026.01")),
    ("TimestampRouter", {}, PLAIN, Refused("no timestamp")),
    ("InsertField$Value", {"timestamp.field": "t", "partition.field": "p"}, replace(NEW_YEAR, value={}, partition=3),
     replace(NEW_YEAR, value={"t": 1_767_225_600_000, "p": 3}, partition=3)),
    ("InsertField$Value", {"timestamp.field": "t!"}, replace(NEW_YEAR, value={}, value_schema=struct({})),
     replace(NEW_YEAR, value={"t": datetime(2026, 1, 1, tzinfo=UTC)}, value_schema=struct({"t": TIMESTAMP}))),
]


@pytest.mark.parametrize(("name", "properties", "record", "expected"), CASES)
def test_a_record_is_changed_as_kafka_changes_it(
    name: str, properties: Properties, record: Record, expected: Record | Refused | None
) -> None:
    check_record(chain_of(name, properties), record, expected)


LITERALS: list[tuple[str, Any, Schema | None]] = [
    ("null", None, None),
    ("true", True, BOOLEAN),
    ("12", 12, INT8),
    ("-300", -300, INT16),
    ("+70000", 70000, INT32),
    ("1e3", 1000, INT16),
    ("1.00", 1, INT8),
    ("9223372036854775807", 2**63 - 1, INT64),
    ("9223372036854775808", Decimal(2**63), decimal(0)),
    ("1.5", 1.5, FLOAT32),
    ("1.5e300", 1.5e300, FLOAT64),
    ("1.5e400", Decimal("1.5e400"), decimal(-399)),
    ("1.5e-300", 0.0, FLOAT32),
    ("2026-01-02", date(2026, 1, 2), DATE),
    ("10:11:12.013Z", time(10, 11, 12, 13_000), TIME),
    ("2026-01-02T03:04:05.678Z", datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC), TIMESTAMP),
    ("12:30", "12:30", STRING),
    ("12,34", "12,34", STRING),
    ("NaN", "NaN", STRING),
    ('["a"]', '["a"]', STRING),
    ("", "", STRING),
]


@pytest.mark.parametrize(("text", "value", "schema"), LITERALS)
def test_a_headers_literal_has_the_type_it_looks_like(text: str, value: Any, schema: Schema | None) -> None:
    changed = chain_of("InsertHeader", {"header": "h", "value.literal": text})(PLAIN)
    assert changed is not None
    (header,) = changed.headers
    assert (repr(header.value), header.schema) == (repr(value), schema)


MISTAKES: list[tuple[str, Properties, str]] = [
    ("Cast$Value", {"spec": ""}, 'transforms.t.spec: Invalid value "" for configuration transforms.t.spec: Expected field:type pairs'),
    ("Cast$Value", {"spec": "a:b:int8"}, "a:b:int8 has more than one colon"),
    ("Cast$Value", {"spec": "a:bytes"}, "bytes is not a type to cast to"),
    ("Cast$Value", {"spec": "a:int46"}, "Did you mean int64?"),
    ("Cast$Value", {"spec": "string,a:int8"}, "stands alone"),
    ("DropHeaders", {}, 'Missing required configuration "transforms.t.headers"'),
    ("ExtractField$Value", {"field": "`a", "field.syntax.version": "V2"}, "transforms.t.field: A backtick"),
    ("ExtractField$Value", {"field": "a", "field.syntax.version": "V3"}, "String must be one of (case insensitive): V1, V2"),
    ("HeaderFrom$Value", {"fields": "a", "headers": "a,b", "operation": "copy"}, "transforms.t.headers: Each field needs a header"),
    ("HeaderFrom$Value", {"fields": "a", "headers": "a", "operation": "cut"}, "move, copy"),
    ("InsertField$Value", {}, "transforms.t.type: Nothing is inserted"),
    ("InsertField$Value", {"static.field": "a"}, "transforms.t.static.value:"),
    ("InsertField$Value", {"offset.field": "a"}, "Only sink connectors"),
    ("MaskField$Value", {"fields": ""}, "at least one name"),
    ("MaskField$Value", {"fields": "a", "replacement": ""}, "String must be non-empty"),
    ("RegexRouter", {"regex": "(a", "replacement": ""}, "a ) is missing"),
    ("RegexRouter", {"regex": "(a)", "replacement": "$2"}, "transforms.t.replacement: The pattern has no group 2."),
    ("ReplaceField$Value", {"renames": "a:b:c"}, "a:b:c is not a rename"),
    ("ReplaceField$Value", {"blacklist": "a"}, "transforms.t.blacklist: This transform or predicate has no such property."),
    ("SetSchemaMetadata$Value", {}, "nothing to set"),
    ("TimestampConverter$Value", {"target.type": "string"}, "transforms.t.format:"),
    ("TimestampConverter$Value", {"target.type": "string", "format": "YYYY"}, "write y for the year"),
    ("TimestampConverter$Value", {"target.type": "text"}, "string, unix, Date, Time, Timestamp"),
    ("TimestampRouter", {"timestamp.format": "yyyy'"}, "A quote in it is not closed"),
]


@pytest.mark.parametrize(("name", "properties", "message"), MISTAKES)
def test_a_wrong_property_is_told_with_its_name_and_what_is_accepted(name: str, properties: Properties, message: str) -> None:
    assert message in message_of(name, properties)
