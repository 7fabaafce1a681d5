"""Registered Protobuf schemas as text, in both forms that registries hold: a .proto file, or a serialized descriptor in base64."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message import DecodeError

from http_source.connect.converters.format import ConversionRefused, Reference
from http_source.connect.converters.protobuf_descriptors import Files, message_of
from http_source.connect.converters.protobuf_known import KNOWN
from http_source.connect.converters.protobuf_parser import Parser
from http_source.connect.converters.protobuf_source import FilePlaces
from http_source.foreign.text import Foreign, readable

FILE = "default"
"""What Confluent's clients call the file of a schema."""

_KEPT = 64
"""Schemas that are not parsed again."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A registered schema.

    Attributes:
        file: its descriptor, shared by all who ask: to be copied before it is changed.
        places: where the parts of a .proto file stand; None for a serialized descriptor.
    """

    file: FileDescriptorProto
    places: FilePlaces | None


@lru_cache(_KEPT)
def parse(text: str) -> Parsed:
    """What a registered schema says. Raises ConversionRefused."""
    serialized = _serialized(text)
    if serialized is not None:
        return Parsed(serialized, None)
    try:
        parser = Parser(text, FILE)
    except (ValueError, RecursionError) as error:
        if isinstance(error, ConversionRefused):
            raise
        raise ConversionRefused(f"the registered .proto file cannot be read: {readable(Foreign.of(error), str)}.") from None
    return Parsed(parser.file, parser.places)


def parse_file(text: str) -> FileDescriptorProto:
    """The descriptor of a registered schema. Raises ConversionRefused."""
    return parse(text).file


def message_in(text: str, references: Sequence[Reference] = ()) -> Descriptor:
    """The first message of a registered schema. Raises ConversionRefused."""
    return _message_in(text, _imported(references))


def imports_of(references: Sequence[Reference]) -> Files:
    """The files that a schema with these references can import. Raises ConversionRefused."""
    return _files(_imported(references))


@lru_cache(_KEPT)
def _message_in(text: str, imported: tuple[tuple[str, str], ...]) -> Descriptor:
    return message_of(parse_file(text), _files(imported))


def _files(imported: tuple[tuple[str, str], ...]) -> Files:
    return {**{name: _named(parse_file(text), name) for name, text in imported}, **KNOWN}


def _named(file: FileDescriptorProto, name: str) -> FileDescriptorProto:
    copy = FileDescriptorProto()
    copy.CopyFrom(file)
    copy.name = name
    return copy


def _imported(references: Sequence[Reference]) -> tuple[tuple[str, str], ...]:
    """The texts of all references, those of references included, by the names that imports have for them."""
    texts: dict[str, str] = {}
    pending = [*references]
    while pending:
        each = pending.pop()
        if each.name not in texts:
            texts[each.name] = each.written.text
            pending += each.written.references
    return tuple(texts.items())


def _serialized(text: str) -> FileDescriptorProto | None:
    try:
        file = FileDescriptorProto.FromString(b64decode(text, validate=True))
    except (ValueError, DecodeError):
        return None
    file.name = FILE
    return file
