"""Registered Protobuf schemas that import others."""

import pytest

from http_source.connect.converters.format import ConversionRefused, Reference, WrittenSchema
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.schema import INT64, OPTIONAL_INT64, STRING, Type, struct
from http_source_tests.connect.converters.avro_samples import options

PLAIN = ProtobufFormat(options())
MONEY = Reference("shop/money.proto", WrittenSchema('syntax = "proto3"; package shop; message Money { int64 cents = 1; Unit unit = 2; } '
    'enum Unit { NONE = 0; EUR = 7; } // import "nothing.proto";'))  # fmt: skip
ALL = Reference("shop/all.proto", WrittenSchema('syntax = "proto3"; import public "shop/money.proto";', references=(MONEY,)))
ORDER = (
    'syntax = "proto3"; package shop; import "%s"; message Order { Money price = 1; repeated .shop.Unit units = 2; Item item = 3; '
    "message Item { Money each = 1; } }"
)


@pytest.mark.parametrize("imported", [MONEY, ALL])
def test_b216_messages_and_enums_of_imported_files_are_read_and_written(imported: Reference) -> None:
    text = ORDER % imported.name
    schema = PLAIN.read_schema(text, [imported])
    price, units, _ = (each.schema for each in schema.fields)
    assert [each.schema.type for each in price.fields] == [Type.INT64, Type.STRING]
    assert units.items is not None
    assert units.items.name == "Unit"
    value = {"price": {"cents": 5, "unit": "EUR"}, "units": ["EUR", "NONE"]}
    assert PLAIN.encoder(schema, text, [imported])(value) == b"\n\x04\x08\x05\x10\x07\x12\x02\x07\x00"


def test_b216_a_file_with_imports_grows_and_keeps_its_references() -> None:
    text = ORDER % ALL.name
    known = PLAIN.read_schema(text, [ALL])
    written = PLAIN.grow(known.with_fields([*((each.name, each.schema) for each in known.fields), ("note", STRING)]), text, [ALL])
    assert written.text == text.removesuffix("}") + "\n  string note = 4;\n}"
    assert (written.record_name, [*written.references]) == ("shop.Order", [ALL])


def test_b216_a_message_that_is_imported_never_grows_and_is_named_with_its_place() -> None:
    text = ORDER % MONEY.name
    each = struct({"cents": INT64, "rate": OPTIONAL_INT64}, optional=True)
    with pytest.raises(ConversionRefused, match=r"shop\.Money .*'rate': it comes from the imported file 'shop/money\.proto'") as refused:
        PLAIN.grow(struct({"item": struct({"each": each}, optional=True)}), text, [MONEY])
    assert refused.value.path == "/item/each/rate"


def test_b216_a_new_message_never_hides_one_that_is_imported() -> None:
    other = Reference("other.proto", WrittenSchema('syntax = "proto3"; message ConnectDefault1 { int64 x = 1; }'))
    text = 'syntax = "proto3"; import "other.proto"; message A { ConnectDefault1 a = 1; }'
    known = PLAIN.read_schema(text, [other])
    grown = known.with_fields([("a", known.fields[0].schema), ("b", struct({"y": INT64}, optional=True))])
    assert "  ConnectDefault2 b = 2;" in PLAIN.grow(grown, text, [other]).text


def test_b216_files_that_every_registry_has_need_no_reference_and_are_not_replaced_by_one() -> None:
    wrong = Reference("google/protobuf/timestamp.proto", WrittenSchema('syntax = "proto3"; message Wrong {}'))
    text = 'syntax = "proto3"; import "google/protobuf/timestamp.proto"; message A { google.protobuf.Timestamp at = 1; }'
    assert PLAIN.read_schema(text, [wrong]) == PLAIN.read_schema(text)


def test_b216_an_import_without_a_reference_is_named() -> None:
    with pytest.raises(ConversionRefused, match=r"imports 'shop/money\.proto', which is neither among its references"):
        PLAIN.read_schema(ORDER % ALL.name, [Reference(ALL.name, WrittenSchema(ALL.written.text))])


def test_a_message_that_contains_itself_is_refused_by_type_and_place() -> None:
    text = 'syntax = "proto3"; package p; message A { repeated B b = 1; } message B { oneof c { B d = 1; } }'
    with pytest.raises(ConversionRefused, match=r"the Protobuf message p\.B contains itself") as refused:
        PLAIN.read_schema(text)
    assert refused.value.path == "/b/d"
