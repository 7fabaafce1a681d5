"""Additions to registered JSON Schemas: each in its place, everything else as the person wrote it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from http_source.connect.converters.format import ConversionRefused, Reference, WrittenSchema
from http_source.connect.converters.json_schema import JsonSchemaFormat
from http_source.connect.schema import FLOAT64, INT64, OPTIONAL_FLOAT64, OPTIONAL_INT64, OPTIONAL_STRING, Schema, struct
from http_source_tests.connect.converters.avro_samples import options

NULL = {"type": "null"}
UNION = "io.confluent.connect.json.OneOf"
NEW = {"oneOf": [NULL, {"type": "integer", "connect.type": "int64"}]}
PLAIN = JsonSchemaFormat(options())


def record(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def grow(node: Any, change: Callable[[Schema], Schema], *imports: Reference) -> Any:
    text = json.dumps(node)
    return json.loads(PLAIN.grow(change(PLAIN.read_schema(text, imports)), text, imports).text)


def at(*path: str, change: Callable[[Schema], Schema]) -> Callable[[Schema], Schema]:
    """The change at a place: names of fields, `*` for elements."""
    if not path:
        return change
    inner = at(*path[1:], change=change)

    def changed(schema: Schema) -> Schema:
        if path[0] == "*" and schema.items is not None:
            return replace(schema, items=inner(schema.items))
        return schema.with_fields((each.name, inner(each.schema) if each.name == path[0] else each.schema) for each in schema.fields)

    return changed


def new(name: str, schema: Schema = OPTIONAL_INT64) -> Callable[[Schema], Schema]:
    return lambda known: known.with_fields([*((each.name, each.schema) for each in known.fields), (name, schema)])


def to(schema: Schema) -> Callable[[Schema], Schema]:
    return lambda _: schema


def test_b211_a_persons_text_keeps_every_word_when_a_field_is_added() -> None:
    node = {
        "$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://schemas.test/order", "title": "Order", "description": "One.",
        "type": "object", "required": ["id"], "additionalProperties": False, "patternProperties": {"^x-": {"type": "string"}},
        "properties": {"id": {"type": "string", "format": "uuid", "minLength": 36, "examples": ["?"]}, "n": {"type": "number"}},
        "definitions": {"unused": {"const": 10**30}}, "x-owner": {"properties": [1]},
    }  # fmt: skip
    grown = grow(node, new("b"))
    assert grown["properties"].pop("b") == NEW
    assert json.dumps(grown) == json.dumps(node)


@pytest.mark.parametrize(("properties", "expected"), [
    ({}, {**NEW, "connect.index": 0}),
    ({"a": {"type": "string"}}, NEW),
    ({"a": {"type": "string", "connect.index": 5}}, {**NEW, "connect.index": 6}),
])  # fmt: skip
def test_a_new_property_has_a_place_where_the_text_gives_places_or_has_no_property_yet(properties: Any, expected: Any) -> None:
    assert grow(record(**properties), new("b"))["properties"]["b"] == expected


@pytest.mark.parametrize(("node", "wanted", "expected"), [
    ({"type": "integer", "format": "int32"}, FLOAT64, {"type": "number", "format": "int32"}),
    ({"type": ["integer", "null"], "connect.type": "int32"}, OPTIONAL_INT64, {"type": ["integer", "null"], "connect.type": "int64"}),
    ({"oneOf": [NULL, {"type": "integer", "connect.type": "int64"}]}, OPTIONAL_FLOAT64,
        {"oneOf": [NULL, {"type": "number", "connect.type": "float64"}]}),
    ({"allOf": [{"type": "integer"}, {"minimum": 0}]}, FLOAT64, {"allOf": [{"type": "number"}, {"minimum": 0}]}),
    ({"type": "string", "maxLength": 2}, OPTIONAL_STRING, {"anyOf": [NULL, {"type": "string", "maxLength": 2}]}),
    ({"type": "integer", "connect.index": 0}, OPTIONAL_FLOAT64, {"anyOf": [NULL, {"type": "number"}], "connect.index": 0}),
])  # fmt: skip
def test_a_place_gets_wider_or_takes_null(node: Any, wanted: Schema, expected: Any) -> None:
    assert grow(record(a=node), at("a", change=to(wanted))) == record(a=expected)


def test_what_becomes_optional_is_not_required_any_longer() -> None:
    node = {**record(a={"type": "string"}, b={"type": "string"}), "required": ["b", "a"]}
    grown = grow(node, at("a", change=Schema.as_optional))
    assert grown["required"] == ["b"]
    assert "required" not in grow({**node, "required": ["a"]}, at("a", change=Schema.as_optional))


def test_null_beside_a_record_leaves_what_speaks_of_the_whole_schema_where_it_stands() -> None:
    node = {"$id": "http://schemas.test/a", **record(a={"$ref": "#/$defs/a"}), "$defs": {"a": {"type": "string"}}}
    expected = {"$id": node["$id"], "anyOf": [NULL, record(a={"$ref": "#/$defs/a"})], "$defs": node["$defs"]}
    assert json.dumps(grow(node, Schema.as_optional)) == json.dumps(expected)


def test_b255_a_definition_grows_once_for_all_that_refer_to_it() -> None:
    node = {**record(home={"$ref": "#/$defs/at"}, work={"$ref": "#/$defs/at"}), "$defs": {"at": record(zip={"type": "integer"})}}
    grown = grow(node, lambda known: at("work", change=new("x", OPTIONAL_FLOAT64))(at("home", change=new("x"))(known)))
    wide = {"oneOf": [NULL, {"type": "number", "connect.type": "float64"}]}
    assert grown == {**node, "$defs": {"at": record(zip={"type": "integer"}, x=wide)}}
    with pytest.raises(ConversionRefused, match="only numbers") as refused:
        grow(node, lambda known: at("work", change=new("x", OPTIONAL_STRING))(at("home", change=new("x"))(known)))
    assert refused.value.path == "/work/x"


def test_b255_null_is_allowed_once_in_a_definition_that_is_used_twice() -> None:
    node = {**record(home={"$ref": "#/$defs/at"}, work={"$ref": "#/$defs/at"}), "$defs": {"at": record(zip={"type": "integer"})}}
    grown = grow(node, lambda known: at("work", "zip", change=to(OPTIONAL_FLOAT64))(at("home", "zip", change=to(OPTIONAL_INT64))(known)))
    assert grown == {**node, "$defs": {"at": record(zip={"anyOf": [NULL, {"type": "number"}]})}}


def test_a_new_property_stands_behind_all_parts_and_in_no_definition_of_others() -> None:
    base = {"definitions": {"base": record(a={"type": "integer"})}}
    inline = {"allOf": [{"$ref": "#/definitions/base"}, record(b={"type": "string"})], **base}
    assert grow(inline, new("c")) == {"allOf": [{"$ref": "#/definitions/base"}, record(b={"type": "string"}, c=NEW)], **base}
    included = {"allOf": [record(b={"type": "string"}), {"$ref": "#/definitions/base"}], **base}
    assert grow(included, new("c")) == {"allOf": [*included["allOf"], record(c=NEW)], **base}


def test_a_transform_gives_the_record_another_name_and_version() -> None:
    node = {"title": "Order", **record(a={"type": "string"})}
    written = PLAIN.grow(replace(PLAIN.read_schema(json.dumps(node)), name="Sale", version=2), json.dumps(node))
    assert json.loads(written.text) == {**node, "title": "Sale", "connect.version": 2}
    assert written.record_name == "Sale"


def test_what_only_inference_knows_makes_no_new_text() -> None:
    text = json.dumps(record(a=record(b={"type": "string"})))
    schema = PLAIN.read_schema(text)
    assert PLAIN.grow(at("a", "b", change=lambda known: replace(known, inferred=True))(schema), text).text == text


COMMON = Reference("common.json", WrittenSchema(json.dumps({"$defs": {"a": record(x={"type": "integer"})}})))


@pytest.mark.parametrize(("node", "change", "path", "reason"), [
    (record(a={"type": "integer", "enum": [1]}), at("a", change=to(FLOAT64)), "/a", "keyword 'enum'"),
    (record(a={"enum": ["x"]}), at("a", change=Schema.as_optional), "/a", "keyword 'enum'"),
    (record(a={"type": "string", "const": "x"}), at("a", change=Schema.as_optional), "/a", "keyword 'const'"),
    (record(a={"type": "integer", "not": {"const": 1}}), at("a", change=to(FLOAT64)), "/a", "keyword 'not'"),
    (record(a={"oneOf": [{"type": "string"}, {"type": "integer"}]}), at("a", change=Schema.as_optional), "/a", "OneOf"),
    (record(a={"oneOf": [{"type": "string"}, record()]}), at("a", f"{UNION}.field.1", change=new("b")), "/a", "union"),
    (record(a={"type": "integer", "title": "org.apache.kafka.connect.data.Date", "connect.type": "int32"}),
        at("a", change=Schema.as_optional), "/a", "Date"),
    (record(a={"type": "string"}), at("a", change=to(INT64)), "/a", "only numbers"),
    (record(a={"allOf": [{"type": "integer"}, {"type": "integer"}]}), at("a", change=to(FLOAT64)), "/a", "several parts"),
    ({"allOf": [record(a={"type": "integer"}), record(a={"type": "integer"})]}, at("a", change=to(FLOAT64)), "/a", "several parts"),
    ({"allOf": [{**record(a={"type": "string"}), "additionalProperties": False}, record(b={"type": "string"})]}, new("c"), "/c", "further"),
    (record(a={"$ref": "common.json#/$defs/a"}), at("a", change=new("y")), "/a/y", "imports"),
    (record(a={"$ref": "common.json#/$defs/a"}), at("a", "x", change=to(FLOAT64)), "/a/x", "imports"),
    (record(a=record(b={"type": "string"}), c={"$ref": "#/properties/a/properties/b"}), at("a", change=Schema.as_optional), "/c", "depend"),
])  # fmt: skip
def test_what_a_text_cannot_take_is_refused_by_its_place(node: Any, change: Callable[[Schema], Schema], path: str, reason: str) -> None:
    with pytest.raises(ConversionRefused, match=f"cannot be changed.*{reason}") as refused:
        grow(node, change, COMMON)
    assert refused.value.path == path


def test_b216_what_stands_beside_an_import_grows_and_the_import_is_named_again() -> None:
    node = record(a={"$ref": "common.json#/$defs/a"})
    text = json.dumps(node)
    schema = PLAIN.read_schema(text, [COMMON])
    written = PLAIN.grow(at("a", change=Schema.as_optional)(new("b", struct({}, optional=True))(schema)), text, [COMMON])
    empty = {"oneOf": [NULL, {"type": "object", "properties": {}}]}
    assert json.loads(written.text) == record(a={"anyOf": [NULL, {"$ref": "common.json#/$defs/a"}]}, b=empty)
    assert written.references == [COMMON]
