"""Registered Avro schemas as Connect's, as Confluent's AvroData reads them."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from http_source.connect.converters.avro import AvroFormat
from http_source.connect.converters.format import ConversionRefused
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


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '"nothing"', '{"type":"record"}', '"null"', "[" * 9_999])
def test_what_is_no_schema_is_refused(text: str) -> None:
    with pytest.raises(ConversionRefused):
        AvroFormat(options()).read_schema(text)


def test_a_default_that_its_type_does_not_take_is_refused_with_its_place() -> None:
    with pytest.raises(ConversionRefused) as caught:
        read_field({"type": {"type": "int", "connect.default": "seven"}})
    assert caught.value.path == "/it"
