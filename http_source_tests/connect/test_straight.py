"""Decoded values are written as they are: the bytes are those of the same values as dicts, and what is refused is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from http_source.connect.converters.avro import AvroFormat
from http_source.connect.converters.format import ConversionRefused, Encode, Format
from http_source.connect.converters.json_schema import JsonSchemaFormat
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.decode import UNREAD, Decoder, is_decodable
from http_source.connect.infer import DEEPEST
from http_source.connect.noticed import Noticed
from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import INT64, STRING, Schema, Type, array, map_of, struct
from http_source_tests.connect.converters.avro_samples import options
from http_source_tests.connect.pages import Stream, text
from http_source_tests.connect.streams import STREAMS
from http_source_tests.connect.test_decode_properties import SAMPLES

SCRUBBING = options(scrub_invalid_names=True)
AVRO, JSON_SR, PROTOBUF = AvroFormat(SCRUBBING), JsonSchemaFormat(SCRUBBING), ProtobufFormat(SCRUBBING)
FORMATS = pytest.mark.parametrize("format_", [AVRO, JSON_SR, PROTOBUF], ids=lambda each: each.registry_type)

LONG = {"type": "record", "name": "R", "fields": [{"name": "n", "type": "long"}]}


def attempt(encode: Encode, value: Any) -> bytes | None:
    try:
        return encode(value)
    except ConversionRefused:
        return None


def both(format_: Format, schema: Schema, written: str, records: list[Any], noticed: Noticed | None = None) -> list[bytes | None]:
    """What is written straight of each record that is read at once; it is what is written of its dict."""
    straight, encode = format_.straight(schema, written), format_.encoder(schema, written)
    decoder = Decoder(schema, noticed, format_.field_name)
    served = list(map(text, records))
    decoded, values = decoder.structs(served)[0], decoder.read(served)[0]
    read = [pair for pair in zip(decoded, values, strict=True) if pair[1] is not UNREAD and pair[1] is not None]
    found = [None if straight is None else attempt(straight, struct) for struct, _ in read]
    assert straight is None or found == [attempt(encode, value) for _, value in read]
    return found


def check(format_: Format, schema: Schema | None, records: list[Any]) -> None:
    try:
        written = format_.write_schema(schema or STRING).text
        known = format_.read_schema(written)
        format_.encoder(known, written)
    except ConversionRefused:
        return
    stream = Stream(known, rename=format_.field_name)
    for record in records:
        try:
            stream.add(record)
        except PlaceRefused:
            """It is read at once all the same, or not."""
    if is_decodable(known):
        both(format_, known, written, records, stream.noticed)
        both(format_, known, written, records)


@FORMATS
def test_with_any_schema(format_: Format) -> None:
    @given(SAMPLES)
    def holds(sample: tuple[Schema, list[Any]]) -> None:
        check(format_, *sample)

    holds()


@FORMATS
def test_with_what_records_before_have_shown(format_: Format) -> None:
    @given(STREAMS)
    def holds(records: list[Any]) -> None:
        stream = Stream(rename=format_.field_name)
        for record in records:
            try:
                stream.add(record)
            except PlaceRefused:
                return
        check(format_, stream.schema, records)

    holds()


@pytest.mark.parametrize(("fields", "record"), [
    ([{"name": "b", "type": ["string", "null"]}, {"name": "a", "type": ["null", "long"], "default": None}], {"a": 1, "b": None}),
    ([{"name": "a", "type": "long", "default": 5}, {"name": "b", "type": ["int", "null"], "default": 6}], {}),
    ([{"name": "a", "type": "long", "default": 5}, {"name": "b", "type": ["int", "null"], "default": 6}], {"a": None, "b": 2}),
    ([{"name": "in", "type": LONG, "default": {"n": 7}}, {"name": "n", "type": "null"}], {"in": None}),
    ([{"name": "in", "type": LONG, "default": {"n": 7}}, {"name": "u", "type": ["null"]}], {"in": {"n": -1}}),
    ([{"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A", "B"]}}], {"e": "B"}),
    ([{"name": "f", "type": {"type": "fixed", "name": "F", "size": 2}}, {"name": "g", "type": ["null", "F"]}], {"f": "YWI=", "g": "YWI="}),
    ([{"name": "d", "type": {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}}], {"d": 99.99}),
    ([{"name": "t", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]}], {"t": "2026-02-03T04:05:06.5Z"}),
    ([{"name": "f", "type": "float"}, {"name": "d", "type": ["null", "double"]}], {"f": 3, "d": 4}),
    ([{"name": "m", "type": {"type": "map", "values": ["null", LONG]}}], {"m": {"x": {"n": 1}, "y": None, "": {"n": 2}}}),
    ([{"name": "a", "type": {"type": "array", "items": ["boolean", "null"]}}], {"a": [True, None, False]}),
    ([{"name": "a", "type": "long"}, {"name": "b", "type": ["null", {"type": "array", "items": LONG}]}], {"a": 1, "b": [{"n": 1}]}),
])
def test_registered_texts_are_written_as_they_stand(fields: list[Any], record: Any) -> None:
    written = json.dumps({"type": "record", "name": "Top", "fields": fields})
    (data,) = both(AVRO, AVRO.read_schema(written), written, [record])
    assert data is not None


@pytest.mark.parametrize("record", [
    *({"n": number} for number in (0, -1, 63, 64, 4_095, 4_096, -4_096, 2**31, 2**63 - 1, -(2**63))),
    *({"s": "é" * length} for length in (0, 1, 63, 64, 2_047, 2_048, 4_095, 4_096, 20_000)), {"a": list(range(5_000))}, {"a": []},
])
def test_whatever_its_size(record: Any) -> None:
    schema = struct({"n": INT64.as_optional(), "s": STRING.as_optional(), "a": array(INT64, optional=True)})
    (data,) = both(AVRO, schema, AVRO.write_schema(schema).text, [record])
    assert data is not None


def wrapped(schema: Schema, wrap: Callable[[Schema], Schema], levels: int) -> Schema:
    for _ in range(levels):
        schema = wrap(schema).as_optional()
    return schema


@pytest.mark.parametrize(("wrap", "record"), [
    (lambda inner: struct({"in": inner}), '{"in":' * (DEEPEST - 1) + "1" + "}" * (DEEPEST - 1)),
    (array, "[" * (DEEPEST - 1) + "1" + "]" * (DEEPEST - 1)),
    (lambda inner: map_of(STRING, inner), '{"x":' * (DEEPEST - 1) + "1" + "}" * (DEEPEST - 1)),
])
def test_as_deep_as_records_may_be(wrap: Callable[[Schema], Schema], record: str) -> None:
    schema = wrapped(INT64, wrap, DEEPEST - 1)
    (data,) = both(AVRO, schema, AVRO.write_schema(schema).text, [record])
    assert data is not None


@FORMATS
def test_names_of_every_kind_are_data(format_: Format) -> None:
    names = ["a b", "class", "'); raise SystemExit('", "\u2028", "c0", "f1", "__post_init__", "v"]
    schema = struct({format_.field_name(name): INT64.as_optional() for name in names})
    noticed = Noticed(names={(format_.field_name(name),): name for name in names})
    (data,) = both(format_, schema, format_.write_schema(schema).text, [dict.fromkeys(names, 7)], noticed)
    assert data is not None


def test_a_record_whose_required_field_cannot_be_looked_for_is_looked_at_closely() -> None:
    assert Decoder(struct({'"': INT64, "n": INT64.as_optional()})).structs([b'{"n": 1}', b'{"n": 1, "\\"": 2}', b"{}"])[0] == [UNREAD] * 3


@pytest.mark.parametrize(("written", "reason"), [
    ('syntax = "proto3"; message M { oneof o { int64 a = 1; string b = 2; } }', "of some fields only one may have a value"),
    ('syntax = "proto3"; message M { map<string, int64> m = 1; }', "a map is looked at key by key"),
    ('syntax = "proto2"; message M { required int64 a = 1; optional google.protobuf.StringValue b = 2; }', ""),
])
def test_messages_with_choices_and_maps_are_not_written_straight(written: str, reason: str) -> None:
    schema = PROTOBUF.read_schema(written.replace("message", 'import "google/protobuf/wrappers.proto"; message', 1))
    straight = PROTOBUF.straight(schema, written.replace("message", 'import "google/protobuf/wrappers.proto"; message', 1))
    assert (straight is None) is bool(reason)


@pytest.mark.parametrize("written", [
    {"properties": {"a": {"type": "string", "pattern": "x"}}}, {"properties": {"a": {"type": "integer", "default": 3}}},
    {"properties": {"a": {"type": "string", "connect.type": "bytes"}}}, {"properties": {'a"': {"type": "string"}}},
    {"additionalProperties": True, "properties": {}},
])
def test_json_that_is_more_than_what_was_decoded_is_not_written_straight(written: dict[str, Any]) -> None:
    registered = json.dumps({"type": "object", "connect.type": Type.STRUCT.lower(), **written})
    assert JSON_SR.straight(JSON_SR.read_schema(registered), registered) is None
