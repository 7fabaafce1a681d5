"""Keys and values as people read them, of each kind that a topic may have."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from uuid import UUID

import pytest
from fastavro import parse_schema, schemaless_writer

from http_source.connect.subjects import Part
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.deserializer import Content, Deserializer
from http_source.foreign.redactor import Redactor
from http_source_tests.registry import Stand

Register = Callable[..., bytes]
ALL = {
    "type": "record", "name": "All", "fields": [
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
        {"name": "raw", "type": "bytes"},
        {"name": "odd", "type": {"type": "array", "items": "double"}},
        {"name": "some", "type": ["null", {"type": "map", "values": "long"}]},
    ],
}  # fmt: skip
PROTO = """syntax = "proto3"; package shop;
message First { int64 id = 1; }
message Second { message Inner { string a_name = 1; bool is_open = 2; } message Deep { int32 n = 1; } }"""


@pytest.fixture
def register(stand: Stand) -> Register:
    """Registers a schema; the head of values of it."""

    def registered(text: str, type_: str = "AVRO", subject: str = "orders-value", references: tuple[dict[str, object], ...] = ()) -> bytes:
        body = {"schema": text, "schemaType": type_, "references": references}
        _, answer = stand.server.answer("POST", f"/subjects/{subject}/versions", json.dumps(body).encode())
        return b"\0" + int(answer["id"]).to_bytes(4, "big")

    return registered


def decoded(stand: Stand, *raw: bytes | None) -> list[Content]:
    with Deserializer(RegistryAddress(url=stand.url), Redactor()) as deserializer:
        return [deserializer.read(Part.VALUE, "orders", each) for each in raw]


def avro(schema: object, value: object) -> bytes:
    out = BytesIO()
    schemaless_writer(out, parse_schema(json.loads(json.dumps(schema))), value)
    return out.getvalue()


def test_avro_is_shown_as_what_it_means(stand: Stand, register: Register) -> None:
    value = {
        "price": Decimal("1234567.80"), "at": datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC), "day": date(2026, 1, 2),
        "id": UUID(int=7), "raw": b"\xff\x00", "odd": [float("nan"), float("inf"), 0.5], "some": {"n": 2**62},
    }  # fmt: skip
    (content,) = decoded(stand, register(json.dumps(ALL)) + avro(ALL, value))
    assert content.line == (
        '{"price":1234567.80,"at":"2026-01-02T03:04:05.678000Z","day":"2026-01-02","id":"00000000-0000-0000-0000-000000000007",'
        '"raw":"/wA=","odd":["NaN","Infinity",0.5],"some":{"n":4611686018427387904}}'
    )


def test_avro_is_read_with_what_its_schema_imports(stand: Stand, register: Register) -> None:
    item = {"type": "record", "name": "Item", "fields": [{"name": "n", "type": "int"}]}
    register(json.dumps(item), subject="item")
    order = {"type": "record", "name": "Order", "fields": [{"name": "item", "type": "Item"}]}
    head = register(json.dumps(order), references=({"name": "Item", "subject": "item", "version": 1},))
    whole = {"type": "record", "name": "Order", "fields": [{"name": "item", "type": item}]}
    first, second = decoded(stand, head + avro(whole, {"item": {"n": 3}}), head + avro(whole, {"item": {"n": 4}}))
    assert (first.line, second.line) == ('{"item":{"n":3}}', '{"item":{"n":4}}')
    assert len(stand.calls()) == 2


def test_json_with_a_schema_is_shown_without_its_head(stand: Stand, register: Register) -> None:
    good, bad = decoded(stand, *(register('{"type": "object"}', "JSON") + body for body in (b'{"id": 1.10}', b"id")))
    assert good.line == '{"id": 1.10}'
    assert bad.problem == "It names schema 1 (JSON), but it is not JSON."


@pytest.mark.parametrize(("head", "body", "shown"), [
    (b"\0", b"\x08\x96\x01", '{"id": "150"}'), (b"\x02\x00", b"", '{"id": "0"}'),
    (b"\x04\x02\x00", b"\x0a\x01x", '{"a_name": "x", "is_open": false}'), (b"\x04\x02\x02", b"\x08\x05", '{"n": 5}'),
])
def test_protobuf_is_read_as_the_message_that_its_indexes_name(
    stand: Stand, register: Register, head: bytes, body: bytes, shown: str
) -> None:
    (content,) = decoded(stand, register(PROTO, "PROTOBUF") + head + body)
    assert content.line == shown


@pytest.mark.parametrize(("body", "reason"), [
    (b"", "it ends within the place of a message in the .proto file."), (b"\x02\x08", "the schema has no message at [4]."),
    (b"\x01\x08", "it does not begin with the place of a message in the .proto file."),
    (b"\x00\x0a\x05abc", "its bytes are not what the schema says: Error parsing message"),
])
def test_protobuf_that_is_none_says_why(stand: Stand, register: Register, body: bytes, reason: str) -> None:
    (content,) = decoded(stand, register(PROTO, "PROTOBUF") + body)
    assert content.json is None
    assert content.problem.startswith(f"It names schema 1 (PROTOBUF), but {reason}")


@pytest.mark.parametrize(("value", "shown"), [
    (None, "null"), (b"", ""), (b'{"id": 1}', '{"id": 1}'),
    (b"\x00\x00\x00\x00\x63abc", "\\x00\\x00\\x00\\x00cabc"), (b"\x00abc", "\\x00abc"),
])
def test_everything_else_is_shown_as_its_text(stand: Stand, value: bytes | None, shown: str) -> None:
    assert decoded(stand, value)[0].line == shown


def test_a_schema_that_cannot_be_used_is_no_reason_to_ask_again(stand: Stand, register: Register) -> None:
    head = register('{"type": "record", "name": "Lost", "fields": [{"name": "item", "type": "Item"}]}')
    first, second = decoded(stand, head + b"\x02", head + b"\x02")
    assert first.problem == second.problem
    assert first.problem.startswith("Schema 1 cannot be used: the Avro schema cannot be used: ")
    assert len(stand.calls()) == 1
