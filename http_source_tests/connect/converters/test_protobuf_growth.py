"""Registered .proto files that grow: what is added, where, and what is refused."""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.schema import (
    FLOAT64,
    INT16,
    INT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    STRING,
    TIMESTAMP,
    Schema,
    array,
    decimal,
    struct,
)
from http_source_tests.connect.converters.avro_samples import options
from http_source_tests.connect.converters.protobuf_compiler import compiled, decode, needs_protoc

PLAIN = ProtobufFormat(options())
OPTIONAL = ProtobufFormat(options(optional_for_nullables=True))
WRAPPED = ProtobufFormat(options(wrapper_for_nullables=True))


def grown(text: str, form: ProtobufFormat = PLAIN, /, **fields: Schema) -> str:
    """The text with these fields, new or changed."""
    known = form.read_schema(text)
    more = {each.name: each.schema for each in known.fields} | fields
    return form.grow(known.with_fields(more.items()), text).text


def inside(text: str, name: str, /, **fields: Schema) -> Schema:
    """The struct, or the array of structs, that a field is, with these fields."""
    field = PLAIN.read_schema(text).field(name)
    assert field is not None
    found = field.schema.items or field.schema
    more = found.with_fields(({each.name: each.schema for each in found.fields} | fields).items())
    return replace(field.schema, items=more) if field.schema.items else more


ORDER = """// An order. } "
syntax = "proto2";
package shop.v1;

import "google/protobuf/timestamp.proto"; // when
option java_package = "com.acme"; /* { */

message Order {
    reserved 4, 9 to 11;
    reserved "old";
    required int32 id = 1; // the number {
    optional string state = 2 [default = "a}", deprecated = true];
    repeated Item items = 3;
    map < string , sint32 > counts = 12;
    oneof pay { string card = 5; Item voucher = 6; }
    message Item {optional int32 n = 1; enum Kind { BIG = 0; } optional Kind kind = 2;}
    extensions 100 to 199;
}
service Orders { rpc Get (Order) returns (Order); }
"""


@needs_protoc
def test_b211_b212_a_persons_file_gets_fields_and_keeps_all_that_it_has() -> None:
    items = inside(ORDER, "items", n=FLOAT64, size=struct({"w": OPTIONAL_INT64}, optional=True))
    text = grown(ORDER, id=INT64, items=items, note=OPTIONAL_STRING, price=decimal(2, optional=True))
    assert text == """// An order. } "
syntax = "proto2";
package shop.v1;

import "google/protobuf/timestamp.proto"; // when
import "confluent/meta.proto";
import "confluent/type/decimal.proto";
option java_package = "com.acme"; /* { */

message Order {
    reserved 4, 9 to 11;
    reserved "old";
    required int64 id = 1; // the number {
    optional string state = 2 [default = "a}", deprecated = true];
    repeated Item items = 3;
    map < string , sint32 > counts = 12;
    oneof pay { string card = 5; Item voucher = 6; }
    message Item {optional double n = 1; enum Kind { BIG = 0; } optional Kind kind = 2;
      optional ConnectDefault1 size = 3;
      message ConnectDefault1 {
        optional int64 w = 1;
      }
    }
    extensions 100 to 199;
    optional string note = 200;
    optional confluent.type.Decimal price = 201 [(confluent.field_meta) = { params: [{ key: "scale", value: "2" }] }];
}
service Orders { rpc Get (Order) returns (Order); }
"""
    assert compiled(text)


def test_b212_a_message_behind_enums_grows_and_so_does_no_other_one() -> None:
    text = 'syntax = "proto3"; enum E { X = 0; }\nmessage A { E e = 1; }\nmessage B { E e = 1; }'
    assert grown(text, new=INT64) == text.replace("message A { E e = 1; }", "message A { E e = 1; \n  int64 new = 2;\n}")


def test_b252_the_word_optional_stays_and_null_is_absent_where_it_stands() -> None:
    text = 'syntax = "proto3"; message A { optional int64 a = 1; int64 b = 2; }'
    for form in (PLAIN, OPTIONAL, WRAPPED):
        after = grown(text, form, c=INT64)
        assert "optional int64 a = 1; int64 b = 2;" in after
        schema = form.read_schema(after)
        assert form.encoder(schema, after)({"a": None, "b": 5, "c": 6}) == form.encoder(schema, after)({"b": 5, "c": 6})
        assert not decode(after, form.encoder(schema, after)({"a": None, "b": 5, "c": 6})).HasField("a")
        assert decode(after, form.encoder(schema, after)({"a": 0, "b": 5, "c": 6})).HasField("a")


def test_b252_null_at_required_of_proto2_is_refused_by_its_place() -> None:
    text = "message A { optional B b = 1; message B { required int64 c = 1; } }"
    schema = PLAIN.read_schema(text)
    for missing in ({}, {"c": None}):
        with pytest.raises(ConversionRefused, match="`required`") as refused:
            PLAIN.encoder(schema, text)({"b": missing})
        assert refused.value.path == "/b/c"
    with pytest.raises(ConversionRefused, match="c cannot become optional: it is `required`"):
        grown(text, b=inside(text, "b", c=OPTIONAL_INT64))


@pytest.mark.parametrize(("form", "expected"), [(PLAIN, "string b = 2;"), (OPTIONAL, "optional string b = 2;"),
    (WRAPPED, "google.protobuf.StringValue b = 2;")])  # fmt: skip
def test_a_new_field_is_written_as_the_options_say(form: ProtobufFormat, expected: str) -> None:
    assert f"  {expected}\n" in grown('syntax = "proto3"; message A { optional int64 a = 1; }', form, b=OPTIONAL_STRING)


@pytest.mark.parametrize(("form", "expected"), [(OPTIONAL, "optional sint32 a = 1;"), (WRAPPED, "google.protobuf.Int32Value a = 1;")])
def test_what_becomes_optional_is_written_as_the_options_say(form: ProtobufFormat, expected: str) -> None:
    text = 'syntax = "proto3"; message A { sint32 a = 1; }'
    a = form.read_schema(text).fields[0].schema
    assert expected in grown(text, form, a=a.as_optional())


@pytest.mark.parametrize(("old", "schema", "new"), [
    ("int32 a", INT64, "int64 a"), ("sint32 a", INT64, "sint64 a"), ("sfixed32 a", INT64, "sfixed64 a"), ("int64 a", FLOAT64, "double a"),
    ("uint32 a", FLOAT64, "double a"), ("float a", FLOAT64, "double a"), ("uint32 a", INT64, "uint32 a"), ("double a", INT64, "double a"),
    ("repeated int32 a", array(INT64), "repeated int64 a"),
    ("google.protobuf.Int32Value a", INT64, "google.protobuf.Int64Value a"),
    ("google.protobuf.UInt32Value a", FLOAT64, "google.protobuf.DoubleValue a"),
])  # fmt: skip
def test_a_number_becomes_wider_by_one_word(old: str, schema: Schema, new: str) -> None:
    text = 'syntax = "proto3"; import "google/protobuf/wrappers.proto"; message A { %s/* n */ = 1 [deprecated = true]; }'
    assert grown(text % old, a=schema.as_optional()) == text % new


def test_an_integer_that_only_connect_knows_becomes_wider_in_its_option() -> None:
    text = PLAIN.write_schema(struct({"a": replace(INT16, optional=True)})).text
    after = grown(text, a=OPTIONAL_INT64)
    assert after == text.replace("int32 a", "int64 a").replace('"int16"', '"int64"')
    assert PLAIN.read_schema(after).fields[0].schema.type == INT64.type


@pytest.mark.parametrize(("fields", "number"), [
    ("int64 a = 7;", 8), ("int64 a = 18999;", 20_000), ("reserved 3 to 8;", 9), ("reserved 0x10;", 17), ("int64 a = 010;", 9), ("", 1),
])  # fmt: skip
def test_a_number_is_above_all_that_the_message_uses_or_reserves(fields: str, number: int) -> None:
    assert f"string b = {number};" in grown(f'syntax = "proto3"; message A {{ {fields} }}', b=STRING)


REFUSED: Mapping[str, tuple[str, dict[str, Schema], str, str]] = {
    "no number": ("reserved 5 to max;", {"b": STRING}, "/b", "no number left for the field 'b'"),
    "reserved name": ('reserved "b";', {"b": STRING}, "/b", "the name 'b' is reserved"),
    "a type's name": ("enum b { c = 0; }", {"b": STRING}, "/b", "something else called 'b'"),
    "a symbol's name": ("enum b { c = 0; }", {"c": STRING}, "/c", "something else called 'c'"),
    "a oneof's name": ("oneof b { int32 a = 1; }", {"b": STRING}, "/b", "something else called 'b'"),
    "JSON name": ('int32 a = 1 [json_name = "x"];', {"x": STRING}, "", "'a' and 'x' have one name"),
    "enum": ("E a = 1; enum E { X = 0; }", {"a": INT64}, "/a", "E cannot become INT64"),
    "logical type": ("google.protobuf.Timestamp a = 1;", {"a": FLOAT64}, "/a", "Timestamp cannot become FLOAT64"),
    "string": ("string a = 1;", {"a": INT64}, "/a", "STRING cannot become INT64"),
    "not plain": ("int64 a = 1;", {"a": TIMESTAMP}, "/a", "INT64 cannot become .*Timestamp"),
    "jstype": ("int64 a = 1 [jstype = JS_STRING];", {"a": FLOAT64}, "/a", "option jstype"),
    "struct": ("B a = 1; message B {}", {"a": INT64}, "/a", "B cannot become INT64"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_b211_what_a_file_cannot_take_is_refused_by_its_place(case: str) -> None:
    body, fields, path, reason = REFUSED[case]
    text = f'syntax = "proto3"; import "google/protobuf/timestamp.proto"; message A {{ {body} }}'
    with pytest.raises(ConversionRefused, match=reason) as refused:
        grown(text, **fields)
    assert refused.value.path == path


@pytest.mark.parametrize("options_", [{}, {"flatten_unions": True}])
def test_a_oneof_is_never_changed(options_: Mapping[str, object]) -> None:
    form = ProtobufFormat(options(**options_))
    text = 'syntax = "proto3"; message A { oneof pick { int32 a = 1; B b = 2; } message B { int32 c = 1; } }'
    known = form.read_schema(text)
    union = known if options_ else known.fields[0].schema
    changes = {"a": INT64, "b": struct({"c": INT64}, optional=True), **({} if options_ else {"d": INT64})}
    for name, schema in changes.items():
        fields = {each.name: each.schema for each in union.fields} | {name: schema}
        changed = union.with_fields(fields.items())
        with pytest.raises(ConversionRefused, match="oneof"):
            form.grow(changed if options_ else struct({"pick_0": changed}), text)


def test_b255_a_message_with_two_uses_gets_what_either_needs_once() -> None:
    text = 'syntax = "proto3"; message A { B x = 1; B y = 2; } message B { int32 n = 1; }'
    after = grown(text, x=inside(text, "x", new=INT64, n=INT64), y=inside(text, "y", new=FLOAT64))
    assert after == 'syntax = "proto3"; message A { B x = 1; B y = 2; } message B { int64 n = 1; \n  double new = 2;\n}'
    with pytest.raises(ConversionRefused, match="INT64 in one place of its message and STRING in another") as refused:
        grown(text, x=inside(text, "x", new=INT64), y=inside(text, "y", new=STRING))
    assert refused.value.path == "/y/new"


def test_b117_a_field_that_comes_later_renames_no_message_and_takes_no_name_in_use() -> None:
    text = PLAIN.write_schema(struct({"a": struct({"x": INT64}), "b": struct({"y": INT64})})).text
    after = grown(text, new=struct({"z": struct({"q": INT64})}))
    assert re.findall(r"(\w+) (\w) = \d;", after) == [("ConnectDefault2", "a"), ("ConnectDefault3", "b"), ("int64", "x"), ("int64", "y"),
        ("ConnectDefault5", "z"), ("int64", "q")]  # fmt: skip
    assert "  ConnectDefault4 new = 3;" in after


def test_another_name_of_the_record_is_the_messages_and_the_files() -> None:
    text = 'syntax = "proto3"; // x\nmessage A { B b = 1; message B { int32 c = 1; } }'
    known = PLAIN.read_schema(text)
    written = PLAIN.grow(replace(known, name="io.acme.Order", version=2), text)
    assert written.text == 'syntax = "proto3"; // x\npackage io.acme;\nmessage Order { B b = 1; message B { int32 c = 1; } }'
    assert written.record_name == "io.acme.Order"
    with pytest.raises(ConversionRefused, match="cannot be changed"):
        PLAIN.grow(replace(known, name="Order"), f"{text} message Other {{ A a = 1; }}")


def test_line_ends_and_indents_are_those_of_the_file() -> None:
    text = 'syntax = "proto3";\r\nmessage A {\r\n\tint64 a = 1;\r\n}\r\n'
    assert grown(text, b=INT64) == 'syntax = "proto3";\r\nmessage A {\r\n\tint64 a = 1;\r\n\tint64 b = 2;\r\n}\r\n'


def test_b211_a_serialized_descriptor_keeps_options_that_nobody_knows() -> None:
    file = FileDescriptorProto(name="orders.proto", syntax="proto3")
    file.message_type.add(name="A").options.MergeFromString(b"\xc2\xf3\x2b\x01x")
    after = FileDescriptorProto.FromString(b64decode(grown(b64encode(file.SerializeToString()).decode(), b=TIMESTAMP)))
    assert (after.name, after.message_type[0].options) == ("orders.proto", file.message_type[0].options)
    assert after.message_type[0].field[0].type_name == ".google.protobuf.Timestamp"
    assert [*after.dependency] == ["google/protobuf/timestamp.proto"]


def test_a_record_without_a_message_grows_only_if_nobody_wrote_its_file() -> None:
    text = PLAIN.write_schema(INT64).text
    assert PLAIN.grow(INT64, text).text == text
    assert "DoubleValue" in PLAIN.grow(FLOAT64, text).text
    with pytest.raises(ConversionRefused, match="INT64, which cannot become FLOAT64"):
        PLAIN.grow(FLOAT64, f"{text}// by hand")
