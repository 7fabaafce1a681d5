""".proto files as descriptors, with the places of what can grow. Source: Protobuf's language specification of proto2 and proto3.

Services, and options that mean nothing to Connect or to the bytes of a message, are passed over.
"""

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, MessageOptions

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_declarations import add_synthetic_oneofs, read_enum, read_extensions, read_reserved, set_type
from http_source.connect.converters.protobuf_names import json_name, map_entry_name
from http_source.connect.converters.protobuf_options import set_options
from http_source.connect.converters.protobuf_source import FieldPlace, FilePlaces, MessagePlace, Span
from http_source.connect.converters.protobuf_tokens import Tokens

_LABELS = {
    "optional": FieldDescriptorProto.LABEL_OPTIONAL, "repeated": FieldDescriptorProto.LABEL_REPEATED,
    "required": FieldDescriptorProto.LABEL_REQUIRED,
}  # fmt: skip


class Parser:
    """Reads one file.

    Attributes:
        file: its descriptor; types that are not scalars are left to the pool, which knows whether they are messages or enums.
        places: where its parts stand.
    """

    def __init__(self, text: str, name: str) -> None:
        """Raises ConversionRefused for what is not a .proto file, and for groups and editions."""
        self.file = FileDescriptorProto(name=name, syntax="proto2")
        self.places = FilePlaces()
        self._tokens = Tokens(text)
        while self._tokens.word:
            self._statement()

    def _statement(self) -> None:
        tokens = self._tokens
        match tokens.word:
            case "syntax" | "edition" | "package" | "import":
                self._head(tokens.take())
            case "message":
                self._message(self.file.message_type.add(), "")
            case "enum":
                read_enum(tokens, self.file.enum_type.add())
            case "extend":
                self._extend(self.file)
            case "option" | "service":
                tokens.skip_statement()
            case _:
                tokens.expect(";")

    def _head(self, word: str) -> None:
        """The rest of a statement that stands before messages."""
        match word:
            case "package":
                self._package()
            case "import":
                self._import()
            case _:
                self._syntax(word)
        self._tokens.expect(";")
        self.places.head = self._tokens.end

    def _syntax(self, word: str) -> None:
        self._tokens.expect("=")
        level = self._tokens.string()
        if word == "edition":
            raise ConversionRefused(f"Protobuf's edition {level} cannot be read: register the schema as proto3 or proto2.")
        self.file.syntax = level

    def _package(self) -> None:
        start = self._tokens.start
        self.file.package = self._tokens.dotted()
        self.places.package = (start, self._tokens.end)

    def _import(self) -> None:
        if self._tokens.accept("public"):
            self.file.public_dependency.append(len(self.file.dependency))
        else:
            self._tokens.accept("weak")
        self.file.dependency.append(self._tokens.string())

    def _message(self, message: DescriptorProto, around: str) -> None:
        tokens = self._tokens
        tokens.expect("message")
        place, start = MessagePlace(), tokens.start
        message.name = tokens.name()
        place.name = (start, tokens.end)
        full_name = f"{around}.{message.name}".lstrip(".")
        self.places.messages[full_name] = place
        tokens.expect("{")
        while tokens.word != "}":
            self._element(message, place, full_name)
        place.close = tokens.start
        tokens.take()
        add_synthetic_oneofs(message)

    def _element(self, message: DescriptorProto, place: MessagePlace, full_name: str) -> None:
        tokens = self._tokens
        match tokens.word:
            case "message" | "enum" | "extend":
                self._inner(message, full_name)
            case "extensions":
                read_extensions(tokens, message)
            case "reserved":
                read_reserved(tokens, message)
            case "oneof":
                self._oneof(message, place, full_name)
            case "option":
                tokens.skip_statement()
            case _ if not tokens.accept(";"):
                self._field(message, place, full_name)

    def _inner(self, message: DescriptorProto, full_name: str) -> None:
        match self._tokens.word:
            case "message":
                self._message(message.nested_type.add(), full_name)
            case "enum":
                read_enum(self._tokens, message.enum_type.add())
            case _:
                self._extend(message)

    def _field(self, message: DescriptorProto, place: MessagePlace, full_name: str) -> FieldDescriptorProto:
        tokens, start = self._tokens, self._tokens.start
        label = tokens.take() if tokens.word in _LABELS else ""
        field, type_start = message.field.add(label=_LABELS[label or "optional"]), tokens.start
        type_ = tokens.dotted()
        if type_ == "map" and tokens.word == "<":
            self._map(field, message, full_name, start)
            return field
        type_end = tokens.end
        set_type(field, type_)
        if label == "optional" and self.file.syntax == "proto3":
            field.proto3_optional = True
        self._rest(field)
        place.fields[field.name] = FieldPlace(start, (type_start, type_end), tokens.end)
        return field

    def _rest(self, field: FieldDescriptorProto) -> None:
        """What follows the type of a field."""
        tokens = self._tokens
        field.name = tokens.name()
        if field.type_name == "group":
            raise ConversionRefused(f"Protobuf's group {field.name!r} cannot be read: groups are no longer part of the language.")
        tokens.expect("=")
        field.number = tokens.number()
        # Some readers of descriptors expect what protoc always sets.
        field.json_name = json_name(field.name)
        if tokens.word == "[":
            set_options(field, tokens)
        tokens.expect(";")

    def _map(self, field: FieldDescriptorProto, message: DescriptorProto, full_name: str, start: int) -> None:
        tokens = self._tokens
        entry = message.nested_type.add(options=MessageOptions(map_entry=True))
        tokens.expect("<")
        self._entry_field(entry, "key")
        tokens.expect(",")
        value = self._entry_field(entry, "value")
        tokens.expect(">")
        self._rest(field)
        field.label, entry.name = FieldDescriptorProto.LABEL_REPEATED, map_entry_name(field.name)
        field.type_name = entry.name
        self.places.messages[f"{full_name}.{entry.name}"] = MessagePlace(fields={"value": FieldPlace(start, value, tokens.end)})

    def _entry_field(self, entry: DescriptorProto, name: str) -> Span:
        number, start = len(entry.field) + 1, self._tokens.start
        field = entry.field.add(name=name, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL, json_name=name)
        set_type(field, self._tokens.dotted())
        return start, self._tokens.end

    def _oneof(self, message: DescriptorProto, place: MessagePlace, full_name: str) -> None:
        tokens = self._tokens
        tokens.expect("oneof")
        index = len(message.oneof_decl)
        message.oneof_decl.add(name=tokens.name())
        tokens.expect("{")
        while not tokens.accept("}"):
            if tokens.word == "option":
                tokens.skip_statement()
            elif not tokens.accept(";"):
                self._field(message, place, full_name).oneof_index = index

    def _extend(self, around: FileDescriptorProto | DescriptorProto) -> None:
        tokens = self._tokens
        tokens.expect("extend")
        extended, holder = tokens.dotted(), DescriptorProto()
        tokens.expect("{")
        while not tokens.accept("}"):
            if not tokens.accept(";"):
                self._field(holder, MessagePlace(), "").extendee = extended
        around.extension.extend(holder.field)
