"""What becomes of a stream of records: what is written, where, and in which schemas; and which records were refused, and why."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Protocol

import msgspec
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message as ProtobufMessage

from http_source.assembly.conversions import FORMATS, OpenRegistry, build_conversion
from http_source.assembly.loading import load_config
from http_source.assembly.redaction import redactor
from http_source.config.options.output import OutputFormat
from http_source.config.properties import ConnectorConfig
from http_source.conversion.conversion import Conversion
from http_source.errors import PageRefused
from http_source.model import Message, Page, Position
from http_source_tests.conversion.kept import Kept
from http_source_tests.conversion.readers import alone, protobuf_message
from http_source_tests.tasks import FAST

TOPIC, REFUSED = "orders", "refused"
_ID_SIZE = 5


@dataclass(frozen=True)
class Cut:
    """Where a stream is cut into pages, and after which pages a new process goes on."""

    pages: tuple[int, ...] = ()
    restarts: frozenset[int] = frozenset()


WHOLE = Cut()


@dataclass
class Outcome:
    """What became of a stream.

    Attributes:
        records: topic, key, value and headers of each record in order, as consumers read them.
        schemas: the last schema of each subject.
        refused: each record that was left out, as it was served, with stage and reason; or what the stream ended with.
        undecided: how many records lost what tells no type.
    """

    records: list[Any]
    schemas: dict[str, Any]
    refused: list[Any]
    undecided: int


class Keeper(Protocol):
    """Keeps the schemas, whatever processes come and go."""

    def opener(self) -> OpenRegistry:
        """What a process opens."""

    def text(self, number: int) -> str:
        """The schema with an id."""

    def last(self) -> dict[str, str]:
        """The newest schema of each subject."""


def outcome(
    texts: Sequence[bytes], properties: Mapping[str, object], cut: Cut = WHOLE, format_: str = "AVRO", kept: Keeper | None = None
) -> Outcome:
    """Poll the records, in pages and processes as they are cut, with what is registered by then."""
    kept = kept or Kept()
    found, config = Outcome([], {}, [], 0), configured(format_, tuple(properties.items()))
    edges = [0, *sorted({edge % (len(texts) + 1) for edge in cut.pages}), len(texts)]
    running = process(config, kept)
    for number, (start, end) in enumerate(pairwise(edges)):
        if number in cut.restarts:
            running.close()
            running = process(config, kept)
        try:
            page = running(TOPIC, Page([msgspec.Raw(text) for text in texts[start:end]], Position(0), progressed=True))
        except PageRefused as refused:
            found.refused.append(_ended(str(refused), start))
            break
        found.undecided += page.undecided
        for message in page.messages or ():
            _take(found, message, kept, format_, properties)
    running.close()
    found.schemas = {subject: _sketched(text, properties, format_) for subject, text in kept.last().items()}
    return found


def process(config: ConnectorConfig, kept: Keeper) -> Conversion:
    process = build_conversion(config, kept.opener(), redactor(config), lambda: 0)
    assert process is not None
    return process


@cache
def configured(format_: str, properties: tuple[tuple[str, object], ...]) -> ConnectorConfig:
    return load_config({**FAST, "url": "http://api.test/", "output.data.format": format_, **dict(properties)}).config


def _ended(reason: str, start: int) -> Any:
    """The refusal, with the record's place in the stream instead of that in its page."""
    words = reason.split(" ")
    return (start + int(words[1]), " ".join(words[2:]))


def _take(found: Outcome, message: Message, kept: Keeper, format_: str, properties: Mapping[str, object]) -> None:
    headers = sorted((name, value) for name, value in message.headers)
    if message.topic == REFUSED:
        told = {name: value for name, value in headers if not name.endswith("record.index")}
        found.refused.append((bytes(message.value or b""), told))
        return
    found.records.append((message.topic, _read(message.key, kept, format_ if "AvroConverter" in str(properties) else ""),
                          _read(message.value, kept, format_), headers))


def _read(written: Any, kept: Keeper, format_: str) -> Any:
    if written is None or not format_:
        return None if written is None else bytes(written)
    body = bytes(written)
    text = kept.text(int.from_bytes(body[1:_ID_SIZE], "big"))
    if format_ == "PROTOBUF":
        return _plain(_unpacked(protobuf_message(text).FromString(body[_ID_SIZE + 1 :])), format_)
    return _plain(alone(format_, body, (), text), format_)


def _unpacked(value: Any) -> Any:
    """A message as a dict, integers as integers whatever their width."""
    return {field.name: _field(field, each) for field, each in value.ListFields()} if isinstance(value, ProtobufMessage) else value


def _field(field: FieldDescriptor, value: Any) -> Any:
    if not field.is_repeated:
        return _unpacked(value)
    is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
    return {key: _unpacked(value[key]) for key in value} if is_map else [_unpacked(each) for each in value]


def _plain(value: Any, format_: str) -> Any:
    """A value without what reads as null; in PROTOBUF what is empty or zero does."""
    if isinstance(value, dict):
        inner = {name: _plain(each, format_) for name, each in value.items()}
        return {name: each for name, each in inner.items() if each is not None and not (format_ == "PROTOBUF" and not each)}
    if isinstance(value, list):
        return [_plain(each, format_) for each in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _sketched(text: str, properties: Mapping[str, object], format_: str) -> Any:
    config = configured(format_, tuple(properties.items()))
    return sketch(FORMATS[OutputFormat(format_)](config.converter).read_schema(text))


def sketch(schema: Any) -> Any:
    """A schema up to generated names: fields in order, types, what is optional, names that a person gave."""
    given = schema.name if schema.name and "ConnectDefault" not in schema.name else None
    inner = [(each.name, sketch(each.schema)) for each in schema.fields]
    return (str(schema.type), schema.optional, given, inner, *(sketch(each) for each in (schema.items, schema.values) if each is not None))


def texts(records: Iterable[Any]) -> list[bytes]:
    return [each if isinstance(each, bytes) else json.dumps(each).encode() for each in records]
