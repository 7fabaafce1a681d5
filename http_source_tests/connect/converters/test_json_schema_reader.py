"""Registered JSON Schemas as Connect's. Expected schemas after Confluent's JsonSchemaData."""

import json
from dataclasses import replace
from typing import Any

import pytest

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema import JsonSchemaFormat
from http_source.connect.schema import BOOLEAN, FLOAT64, INT64, OPTIONAL_INT64, OPTIONAL_STRING, STRING, Schema, array, struct
from http_source_tests.connect.converters.avro_samples import options

ENUM = "io.confluent.connect.json.Enum"
UNION = "io.confluent.connect.json.OneOf"
GENERAL = "org.apache.kafka.connect.data"


def read(node: Any, **changes: object) -> Schema:
    return JsonSchemaFormat(options(**changes)).read_schema(json.dumps(node))


@pytest.mark.parametrize(("node", "expected"), [
    ({"type": "integer"}, INT64),
    ({"type": "number"}, FLOAT64),
    ({"type": "number", "format": "float"}, FLOAT64),
    ({"type": "string", "format": "date", "minLength": 3}, STRING),
    ({"type": ["string", "null"]}, OPTIONAL_STRING),
    ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, OPTIONAL_INT64),
    ({"type": ["string"]}, STRING),
    ({"items": {"type": "boolean"}}, array(BOOLEAN)),
    ({"type": "integer", "enum": [1, 2]}, INT64),
    ({"type": "string", "const": "x"}, STRING),
    ({"allOf": [{"type": "string"}, {"maxLength": 3}]}, STRING),
    ({"allOf": [{"oneOf": [{"type": "null"}, {"type": "string"}]}]}, OPTIONAL_STRING),
    ({"type": "object"}, struct({})),
])  # fmt: skip
def test_reads_ordinary_schemas(node: Any, expected: Schema) -> None:
    assert read(node) == expected


def test_fields_without_a_place_keep_the_order_in_which_they_stand() -> None:
    properties = {"b": {"type": "string"}, "a": {"type": "string"}}
    assert [each.name for each in read({"type": "object", "properties": properties}).fields] == ["b", "a"]
    placed = {"b": {"type": "string", "connect.index": 1}, "a": {"type": "string", "connect.index": 0}}
    assert [each.name for each in read({"type": "object", "properties": placed}).fields] == ["a", "b"]


def test_what_is_not_required_is_optional_only_when_the_option_says_so() -> None:
    node = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}
    assert read(node) == struct({"a": STRING, "b": STRING})
    assert read(node, optional_for_nonrequired=True) == struct({"a": STRING, "b": OPTIONAL_STRING})


def test_follows_references_inside_the_schema() -> None:
    node = {"$ref": "#/$defs/order", "$defs": {"order": {"properties": {"a": {"$ref": "#/$defs/a~1b%25"}}}, "a/b%": {"type": "string"}}}
    assert read(node) == struct({"a": STRING})


def test_merges_the_properties_of_all_parts() -> None:
    node = {"title": "Both", "allOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"$ref": "#/definitions/b"}],
        "definitions": {"b": {"type": "object", "properties": {"b": {"type": "integer"}}}}}
    assert read(node, optional_for_nonrequired=True) == struct({"a": STRING, "b": OPTIONAL_INT64}, name="Both")


def test_reads_enums_as_strings_with_their_symbols() -> None:
    node = {"enum": ["x", "y", None]}
    assert read(node) == replace(STRING, parameters={ENUM: "", f"{ENUM}.x": "x", f"{ENUM}.y": "y", f"{ENUM}.<NULL>": "<NULL>"})
    assert read({"type": "string", **node}).parameters[f"{ENUM}.y"] == "y"
    general = read({"enum": ["x", "y"]}, sum_type_support=True)
    assert general.parameters == {f"{GENERAL}.Enum": "", f"{GENERAL}.Enum.x": "0", f"{GENERAL}.Enum.y": "1"}
    written = JsonSchemaFormat(options()).write_schema(read(node)).text
    assert json.loads(written)["enum"] == node["enum"]


def test_reads_unions_as_structs_of_their_branches() -> None:
    node = {"oneOf": [{"type": "string"}, {"type": "null"}, {"type": "integer"}]}
    fields = (OPTIONAL_STRING, OPTIONAL_INT64)
    assert read(node) == struct({f"{UNION}.field.{place}": each for place, each in enumerate(fields)}, name=UNION, optional=True)
    general = struct({f"connect_union_field_{place}": each for place, each in enumerate(fields)}, name="connect_union_0", optional=True)
    assert read(node, sum_type_support=True) == replace(general, parameters={f"{GENERAL}.Union": "connect_union_0"})
    assert read({"type": ["string", "null", "integer"]}) == read(node)


def test_a_union_of_one_is_flattened_only_when_the_option_says_so() -> None:
    node = {"oneOf": [{"type": "string"}]}
    assert read(node) == struct({f"{UNION}.field.0": OPTIONAL_STRING}, name=UNION)
    assert read(node, flatten_singleton_unions=True) == STRING


@pytest.mark.parametrize(("node", "reason", "path"), [
    ({"properties": {"a": {}}}, "any value", "/a"),
    ({"properties": {"a": True}}, "any value", "/a"),
    ({"properties": {"a": {"description": "?"}}}, "one type", "/a"),
    ({"type": "null"}, "one type", ""),
    ({"type": "array"}, "any value", "/*"),
    ({"properties": {"a": {"$ref": "#"}}}, "holds itself", "/a/a"),
    ({"properties": {"a": {"$ref": "other.json"}}}, "'other.json'", "/a"),
    ({"properties": {"a": {"$ref": "#/x"}}}, "nothing at", "/a"),
    ({"type": "integer", "connect.type": "int128"}, "cannot be read", ""),
    ({"type": "string", "connect.type": "bytes", "default": "?"}, "cannot be read", ""),
    ([], "any value", ""),
    ({"properties": {"a": {"type": "string", "title": ["x"]}}}, "a title that is not a string", "/a"),
    ({"type": "string", "connect.type": "bytes", "title": "org.apache.kafka.connect.data.Decimal"}, "without its scale", ""),
])  # fmt: skip
def test_refuses_what_connect_has_no_type_for_by_its_place(node: Any, reason: str, path: str) -> None:
    with pytest.raises(ConversionRefused, match=reason) as refused:
        read(node)
    assert refused.value.path == path


def test_refuses_text_that_is_no_json() -> None:
    with pytest.raises(ConversionRefused, match="cannot be read"):
        JsonSchemaFormat(options()).read_schema("{")
