"""A serialized descriptor with additions, and everything else in it as it stands, what we do not know included."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto

from http_source.connect.converters import protobuf_marks as marks
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_declarations import add_synthetic_oneofs, set_type
from http_source.connect.converters.protobuf_descriptors import Files, message_of
from http_source.connect.converters.protobuf_options import add_params
from http_source.connect.converters.protobuf_parser import Parser


class DescriptorEdits:
    """Makes changes of a descriptor. Messages are called by their full names without the package."""

    def __init__(self, text: str, imports: Files) -> None:
        self._text = text
        self._imports = imports
        self._file = FileDescriptorProto.FromString(b64decode(text))
        self._before = self._file.SerializeToString()

    def add_imports(self, names: Sequence[str]) -> None:
        """Import files, behind what is imported already."""
        self._file.dependency.extend(names)

    def rename_first(self, name: str, _package: str) -> None:
        """Refused, with ConversionRefused: every reference in the descriptor has the message's full name."""
        raise ConversionRefused(
            f"the record's schema is called {name!r} now, and nothing is renamed in a registered schema that is a serialized descriptor.")

    def set_type(self, message: str, field: str, type_: str) -> None:
        """Give a field, or the values of a map, another type."""
        set_type(self._field(message, field), type_)

    def set_optional(self, message: str, field: str) -> None:
        """Make a field optional."""
        self._field(message, field).proto3_optional = True
        add_synthetic_oneofs(self._message(message))

    def set_connect_type(self, message: str, field: str, _old: str, new: str) -> None:
        """Change Connect's own type in the options of a field."""
        add_params(self._field(message, field), {marks.CONNECT_TYPE: new})

    def add_elements(self, message: str, elements: Iterable[str]) -> None:
        """Add fields and types at the end of a message."""
        target = self._message(message)
        text = f"syntax = '{self._file.syntax or 'proto2'}'; message A {{ {' '.join(elements)} }}"
        added = Parser(text, "").file.message_type[0]
        for field in added.field:
            if field.HasField("oneof_index"):
                field.oneof_index += len(target.oneof_decl)
        added.ClearField("name")
        target.MergeFrom(added)

    def result(self) -> str:
        """The changed descriptor. Raises ConversionRefused where a name that was added leads nowhere."""
        if self._file.SerializeToString() == self._before:
            return self._text
        known, resolved = FileDescriptorProto(), FileDescriptorProto()
        known.CopyFrom(self._file)
        known.name = "grown"
        message_of(known, self._imports).file.CopyToProto(resolved)
        _resolve(self._file.message_type, resolved.message_type)
        return b64encode(self._file.SerializeToString()).decode()

    def _message(self, name: str) -> DescriptorProto:
        messages = self._file.message_type
        for part in name.split("."):
            found = next(each for each in messages if each.name == part)
            messages = found.nested_type
        return found

    def _field(self, message: str, field: str) -> FieldDescriptorProto:
        return next(each for each in self._message(message).field if each.name == field)


def _resolve(messages: Sequence[DescriptorProto], resolved: Sequence[DescriptorProto]) -> None:
    """Give types that were added their full names, as protoc does."""
    for message, known in zip(messages, resolved, strict=True):
        for field, other in zip(message.field, known.field, strict=True):
            if not field.HasField("type"):
                field.type, field.type_name = other.type, other.type_name
        _resolve(message.nested_type, known.nested_type)
