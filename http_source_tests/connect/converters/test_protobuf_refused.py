"""Values that Protobuf cannot hold, each refused by its place and type and never shown."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source_tests.connect.converters.avro_samples import options

TEXT = """syntax = "proto3"; import "confluent/meta.proto"; import "confluent/type/decimal.proto";
message A {
  uint32 u32 = 1; uint64 u64 = 2; sint32 s32 = 3; fixed32 f32 = 4; string text = 5; float half = 6; repeated fixed32 many = 7;
  B b = 8; repeated B list = 9; map<string, uint32> counts = 10; map<string, B> messages = 11; E e = 12;
  oneof pick { uint32 one = 13; string other = 14; }
  confluent.type.Decimal price = 15 [(confluent.field_meta) = { params: [{ key: "precision", value: "3" }, { key: "scale", value: "1" }] }];
  message B { uint32 n = 1; string t = 2; } enum E { ZERO = 0; }
}"""
HALF = "\ud800"


@pytest.mark.parametrize(("value", "path", "reason"), [
    ({"u32": -1}, "/u32", "uint32"),
    ({"u32": 2**32}, "/u32", "uint32"),
    ({"u64": -1}, "/u64", "uint64"),
    ({"s32": 2**31}, "/s32", "INT32"),
    ({"f32": 2**32}, "/f32", "fixed32"),
    ({"text": HALF}, "/text", "string cannot hold text with half of a surrogate pair"),
    ({"half": 1e39}, "/half", "FLOAT32"),
    ({"many": [1, -1]}, "/many/*", "fixed32"),
    ({"many": [1, None]}, "/many/*", "null came in an array"),
    ({"b": {"n": -1}}, "/b/n", "uint32"),
    ({"list": [{"n": 1}, {"t": HALF}]}, "/list/*/t", "string"),
    ({"counts": {"a": 1, "b": -1}}, "/counts/*/value", "uint32"),
    ({"counts": {HALF: 1}}, "/counts/*/key", "string"),
    ({"messages": {"a": {"n": -1}}}, "/messages/*/value/n", "uint32"),
    ({"messages": {"a": None}}, "/messages/*/value", "null came in a map"),
    ({"e": "ONE"}, "/e", "not a symbol of the enum E, which has ZERO"),
    ({"pick_0": {"one": -1}}, "/one", "uint32"),
    ({"pick_0": {"one": 1, "other": "x"}}, "/pick_0", "2 members"),
    ({"price": Decimal("123.4")}, "/price", "4 digits, and the registered precision is 3"),
    ({"price": Decimal("1.23")}, "/price", "more than the 1 digits"),
])  # fmt: skip
def test_a_value_is_refused_by_its_place_and_not_shown(value: Mapping[str, Any], path: str, reason: str) -> None:
    plain = ProtobufFormat(options())
    with pytest.raises(ConversionRefused, match=reason) as refused:
        plain.encoder(plain.read_schema(TEXT), TEXT)(value)
    assert refused.value.path == path
    assert "Error" not in str(refused.value)
    assert HALF not in str(refused.value)


def test_b213_a_decimal_of_as_many_digits_as_are_registered_is_written() -> None:
    plain = ProtobufFormat(options())
    encode = plain.encoder(plain.read_schema(TEXT), TEXT)
    assert encode({"price": Decimal("-12.3")}) == b"\x7a\x07\x0a\x01\x85\x10\x03\x18\x01"


def test_two_members_of_a_oneof_are_refused_where_oneofs_are_flat_too() -> None:
    flat = ProtobufFormat(options(flatten_unions=True))
    encode = flat.encoder(flat.read_schema(TEXT), TEXT)
    assert encode({"one": 1, "other": None}) == b"\x68\x01"
    with pytest.raises(ConversionRefused, match="one and other have a value, and the oneof pick takes only one of them"):
        encode({"one": 1, "other": "x"})


def test_a_field_that_the_registered_message_does_not_have_is_named() -> None:
    plain = ProtobufFormat(options())
    with pytest.raises(ConversionRefused, match="the registered message B has no field 'u32'"):
        plain.encoder(plain.read_schema(TEXT), 'syntax = "proto3"; message B { int32 x = 1; }')
