"""Registered Avro schemas as Connect's, as Confluent's AvroData reads them."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from http_source.connect.converters.avro import AvroFormat
from http_source.connect.converters.format import ConversionRefused, Reference, WrittenSchema
from http_source.connect.schema import (
    BYTES,
    DATE,
    INT32,
    INT64,
    OPTIONAL_STRING,
    STRING,
    TIMESTAMP,
    Schema,
    array,
    decimal,
    map_of,
    struct,
)
from http_source_tests.connect.converters.avro_samples import RECORDS, options

FIELD_DEFAULT = {"io.confluent.connect.avro.field.default": "true"}


def read(avro: Any, **changes: object) -> Schema:
    return AvroFormat(options(**changes)).read_schema(json.dumps(avro))


def read_field(field: dict[str, Any], **changes: object) -> Schema:
    return read({"type": "record", "name": "shop.Order", "fields": [{"name": "it", **field}]}, **changes).fields[0].schema


def nameless(schema: Schema) -> Schema:
    """The schema without the names that were made for its records."""
    made = schema.name is not None and schema.name.startswith("io.confluent.connect.avro.ConnectDefault")
    fields = [(each.name, nameless(each.schema)) for each in schema.fields]
    items, keys, values = (None if each is None else nameless(each) for each in (schema.items, schema.keys, schema.values))
    return replace(schema.with_fields(fields), name=None if made else schema.name, items=items, keys=keys, values=values)


@given(RECORDS)
def test_what_was_written_is_read_as_it_was(schema: Schema) -> None:
    avro = AvroFormat(options())
    assert nameless(avro.read_schema(avro.write_schema(schema).text)) == schema


@pytest.mark.parametrize(("field", "schema"), [
    ({"type": "string"}, STRING),
    ({"type": ["null", "string"], "default": None}, OPTIONAL_STRING),
    ({"type": ["string", "null"]}, OPTIONAL_STRING),
    ({"type": {"type": "array", "items": ["null", "string"]}}, array(OPTIONAL_STRING)),
    ({"type": {"type": "map", "values": "long"}}, map_of(STRING, INT64)),
    ({"type": {"type": "int", "logicalType": "date"}}, DATE),
    ({"type": {"type": "long", "logicalType": "timestamp-millis"}}, TIMESTAMP),
    ({"type": {"type": "long", "logicalType": "timestamp-micros"}}, INT64),
    ({"type": {"type": "string", "logicalType": "uuid"}}, STRING),
    ({"type": {"type": "bytes", "logicalType": "decimal", "precision": 64, "scale": 2}}, decimal(2)),
    ({"type": {"type": "bytes", "logicalType": "decimal", "precision": 10}},
     replace(decimal(0), parameters={"scale": "0", "connect.decimal.precision": "10"})),
    ({"type": {"type": "fixed", "name": "Id", "size": 4}}, replace(BYTES, name="shop.Id", parameters={"connect.fixed.size": "4"})),
    ({"type": "int", "default": 7}, replace(INT32, default=7, parameters=FIELD_DEFAULT)),
    ({"type": {"type": "int", "connect.default": 7}, "default": 7}, replace(INT32, default=7)),
    ({"type": ["string", "null"], "default": "x"}, replace(OPTIONAL_STRING, default="x", parameters=FIELD_DEFAULT)),
    ({"type": {"type": "int", "logicalType": "date"}, "default": 10}, replace(DATE, default=date(1970, 1, 11), parameters=FIELD_DEFAULT)),
    ({"type": "bytes", "default": "\xff"}, replace(BYTES, default=b"\xff", parameters=FIELD_DEFAULT)),
    ({"type": {"type": "string", "avro.java.string": "String"}}, replace(STRING, parameters={"avro.java.string": "String"})),
])
def test_a_field_of_an_ordinary_schema_is_read(field: dict[str, Any], schema: Schema) -> None:
    assert read_field(field) == schema


def test_records_keep_their_names_and_those_without_keep_the_ones_made_for_them() -> None:
    schema = read({"type": "record", "name": "ConnectDefault", "namespace": "io.confluent.connect.avro", "fields": [
        {"name": "a", "type": {"type": "record", "name": "ConnectDefault2", "fields": []}},
        {"name": "b", "type": {"type": "record", "name": "shop.Item", "fields": []}}]})
    assert (schema.name, *(each.schema.name for each in schema.fields)) == (None, "io.confluent.connect.avro.ConnectDefault2", "shop.Item")


def test_defaults_of_records_and_maps_are_values() -> None:
    price = {"type": "bytes", "logicalType": "decimal", "precision": 64, "scale": 1}
    inner = {"type": "record", "name": "In", "fields": [{"name": "d", "type": price}]}
    assert read_field({"type": inner, "default": {"d": "\x0f"}}).default == {"d": Decimal("1.5")}
    assert read_field({"type": {"type": "map", "values": "double"}, "default": {"a": 1}}).default == {"a": 1.0}


def test_a_default_that_json_has_no_number_for_is_a_text() -> None:
    assert read_field({"type": "double", "default": "Infinity"}).default == float("inf")
    assert read_field({"type": ["double", "string"], "default": "1"}).default == {"double": None, "string": "1"}


def test_docs_are_parameters_or_docs_by_the_option() -> None:
    record = {"type": "record", "name": "R", "doc": "of the record", "fields": [{"name": "it", "type": "int", "doc": "of the field"}]}
    assert read(record).parameters == {
        "io.confluent.connect.avro.record.doc": "of the record", "io.confluent.connect.avro.field.doc.it": "of the field"}
    discarded = read(record, discard_type_doc_default=True)
    assert (discarded.doc, discarded.fields[0].schema.doc, dict(discarded.parameters)) == (
        "of the record", "of the field", {"connect.record.doc": "of the record"})


def test_an_enum_is_a_string_that_knows_its_symbols() -> None:
    mark = "io.confluent.connect.avro.Enum"
    enum = {"type": "enum", "name": "Color", "symbols": ["RED", "BLUE"]}
    expected = replace(STRING, name="shop.Color", parameters={mark: "shop.Color", f"{mark}.RED": "RED", f"{mark}.BLUE": "BLUE"})
    assert read_field({"type": enum}) == expected
    general = "org.apache.kafka.connect.data.Enum"
    generalized = read_field({"type": enum}, sum_type_support=True)
    assert generalized.parameters == {general: "shop.Color", f"{general}.RED": "0", f"{general}.BLUE": "1"}


def test_a_union_of_several_types_is_a_struct_with_a_field_for_each() -> None:
    item = {"type": "record", "name": "Item", "fields": []}
    union = read_field({"type": ["null", "int", "string", item], "default": None})
    assert union == replace(struct({
        "int": INT32.as_optional(), "string": OPTIONAL_STRING, "Item": struct({}, name="shop.Item", optional=True),
    }, name="io.confluent.connect.avro.Union"), optional=True)
    assert [each.name for each in read_field({"type": ["null", "int", item]}, enhanced_avro=True).fields] == ["int", "shop.Item"]
    general = read_field({"type": ["null", "int", item]}, sum_type_support=True)
    assert (general.name, [each.name for each in general.fields]) == ("connect_union_0", ["connect_union_field_1", "connect_union_field_2"])


def test_a_union_of_one_type_is_that_type_when_it_is_flattened() -> None:
    assert read_field({"type": ["string"]}).name == "io.confluent.connect.avro.Union"
    assert read_field({"type": ["string"]}, flatten_singleton_unions=True) == STRING


def test_a_record_that_contains_itself_is_refused_with_its_place() -> None:
    with pytest.raises(ConversionRefused, match="contains itself") as caught:
        read({"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]})
    assert caught.value.path == "/next"


@pytest.mark.parametrize("avro", [
    {"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 3}, {"type": "bytes", "logicalType": "decimal", "scale": 3},
    {"type": "bytes", "logicalType": "decimal", "precision": 0}, {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": -1},
    {"type": "bytes", "logicalType": "decimal", "precision": "4"}, {"type": "bytes", "logicalType": ["date"]},
    {"type": "int", "logicalType": "uuid"}, {"type": "long", "logicalType": "date"}, {"type": "int", "logicalType": "timestamp-millis"},
    {"type": "string", "logicalType": "decimal", "precision": 4}, {"type": "long", "logicalType": "of-the-house"},
    {"type": "fixed", "name": "F", "size": 2, "logicalType": "decimal", "precision": 5},
    {"type": "bytes", "connect.name": "org.apache.kafka.connect.data.Decimal"},
])
def test_b215_a_logical_type_that_its_schema_makes_impossible_is_ignored(avro: dict[str, Any]) -> None:
    plain = {key: each for key, each in avro.items() if key in ("type", "name", "size")}
    assert read_field({"type": avro}) == read_field({"type": plain})


def test_b209_a_union_that_is_illegal_is_refused_by_name() -> None:
    with pytest.raises(ConversionRefused, match="one type twice"):
        read_field({"type": ["int", "string", {"type": "int"}]})
    with pytest.raises(ConversionRefused, match="directly in a union"):
        read_field({"type": ["int", ["null", "string"]]})


def test_the_default_of_a_union_is_of_the_first_branch_that_takes_it() -> None:
    union = ["int", "string", {"type": "array", "items": "int"}]
    assert read_field({"type": union, "default": "x"}).default == {"int": None, "string": "x", "array": None}
    assert read_field({"type": union, "default": [1]}).default == {"int": None, "string": None, "array": [1]}


def test_aliases_of_a_field_are_a_parameter() -> None:
    assert read_field({"type": "string", "aliases": ["was", "before"]}) == replace(STRING, parameters={"connect.aliases": "was,before"})


def test_b216_the_named_types_of_imported_texts_are_known() -> None:
    color = json.dumps({"type": "enum", "name": "paint.Color", "symbols": ["RED"]})
    item = json.dumps({"type": "record", "name": "Item", "namespace": "shop", "fields": [{"name": "color", "type": "paint.Color"}]})
    order = {"type": "record", "name": "shop.Order", "fields": [{"name": "item", "type": "Item"}, {"name": "paper", "type": "paint.Color"}]}
    colors = Reference("paint.Color", WrittenSchema(color))
    items = Reference("shop.Item", WrittenSchema(item, references=[colors]))
    schema = AvroFormat(options()).read_schema(json.dumps(order), [items, colors])
    assert [each.schema.name for each in schema.fields] == ["shop.Item", "paint.Color"]
    with pytest.raises(ConversionRefused, match=r"defines the type 'paint\.Color'"):
        AvroFormat(options()).read_schema(item)


def test_a_type_may_be_used_before_its_definition_and_with_attributes_beside_its_name() -> None:
    item = {"type": "record", "name": "Item", "fields": []}
    fields = [{"name": "a", "type": "Item"}, {"name": "b", "type": item}, {"name": "c", "type": {"type": "shop.Item", "x-own": 1}}]
    assert {each.schema.name for each in read({"type": "record", "name": "shop.Order", "fields": fields}).fields} == {"shop.Item"}


def test_a_name_is_looked_for_outside_of_its_namespace_too() -> None:
    item = {"type": "record", "name": "Item", "namespace": "", "fields": []}
    order = {"type": "record", "name": "shop.Order", "fields": [{"name": "a", "type": item}, {"name": "b", "type": "Item"}]}
    assert [each.schema.name for each in read(order).fields] == ["Item", "Item"]


def test_a_field_that_is_always_null_is_none_of_connects() -> None:
    fields = [{"name": "a", "type": "null"}, {"name": "b", "type": ["null"]}, {"name": "c", "type": "int"}]
    assert [each.name for each in read({"type": "record", "name": "R", "fields": fields}).fields] == ["c"]


@pytest.mark.parametrize("text", [
    "", "{", "[]", "7", '"nothing"', '{"type":"record"}', '"null"', "[" * 9_999, "NaN", '{"type":["int"]}', '{"type":"array"}',
    '{"type":"record","name":"R","fields":[7]}', '{"type":"enum","name":"E","symbols":[1]}',
    '{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}',
    '[{"type":"enum","name":"E","symbols":["A"]},{"type":"record","name":"E","fields":[]}]',
])
def test_what_is_no_schema_is_refused(text: str) -> None:
    with pytest.raises(ConversionRefused):
        AvroFormat(options()).read_schema(text)


def test_a_default_that_its_type_does_not_take_is_refused_with_its_place() -> None:
    with pytest.raises(ConversionRefused) as caught:
        read_field({"type": {"type": "int", "connect.default": "seven"}})
    assert caught.value.path == "/it"
