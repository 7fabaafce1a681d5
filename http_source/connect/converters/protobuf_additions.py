"""New fields of registered messages: their numbers, their names, and how they are written."""

import re
from collections.abc import Iterable, Iterator, Mapping

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters import protobuf_names as naming
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_file import FileWriter
from http_source.connect.converters.protobuf_messages import MessageWriter
from http_source.connect.record_refused import pointer
from http_source.connect.schema import Schema

_WORD, _DECLARED = re.compile(r"\w+"), re.compile(r'\bname: "(\w+)"')
"""In a descriptor that is printed: every name, also those that fields refer to, and those that are given in the file."""


def file_writer(file: FileDescriptorProto, options: ConverterOptions, new: Iterable[Schema]) -> FileWriter:
    """What writes additions to a file: proto2 needs labels, and no name that is in use may mean something else afterwards."""
    taken, declared = frozenset(_WORD.findall(str(file))), {*file.package.split("."), *_DECLARED.findall(str(file))}
    writer = FileWriter(options, naming.MessageNames(*new, used=taken))
    writer.labeled = file.syntax != "proto3"
    writer.taken, writer.hidden = taken, not {"google", "confluent"}.isdisjoint(declared)
    return writer


def elements(message: Descriptor, fields: Mapping[str, Schema], file: FileWriter, path: str) -> list[str]:
    """New fields of a message, with the types that they need, line by line. Raises ConversionRefused for a name that cannot be had."""
    stored = DescriptorProto()
    message.CopyToProto(stored)  # type: ignore[no-untyped-call]
    for name in fields:
        _check_free(name, stored, path)
    json_names = ((each.json_name or naming.json_name(each.name), each.name) for each in stored.field)
    naming.check_names(fields, path, scrub=file.options.scrub_invalid_names, json_names=json_names)
    writer = MessageWriter(file, message.name, frozenset(message.full_name.split(".")), path)
    return writer.elements([*fields.items()], naming.numbers_after(_last_number(stored)))


def _last_number(message: DescriptorProto) -> int:
    """The largest number that a message uses, reserves or leaves to extensions."""
    reserved = (each.end - 1 for each in message.reserved_range)
    extensions = (each.end - 1 for each in message.extension_range)
    return max((*reserved, *extensions, *(each.number for each in message.field)), default=0)


def _check_free(name: str, message: DescriptorProto, path: str) -> None:
    if name in message.reserved_name:
        raise ConversionRefused(f"the name {name!r} is reserved in the registered message {message.name}. "
            "Use the transform ReplaceField to rename or exclude the field.", path + pointer((name,)))
    if name in _other_names(message):
        raise ConversionRefused(f"the registered message {message.name} has something else called {name!r}. "
            "Use the transform ReplaceField to rename or exclude the field.", path + pointer((name,)))


def _other_names(message: DescriptorProto) -> Iterator[str]:
    """What a message calls something that is not a field."""
    yield from (each.name for each in message.nested_type)
    yield from (each.name for each in message.extension)
    yield from (each.name for each in message.enum_type)
    yield from (value.name for enum in message.enum_type for value in enum.value)
    synthetic = {each.oneof_index for each in message.field if each.proto3_optional}
    yield from (each.name for index, each in enumerate(message.oneof_decl) if index not in synthetic)
