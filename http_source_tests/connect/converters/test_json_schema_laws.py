"""What holds for every JSON Schema that a person may have registered, judged by json and jsonschema alone."""

import json
from typing import Any

from hypothesis import assume, event, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema import JsonSchemaFormat
from http_source.connect.schema import Schema
from http_source_tests.connect.converters.avro_samples import options
from http_source_tests.connect.converters.json_schema_samples import growths, texts, values

WIDER = {("integer", "number"), ("int16", "int64"), ("int32", "int64"), ("int16", "float64"), ("int32", "float64")}
FORMS = st.booleans().map(lambda each: JsonSchemaFormat(options(optional_for_nonrequired=each)))


@given(texts(), FORMS)
def test_b211_a_text_to_which_nothing_is_added_stays_as_it_is(node: dict[str, Any], form: JsonSchemaFormat) -> None:
    text = json.dumps(node, indent=1)
    assert form.grow(read(form, text), text).text == text


@given(texts(), FORMS, st.data())
def test_b211_a_text_reads_as_what_was_added_and_keeps_all_else(node: dict[str, Any], form: JsonSchemaFormat, data: st.DataObject) -> None:
    text = json.dumps(node)
    wanted = data.draw(growths(read(form, text)))
    grown = grown_text(form, wanted, text)
    assert "$ref" in text or form.read_schema(grown) == wanted
    assert form.grow(form.read_schema(grown), grown).text == grown
    Draft202012Validator.check_schema(json.loads(grown))
    assert_kept(node, json.loads(grown))


@given(texts(), FORMS, st.data())
def test_b253_what_is_written_is_valid_by_the_text_and_stays_so_when_it_grows(
    node: dict[str, Any], form: JsonSchemaFormat, data: st.DataObject
) -> None:
    text = json.dumps(node)
    known = read(form, text)
    written = json.loads(payload(form, known, text, data))
    Draft202012Validator(node).validate(written)
    grown = grown_text(form, data.draw(growths(known)), text)
    Draft202012Validator(json.loads(grown)).validate(written)
    after = json.loads(payload(form, form.read_schema(grown), grown, data))
    Draft202012Validator(json.loads(grown)).validate(after)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab#/", max_size=4) | st.sampled_from(["object", "array", "string", "null", "#"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        "type", "properties", "items", "$ref", "oneOf", "anyOf", "allOf", "enum", "const", "required", "additionalProperties", "default",
        "connect.type", "connect.index", "connect.parameters", "patternProperties", "$id", "$defs", "$schema", "title", "a", "not",
    ]), inner, max_size=4), max_leaves=20,
))  # fmt: skip
def test_any_json_is_read_and_encoded_or_refused(node: Any) -> None:
    form, text = JsonSchemaFormat(options()), json.dumps(node)
    try:
        schema = form.read_schema(text)
        form.encoder(schema, text)
        form.grow(schema.as_optional(), text)
    except ConversionRefused as refused:
        event(str(refused)[:60])


def read(form: JsonSchemaFormat, text: str) -> Schema:
    try:
        return form.read_schema(text)
    except ConversionRefused as refused:
        assume("several" not in str(refused))
        raise


def grown_text(form: JsonSchemaFormat, wanted: Schema, text: str) -> str:
    """What the format makes of the text; some changes stand where the text cannot take them."""
    try:
        return form.grow(wanted, text).text
    except ConversionRefused as refused:
        event(str(refused)[:90])
        assume("cannot be changed" not in str(refused))
        raise


def payload(form: JsonSchemaFormat, schema: Schema, text: str, data: st.DataObject) -> bytes:
    """A value's bytes; some values are not for the text, by what it asserts."""
    try:
        return form.encoder(schema, text)(data.draw(values(schema)))
    except ConversionRefused as refused:
        assume("by its keyword" not in str(refused))
        raise


def assert_kept(old: Any, new: Any) -> None:
    """Everything of the old text is there, in its order, but for the changes that a text may take."""
    if isinstance(old, dict) and "anyOf" in new and "anyOf" not in old:
        null, inner = new.pop("anyOf")
        assert null == {"type": "null"}
        assert_kept({name: each for name, each in old.items() if name in inner}, inner)
        assert_kept({name: each for name, each in old.items() if name not in inner}, new)
    elif isinstance(old, dict):
        assert [each for each in new if each in old] == [each for each in old if each in new]
        for name, each in old.items():
            assert_entry_kept(name, each, new.get(name))
    elif isinstance(old, list):
        for one, other in zip(old, new, strict=False):
            assert_kept(one, other)
    else:
        assert old == new or (old, new) in WIDER


def assert_entry_kept(name: str, old: Any, new: Any) -> None:
    if name == "required" and isinstance(old, list):
        assert [each for each in old if each in (new or ())] == (new or [])
    else:
        assert_kept(old, new)
