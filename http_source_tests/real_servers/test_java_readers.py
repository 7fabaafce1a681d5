"""What the connector writes is what Java reads: each value, its type, and where it is missing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from http_source.config.options.converter import DecimalFormat
from http_source.connect.converters.json import JsonConverter
from http_source.connect.schema import (
    DATE,
    FLOAT32,
    INT8,
    INT16,
    INT32,
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
from http_source.demo.registry.versions import Schema as RegisteredSchema
from http_source_tests.connect.converters.avro_samples import options
from http_source_tests.connect.converters.protobuf_compiler import needs_protoc
from http_source_tests.conversion.rig import VALUE, conversion, made, payloads, register, versions
from http_source_tests.real_servers.java_readers import JavaReaders, java_readers
from http_source_tests.registry import Stand

pytestmark = pytest.mark.servers

ENVELOPES = {"output.data.format": "JSON", "value.converter.schemas.enable": "true"}
ORDER = {
    "id": 2**63 - 1, "least": -(2**63), "price": 12.5, "huge": 1e300, "tiny": 5e-324, "zero": -0.0,
    "class": "caf\u00e9 \u6771\u4eac \U0001f600", "default": True, "interface": {"package": "\u0000\t", "int": [1, 2]},
    "for": [{"null": "a", "void": 1}, {"null": None, "void": 2}],
}
EMPTY = {"id": 0, "class": "", "interface": None, "for": []}
IN_JAVA = {
    "id": "Long 9223372036854775807", "least": "Long -9223372036854775808",
    "price": "Double 12.5", "huge": "Double 1.0E300", "tiny": "Double 4.9E-324", "zero": "Double -0.0",
    "class": "String caf\u00e9 \u6771\u4eac \U0001f600", "default": "Boolean true",
    "interface": {"package": "String \u0000\t", "int": ["Long 1", "Long 2"]},
    "for": [{"null": "String a", "void": "Long 1"}, {"null": None, "void": "Long 2"}],
}
EMPTY_IN_JAVA: dict[str, object] = {**dict.fromkeys(IN_JAVA), "id": "Long 0", "class": "String ", "for": []}


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JavaReaders]:
    with java_readers(tmp_path_factory.mktemp("java")) as readers:
        yield readers


def bodies(stand: Stand, format_: str, *records: Any, **properties: str) -> list[bytes]:
    """The records as Kafka gets them, without what goes before: the id of the schema, and the number of the message in its file."""
    with conversion(stand, {"output.data.format": format_, **properties}) as convert:
        return [payload[6 if format_ == "PROTOBUF" else 5:] for payload in payloads(made(convert, *records))]


def test_kafkas_json_converter_reads_an_envelope(java: JavaReaders, stand: Stand) -> None:
    with conversion(stand, ENVELOPES) as convert:
        full, empty = (java.json(payload) for payload in payloads(made(convert, ORDER, EMPTY)))
    schema = (
        "STRUCT{id INT64?, least INT64?, price FLOAT64?, huge FLOAT64?, tiny FLOAT64?, zero FLOAT64?, class STRING?, default BOOLEAN?, "
        "interface STRUCT?{package STRING?, int ARRAY?[INT64?]}, for ARRAY?[STRUCT?{null STRING?, void INT64?}]}"
    )
    # Kafka reads numbers as BigDecimal, which has no negative zero.
    assert full == (schema, {**IN_JAVA, "zero": "Double 0.0"})
    assert empty == (schema, EMPTY_IN_JAVA)


def test_kafkas_json_converter_reads_a_key(java: JavaReaders, stand: Stand) -> None:
    key = {"record.key.json.pointer": "/id", "key.converter": "org.apache.kafka.connect.json.JsonConverter"}
    with conversion(stand, {**ENVELOPES, **key}) as convert:
        (message,) = made(convert, {"id": 2**62})
    assert java.json(message.key or b"") == ("INT64?", "Long 4611686018427387904")


def test_kafkas_json_converter_reads_a_time_that_a_transform_made(java: JavaReaders, stand: Stand) -> None:
    times = {"transforms": "t", "transforms.t.type": "org.apache.kafka.connect.transforms.TimestampConverter$Value",
             "transforms.t.field": "at", "transforms.t.target.type": "Timestamp"}
    with conversion(stand, {**ENVELOPES, **times}) as convert:
        (payload,) = payloads(made(convert, {"at": 1_700_000_000_123}))
    assert java.json(payload) == (
        "STRUCT{at INT64? org.apache.kafka.connect.data.Timestamp}", {"at": "Date 2023-11-14T22:13:20.123Z"},
    )


@pytest.mark.parametrize("decimals", DecimalFormat)
def test_kafkas_json_converter_reads_every_kind_of_schema(java: JavaReaders, decimals: DecimalFormat) -> None:
    connect = "org.apache.kafka.connect.data"
    schema = struct({
        "byte": INT8, "short": INT16, "float": FLOAT32, "bytes": Schema(type=Type.BYTES), "names": map_of(STRING, INT32),
        "numbers": map_of(INT32, array(STRING)), "price": decimal(2), "day": DATE, "time": TIME, "at": TIMESTAMP,
    })
    payload = JsonConverter(options(schemas_enable=True, decimal_format=decimals)).convert(schema, {
        "byte": -128, "short": 32767, "float": 0.1, "bytes": b"\0\xff", "names": {"\u00e4": 1}, "numbers": {7: ["a"]},
        "price": Decimal("-12345678901234567890.10"), "day": date(2024, 2, 29), "time": time(23, 59, 59, 999_000),
        "at": datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
    })
    assert payload is not None
    described, value = java.json(payload)
    assert described == (
        "STRUCT{byte INT8, short INT16, float FLOAT32, bytes BYTES, names MAP[STRING: INT32], numbers MAP[INT32: ARRAY[STRING]], "
        f"price BYTES {connect}.Decimal {{scale=2}}, day INT32 {connect}.Date, time INT32 {connect}.Time, at INT64 {connect}.Timestamp}}"
    )
    assert value == {
        "byte": "Byte -128", "short": "Short 32767", "float": "Float 0.1", "bytes": "Bytes 00ff", "names": {"String \u00e4": "Integer 1"},
        "numbers": {"Integer 7": ["String a"]}, "price": "BigDecimal -12345678901234567890.10",
        "day": "Date 2024-02-29T00:00:00Z", "time": "Date 1970-01-01T23:59:59.999Z", "at": "Date 1969-12-31T23:59:59.999Z",
    }


def test_apache_avro_reads_a_record_by_its_registered_schema(java: JavaReaders, stand: Stand) -> None:
    full, empty = bodies(stand, "AVRO", ORDER, EMPTY)
    (schema,) = versions(stand)
    assert java.avro(full, schema) == IN_JAVA
    assert java.avro(empty, schema) == EMPTY_IN_JAVA


def test_apache_avro_reads_records_across_versions_of_a_schema(java: JavaReaders, stand: Stand) -> None:
    (old,) = bodies(stand, "AVRO", {"id": 1, "by": {"mail": "x"}})
    (new,) = bodies(stand, "AVRO", {"by": {"mail": "y", "name": "z"}, "tags": ["a", None]})
    first, second = versions(stand)
    assert java.avro(old, first, second) == {"id": "Long 1", "by": {"mail": "String x", "name": None}, "tags": None}
    assert java.avro(new, second)["tags"] == ["String a", None]
    assert java.avro(new, second, first) == {"id": None, "by": {"mail": "String y"}}


def test_apache_avro_reads_the_decimals_and_times_of_a_schema_that_a_person_registered(java: JavaReaders, stand: Stand) -> None:
    schema = (
        '{"type":"record","name":"Order","fields":['
        '{"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":40,"scale":2}},'
        '{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null}]}'
    )
    register(stand, schema)
    (body,) = bodies(stand, "AVRO", b'{"price":-12345678901234567890.10,"at":"2023-11-14T22:13:20.123Z"}')
    assert java.avro(body, schema) == {"price": "BigDecimal -12345678901234567890.10", "at": "Instant 2023-11-14T22:13:20.123Z"}


@needs_protoc
@pytest.mark.parametrize("nullable", ["optional", "wrapper"])
def test_protobufs_dynamic_messages_read_a_record_by_its_compiled_schema(java: JavaReaders, stand: Stand, nullable: str) -> None:
    full, empty = bodies(stand, "PROTOBUF", ORDER, EMPTY, **{f"value.converter.{nullable}.for.nullables": "true"})
    (text,) = versions(stand)
    assert java.protobuf(full, text) == IN_JAVA
    assert java.protobuf(empty, text) == EMPTY_IN_JAVA


@needs_protoc
def test_a_missing_protobuf_field_is_its_types_zero_in_java(java: JavaReaders, stand: Stand) -> None:
    (empty,) = bodies(stand, "PROTOBUF", {"id": None, "class": None, "for": None}, ORDER)[:1]
    (text,) = versions(stand)
    zeros = {"id": "Long 0", "least": "Long 0", "price": "Double 0.0", "class": "String ", "default": "Boolean false", "for": []}
    assert java.protobuf(empty, text).items() >= zeros.items()


@needs_protoc
def test_protobufs_dynamic_messages_read_records_across_versions_of_a_schema(java: JavaReaders, stand: Stand) -> None:
    (old,) = bodies(stand, "PROTOBUF", {"id": 1, "by": {"mail": "x"}})
    (new,) = bodies(stand, "PROTOBUF", {"by": {"mail": "y", "name": "z"}, "tags": ["a"]})
    first, second = versions(stand)
    assert java.protobuf(old, second) == {"id": "Long 1", "by": {"mail": "String x", "name": "String "}, "tags": []}
    assert java.protobuf(new, first) == {"id": "Long 0", "by": {"mail": "String y"}}


@needs_protoc
def test_protobufs_dynamic_messages_read_the_decimals_of_a_schema_that_a_person_registered(java: JavaReaders, stand: Stand) -> None:
    text = (
        'syntax = "proto3"; import "confluent/meta.proto"; import "confluent/type/decimal.proto"; message Order { '
        'confluent.type.Decimal price = 1 [(confluent.field_meta) = { params: [{ key: "scale", value: "2" }] }]; }'
    )
    stand.server.store.register(VALUE, RegisteredSchema(text, "PROTOBUF"))
    (body,) = bodies(stand, "PROTOBUF", b'{"price":-12345678901234567890.10}')
    assert java.protobuf(body, text) == {"price": "BigDecimal -12345678901234567890.10"}
