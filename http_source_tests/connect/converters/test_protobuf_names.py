"""Names and numbers in Protobuf: legal ones, scrubbed ones, clashes, and what stays when a schema grows."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.converters.protobuf_names import scrubbed
from http_source.connect.schema import INT64, STRING, Schema, array, struct
from http_source_tests.connect.converters.avro_samples import options
from http_source_tests.connect.converters.protobuf_compiler import compiled, needs_protoc

PLAIN = ProtobufFormat(options())
SCRUB = ProtobufFormat(options(scrub_invalid_names=True))
KEYWORDS = [
    "syntax", "import", "weak", "public", "package", "option", "inf", "nan", "repeated", "optional", "required", "bool", "string",
    "bytes", "float", "double", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64",
    "group", "oneof", "map", "extensions", "to", "max", "reserved", "enum", "message", "extend", "service", "rpc", "stream", "returns",
    "true", "false", "edition", "self", "None", "class", "def",
]  # fmt: skip


@pytest.mark.parametrize("name", ["@time", "a-b", "1st", "", "a.b", "Ü", "a b", "$x"])
def test_b116_refuses_an_illegal_name_by_its_place_and_says_what_to_do(name: str) -> None:
    with pytest.raises(ConversionRefused, match=re.escape(repr(name)) + r".*ReplaceField.*scrub\.invalid\.names=true") as refused:
        PLAIN.write_schema(struct({"a": array(struct({name: INT64}))}))
    assert refused.value.path == f"/a/*/{name}"


@pytest.mark.parametrize(("name", "expected"), [
    ("@time", "_40time"), ("a-b", "a_b"), ("1st", "x1st"), ("_id", "x_id"), ("Ü", "_C3_9C"), ("a b", "a_b"), ("a~b", "a_7Eb"),
    ("aB_9", "aB_9"), ("abc+-.*_", "abc_2B____"), ("", ""),
])  # fmt: skip
def test_b116_scrubs_names_as_confluent_does(name: str, expected: str) -> None:
    assert scrubbed(name) == expected


def test_b250_a_scrubbed_name_is_the_name_of_the_field_and_is_never_scrubbed_again() -> None:
    served = ["@time", "_id", "a_b"]
    names = [SCRUB.field_name(name) for name in served]
    assert names == ["_40time", "x_id", "a_b"]
    assert [PLAIN.field_name(name) for name in served] == served
    schema = struct(dict(zip(names, (INT64, STRING, INT64), strict=True)))
    written = SCRUB.write_schema(schema)
    assert "  int64 _40time = 1;\n  string x_id = 2;\n" in written.text
    assert [each.name for each in SCRUB.read_schema(written.text).fields] == names
    assert SCRUB.encoder(schema)({"_40time": 1, "x_id": "x", "a_b": 2}) == b"\x08\x01\x12\x01x\x18\x02"


@pytest.mark.parametrize(("one", "other"), [("a_b", "aB"), ("foo_bar", "fooBar"), ("a", "a_"), ("_a", "A")])
def test_b116_refuses_names_that_are_one_in_protobufs_json_and_names_both(one: str, other: str) -> None:
    with pytest.raises(ConversionRefused, match=f"{one!r} and {other!r}") as refused:
        SCRUB.write_schema(struct({"in": struct({one: INT64, other: INT64})}))
    assert refused.value.path == "/in"


def test_b116_takes_keywords_for_names_of_fields() -> None:
    schema = struct(dict.fromkeys(KEYWORDS, INT64))
    written = PLAIN.write_schema(schema)
    assert [each.name for each in PLAIN.read_schema(written.text).fields] == KEYWORDS
    assert PLAIN.encoder(schema)(dict.fromkeys(KEYWORDS, 1)).startswith(b"\x08\x01\x10\x01")


@needs_protoc
def test_b116_protoc_takes_keywords_for_names_of_fields_and_of_messages() -> None:
    fields: Mapping[str, Schema] = {name: struct({"x": INT64}, name=name) for name in KEYWORDS}
    assert [each.name for each in compiled(PLAIN.write_schema(struct(fields)).text).file[-1].message_type[0].field] == KEYWORDS


def test_b117_two_shapes_of_one_name_are_two_messages_and_one_shape_is_one() -> None:
    small, large = struct({"x": INT64}, name="Item"), struct({"x": INT64, "y": STRING}, name="Item")
    schema = struct({"a": small, "b": large, "c": small, "d": large})
    text = PLAIN.write_schema(schema).text
    assert re.findall(r"^  (\w+) (\w) = ", text, re.MULTILINE) == [("Item", "a"), ("Item2", "b"), ("Item", "c"), ("Item2", "d")]


def test_b117_a_struct_inside_one_of_its_name_is_another_message() -> None:
    schema = struct({"a": struct({"b": struct({"x": INT64}, name="Node")}, name="Node")}, name="Node")
    assert re.findall(r"message (\w+)", PLAIN.write_schema(schema).text) == ["Node", "Node2", "Node3"]


def test_a_number_that_a_transform_gave_to_two_fields_stays_with_the_first() -> None:
    known = PLAIN.read_schema('syntax = "proto3"; message A { int64 a = 1; }')
    doubled = known.with_fields([("a", known.fields[0].schema), ("copy", known.fields[0].schema)])
    assert "int64 copy = 2;" in PLAIN.write_schema(doubled).text


SERVED = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)


@given(st.dictionaries(SERVED.map(SCRUB.field_name), st.sampled_from([INT64, STRING]), max_size=4))
def test_b116_any_name_is_refused_or_found_again_after_scrubbing(fields: Mapping[str, Schema]) -> None:
    try:
        text = SCRUB.write_schema(struct(fields)).text
    except ConversionRefused:
        return
    known = SCRUB.read_schema(text)
    assert [each.name for each in known.fields] == list(fields)
    assert SCRUB.write_schema(known).text == text
