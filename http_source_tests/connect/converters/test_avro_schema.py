"""Connect's schemas as Avro's, as Confluent's AvroData writes them."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from http_source.connect.converters.avro import AvroFormat
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.schema import (
    BYTES,
    DATE,
    INT8,
    INT16,
    INT32,
    INT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    STRING,
    TIME,
    TIMESTAMP,
    Schema,
    Type,
    array,
    decimal,
    map_of,
    struct,
)
from http_source_tests.connect.converters.avro_samples import options

CONNECT = "org.apache.kafka.connect.data"


def written(schema: Schema, **changes: object) -> Any:
    return json.loads(AvroFormat(options(**changes)).write_schema(schema).text)


def field_of(schema: Schema, **changes: object) -> Any:
    """What becomes of a schema as the one field of a record."""
    (field,) = written(struct({"it": schema}), **changes)["fields"]
    return {key: value for key, value in field.items() if key != "name"}


def refusal(schema: Schema, **changes: object) -> ConversionRefused:
    with pytest.raises(ConversionRefused) as caught:
        AvroFormat(options(**changes)).write_schema(schema)
    return caught.value


def test_a_record_without_a_name_has_confluents_to_the_letter() -> None:
    schema = struct({"id": INT64, "note": OPTIONAL_STRING, "user": struct({"name": STRING}, optional=True), "tags": array(OPTIONAL_STRING)})
    assert AvroFormat(options()).write_schema(schema).text == (
        '{"type":"record","name":"ConnectDefault","namespace":"io.confluent.connect.avro","fields":[{"name":"id","type":"long"},'
        '{"name":"note","type":["null","string"],"default":null},'
        '{"name":"user","type":["null",{"type":"record","name":"ConnectDefault2","fields":[{"name":"name","type":"string"}]}],"default":null},'
        '{"name":"tags","type":{"type":"array","items":["null","string"]}}]}')


def test_the_name_of_the_record_is_told_for_the_subject() -> None:
    avro = AvroFormat(options())
    assert avro.write_schema(struct({})).record_name == "io.confluent.connect.avro.ConnectDefault"
    assert avro.write_schema(struct({}, name="shop.Order")).record_name == "shop.Order"
    assert avro.write_schema(struct({}, name="shop.Order", optional=True)).record_name == "shop.Order"
    assert avro.write_schema(STRING).record_name == ""


def test_a_named_record_repeats_its_name_and_lends_its_namespace_to_those_inside() -> None:
    line, payer = struct({}, name="shop.Line"), struct({}, name="bank.Payer")
    order = written(struct({"line": line, "payer": payer, "other": line}, name="shop.Order"))
    assert order == {"type": "record", "name": "Order", "namespace": "shop", "fields": [
        {"name": "line", "type": {"type": "record", "name": "Line", "fields": [], "connect.name": "shop.Line"}},
        {"name": "payer", "type": {"type": "record", "name": "Payer", "namespace": "bank", "fields": [], "connect.name": "bank.Payer"}},
        {"name": "other", "type": "Line"},
    ], "connect.name": "shop.Order"}


@pytest.mark.parametrize(("schema", "avro"), [
    (INT8, {"type": "int", "connect.type": "int8"}),
    (INT16, {"type": "int", "connect.type": "int16"}),
    (INT32, "int"),
    (BYTES, "bytes"),
    (decimal(2), {"type": "bytes", "scale": 2, "precision": 64, "connect.version": 1, "connect.parameters": {"scale": "2"},
                  "connect.name": f"{CONNECT}.Decimal", "logicalType": "decimal"}),
    (DATE, {"type": "int", "connect.version": 1, "connect.name": f"{CONNECT}.Date", "logicalType": "date"}),
    (TIME, {"type": "int", "connect.version": 1, "connect.name": f"{CONNECT}.Time", "logicalType": "time-millis"}),
    (TIMESTAMP, {"type": "long", "connect.version": 1, "connect.name": f"{CONNECT}.Timestamp", "logicalType": "timestamp-millis"}),
    (map_of(STRING, INT64), {"type": "map", "values": "long"}),
    (replace(STRING, doc="for people", version=3, parameters={"unit": "m"}),
     {"type": "string", "connect.doc": "for people", "connect.version": 3, "connect.parameters": {"unit": "m"}}),
])
def test_types_keep_what_avro_does_not_know_in_marks(schema: Schema, avro: Any) -> None:
    assert field_of(schema) == {"type": avro}


def test_without_connects_marks_only_logical_types_are_marked() -> None:
    assert field_of(INT8, connect_meta_data=False) == {"type": "int"}
    assert field_of(DATE, connect_meta_data=False) == {"type": {"type": "int", "logicalType": "date"}}


def test_a_map_with_other_keys_is_an_array_of_entries() -> None:
    entry = {"type": "record", "name": "MapEntry", "fields": [{"name": "key", "type": "int"}, {"name": "value", "type": "string"}]}
    assert field_of(map_of(INT32, STRING)) == {"type": {"type": "array", "items": entry}}


def test_a_map_whose_keys_may_be_null_is_a_map_when_it_is_allowed() -> None:
    schema = map_of(OPTIONAL_STRING, INT64)
    assert field_of(schema)["type"]["type"] == "array"
    assert field_of(schema, optional_map_keys=True) == {"type": {"type": "map", "values": "long"}}


def test_a_default_stands_in_the_field_and_in_the_type() -> None:
    assert field_of(replace(INT64, default=5)) == {"type": {"type": "long", "connect.default": 5}, "default": 5}
    assert field_of(replace(BYTES, default=b"\xff")) == {"type": {"type": "bytes", "connect.default": "\xff"}, "default": "\xff"}
    day = field_of(replace(DATE, default=date(1970, 1, 11)))
    assert (day["default"], day["type"]["connect.default"]) == (10, 10)


def test_a_field_with_a_default_that_may_be_null_has_null_second() -> None:
    assert field_of(replace(OPTIONAL_INT64, default=5)) == {"type": [{"type": "long", "connect.default": 5}, "null"], "default": 5}


def test_a_default_that_avro_does_not_take_for_a_field_stands_in_the_type_alone() -> None:
    inside = replace(array(OPTIONAL_STRING), default=["x"])
    assert field_of(inside) == {"type": {"type": "array", "items": ["null", "string"], "connect.default": ["x"]}}


def test_docs_of_fields_are_kept_instead_of_those_of_types() -> None:
    schema = struct({"it": replace(STRING, doc="of the field")})
    assert written(schema)["fields"][0].get("doc") is None
    assert written(schema, discard_type_doc_default=True)["fields"][0]["doc"] == "of the field"


def test_an_enum_is_one_only_with_the_enhanced_support() -> None:
    mark = "io.confluent.connect.avro.Enum"
    schema = replace(STRING, name="a.Color", parameters={mark: "a.Color", f"{mark}.RED": "RED", f"{mark}.BLUE": "BLUE"})
    assert field_of(schema)["type"]["type"] == "string"
    enum = field_of(schema, enhanced_avro=True)["type"]
    assert (enum["type"], enum["name"], enum["namespace"], enum["symbols"]) == ("enum", "Color", "a", ["RED", "BLUE"])


@pytest.mark.parametrize(("name", "scrubbed"), [
    ("@time", "_40time"), ("a-b", "a_b"), ("1st", "x1st"), ("a.b", "a_b"), ("a b", "a_b"), ("é", "_C3_A9"), ("a~*", "a_7E_"),
    ("class", "class"), ("null", "null"), ("_ok9", "_ok9"),
])
def test_b114_illegal_names_become_what_confluent_makes_of_them(name: str, scrubbed: str) -> None:
    assert written(struct({name: INT64}), scrub_invalid_names=True)["fields"] == [{"name": scrubbed, "type": "long"}]


@pytest.mark.parametrize(("name", "path"), [
    ("@time", "/in/@time"), ("a-b", "/in/a-b"), ("1st", "/in/1st"), ("", "/in/"), ("a/b", "/in/a~1b"), ("é", "/in/é"),
])
def test_b114_an_illegal_name_is_refused_with_its_path(name: str, path: str) -> None:
    refused = refusal(struct({"in": struct({name: INT64})}))
    assert refused.path == path
    assert repr(name) in str(refused)
    assert "scrub.invalid.names" in str(refused)


def test_b114_an_empty_name_cannot_be_scrubbed() -> None:
    assert refusal(struct({"": INT64}), scrub_invalid_names=True).path == "/"


def test_b114_names_of_records_are_held_to_the_same_rule() -> None:
    assert "'my record'" in str(refusal(struct({}, name="a.my record")))
    assert written(struct({}, name="a.my record"), scrub_invalid_names=True)["name"] == "my_record"


def test_java_keywords_are_names_like_others() -> None:
    names = ["class", "public", "int"]
    assert [each["name"] for each in written(struct(dict.fromkeys(names, INT64)))["fields"]] == names


def test_b115_two_names_that_become_one_are_refused_both_named() -> None:
    refused = refusal(struct({"a-b": INT64, "a.b": INT64}), scrub_invalid_names=True)
    assert "'a-b'" in str(refused)
    assert "'a.b'" in str(refused)


def test_b115_names_that_differ_in_case_stay_two_fields() -> None:
    assert [each["name"] for each in written(struct({"id": INT64, "ID": STRING}))["fields"]] == ["id", "ID"]


def test_b117_two_shapes_of_one_name_are_refused_with_both_places() -> None:
    refused = refusal(struct({"a": struct({"x": INT64}, name="n.Same"), "b": struct({"x": STRING}, name="n.Same")}))
    assert refused.path == "/b"
    assert "/a" in str(refused)


def test_a_default_that_is_no_number_is_refused() -> None:
    assert "finite" in str(refusal(struct({"it": Schema(type=Type.FLOAT64, default=float("nan"))})))


def test_b209_no_union_is_written_that_avro_does_not_have() -> None:
    union = "io.confluent.connect.avro.Union"
    same = struct({"a": INT32.as_optional(), "b": INT8.as_optional()}, name=union)
    inner = struct({"a": OPTIONAL_INT64, "b": OPTIONAL_STRING}, name=union, optional=True)
    nested = struct({"a": OPTIONAL_STRING, "b": inner}, name=union)
    for each in (same, nested):
        refused = refusal(struct({"it": each}))
        assert (refused.path, "union" in str(refused)) == ("/it", True)
