"""Registered Protobuf schemas as Connect's. Expected schemas after Confluent's ProtobufData."""

from base64 import b64encode
from dataclasses import replace

import pytest

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.converters.protobuf_text import parse_file
from http_source.connect.schema import BOOLEAN, INT32, INT64, STRING, TIMESTAMP, Schema, array, decimal, map_of, struct
from http_source_tests.connect.converters.avro_samples import options

MARK = "io.confluent.connect.protobuf"


def tagged(schema: Schema, number: int, **parameters: str) -> Schema:
    more = {f"{MARK}.{name}": value for name, value in parameters.items()}
    return replace(schema, parameters={**schema.parameters, **more, f"{MARK}.Tag": str(number)})


def read(text: str, **changes: object) -> Schema:
    return ProtobufFormat(options(**changes)).read_schema(f'syntax = "proto3";\n{text}')


def test_every_field_is_optional_as_long_as_null_and_zero_are_one() -> None:
    assert read("message A { int64 a = 1; repeated string b = 5; }") == struct({
        "a": tagged(INT64.as_optional(), 1), "b": tagged(array(STRING.as_optional(), optional=True), 5)}, name="A")


def test_with_optional_for_nullables_only_what_says_so_is_optional() -> None:
    text = "message A { optional int64 a = 1; int64 b = 2; B c = 3; message B { bool d = 1; } }"
    assert read(text, optional_for_nullables=True) == struct({
        "a": tagged(INT64.as_optional(), 1), "b": tagged(INT64, 2),
        "c": tagged(struct({"d": tagged(BOOLEAN, 1)}, name="B", optional=True), 3)}, name="A")


def test_with_wrapper_for_nullables_only_wrapped_fields_are_optional() -> None:
    text = 'import "google/protobuf/wrappers.proto"; message A { google.protobuf.Int64Value a = 1; int64 b = 2; }'
    schema = read(text, wrapper_for_nullables=True)
    assert schema == struct({"a": tagged(INT64.as_optional(), 1, Wrapper="true"), "b": tagged(INT64, 2)}, name="A")


def test_a_field_registered_in_a_wrapper_stays_in_it_whatever_the_options() -> None:
    fields = "google.protobuf.UInt32Value a = 1; repeated google.protobuf.StringValue b = 2;"
    plain = ProtobufFormat(options())
    schema = read(f'import "google/protobuf/wrappers.proto"; message A {{ {fields} }}')
    assert plain.read_schema(plain.write_schema(schema).text) == schema
    assert plain.encoder(schema)({"a": 5, "b": ["x"]}) == b"\n\x02\x08\x05\x12\x03\n\x01x"


def test_without_wrapper_for_raw_primitives_a_wrapper_is_a_struct_like_any_other() -> None:
    text = "package google.protobuf; message StringValue { string value = 1; }"
    assert read(text) == STRING
    schema = struct({"value": tagged(STRING.as_optional(), 1)}, name="StringValue")
    assert read(text, wrapper_for_raw_primitives=False) == schema


def test_numbers_keep_the_type_they_have_on_the_wire() -> None:
    schema = read("message A { sint32 a = 1; fixed64 b = 2; uint32 c = 3; }")
    assert schema == struct({"a": tagged(INT32.as_optional(), 1, Type="sint32"), "b": tagged(INT64.as_optional(), 2, Type="fixed64"),
        "c": tagged(INT64.as_optional(), 3, Type="uint32")}, name="A")
    assert ProtobufFormat(options()).encoder(schema)({"a": -1, "b": 1, "c": 2}) == b"\x08\x01\x11\x01\0\0\0\0\0\0\0\x18\x02"


@pytest.mark.parametrize("option", ['(confluent.field_meta) = { params: [ { value: "3", key: "scale" } ] }',
    '(confluent.field_meta).params = { key: "scale", value: "3" }', '(confluent.field_meta) = { params: { key: "scale" value: "3" } }'])
def test_reads_the_scale_of_a_decimal_however_it_is_written(option: str) -> None:
    text = 'import "confluent/meta.proto"; import "confluent/type/decimal.proto";'
    schema = read(f"{text} message A {{ confluent.type.Decimal a = 1 [{option}]; }}")
    assert schema == struct({"a": tagged(decimal(3, optional=True), 1)}, name="A")


def test_reads_maps_with_the_name_by_which_they_are_written_again() -> None:
    inner = map_of(tagged(STRING.as_optional(), 1), tagged(INT64.as_optional(), 2), optional=True)
    schema = read("message A { map<string, int64> my_map = 1; repeated ConnectDefault2Entry b = 2;"
        "message ConnectDefault2Entry { string key = 1; int64 value = 2; } }")
    maps = {"my_map": tagged(replace(inner, name="my_map"), 1), "b": tagged(replace(inner, name="connect_default2"), 2)}
    assert schema == struct(maps, name="A")
    text = ProtobufFormat(options()).write_schema(schema).text
    assert "map<string, int64> my_map = 1;" in text
    assert "repeated ConnectDefault2Entry b = 2;" in text


ENUM = "message A { Color c = 1; } enum Color { RED = 0; BLUE = 2; }"
ONEOF = "package p; message A { int64 a = 1; oneof pick { string t = 2; bool n = 3; } }"


def test_reads_enums_as_strings_with_their_symbols_or_as_integers() -> None:
    names = {"Enum": "Color", "Enum.RED": "0", "Enum.BLUE": "2"}
    assert read(ENUM).fields[0].schema == tagged(replace(STRING, name="Color", optional=True), 1, **names)
    assert read(ENUM, int_for_enums=True).fields[0].schema == tagged(replace(INT32, name="Color", optional=True), 1, **names)
    assert read(ENUM, sum_type_support=True).fields[0].schema.parameters["org.apache.kafka.connect.data.Enum.BLUE"] == "2"


def test_reads_a_oneof_as_a_struct_of_its_members_or_flat() -> None:
    members = {"t": tagged(STRING.as_optional(), 2), "n": tagged(BOOLEAN.as_optional(), 3)}
    rest = {"a": tagged(INT64.as_optional(), 1)}
    union = struct(members, name=f"{MARK}.Union.pick", optional=True)
    assert read(ONEOF) == struct({"pick_0": union, **rest}, name="A")
    assert read(ONEOF, index_for_unions=False) == struct({"pick": union, **rest}, name="A")
    assert read(ONEOF, flatten_unions=True) == struct({**members, **rest}, name="A")
    general = replace(union, name="pick", parameters={"org.apache.kafka.connect.data.Union": "pick"})
    assert read(ONEOF, sum_type_support=True) == struct({"pick_0": general, **rest}, name="A")


def test_enhanced_support_keeps_the_package() -> None:
    assert read(ONEOF).name == "A"
    assert read(ONEOF, enhanced_protobuf=True).name == "p.A"
    assert read(ONEOF, enhanced_protobuf=True).fields[0].schema.name == f"{MARK}.Union.p.A.pick"


def test_reads_proto2_comments_and_reserved_numbers() -> None:
    text = """// an order
import "google/protobuf/timestamp.proto";
message A { required int64 a = 1; optional string b = 2 [default = "x"]; reserved 3 to 5; /* gone */
  optional google.protobuf.Timestamp t = 6; }"""
    schema = ProtobufFormat(options(optional_for_nullables=True)).read_schema(text)
    fields = {"a": tagged(INT64, 1), "b": tagged(STRING.as_optional(), 2), "t": tagged(TIMESTAMP.as_optional(), 6)}
    assert schema == struct(fields, name="A")


@pytest.mark.parametrize("text", [ENUM, ONEOF, "message A { optional int64 a = 1; map<int32, B> b = 2; message B { bytes c = 1; } }"])
def test_reads_a_serialized_descriptor_as_the_text_it_was(text: str) -> None:
    serialized = parse_file(f'syntax = "proto3"; {text}').SerializeToString()
    assert ProtobufFormat(options()).read_schema(b64encode(serialized).decode()) == read(text)


@pytest.mark.parametrize(("text", "reason"), [
    ("message A {", "line 2, column"),
    ("message A { int64 a = 1; int64 a = 2; }", "does not take the schema"),
    ("message A { Missing a = 1; }", "does not take the schema"),
    ("message A { int64 a = 0x1z; }", "cannot be read"),
    ("enum E { A = 0; }", "has no message"),
    ("message A { A a = 1; }", "A contains itself"),
    ('import "other.proto"; message A { int64 a = 1; }', "imports 'other.proto'"),
])  # fmt: skip
def test_refuses_what_it_cannot_read_in_one_sentence(text: str, reason: str) -> None:
    with pytest.raises(ConversionRefused, match=reason):
        read(text)


def test_refuses_editions_and_groups_by_name() -> None:
    plain = ProtobufFormat(options())
    with pytest.raises(ConversionRefused, match="edition 2023"):
        plain.read_schema('edition = "2023"; message A { int64 a = 1; }')
    with pytest.raises(ConversionRefused, match="group 'B'"):
        plain.read_schema("message A { repeated group B = 1 { required int64 b = 2; } }")


@pytest.mark.parametrize("name", ["_", "my_map", "myMap", "A", "a1_2b"])
def test_a_map_stays_one_whatever_its_field_is_called(name: str) -> None:
    plain = ProtobufFormat(options())
    text = plain.write_schema(struct({name: map_of(STRING, TIMESTAMP)})).text
    assert f"map<string, google.protobuf.Timestamp> {name} = 1;" in text
    assert plain.write_schema(plain.read_schema(text)).text == text
