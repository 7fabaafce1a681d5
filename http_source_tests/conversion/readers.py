"""Consumers: Confluent's own deserializers, and each format's own library with nothing of Confluent's."""

import base64
import json
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from fastavro import parse_schema, schemaless_reader
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message as ProtobufMessage
from google.protobuf.message_factory import GetMessageClass
from jsonschema import Draft7Validator

from http_source.connect.converters.protobuf_text import message_in, parse_file
from http_source_tests.conversion.rig import TOPIC
from http_source_tests.registry import Stand

Headers = Sequence[tuple[str, str | bytes | None]]
_ID_SIZE = 5


class Serializing(SchemaRegistryClient):
    """Gets .proto files in serialized form, which a real registry makes on demand and the one in memory does not."""

    def get_schema(self, *args: Any, **options: Any) -> Schema:
        return _serialized(super().get_schema(*args, **options))

    def get_schema_by_guid(self, *args: Any, **options: Any) -> Schema:
        return _serialized(super().get_schema_by_guid(*args, **options))


def plainly(message: ProtobufMessage) -> Any:
    """A Protobuf message as a dict; unset fields have their defaults, and integers are numbers again."""
    fields = MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    numbers = {each.name for each in message.DESCRIPTOR.fields if each.type in {each.TYPE_INT64, each.TYPE_SFIXED64}}
    return {name: int(value) if name in numbers else value for name, value in fields.items()}


def confluents(stand: Stand, format_: str, value: bytes, headers: Headers, text: str) -> Any:
    """The value as Confluent's deserializer reads it."""
    subject = {"subject.name.strategy.type": "TOPIC"}
    context = SerializationContext(TOPIC, MessageField.VALUE, list(headers))
    with Serializing({"url": stand.url}) as client:
        match format_:
            case "AVRO":
                return AvroDeserializer(client, conf=subject)(value, context)
            case "JSON_SR":
                return JSONDeserializer(None, schema_registry_client=client, conf=subject)(value, context)
        return plainly(ProtobufDeserializer(protobuf_message(text), subject, client)(value, context))


def alone(format_: str, value: bytes, headers: Headers, text: str) -> Any:
    """The value as the format's own library reads it with the registered text, its frame taken off by hand."""
    body = value[_ID_SIZE:] if not headers else value
    return _READERS[format_](body, text, in_header=bool(headers))


def schema_id(value: bytes) -> int:
    """The id before a value."""
    assert value[0] == 0
    return int.from_bytes(value[1:_ID_SIZE], "big")


def guid(header: tuple[str, str | bytes | None]) -> str:
    """The GUID in a header."""
    name, content = header
    assert name in {"__value_schema_id", "__key_schema_id"}
    assert isinstance(content, bytes)
    assert content[0] == 1
    return str(UUID(bytes=content[1:17]))


def avro(body: bytes, text: str, *, reader: str | None = None) -> Any:
    """What fastavro reads, with another schema than the writer's if one is given."""
    rest = BytesIO(body)
    read = schemaless_reader(rest, _avro_schema(text), _avro_schema(reader) if reader else None)
    assert not rest.read()
    return read


def _serialized(schema: Schema) -> Schema:
    if schema.schema_type != "PROTOBUF":
        return schema
    return Schema(base64.b64encode(parse_file(schema.schema_str or "").SerializeToString()).decode(), "PROTOBUF")


@cache
def _avro_schema(text: str) -> Any:
    return parse_schema(json.loads(text))


@cache
def _validator(text: str) -> Any:
    return Draft7Validator(json.loads(text))


@cache
def protobuf_message(text: str) -> type[ProtobufMessage]:
    return GetMessageClass(message_in(text))


def _avro(body: bytes, text: str, *, in_header: bool) -> Any:
    assert in_header in {True, False}
    return avro(body, text)


def _json(body: bytes, text: str, *, in_header: bool) -> Any:
    assert in_header in {True, False}
    value = json.loads(body)
    _validator(text).validate(value)
    return value


def _protobuf(body: bytes, text: str, *, in_header: bool) -> Any:
    if not in_header:
        assert body[:1] == b"\0"
        body = body[1:]
    return plainly(protobuf_message(text).FromString(body))


_READERS: dict[str, Callable[..., Any]] = {"AVRO": _avro, "JSON_SR": _json, "PROTOBUF": _protobuf}
