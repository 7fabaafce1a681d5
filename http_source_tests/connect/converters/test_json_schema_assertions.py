"""What a registered JSON Schema asserts holds for what is written; what it allows beyond its properties is written as it is."""

import json
from decimal import Decimal
from typing import Any

import pytest

from http_source.connect.converters.format import ConversionRefused, Reference, WrittenSchema
from http_source.connect.converters.json_schema import JsonSchemaFormat
from http_source.connect.converters.json_schema_additional import allows
from http_source_tests.connect.converters.avro_samples import options

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
UNION = "io.confluent.connect.json.OneOf.field"
DRAFT_4 = "http://json-schema.org/draft-04/schema#"


def record(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def written(node: Any, value: Any, *imports: Reference, **changes: object) -> bytes:
    form, text = JsonSchemaFormat(options(**changes)), json.dumps(node)
    return form.encoder(form.read_schema(text, imports), text, imports)(value)


@pytest.mark.parametrize(("node", "value", "path", "keyword"), [
    (record(a={**TEXT, "enum": ["x"]}), {"a": "secret"}, "/a", "enum"),
    (record(a={**TEXT, "const": "x"}), {"a": "secret"}, "/a", "const"),
    (record(a={**TEXT, "pattern": "^x"}), {"a": "secret"}, "/a", "pattern"),
    (record(a={**TEXT, "minLength": 9}), {"a": "secret"}, "/a", "minLength"),
    (record(a={**TEXT, "maxLength": 3}), {"a": "secret"}, "/a", "maxLength"),
    (record(a={**WHOLE, "minimum": 3}), {"a": 2}, "/a", "minimum"),
    (record(a={**WHOLE, "maximum": 3}), {"a": 4}, "/a", "maximum"),
    (record(a={**WHOLE, "exclusiveMinimum": 3}), {"a": 3}, "/a", "exclusiveMinimum"),
    ({"$schema": DRAFT_4, **record(a={**WHOLE, "maximum": 3, "exclusiveMaximum": True})}, {"a": 3}, "/a", "exclusiveMaximum"),
    (record(a={"type": "number", "multipleOf": 0.01}), {"a": 0.125}, "/a", "multipleOf"),
    (record(a={"type": "array", "items": WHOLE, "minItems": 1}), {"a": []}, "/a", "minItems"),
    (record(a={"type": "array", "items": WHOLE, "maxItems": 1}), {"a": [1, 2]}, "/a", "maxItems"),
    (record(a={"type": "array", "items": WHOLE, "uniqueItems": True}), {"a": [1, 1]}, "/a", "uniqueItems"),
    (record(a={"type": "array", "items": {**WHOLE, "maximum": 3}}), {"a": [1, 9]}, "/a/*", "maximum"),
    (record(a={"type": "array", "items": WHOLE, "contains": {"const": 5}}), {"a": [1]}, "/a", "contains"),
    (record(a={"type": "object", "connect.type": "map", "additionalProperties": {"enum": ["x"]}}), {"a": {"k": "secret"}}, "/a/*", "enum"),
    ({**record(a=WHOLE), "required": ["a", "z"]}, {"a": 1}, "", "required"),
    ({**record(a=WHOLE), "minProperties": 2}, {"a": 1}, "", "minProperties"),
    ({**record(a=WHOLE, b=WHOLE), "maxProperties": 1}, {"a": 1, "b": 1}, "", "maxProperties"),
    ({**record(a=WHOLE), "dependentRequired": {"a": ["z"]}}, {"a": 1}, "", "dependentRequired"),
    ({**record(a=WHOLE), "propertyNames": {"maxLength": 0}}, {"a": 1}, "", "propertyNames"),
    ({**record(a=WHOLE), "patternProperties": {"a": {"minimum": 3}}}, {"a": 1}, "/a", "minimum"),
    ({**record(a=WHOLE), "allOf": [{**record(), "additionalProperties": False}]}, {"a": 1}, "", "additionalProperties"),
    ({**record(a=WHOLE), "not": {"required": ["a"]}}, {"a": 1}, "", "not"),
    ({**record(a=WHOLE), "if": {"required": ["a"]}, "then": {"required": ["z"]}}, {"a": 1}, "", "required"),
    (record(a={"oneOf": [TEXT, {**WHOLE, "maximum": 3}]}), {"a": {f"{UNION}.1": 9}}, "/a", "oneOf"),
    (record(a={**TEXT, "anyOf": [{"pattern": "^x"}, {"minLength": 9}]}), {"a": "secret"}, "/a", "anyOf"),
])  # fmt: skip
def test_b253_what_a_text_forbids_is_refused_by_place_and_keyword(node: Any, value: Any, path: str, keyword: str) -> None:
    with pytest.raises(ConversionRefused, match="forbids the value, by its keyword") as refused:
        written(node, value)
    assert keyword in str(refused.value) or keyword == "dependentRequired"
    assert refused.value.path == path
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("node", "value"), [
    (record(a={**TEXT, "format": "uuid"}), {"a": "?"}),
    (record(a={"type": "number", "multipleOf": 0.01}), {"a": 19.99}),
    (record(a={**TEXT, "connect.type": "bytes", "maxLength": 4}), {"a": b"abc"}),
    (record(a={"oneOf": [TEXT, {**WHOLE, "maximum": 3}]}), {"a": {f"{UNION}.1": 3}}),
    ({**record(a=WHOLE), "required": ["a"]}, {"a": 2**62}),
])  # fmt: skip
def test_b253_what_a_text_allows_is_written(node: Any, value: Any) -> None:
    assert written(node, value)


def test_a_text_with_unknown_words_for_its_assertions_is_refused_by_their_place() -> None:
    with pytest.raises(ConversionRefused, match="not valid at /properties/a/pattern"):
        written(record(a={**TEXT, "pattern": "("}), {"a": "x"})


def test_b209_a_branch_by_reference_is_written_and_null_where_a_branch_is_null() -> None:
    node = {**record(a={"anyOf": [{"$ref": "#/$defs/none"}, {"$ref": "#/$defs/b"}, {"$ref": "#/$defs/c"}]}),
        "$defs": {"none": {"type": "null"}, "b": record(b=WHOLE), "c": TEXT}}  # fmt: skip
    assert written(node, {"a": {f"{UNION}.0": {"b": 1}}}) == b'{"a":{"b":1}}'
    assert written(node, {"a": {f"{UNION}.1": "x"}}) == b'{"a":"x"}'
    assert written(node, {"a": None}) == b'{"a":null}'
    assert written(record(a={"type": ["string", "integer"]}), {"a": {f"{UNION}.1": 7}}) == b'{"a":7}'


def test_what_the_text_allows_beyond_its_properties_is_written_behind_them_with_every_digit() -> None:
    value = {"z": {"y": [1, None, Decimal("1.50"), 2**80, True]}, "a": "x"}
    expected = b'{"a":"x","z":{"y":[1,null,1.50,1208925819614629174706176,true]}}'
    assert written({**record(a=TEXT), "additionalProperties": True}, value) == expected
    assert written({**record(a=TEXT), "unevaluatedProperties": {}}, value) == expected
    with pytest.raises(ConversionRefused, match="keyword 'type'") as refused:
        written({**record(a=TEXT), "additionalProperties": {"type": "string"}}, value)
    assert refused.value.path == "/z"
    with pytest.raises(ConversionRefused, match="has the field 'z'"):
        written(record(a=TEXT), value)


@pytest.mark.parametrize("value", [float("nan"), Decimal("Infinity"), b"x", {1: 2}, [object()]])
def test_only_json_is_written_beyond_the_properties(value: Any) -> None:
    with pytest.raises(ConversionRefused) as refused:
        written({**record(), "additionalProperties": True}, {"z": value})
    assert refused.value.path.startswith("/z")


def test_names_that_match_a_pattern_are_allowed_and_no_others() -> None:
    node = {**record(a=TEXT), "additionalProperties": False, "patternProperties": {"^x-": {"type": "integer"}}}
    assert written(node, {"a": "", "x-1": 1}) == b'{"a":"","x-1":1}'
    schema = JsonSchemaFormat(options()).read_schema(json.dumps(node))
    assert (allows(schema, "x-2"), allows(schema, "y")) == (True, False)
    with pytest.raises(ConversionRefused, match="has the field 'y'"):
        written(node, {"a": "", "y": 1})


def test_the_connectors_own_texts_allow_nothing_beyond_their_properties_in_silence() -> None:
    form = JsonSchemaFormat(options())
    schema = form.read_schema(json.dumps(record(a=TEXT)))
    assert not allows(schema, "b")
    assert allows(form.read_schema(json.dumps({"type": "object", "additionalProperties": WHOLE})), "b")


def test_a_property_that_is_not_required_is_left_out_where_null_is_not_allowed() -> None:
    node = {**record(a=TEXT, b=TEXT, c={"type": ["null", "string"]}), "required": ["a"]}
    assert written(node, {"a": "x"}, optional_for_nonrequired=True) == b'{"a":"x","c":null}'


DEEP = Reference("deep.json", WrittenSchema(json.dumps({"definitions": {"d": {"$ref": "#/definitions/e"}, "e": {**TEXT, "maxLength": 2}}})))
COMMON = Reference("sub/common.json", WrittenSchema(
    json.dumps({"$defs": {"a": {"$anchor": "here", **record(x={"$ref": "deep.json#/definitions/d"})}}}), references=[DEEP]))  # fmt: skip


@pytest.mark.parametrize("reference", ["sub/common.json#/$defs/a", "sub/common.json#here"])
@pytest.mark.parametrize("identity", [{}, {"$id": "http://schemas.test/v1/order.json"}])
def test_b216_imports_are_followed_and_hold(identity: Any, reference: str) -> None:
    node = {**identity, **record(a={"$ref": reference})}
    assert written(node, {"a": {"x": "ab"}}, COMMON) == b'{"a":{"x":"ab"}}'
    with pytest.raises(ConversionRefused, match="maxLength") as refused:
        written(node, {"a": {"x": "abc"}}, COMMON)
    assert refused.value.path == "/a/x"


def test_b216_an_import_that_was_not_registered_is_refused_by_its_name() -> None:
    with pytest.raises(ConversionRefused, match=r"'https://schemas\.invalid/x\.json', which is neither") as refused:
        written(record(a={"$ref": "https://schemas.invalid/x.json"}), {})
    assert refused.value.path == "/a"
