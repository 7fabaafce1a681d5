"""Transforms of timestamps, keys and headers: ExtractTimestamp, TimestampNow, TimestampNowField, KeyToValue, HeaderToValue."""

from datetime import UTC, datetime

import pytest

from http_source.connect.record import Header, Record
from http_source.connect.schema import INT32, INT64, OPTIONAL_INT64, OPTIONAL_STRING, OPTIONAL_TIMESTAMP, STRING, TIMESTAMP, Schema, struct
from http_source_tests.connect.transforms.confluent_cases import NOON, Case, Given, check, made, mistakes

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
AT = {"field.name": "at"}
FIELDS = {"fields": "at,seen"}
HEADERS = {"headers": "h,g", "fields": "h,in.g", "operation": "move"}
COPIED = HEADERS | {"operation": "copy"}
INNER = struct({"x": INT64})
VALUE = struct({"in": INNER, "n": INT64}, name="Value")
WITH_H = struct({"in": INNER, "n": INT64, "h": STRING}, name="Value")
WITH_BOTH = struct({"in": struct({"x": INT64, "g": INT32}), "n": INT64, "h": STRING}, name="Value")
H, G, OTHER = Header(key="h", value="x", schema=STRING), Header(key="g", value=5, schema=INT32), Header(key="o", value=1)


def of(value: object, schema: Schema | None = None, *headers: Header, timestamp: int | None = None) -> Record:
    return Record(topic="t", key="k", value=value, value_schema=schema, headers=headers, timestamp=timestamp)


def keyed(key: object, key_schema: Schema | None, value: object, schema: Schema | None = None) -> Record:
    return Record(topic="t", key=key, key_schema=key_schema, value=value, value_schema=schema)


def at(schema: Schema) -> Schema:
    return struct({"at": schema})


CASES: list[Case] = [
    ("ExtractTimestamp$Value", AT, of({"at": 5}), of({"at": 5}, timestamp=5)),
    ("ExtractTimestamp$Value", AT, of({"at": 5}, timestamp=5), of({"at": 5}, timestamp=5)),
    ("ExtractTimestamp$Value", AT, of({"at": 5}, at(INT64)), of({"at": 5}, at(INT64), timestamp=5)),
    ("ExtractTimestamp$Value", AT, of({"at": NOW}, at(TIMESTAMP)), of({"at": NOW}, at(TIMESTAMP), timestamp=NOON)),
    ("ExtractTimestamp$Value", AT, of({"at": NOW}), of({"at": NOW}, timestamp=NOON)),
    ("ExtractTimestamp$Value", AT, of({"at": None}), "must be an integer of milliseconds, but this is null"),
    ("ExtractTimestamp$Value", AT, of({"at": None}, at(OPTIONAL_INT64)), "but this is null"),
    ("ExtractTimestamp$Value", AT, of({"at": True}), "but this is a boolean"),
    ("ExtractTimestamp$Value", AT, of({"at": "2020-01-01"}), "but this is a string"),
    ("ExtractTimestamp$Value", AT, of({"at": -1}), "not accept a timestamp before 1970"),
    ("ExtractTimestamp$Value", AT, of({"at": 1 << 63}), "beyond 64 bits"),
    ("ExtractTimestamp$Value", AT, of({"at": 5}, at(INT32)), "the schema says INT32"),
    ("ExtractTimestamp$Value", AT, of({"n": 5}, struct({"n": INT64})), "no such field"),
    ("ExtractTimestamp$Value", AT, of(None), "this is null"),
    ("ExtractTimestamp$Value", AT, of(5, INT64), "takes a struct"),
    ("TimestampNow", {}, of({"a": 1}), of({"a": 1}, timestamp=NOON)),
    ("TimestampNow", {}, of(None, timestamp=5), of(None, timestamp=NOON)),
    ("TimestampNowField$Value", FIELDS, of({"a": 1, "at": 2}), of({"a": 1, "at": NOW, "seen": NOW})),
    ("TimestampNowField$Value", FIELDS, of({"at": "2"}, at(STRING)),
        of({"at": NOW, "seen": NOW}, struct({"at": TIMESTAMP, "seen": TIMESTAMP}))),
    ("TimestampNowField$Value", {"fields": "at"}, of({"at": None}, at(OPTIONAL_TIMESTAMP)), of({"at": NOW}, at(OPTIONAL_TIMESTAMP))),
    ("TimestampNowField$Value", FIELDS, of(None), of(None)),
    ("TimestampNowField$Value", FIELDS, of([]), "takes an object, but this is an array"),
    ("KeyToValue", {}, keyed("k", None, {"a": 1}), keyed("k", None, {"a": 1, "_key": "k"})),
    ("KeyToValue", {"field": "a"}, keyed("k", None, {"a": 1}), keyed("k", None, {"a": "k"})),
    ("KeyToValue", {}, keyed({"id": 1}, None, {}), keyed({"id": 1}, None, {"_key": {"id": 1}})),
    ("KeyToValue", {}, keyed("k", STRING, {"at": 1}, at(INT64)),
        keyed("k", STRING, {"at": 1, "_key": "k"}, struct({"at": INT64, "_key": STRING}))),
    ("KeyToValue", {}, keyed(None, None, {"at": 1}, at(INT64)),
        keyed(None, None, {"at": 1, "_key": None}, struct({"at": INT64, "_key": OPTIONAL_STRING}))),
    ("KeyToValue", {}, keyed(5, None, {"at": 1}, at(INT64)), "must be a string, but this is a number"),
    ("KeyToValue", {}, keyed(None, STRING, {"at": 1}, at(INT64)), "its schema is not optional"),
    ("KeyToValue", {"field": "at"}, keyed("k", STRING, {"at": 1}, at(INT64)), "of this name already"),
    ("KeyToValue", {}, keyed("k", None, None), "but this is null"),
    ("HeaderToValue", HEADERS, of({"in": {"x": 1}}, None, H, OTHER, G, H), of({"in": {"x": 1, "g": 5}, "h": "x"}, None, OTHER)),
    ("HeaderToValue", COPIED, of({"in": {"x": 1}}, None, H, G), of({"in": {"x": 1, "g": 5}, "h": "x"}, None, H, G)),
    ("HeaderToValue", HEADERS, of({"in": {"x": 1}, "n": 2}, VALUE, H, G), of({"in": {"x": 1, "g": 5}, "n": 2, "h": "x"}, WITH_BOTH)),
    ("HeaderToValue", COPIED, of({"in": {"x": 1}, "n": 2}, VALUE, H), of({"in": {"x": 1}, "n": 2, "h": "x"}, WITH_H, H)),
    ("HeaderToValue", HEADERS, of({"a": 1}, None, OTHER), of({"a": 1}, None, OTHER)),
    ("HeaderToValue", HEADERS, of(None, None, H), of(None, None, H)),
    ("HeaderToValue", HEADERS, of("x", None, H), "takes an object, but this is a string"),
    ("HeaderToValue", HEADERS, of({"in": None}, None, G), "goes into this object, but it is null"),
    ("HeaderToValue", HEADERS, of({"at": 1}, at(INT64), G), "the schema has none here"),
    ("HeaderToValue", HEADERS | {"fields": "n,g"}, of({"in": {"x": 1}, "n": 2}, VALUE, H), "of this name already"),
    ("HeaderToValue", HEADERS | {"headers": "o,g"}, of({"at": 1}, at(INT64), OTHER), "must be a string, but this is a number"),
]


@pytest.mark.parametrize("case", CASES)
def test_a_record_becomes_what_the_transform_makes_of_it(case: Case) -> None:
    check(case)

def test_a_schema_is_made_once_for_all_records_that_share_it() -> None:
    transform = made("HeaderToValue", HEADERS)
    first, second = (transform(of({"in": {"x": number}, "n": 2}, VALUE, H, G)) for number in (1, 2))
    assert first is not None
    assert second is not None
    assert first.value_schema is second.value_schema


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("HeaderToValue", HEADERS | {"fields": "a"}, "fields: 1 fields are given for 2 headers; expected one for each."),
        ("HeaderToValue", HEADERS | {"headers": "a b,c"}, "headers: A name is empty or has a blank in it"),
        ("HeaderToValue", {"headers": "a", "fields": "b"}, 'Missing required configuration "transforms.it.operation"'),
        ("KeyToValue", {"shema_cache_max_size": 5}, "at least 16"),
        ("TimestampNowField$Key", {"fields": ""}, "at least one name"),
    ],
)
def test_properties_that_cannot_be_are_refused_before_the_first_record(name: str, given: Given, expected: str) -> None:
    assert expected in mistakes(name, given)
