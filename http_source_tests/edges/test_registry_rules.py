"""The Schema Registry in memory judges changes by the rules of their format."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from http_source.demo.registry.store import LEVELS, RegistryError, Schema, Store


def record(*types: Any, **named: Any) -> Schema:
    """An Avro record of fields a, b, … without defaults, then of those by name, each a type or a whole field."""
    fields = [{"name": name, "type": type_} for name, type_ in zip("abcdef", types, strict=False)]
    fields += [{"name": name} | field for name, field in named.items()]
    return Schema(json.dumps({"type": "record", "name": "acme.R", "fields": fields}))


def document(schema: Mapping[str, Any]) -> Schema:
    return Schema(json.dumps(schema), "JSON")


def file(body: str) -> Schema:
    return Schema(f'syntax = "proto3";\n{body}', "PROTOBUF")


def reasons(new: Schema, old: Schema, level: str = "BACKWARD") -> Sequence[str]:
    return Store(level=level).reasons("t-value", new, [old])


NESTED = {"type": "record", "name": "N", "fields": [{"name": "x", "type": "int"}]}
ENUM = {"type": "enum", "name": "E", "symbols": ["A", "B"]}


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (record("long"), record("int")),
        (record("double"), record("long")),
        (record("bytes"), record("string")),
        (record(["null", "string"]), record("string")),
        (record(["null", "string"]), record(["string", "null"])),
        (record(["null", "long"]), record("int")),
        (record({"type": "array", "items": "long"}), record({"type": "array", "items": "int"})),
        (record("int", b={"type": "int", "default": 1}), record("int")),
        (record("int"), record("int", "string")),
        (record(NESTED), record(NESTED)),
        (record(ENUM | {"symbols": ["A", "B", "C"]}), record(ENUM)),
        (record(ENUM | {"symbols": ["A"], "default": "A"}), record(ENUM)),
        (record(["null", "acme.R"]), record(["null", "acme.R"])),
    ],
)
def test_a_reader_that_can_read_the_old_records_is_compatible(new: Schema, old: Schema) -> None:
    assert reasons(new, old) == []


@pytest.mark.parametrize(
    ("new", "old", "place"),
    [
        (record("int"), record("long"), "/fields/0/type: reader type: INT not compatible with writer type: LONG"),
        (record("string"), record(["null", "string"]), "/fields/0/type: reader type: STRING not compatible with writer type: NULL"),
        (record(["null", "int"]), record("string"), "/fields/0: reader union lacks writer type: STRING"),
        (record("int", "int"), record("int"), "/fields/1: the field 'b' has no default value and is missing in the old schema"),
        (record(NESTED), record("string"), "/fields/0/type: reader type: RECORD not compatible with writer type: STRING"),
        (record({"type": "map", "values": "int"}), record({"type": "map", "values": "string"}), "/fields/0/values/type"),
        (record({"type": "array", "items": "int"}), record({"type": "array", "items": "long"}), "/fields/0/items/type"),
        (record(ENUM | {"symbols": ["A"]}), record(ENUM), "/fields/0/symbols: the reader's enum lacks B"),
    ],
)
def test_a_reader_that_cannot_is_told_where_and_why(new: Schema, old: Schema, place: str) -> None:
    assert [each for each in reasons(new, old) if each.startswith(place)]


OPEN, CLOSED = {"type": "object"}, {"type": "object", "additionalProperties": False}
TEXT, NULL = {"type": "string"}, {"type": "null"}


@pytest.mark.parametrize(
    ("new", "old", "reason"),
    [
        (CLOSED | {"properties": {"a": TEXT}}, CLOSED, ""),
        (OPEN, OPEN | {"properties": {"a": TEXT}}, ""),
        ({"type": "number"}, {"type": "integer"}, ""),
        ({"oneOf": [NULL, TEXT]}, TEXT, ""),
        ({"type": ["null", "string"]}, {"oneOf": [TEXT, NULL]}, ""),
        ({"type": "array", "items": {"type": "number"}}, {"type": "array", "items": {"type": "integer"}}, ""),
        (OPEN | {"properties": {"a": {}}}, OPEN, ""),
        (OPEN | {"properties": {"a": TEXT}}, OPEN, "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL at #/properties/a"),
        (CLOSED, CLOSED | {"properties": {"a": TEXT}}, "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL at #/properties/a"),
        (CLOSED, OPEN, "ADDITIONAL_PROPERTIES_REMOVED at #"),
        (OPEN | {"required": ["a"]}, OPEN, "REQUIRED_PROPERTY_ADDED at #/properties/a"),
        ({"type": "integer"}, {"type": "number"}, "TYPE_CHANGED at #: from number to integer"),
        (TEXT, {"oneOf": [NULL, TEXT]}, "#: nothing in the new schema accepts null any longer"),
    ],
)
def test_json_schemas_are_judged_strictly(new: Mapping[str, Any], old: Mapping[str, Any], reason: str) -> None:
    assert reasons(document(new), document(old)) == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("new", "old", "reason"),
    [
        ("message R { int64 a = 1; }", "message R { int32 a = 1; }", ""),
        ("message R { int32 a = 1; optional string b = 2; }", "message R { int32 a = 1; }", ""),
        ("message R { reserved 1; }", "message R { int32 a = 1; }", ""),
        ('message R { /* { */ int32 a = 1 [json_name = "}"]; }', "message R { int32 a = 1; } // }", ""),
        ("message R { string a = 1; }", "message R { int32 a = 1; }", "FIELD_KIND_CHANGED at #/R/1: a from int32 to string"),
        ("message R { repeated int32 a = 1; }", "message R { int32 a = 1; }", "FIELD_LABEL_CHANGED at #/R/1: a"),
        ("message R { }", "message R { message N { oneof x { int32 a = 1; } } }", "MESSAGE_REMOVED at #/R.N"),
        ("message R { map<string, string> a = 1; }", "message R { map<string, int32> a = 1; }",
            "FIELD_KIND_CHANGED at #/R/1: a from map<string,int32> to map<string,string>"),
        ("message R { enum E { A = 0; } E e = 1; }", "message R { enum E { A = 0; } E e = 1; }", ""),
    ],
)
def test_protobuf_is_judged_by_number_and_wire_type(new: str, old: str, reason: str) -> None:
    assert reasons(file(new), file(old)) == ([reason] if reason else [])


@pytest.mark.parametrize("schema", [
    Schema("{"), Schema('{"type": "nope"}'), record("int", a={"type": "int"}),
    Schema('{"type": "record", "name": "1st", "fields": []}'), record(**{"a-b": {"type": "int"}}),
    Schema("[", "JSON"), Schema("5", "JSON"), Schema("message", "PROTOBUF"), file("message R {"), file("message R { int32 a }"),
    Schema('"string"', references=({"name": "X", "subject": "absent", "version": 1},)),
])
def test_what_is_no_schema_is_refused(schema: Schema) -> None:
    with pytest.raises(RegistryError) as refused:
        Store().register("t-value", schema)
    assert (refused.value.code, refused.value.status) == (42201, 422)


def test_levels_decide_which_way_and_against_which_versions() -> None:
    first, second, third = record("int"), record("long"), record("double")
    allowed = {level: Store(level=level).reasons("t-value", third, [first, second]) == [] for level in LEVELS}
    assert {level for level, ok in allowed.items() if ok} == {"NONE", "BACKWARD", "BACKWARD_TRANSITIVE"}


def test_another_format_is_never_compatible() -> None:
    assert reasons(document(OPEN), record("int")) == ["the new schema is JSON, the old one AVRO"]
