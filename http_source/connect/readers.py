"""What turns the bytes of each format into JSON, for people: Avro and Protobuf by their own libraries, JSON as it is.

Avro's logical types are shown as what they mean (numbers with their digits, ISO 8601 in UTC), bytes in base64. Protobuf is shown by its own
rules for JSON (https://protobuf.dev/programming-guides/json), under which integers of 64 bits are texts, with the names of the .proto file.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from math import isfinite
from typing import Any

import msgspec
from fastavro import parse_schema, schemaless_reader
from google.protobuf.descriptor import Descriptor
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from http_source.connect.converters.format import ConversionRefused, Reference, WrittenSchema
from http_source.connect.converters.json import NOT_FINITE, json_bytes
from http_source.connect.converters.protobuf_text import message_in, parse_file
from http_source.foreign.text import Foreign, readable

Read = Callable[[bytes], str]
"""Encoded bytes → JSON on one line. Raises ConversionRefused when they are not what the schema says."""

_VARINT_BITS = 7
_CONTINUES = 0x80
_MOST_INDEXES = 100


def json_line(content: bytes) -> str | None:
    """The content on one line when it is JSON in UTF-8, each number as it is written; None when it is not."""
    try:
        text = content.decode()
        msgspec.json.decode(content, type=msgspec.Raw)
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        return None
    return text.strip() if text.strip().isprintable() else msgspec.json.format(text, indent=-1)


def reader(registry_type: str, written: WrittenSchema) -> Read:
    """What reads the bytes of a registered schema; made once for it. Raises ConversionRefused for a schema that cannot be used."""
    if registry_type not in _READERS:
        raise ConversionRefused(f"schemas of type {readable(Foreign(registry_type), str, 40)} are not read here.")
    return _READERS[registry_type](written)


# Avro


def _avro(written: WrittenSchema) -> Read:
    schema = _avro_schema(written)

    def read(body: bytes) -> str:
        rest = BytesIO(body)
        try:
            value = schemaless_reader(rest, schema, None)
        except Exception as error:  # noqa: BLE001 - it raises what the bytes happen to cause: EOFError, IndexError, struct.error and others
            raise _unlike(error) from None
        if left := len(body) - rest.tell():
            raise ConversionRefused(f"{left} bytes are left over after the value.")
        return json_bytes(_finite(value)).decode()

    return read


def _avro_schema(written: WrittenSchema) -> Any:
    named: dict[str, Any] = {}
    try:
        for each in _imports(written.references):
            parse_schema(json.loads(each.written.text), named_schemas=named)
        return parse_schema(json.loads(written.text), named_schemas=named)
    except Exception as error:  # noqa: BLE001 - each of its checks raises something else
        raise ConversionRefused(f"the Avro schema cannot be used: {_words(error)}.") from None


def _imports(references: Any) -> Iterator[Reference]:
    """What a schema imports, each behind what it imports itself, once."""
    seen: set[str] = set()

    def walk(references: Any) -> Iterator[Reference]:
        for each in references:
            if each.name not in seen:
                seen.add(each.name)
                yield from walk(each.written.references)
                yield each

    return walk(references)


def _finite(value: Any) -> Any:
    """The same with a text in the place of each number that JSON does not have."""
    match value:
        case dict():
            return {name: _finite(each) for name, each in value.items()}
        case list():
            return [_finite(each) for each in value]
        case float() if not isfinite(value):
            return NOT_FINITE[str(value)]
    return value


# JSON Schema


def _json(_written: WrittenSchema) -> Read:
    def read(body: bytes) -> str:
        text = json_line(body)
        if text is None:
            raise ConversionRefused("it is not JSON.")
        return text

    return read


# Protobuf


def _protobuf(written: WrittenSchema) -> Read:
    first = message_in(written.text, written.references)
    file = parse_file(written.text)
    classes: dict[tuple[int, ...], type[Message]] = {}

    def read(body: bytes) -> str:
        indexes, payload = _indexes(body)
        if indexes not in classes:
            classes[indexes] = GetMessageClass(_message(first, file, indexes))
        try:
            message = classes[indexes].FromString(payload)
            return MessageToJson(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True, indent=None,
                                 ensure_ascii=False, descriptor_pool=first.file.pool)
        except (DecodeError, ValueError, TypeError, RecursionError) as error:
            raise _unlike(error) from None

    return read


def _message(first: Descriptor, file: Any, indexes: tuple[int, ...]) -> Descriptor:
    """The message that indexes lead to: the first is its place in the file, each other one that in the message before."""
    messages, names = file.message_type, [file.package] if file.package else []
    for index in indexes:
        if index >= len(messages):
            raise ConversionRefused(f"the schema has no message at {list(indexes)}.")
        names.append(messages[index].name)
        messages = messages[index].nested_type
    return first.file.pool.FindMessageTypeByName(".".join(names))  # type: ignore[no-any-return]


def _indexes(body: bytes) -> tuple[tuple[int, ...], bytes]:
    """Where the message stands in the file, and its bytes: a count and so many numbers; a single 0 means the first message."""
    count, at = _varint(body, 0)
    if not 0 <= count <= _MOST_INDEXES:
        raise ConversionRefused("it does not begin with the place of a message in the .proto file.")
    found = []
    for _ in range(count):
        index, at = _varint(body, at)
        found.append(index)
    if any(index < 0 for index in found):
        raise ConversionRefused("it does not begin with the place of a message in the .proto file.")
    return tuple(found) or (0,), body[at:]


def _varint(body: bytes, at: int) -> tuple[int, int]:
    """A zigzag number, and where it ends."""
    value, shift = 0, 0
    while at < len(body):
        value |= (body[at] & ~_CONTINUES) << shift
        shift += _VARINT_BITS
        if body[at] < _CONTINUES:
            return (value >> 1) ^ -(value & 1), at + 1
        at += 1
    raise ConversionRefused("it ends within the place of a message in the .proto file.")


def _unlike(error: Exception) -> ConversionRefused:
    return ConversionRefused(f"its bytes are not what the schema says: {_words(error)}.")


def _words(error: Exception) -> str:
    return readable(Foreign.of(error).joined(), str) or type(error).__name__


_READERS: Mapping[str, Callable[[WrittenSchema], Read]] = {"AVRO": _avro, "JSON": _json, "PROTOBUF": _protobuf}
