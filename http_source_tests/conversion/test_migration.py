"""A subject as Confluent's converters have registered it is continued: the same data makes no new version."""

import json
from typing import Any

import pytest

from http_source_tests.conversion.chains import apache, chain
from http_source_tests.conversion.kept import Kept
from http_source_tests.conversion.law import Cut, outcome, texts

AVRO = json.dumps({
    "type": "record", "name": "Order", "namespace": "shop", "connect.version": 1, "connect.name": "shop.Order", "fields": [
        {"name": "id", "type": "int"},
        {"name": "qty", "type": [{"type": "int", "connect.default": 1, "connect.type": "int16"}, "null"], "default": 1},
        {"name": "total", "type": ["null", {
            "type": "bytes", "scale": 2, "precision": 64, "connect.version": 1, "connect.parameters": {"scale": "2"},
            "connect.name": "org.apache.kafka.connect.data.Decimal", "logicalType": "decimal"}], "default": None},
        {"name": "state", "type": {
            "type": "string", "connect.parameters": {
                "io.confluent.connect.avro.Enum": "State", "io.confluent.connect.avro.Enum.OPEN": "OPEN",
                "io.confluent.connect.avro.Enum.DONE": "DONE"}}},
        {"name": "at", "type": {"type": "long", "connect.version": 1, "connect.name": "org.apache.kafka.connect.data.Timestamp",
                                "logicalType": "timestamp-millis"}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "buyer", "type": ["null", {
            "type": "record", "name": "Buyer", "connect.name": "shop.Buyer", "fields": [{"name": "name", "type": "string"}]}],
         "default": None},
    ]})
JSON_SR = json.dumps({
    "type": "object", "title": "shop.Order", "connect.version": 1, "properties": {
        "id": {"type": "integer", "connect.index": 0, "connect.type": "int32"},
        "qty": {"connect.index": 1, "oneOf": [{"type": "null"}, {"type": "integer", "default": 1, "connect.type": "int16"}]},
        "total": {"connect.index": 2, "oneOf": [{"type": "null"}, {
            "type": "string", "title": "org.apache.kafka.connect.data.Decimal", "connect.version": 1, "connect.type": "bytes",
            "connect.parameters": {"scale": "2"}}]},
        "state": {"type": "string", "enum": ["OPEN", "DONE"], "connect.index": 3},
        "at": {"type": "integer", "title": "org.apache.kafka.connect.data.Timestamp", "connect.version": 1, "connect.type": "int64",
               "connect.index": 4},
        "tags": {"type": "array", "items": {"type": "string"}, "connect.index": 5},
        "buyer": {"connect.index": 6, "oneOf": [{"type": "null"}, {
            "type": "object", "title": "shop.Buyer", "properties": {"name": {"type": "string", "connect.index": 0}}}]},
    }})
PROTOBUF = """syntax = "proto3";
package shop;

import "confluent/meta.proto";
import "confluent/type/decimal.proto";
import "google/protobuf/timestamp.proto";

message Order {
  int32 id = 1;
  int32 qty = 2 [(confluent.field_meta) = {params: [{key: "connect.type", value: "int16"}]}];
  confluent.type.Decimal total = 3 [(confluent.field_meta) = {params: [{key: "precision", value: "64"}, {key: "scale", value: "2"}]}];
  State state = 4;
  google.protobuf.Timestamp at = 5;
  repeated string tags = 6;
  Buyer buyer = 7;

  message Buyer {
    string name = 1;
  }
  enum State {
    OPEN = 0;
    DONE = 1;
  }
}
"""
SUBJECTS = {"AVRO": AVRO, "JSON_SR": JSON_SR, "PROTOBUF": PROTOBUF}

ORDERS: list[Any] = [
    {"id": 1, "qty": 2, "total": "10.25", "state": "OPEN", "at": "2026-11-29T10:00:00Z", "tags": ["a", "b"], "buyer": {"name": "Ada"}},
    {"id": 2147483647, "total": None, "state": "DONE", "at": 1764410400000, "tags": [7, True], "buyer": None},
    {"id": 3, "qty": 1, "total": 0.5, "state": "OPEN", "at": "2026-11-29T10:00:00.5+01:00", "tags": [], "buyer": {"name": "Bo"}},
]
AS_BEFORE = chain(apache("SetSchemaMetadata$Value", schema_name="shop.Order", schema_version="1"))
"""What gave the schema its name in Kafka Connect."""


@pytest.mark.parametrize("transforms", [{}, AS_BEFORE], ids=["alone", "with its transform"])
@pytest.mark.parametrize("cut", [Cut(), Cut((1, 2), frozenset({1, 2}))], ids=["one page", "restarts"])
@pytest.mark.parametrize("format_", SUBJECTS)
def test_the_same_data_makes_no_new_version(format_: str, cut: Cut, transforms: dict[str, object]) -> None:
    kept = Kept(orders_value=SUBJECTS[format_])
    found = outcome(texts(ORDERS), transforms, cut, format_, kept)
    assert found.refused == []
    assert [each[2]["tags"] for each in found.records[:2]] == [["a", "b"], ["7", "true"]]
    assert len(found.records) == len(ORDERS)
    assert [each.text for each in kept.versions["orders-value"]] == [SUBJECTS[format_]]


@pytest.mark.parametrize("format_", SUBJECTS)
def test_a_new_field_is_one_version_in_which_all_else_stands_as_it_was(format_: str) -> None:
    kept = Kept(orders_value=SUBJECTS[format_])
    outcome(texts([*ORDERS, {**ORDERS[0], "note": "x"}, {**ORDERS[0], "note": "y"}]), {}, Cut((1, 2, 3, 4)), format_, kept)
    before, after = (each.text for each in kept.versions["orders-value"])
    if format_ == "PROTOBUF":
        assert [line for line in after.splitlines() if line not in before.splitlines()] == ["  string note = 8;"]
        return
    grown, place = json.loads(after), "fields" if format_ == "AVRO" else "properties"
    assert list(grown) == list(json.loads(before))
    if format_ == "AVRO":
        assert grown[place].pop() == {"name": "note", "type": ["null", "string"], "default": None}
    else:
        assert grown[place].pop("note") == {"oneOf": [{"type": "null"}, {"type": "string"}], "connect.index": 7}
    assert grown == json.loads(before)
