"""Each format, however the id travels and whatever the subject is called: what consumers read is what the API served."""

import json
from typing import Any

import pytest

from http_source.config.options.converter import IdSerializer
from http_source_tests.conversion.readers import alone, avro, confluents, guid, schema_id
from http_source_tests.conversion.rig import (
    FORMATS,
    HEADER_ID,
    STRATEGY,
    TOPIC,
    VALUE,
    address,
    build,
    conversion,
    headers_of,
    made,
    messages,
    payloads,
    versions,
)
from http_source_tests.kafka import kafka
from http_source_tests.registry import Stand
from http_source_tests.servers import api
from http_source_tests.tasks import entity_of, started, task_of
from http_source_tests.waiting import until

ORDERS = [
    {"id": 1, "name": "café 東京", "paid": True, "total": 12.5, "tags": ["a", "b"], "by": {"mail": "x@y"}},
    {"id": 2**62, "name": "", "paid": False, "total": 3.0, "tags": [], "by": {"mail": "z"}},
]
IDS = [each.value for each in IdSerializer]


def without_empty(value: Any) -> Any:
    """Protobuf and Avro know of no difference between an empty array and a missing one here."""
    return {name: inner for name, inner in value.items() if inner != []}


@pytest.mark.parametrize("serializer", IDS)
@pytest.mark.parametrize("format_", FORMATS)
def test_confluents_deserializers_read_a_task_s_records(stand: Stand, format_: str, serializer: str) -> None:
    properties = {"output.data.format": format_, "value.converter.value.schema.id.serializer": serializer, "topic.name.pattern": TOPIC}
    with kafka() as cluster, api(lambda _asked: json.dumps(ORDERS).encode()) as server:
        cluster.create(TOPIC)
        task = task_of(cluster, {"url": server.url, **properties}, registry=address(stand), once=True)
        with started(task):
            until(lambda: entity_of(task).acknowledged.records == len(ORDERS) or entity_of(task).failure)
        assert entity_of(task).failure is None
        found = messages(cluster, TOPIC, len(ORDERS))
    (text,) = versions(stand)
    for message, order in zip(found, ORDERS, strict=True):
        value, headers = message.value() or b"", headers_of(message)
        assert message.key() is None
        assert without_empty(confluents(stand, format_, value, headers, text)) == without_empty(order)
        assert without_empty(alone(format_, value, headers, text)) == without_empty(order)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_prefix_is_the_magic_byte_and_the_id_of_the_registered_schema(stand: Stand, format_: str) -> None:
    with conversion(stand, {"output.data.format": format_}) as convert:
        (value,) = payloads(made(convert, ORDERS[0]))
    (registered,) = stand.server.store.subjects[VALUE]
    assert schema_id(value) == stand.server.store.id_of(VALUE, registered)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_header_is_the_guid_of_the_registered_schema_and_the_value_begins_with_its_payload(stand: Stand, format_: str) -> None:
    with conversion(stand, {"output.data.format": format_, "value.converter.value.schema.id.serializer": HEADER_ID}) as convert:
        (message,) = made(convert, ORDERS[0])
    (header,) = message.headers
    assert guid(header) == str(stand.server.store.subjects[VALUE][0].guid)
    assert header[0] == "__value_schema_id"


@pytest.mark.parametrize(
    ("strategy", "format_", "subject"),
    [
        ("TopicNameStrategy", "AVRO", "orders-value"),
        ("TopicNameStrategy", "JSON_SR", "orders-value"),
        ("TopicNameStrategy", "PROTOBUF", "orders-value"),
        ("RecordNameStrategy", "AVRO", "io.confluent.connect.avro.ConnectDefault"),
        ("TopicRecordNameStrategy", "AVRO", "orders-io.confluent.connect.avro.ConnectDefault"),
        ("RecordNameStrategy", "PROTOBUF", "ConnectDefault1"),
        ("TopicRecordNameStrategy", "PROTOBUF", "orders-ConnectDefault1"),
    ],
)
def test_a_subject_is_named_by_its_strategy_and_found_again_by_a_restart(stand: Stand, strategy: str, format_: str, subject: str) -> None:
    for _ in range(2):
        with conversion(stand, {"output.data.format": format_, STRATEGY: strategy}) as convert:
            made(convert, *ORDERS)
    assert list(stand.server.store.subjects) == [subject]
    assert len(versions(stand, subject)) == 1


def test_a_transform_names_the_record_for_json_schemas_subject(stand: Stand) -> None:
    name = {"transforms": "n", "transforms.n.type": "org.apache.kafka.connect.transforms.SetSchemaMetadata$Value",
            "transforms.n.schema.name": "shop.Order"}
    with conversion(stand, {"output.data.format": "JSON_SR", STRATEGY: "RecordNameStrategy", **name}) as convert:
        made(convert, *ORDERS)
    assert list(stand.server.store.subjects) == ["shop.Order"]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_context_keeps_the_subjects_apart(stand: Stand, format_: str) -> None:
    with conversion(stand, {"output.data.format": format_, "schema.context.name": "shop"}) as convert:
        made(convert, *ORDERS)
    assert list(stand.server.store.subjects) == [":.shop:orders-value"]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_null_record_is_a_tombstone_beside_the_others(stand: Stand, format_: str) -> None:
    with conversion(stand, {"output.data.format": format_}) as convert:
        first, tombstone, last = made(convert, ORDERS[0], None, ORDERS[1])
    assert (tombstone.value, list(tombstone.headers)) == (None, [])
    assert first.value
    assert last.value


def test_a_page_of_nulls_asks_for_no_schema_and_registers_none(stand: Stand) -> None:
    with conversion(stand) as convert:
        assert [each.value for each in made(convert, None, None)] == [None, None]
    assert versions(stand) == []


def test_json_with_schemas_is_an_envelope_of_schema_and_payload(stand: Stand) -> None:
    with conversion(stand, {"output.data.format": "JSON", "value.converter.schemas.enable": "true"}) as convert:
        value, tombstone = made(convert, {"id": 1, "by": {"mail": "x"}}, None)
    assert value.value is not None
    envelope = json.loads(bytes(value.value))
    assert envelope["payload"] == {"id": 1, "by": {"mail": "x"}}
    assert [(each["field"], each["type"], each["optional"]) for each in envelope["schema"]["fields"]] == [
        ("id", "int64", True), ("by", "struct", True),
    ]
    assert tombstone.value is None or json.loads(bytes(tombstone.value)) is None
    assert stand.calls() == []


def test_json_that_nothing_changes_has_no_conversion_at_all(stand: Stand) -> None:
    assert build(stand, {"output.data.format": "JSON"}) is None


def test_json_stays_byte_for_byte_where_only_a_key_is_taken(stand: Stand) -> None:
    text = b'{"z": 1.10, "id":12345678901234567890,  "a":"\\u00e9", "e":1E2}'
    with conversion(stand, {"output.data.format": "JSON", "record.key.json.pointer": "/id"}) as convert:
        (message,) = made(convert, text)
    assert message.value is not None
    assert bytes(message.value) == text
    assert message.key == b"12345678901234567890"


@pytest.mark.parametrize(
    ("converter", "key"),
    [
        ("org.apache.kafka.connect.storage.StringConverter", b"7"),
        ("org.apache.kafka.connect.json.JsonConverter", b'{"schema":{"type":"int64","optional":true},"payload":7}'),
        ("org.apache.kafka.connect.converters.LongConverter", b"\0\0\0\0\0\0\0\7"),
    ],
)
def test_a_key_is_written_by_its_converter(stand: Stand, converter: str, key: bytes) -> None:
    with conversion(stand, {"record.key.json.pointer": "/by/id", "key.converter": converter}) as convert:
        found, none = made(convert, {"by": {"id": 7}}, {"by": None})
    assert found.key == key
    assert none.key is None or json.loads(none.key) is None


@pytest.mark.parametrize("serializer", IDS)
def test_an_avro_key_has_a_subject_and_an_id_of_its_own(stand: Stand, serializer: str) -> None:
    keyed = {"record.key.json.pointer": "/id", "key.converter": "io.confluent.connect.avro.AvroConverter",
             "key.converter.key.schema.id.serializer": serializer}
    with conversion(stand, keyed) as convert:
        message, tombstone = made(convert, {"id": 7}, None)
    assert list(stand.server.store.subjects) == ["orders-key", VALUE]
    (text,) = versions(stand, "orders-key")
    assert message.key is not None
    assert avro(message.key if message.headers else message.key[5:], text) == 7
    assert [name for name, _ in message.headers] == (["__key_schema_id"] if serializer == HEADER_ID else [])
    assert tombstone.key is None


def test_json_stays_byte_for_byte_where_a_transform_touches_other_parts_only(stand: Stand) -> None:
    text = b'{"id": 1.10}'
    header = {"transforms": "h", "transforms.h.type": "org.apache.kafka.connect.transforms.InsertHeader",
              "transforms.h.header": "from", "transforms.h.value.literal": "api"}
    with conversion(stand, {"output.data.format": "JSON", **header}) as convert:
        message, tombstone = made(convert, text, None)
    assert payloads([message]) == [text]
    assert [name for name, _ in message.headers] == ["from"]
    assert tombstone.value is None


def test_json_is_written_anew_where_a_transform_changes_it(stand: Stand) -> None:
    renamed = {"transforms": "r", "transforms.r.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
               "transforms.r.renames": "id:number"}
    with conversion(stand, {"output.data.format": "JSON", **renamed}) as convert:
        assert payloads(made(convert, b'{"id": 1.10, "a": 12345678901234567890}')) == [b'{"number":1.10,"a":12345678901234567890}']
