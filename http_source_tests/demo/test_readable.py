"""Values in the demo's table, of each kind that a topic may have."""

import json
import threading
from collections.abc import Iterator
from io import BytesIO

import pytest
from fastavro import parse_schema, schemaless_writer

from http_source.demo.readable import Readable
from http_source.demo.registry.server import SchemaRegistry

SCHEMA = {"type": "record", "name": "Invoice", "fields": [{"name": "id", "type": "long"}, {"name": "note", "type": ["null", "string"]}]}


@pytest.fixture
def registry() -> Iterator[SchemaRegistry]:
    with SchemaRegistry() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server
        server.shutdown()


def registered(registry: SchemaRegistry, schema: object, kind: str = "AVRO") -> bytes:
    """The head of values of a schema."""
    body = json.dumps({"schema": json.dumps(schema), "schemaType": kind}).encode()
    _, answer = registry.answer("POST", f"/subjects/{kind}-value/versions", body)
    return b"\x00" + int(answer["id"]).to_bytes(4, "big")


def avro(record: dict[str, object]) -> bytes:
    out = BytesIO()
    schemaless_writer(out, parse_schema(dict(SCHEMA)), record)
    return out.getvalue()


def test_avro_is_shown_as_json(registry: SchemaRegistry) -> None:
    with Readable(registry.url) as readable:
        assert readable.text(registered(registry, SCHEMA) + avro({"id": 7, "note": "ü"})) == '{"id": 7, "note": "ü"}'


def test_json_with_a_schema_is_shown_without_its_head(registry: SchemaRegistry) -> None:
    with Readable(registry.url) as readable:
        assert readable.text(registered(registry, {"type": "object"}, "JSON") + b'{"id":7}') == '{"id":7}'


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "null"), (b"", ""), (b'{"id": 1}', '{"id": 1}'), (b"\x00\x00\x00\x00\x63abc", "\0\0\0\0cabc")]
)
def test_everything_else_is_shown_as_its_text(registry: SchemaRegistry, value: bytes | None, shown: str) -> None:
    with Readable(registry.url) as readable:
        assert readable.text(value) == shown


def test_a_value_is_shown_without_a_registry_too() -> None:
    with Readable("http://127.0.0.1:1") as readable:
        assert readable.text(b"\x00\x00\x00\x00\x01abc") == "\0\0\0\0\x01abc"
