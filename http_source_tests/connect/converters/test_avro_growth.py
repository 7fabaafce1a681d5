"""Additions to a registered Avro schema: what is added where, what a person wrote stays, and where there is no room."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from http_source.connect.converters.avro import AvroFormat
from http_source.connect.converters.format import ConversionRefused, Reference, WrittenSchema
from http_source.connect.schema import (
    FLOAT64,
    INT16,
    INT32,
    INT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    Schema,
    array,
    map_of,
    struct,
)
from http_source_tests.connect.converters.avro_samples import options

AVRO = AvroFormat(options())
ITEM = {"type": "record", "name": "Item", "fields": [{"name": "n", "type": "int"}]}
COLOR = {"type": "enum", "name": "Color", "symbols": ["RED"]}
PRICE = {"type": "fixed", "name": "Price", "size": 4, "logicalType": "decimal", "precision": 9, "scale": 2}
EVENT = {"type": "long", "logicalType": "timestamp-micros", "x-own": {"b": 1, "a": 2}}


def order(*fields: Any, **more: Any) -> str:
    return json.dumps({"type": "record", "name": "Order", "namespace": "shop", "doc": "of a person", "fields": fields, **more}, indent=2)


def changed(schema: Schema, place: str, change: Callable[[Schema], Schema]) -> Schema:
    """The schema with another one at a place: names of fields, `*` for what is inside an array or a map."""
    name, _, below = place.partition("/")
    if not name:
        return change(schema)
    if name == "*" and schema.items is not None:
        return replace(schema, items=changed(schema.items, below, change))
    if name == "*" and schema.values is not None:
        return replace(schema, values=changed(schema.values, below, change))
    fields = {each.name: each.schema for each in schema.fields}
    return schema.with_fields({**fields, name: changed(fields[name], below, change)}.items())


def plus(name: str, schema: Schema) -> Callable[[Schema], Schema]:
    """Another field."""
    return lambda known: known.with_fields([*((each.name, each.schema) for each in known.fields), (name, schema)])


def wider(type_: Schema) -> Callable[[Schema], Schema]:
    return lambda known: replace(known, type=type_.type)


def grown(text: str, *changes: tuple[str, Callable[[Schema], Schema]], references: Any = (), **opts: object) -> Any:
    avro = AvroFormat(options(**opts))
    schema = avro.read_schema(text, references)
    for place, change in changes:
        schema = changed(schema, place, change)
    return json.loads(avro.grow(schema, text, references).text)


def grown_field(field: dict[str, Any], *changes: tuple[str, Callable[[Schema], Schema]]) -> Any:
    (it,) = grown(order({"name": "it", **field}), *((f"it/{place}".rstrip("/"), change) for place, change in changes))["fields"]
    return {key: each for key, each in it.items() if key != "name"}


def refusal(text: str, *changes: tuple[str, Callable[[Schema], Schema]], references: Any = ()) -> ConversionRefused:
    with pytest.raises(ConversionRefused) as caught:
        grown(text, *changes, references=references)
    return caught.value


def test_b211_b212_a_new_field_comes_behind_and_all_that_was_there_stays() -> None:
    text = order({"name": "at", "type": EVENT, "order": "descending"}, {"doc": "which", "name": "color", "type": COLOR, "aliases": ["hue"]},
                 {"name": "price", "type": ["null", PRICE], "default": None},
                 {"name": "id", "type": {"logicalType": "uuid", "type": "string"}},
                 aliases=["Bestellung"], **{"x-owner": "shop team"})
    more = grown(text, ("", plus("note", OPTIONAL_STRING)))
    assert more["fields"].pop() == {"name": "note", "type": ["null", "string"], "default": None}
    assert json.dumps(more) == json.dumps(json.loads(text))


def test_b211_new_records_have_names_that_the_text_does_not_have() -> None:
    made = {"type": "record", "name": "ConnectDefault2", "namespace": "io.confluent.connect.avro", "fields": []}
    new = struct({"x": struct({"y": OPTIONAL_INT64}, optional=True)}, optional=True)
    field = grown(order({"name": "old", "type": made}), ("", plus("new", new)))["fields"][1]
    inner = {"type": "record", "name": "ConnectDefault3", "fields": [{"name": "y", "type": ["null", "long"], "default": None}]}
    assert field == {"name": "new", "default": None, "type": ["null", {
        "type": "record", "name": "ConnectDefault", "namespace": "io.confluent.connect.avro",
        "fields": [{"name": "x", "type": ["null", inner], "default": None}]}]}


def test_b211_fields_are_added_to_records_in_arrays_maps_and_defaults() -> None:
    field = {"type": {"type": "map", "values": {"type": "array", "items": ITEM}}, "default": {"a": [{"n": 1}]}}
    more = grown_field(field, ("*/*", plus("by", OPTIONAL_STRING)))
    assert more["type"]["values"]["items"]["fields"][1] == {"name": "by", "type": ["null", "string"], "default": None}
    assert more["default"] == field["default"]


@pytest.mark.parametrize(("field", "change", "expected"), [
    ({"type": "int", "default": 3}, wider(INT64), {"type": "long", "default": 3}),
    ({"type": "int", "default": 3}, wider(FLOAT64), {"type": "double", "default": 3}),
    ({"type": "long"}, wider(FLOAT64), {"type": "double"}),
    ({"type": "float", "doc": "d"}, wider(FLOAT64), {"type": "double", "doc": "d"}),
    ({"type": ["null", "int"], "default": None}, wider(INT64), {"type": ["null", "long"], "default": None}),
    ({"type": [{"type": "int", "x": 1}, "null"], "default": 4}, wider(FLOAT64),
     {"type": [{"type": "double", "x": 1}, "null"], "default": 4}),
    ({"type": {"type": "int", "connect.type": "int8"}}, wider(INT16), {"type": {"type": "int", "connect.type": "int16"}}),
    ({"type": {"type": "int", "connect.type": "int8"}}, wider(INT32), {"type": {"type": "int"}}),
    ({"type": {"type": "int", "logicalType": "of-the-house"}}, wider(INT64), {"type": {"type": "long", "logicalType": "of-the-house"}}),
    ({"type": "string"}, Schema.as_optional, {"type": ["null", "string"], "default": None}),
    ({"type": "string", "default": "x"}, Schema.as_optional, {"type": ["string", "null"], "default": "x"}),
    ({"type": {"type": "map", "values": "int"}}, Schema.as_optional,
     {"type": ["null", {"type": "map", "values": "int"}], "default": None}),
    ({"type": ITEM}, Schema.as_optional, {"type": ["null", ITEM], "default": None}),
])
def test_b211_a_place_is_changed_and_what_stands_beside_it_is_not(
    field: dict[str, Any], change: Callable[[Schema], Schema], expected: dict[str, Any],
) -> None:
    assert json.dumps(grown_field(field, ("", change)), sort_keys=True) == json.dumps(expected, sort_keys=True)


def test_the_default_of_a_record_is_the_same_when_the_record_has_grown() -> None:
    text = order({"name": "it", "type": ITEM, "default": {"n": 1}})
    more = AVRO.grow(changed(AVRO.read_schema(text), "it", plus("by", OPTIONAL_STRING)), text).text
    assert AVRO.read_schema(more).fields[0].schema.default == {"n": 1}


def test_null_comes_behind_where_the_default_of_a_record_around_it_has_a_value() -> None:
    inside = grown_field({"type": ITEM, "default": {"n": 1}}, ("n", Schema.as_optional))
    assert inside == {"type": {**ITEM, "fields": [{"name": "n", "type": ["int", "null"]}]}, "default": {"n": 1}}
    first, last = grown(order({"name": "first", "type": ITEM}, {"name": "last", "type": "Item", "default": {"n": 1}}),
                        ("first/n", Schema.as_optional))["fields"]
    assert (first["type"]["fields"], last["default"]) == ([{"name": "n", "type": ["int", "null"]}], {"n": 1})
    items = {"type": {"type": "array", "items": "int"}, "default": [1]}
    assert grown_field(items, ("*", Schema.as_optional))["type"]["items"] == ["int", "null"]


def test_a_map_whose_keys_are_not_strings_grows_in_its_values() -> None:
    text = AVRO.write_schema(struct({"m": map_of(INT32, INT32)})).text
    more = grown(text, ("m/*", lambda known: replace(known, type=INT64.type, optional=True)))
    key, value = more["fields"][0]["type"]["items"]["fields"]
    assert (key, value) == ({"name": "key", "type": "int"}, {"name": "value", "type": ["null", "long"]})


@pytest.mark.parametrize(("type_", "place", "change", "path", "reason"), [
    (EVENT, "", wider(FLOAT64), "/it", "timestamp-micros"), (EVENT, "", Schema.as_optional, "/it", "timestamp-micros"),
    ({"type": "array", "items": EVENT}, "*", wider(FLOAT64), "/it/*", "timestamp-micros"),
    ({"type": "int", "logicalType": "timestamp-millis"}, "", wider(INT64), "/it", "timestamp-millis"),
    ({"type": "int", "connect.name": "org.apache.kafka.connect.data.Date"}, "", Schema.as_optional, "/it", "data.Date"),
    (COLOR, "", Schema.as_optional, "/it", "'shop.Color' there is an enum"),
    (PRICE, "", Schema.as_optional, "/it", "logical type 'decimal'"),
    ({"type": "fixed", "name": "F", "size": 2}, "", Schema.as_optional, "/it", "'shop.F' there is of a fixed length"),
    (["int", "string"], "", Schema.as_optional, "/it", "a union stands there"),
    (["null", "int", "string"], "int", wider(INT64), "/it/int", "a union stands there"),
    (["null", ITEM, "string"], "Item", plus("by", OPTIONAL_STRING), "/it/Item/by", "a union stands there"),
])
def test_a_text_without_room_is_refused_with_the_place_and_why(
    type_: Any, place: str, change: Callable[[Schema], Schema], path: str, reason: str,
) -> None:
    refused = refusal(order({"name": "it", "type": type_}), (f"it/{place}".rstrip("/"), change))
    assert (refused.path, reason in str(refused)) == (path, True)


@pytest.mark.parametrize("type_", ["null", ["null"], {"type": "null"}])
def test_a_field_that_is_always_null_holds_nothing_else(type_: Any) -> None:
    refused = refusal(order({"name": "it", "type": type_}), ("", plus("it", OPTIONAL_INT64)))
    assert (refused.path, "the type there is null" in str(refused)) == ("/it", True)


def test_b255_a_record_that_is_used_twice_grows_by_what_either_use_brings() -> None:
    text = order({"name": "first", "type": ITEM}, {"name": "rest", "type": {"type": "array", "items": "Item"}})
    more = grown(text, ("first", plus("by", OPTIONAL_STRING)), ("first/n", wider(INT64)), ("rest/*", plus("at", OPTIONAL_INT64)),
                 ("rest/*/n", wider(FLOAT64)))
    first, rest = more["fields"]
    assert [(each["name"], each["type"]) for each in first["type"]["fields"]] == [
        ("n", "double"), ("by", ["null", "string"]), ("at", ["null", "long"])]
    assert rest["type"] == {"type": "array", "items": "Item"}


def test_b255_two_uses_that_cannot_both_be_had_are_refused() -> None:
    text = order({"name": "first", "type": ITEM}, {"name": "rest", "type": {"type": "array", "items": "Item"}})
    refused = refusal(text, ("first", plus("by", OPTIONAL_STRING)), ("rest/*", plus("by", OPTIONAL_INT64)))
    assert (refused.path, "the type there is string" in str(refused)) == ("/rest/*/by", True)


def test_b216_a_text_keeps_its_imports_which_do_not_grow() -> None:
    imports = [Reference("shop.Item", WrittenSchema(json.dumps({**ITEM, "namespace": "shop"})))]
    text = order({"name": "it", "type": "Item"})
    known = AVRO.read_schema(text, imports)
    written = AVRO.grow(plus("note", OPTIONAL_STRING)(known), text, imports)
    assert (written.references, written.record_name) == (imports, "shop.Order")
    assert json.loads(written.text)["fields"][0] == {"name": "it", "type": "Item"}
    assert grown(text, ("it", Schema.as_optional), references=imports)["fields"][0]["type"] == ["null", "Item"]
    refused = refusal(text, ("it", plus("by", OPTIONAL_STRING)), references=imports)
    assert (refused.path, "'shop.Item' is imported" in str(refused)) == ("/it/by", True)


def test_the_name_that_a_transform_gives_is_the_records_and_no_other_types() -> None:
    text = order({"name": "it", "type": ITEM}, {"name": "more", "type": {"type": "array", "items": ["null", "Item"]}})
    more = grown(text, ("", lambda known: replace(known, name="sales.Purchase", version=2)))
    assert (more["name"], more["namespace"], more["connect.version"]) == ("Purchase", "sales", 2)
    assert more["fields"] == [{"name": "it", "type": {**ITEM, "namespace": "shop"}},
                              {"name": "more", "type": {"type": "array", "items": ["null", "shop.Item"]}}]
    simple = grown(text, ("", lambda known: replace(known, name="shop.Purchase")))
    assert simple == {**json.loads(text), "name": "Purchase"}
    assert "'shop.Item'" in str(refusal(text, ("", lambda known: replace(known, name="shop.Item"))))


def test_aliases_are_never_written_as_a_parameter() -> None:
    text = order({"name": "it", "type": "string", "aliases": ["was"]})
    known = AVRO.read_schema(text)
    assert "connect.aliases" not in AVRO.write_schema(known).text
    assert "connect.aliases" not in AVRO.grow(plus("new", known.fields[0].schema.as_optional())(known), text).text


def test_names_are_scrubbed_once_and_for_all() -> None:
    avro = AvroFormat(options(scrub_invalid_names=True))
    assert [avro.field_name(each) for each in ("a-b", "@time", "a_b", "ok")] == ["a_b", "_40time", "a_b", "ok"]
    assert AVRO.field_name("a-b") == "a-b"
    text = avro.write_schema(struct({avro.field_name("@time"): INT64})).text
    assert json.loads(avro.grow(plus("a_b", OPTIONAL_STRING)(avro.read_schema(text)), text).text)["fields"][1]["name"] == "a_b"


def test_characters_that_a_text_escapes_stay_escaped() -> None:
    text = order({"name": "it", "type": "string", "doc": "half of a pair: \ud83d"})
    assert AVRO.grow(plus("new", array(OPTIONAL_STRING, optional=True))(AVRO.read_schema(text)), text).text.isascii()
