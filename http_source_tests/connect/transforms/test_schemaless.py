"""Apache Kafka's transforms on values without a schema."""

from copy import deepcopy
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from http_source_tests.connect.transforms.cases import Case, Refused, chain_of, check, on_value

HUGE = 2**63

CAST: list[Case] = [
    ("Cast", {"spec": "a:int8"}, {"a": "-7", "b": 1}, {"a": -7, "b": 1}),
    ("Cast", {"spec": "a:int8"}, {"a": 300}, {"a": 44}),
    ("Cast", {"spec": "a:int8,b:int16"}, {"a": Decimal("2.9"), "b": Decimal("-2.9")}, {"a": 2, "b": -2}),
    ("Cast", {"spec": "a:int32,b:int64"}, {"a": Decimal("1E+30"), "b": Decimal("1E+30")}, {"a": 2**31 - 1, "b": 2**63 - 1}),
    ("Cast", {"spec": "a:int64"}, {"a": True}, {"a": 1}),
    ("Cast", {"spec": "a:int64"}, {"a": HUGE}, Refused("beyond 64 bits", "/a")),
    ("Cast", {"spec": "a:int8"}, {"a": "200"}, Refused("not an integer of 8 bits", "/a")),
    ("Cast", {"spec": "a:int8"}, {"a": " 2"}, Refused("not an integer", "/a")),
    ("Cast", {"spec": "a:float64"}, {"a": 1}, {"a": Decimal("1.0")}),
    ("Cast", {"spec": "a:float32"}, {"a": "0.1"}, {"a": Decimal("0.1")}),
    ("Cast", {"spec": "a:float64"}, {"a": "1e400"}, Refused("infinite", "/a")),
    ("Cast", {"spec": "a:float64"}, {"a": "one"}, Refused("not a number", "/a")),
    ("Cast", {"spec": "a:boolean,b:boolean,c:boolean"}, {"a": Decimal("0.9"), "b": "TRUE", "c": 7}, {"a": False, "b": True, "c": True}),
    ("Cast", {"spec": "a:string,b:string,c:string"}, {"a": Decimal("1.10"), "b": True, "c": HUGE},
     {"a": "1.10", "b": "true", "c": str(HUGE)}),
    ("Cast", {"spec": "a:boolean,b:int8"}, {"a": Decimal("-1E+9999999"), "b": Decimal("1E+9999999")}, {"a": True, "b": -1}),
    ("Cast", {"spec": "a:string"}, {"a": None}, {"a": None}),
    ("Cast", {"spec": "a:string"}, {"b": 1}, {"b": 1, "a": None}),
    ("Cast", {"spec": "a/b:string"}, {"a/b": [1]}, Refused("casts no array", "/a~1b")),
    ("Cast", {"spec": "string"}, 5, "5"),
    ("Cast", {"spec": "string"}, {"a": 5}, Refused("casts no object")),
    ("Cast", {"spec": "a:string"}, 5, Refused("takes an object, but this is a number")),
    ("Cast", {"spec": " INT8 "}, "5", 5),
    ("Cast", {"spec": "string"}, None, None),
]

EXTRACT: list[Case] = [
    ("ExtractField", {"field": "a"}, {"a": [1]}, [1]),
    ("ExtractField", {"field": "a"}, {"b": 1}, None),
    ("ExtractField", {"field": "a"}, None, None),
    ("ExtractField", {"field": "a"}, [1], Refused("takes an object, but this is an array")),
    ("ExtractField", {"field": "a.b"}, {"a.b": 1, "a": {"b": 2}}, 1),
    ("ExtractField", {"field": "a.b", "field.syntax.version": "V2"}, {"a.b": 1, "a": {"b": 2}}, 2),
    ("ExtractField", {"field": "`a.b`", "field.syntax.version": "V2"}, {"a.b": 1, "a": {"b": 2}}, 1),
    ("ExtractField", {"field": "a.b.c", "field.syntax.version": "V2"}, {"a": {}}, None),
    ("ExtractField", {"field": "a.b.c", "field.syntax.version": "V2"}, {"a": {"b": "c"}}, Refused("this is a string", "/a/b")),
    ("HoistField", {"field": "a"}, 1, {"a": 1}),
    ("HoistField", {"field": "a"}, None, {"a": None}),
]

SHAPE: list[Case] = [
    ("Flatten", {}, {"a": {"b": 1, "c": {"d": None}}, "e": [{"f": 1}]}, {"a.b": 1, "a.c.d": None, "e": [{"f": 1}]}),
    ("Flatten", {"delimiter": "_"}, {"a": {"b": 1}}, {"a_b": 1}),
    ("Flatten", {}, {"a": {}}, {}),
    ("Flatten", {}, "a", Refused("takes an object, but this is a string")),
    ("ReplaceField", {"exclude": "a"}, {"a": 1, "b": 2}, {"b": 2}),
    ("ReplaceField", {"include": "a,b", "exclude": "a"}, {"a": 1, "b": 2, "c": 3}, {"b": 2}),
    ("ReplaceField", {"renames": "a:x,b:y"}, {"a": 1, "b": 2, "c": 3}, {"x": 1, "y": 2, "c": 3}),
    ("ReplaceField", {"include": "a", "renames": "a:x"}, {"a": 1, "x": 2}, {"x": 1}),
    ("ReplaceField", {"exclude": "a"}, None, None),
    ("InsertField", {"topic.field": "t", "static.field": "s", "static.value": "5"}, {"a": 1}, {"a": 1, "t": "orders", "s": "5"}),
    ("InsertField", {"topic.field": "t!", "static.field": "a?", "static.value": "5"}, {"a": 1}, {"a": "5", "t": "orders"}),
    ("InsertField", {"partition.field": "p!", "timestamp.field": "t"}, {"a": 1}, {"a": 1}),
    ("InsertField", {"topic.field": "t"}, None, None),
    ("InsertField", {"topic.field": "t"}, 1, Refused("takes an object")),
]

MASK: list[Case] = [
    ("MaskField", {"fields": "a,b,c,d,e,f"},
     {"a": 1, "b": Decimal("1.5"), "c": "x", "d": True, "e": [1], "f": {"g": 1}},
     {"a": 0, "b": Decimal(0), "c": "", "d": False, "e": [], "f": {}}),
    ("MaskField", {"fields": "a,b"}, {"a": None}, {"a": None, "b": None}),
    ("MaskField", {"fields": "a,b,c", "replacement": "12.5"}, {"a": 1, "b": Decimal(1), "c": "x"},
     {"a": 12, "b": Decimal("12.5"), "c": "12.5"}),
    ("MaskField", {"fields": "a", "replacement": "***"}, {"a": "x"}, {"a": "***"}),
    ("MaskField", {"fields": "a", "replacement": "***"}, {"a": 1}, Refused("not a number", "/a")),
    ("MaskField", {"fields": "a", "replacement": "1"}, {"a": True}, Refused("numbers and strings only", "/a")),
    ("MaskField", {"fields": "a"}, None, Refused("RecordIsTombstone")),
]

TIMES: list[Case] = [
    ("TimestampConverter", {"target.type": "unix", "format": "yyyy-MM-dd"}, "1970-01-02", 86_400_000),
    ("TimestampConverter", {"target.type": "string", "format": "yyyy-MM-dd'T'HH:mm:ss.SSSX"}, 1, "1970-01-01T00:00:00.001Z"),
    ("TimestampConverter", {"target.type": "unix", "unix.precision": "seconds", "field": "a"}, {"a": -1}, {"a": -1}),
    ("TimestampConverter", {"target.type": "Timestamp", "unix.precision": "microseconds"}, -1999,
     datetime(1969, 12, 31, 23, 59, 59, 999_000, UTC)),
    ("TimestampConverter", {"target.type": "Date"}, 86_400_001, date(1970, 1, 2)),
    ("TimestampConverter", {"target.type": "Time"}, 86_400_001, time(0, 0, 0, 1000)),
    ("TimestampConverter", {"target.type": "unix", "field": "a"}, {"b": 1}, {"b": 1, "a": None}),
    ("TimestampConverter", {"target.type": "unix", "field": "a"}, {"a": "2026"}, Refused("set format", "/a")),
    ("TimestampConverter", {"target.type": "unix", "field": "a", "format": "yyyy-MM"}, {"a": "x"},
     Refused("does not match the pattern", "/a")),
    ("TimestampConverter", {"target.type": "unix", "field": "a"}, {"a": Decimal("1.5")}, Refused("string or an integer", "/a")),
    ("TimestampConverter", {"target.type": "unix", "field": "a"}, {"a": True}, Refused("string or an integer", "/a")),
    ("TimestampConverter", {"target.type": "Date", "unix.precision": "seconds"}, 2**60, Refused("years 1 to 9999")),
    ("TimestampConverter", {"target.type": "unix"}, None, None),
    ("SetSchemaMetadata", {"schema.name": "n"}, {"a": 1}, Refused("no schema to name")),
    ("SetSchemaMetadata", {"schema.name": "n"}, None, None),
]

ALL = CAST + EXTRACT + SHAPE + MASK + TIMES


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_value_without_a_schema_is_changed_as_kafka_changes_it(case: Case) -> None:
    before = deepcopy(case[2])
    check(case)
    assert case[2] == before, "what came in must stay as it was"


UNTOUCHED: list[tuple[str, dict[str, object], object]] = [
    ("Cast$Value", {"spec": "string"}, None),
    ("ReplaceField$Value", {"exclude": "z"}, {"a": 1}),
    ("Flatten$Value", {}, {"a": [{"b": 1}]}),
    ("DropHeaders", {"headers": "h"}, {"a": 1}),
    ("RegexRouter", {"regex": "other", "replacement": "x"}, {"a": 1}),
    ("InsertField$Value", {"topic.field": "t"}, None),
]


@pytest.mark.parametrize(("name", "properties", "value"), UNTOUCHED)
def test_a_transform_with_nothing_to_do_gives_the_very_same_record(name: str, properties: dict[str, object], value: object) -> None:
    record = on_value(value)
    assert chain_of(name, properties)(record) is record
