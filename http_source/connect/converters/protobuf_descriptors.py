"""Descriptors of .proto files, made without protoc. Source: `google/protobuf/descriptor.proto`."""

from collections.abc import Iterator, Mapping

from google.protobuf import any_pb2, duration_pb2, empty_pb2, field_mask_pb2, timestamp_pb2, wrappers_pb2
from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FieldOptions, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.text_encoding import CUnescape  # type: ignore[import-not-found]
from proto_schema_parser import ast

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_names import json_name

FILE = "schema.proto"
META_OPTION = "(confluent.field_meta)"

_TYPES = {name.removeprefix("TYPE_").lower(): value for name, value in FieldDescriptorProto.Type.items()}
_TYPES = {name: value for name, value in _TYPES.items() if name not in ("message", "group", "enum")}
_LABELS = {
    None: FieldDescriptorProto.LABEL_OPTIONAL, ast.FieldCardinality.OPTIONAL: FieldDescriptorProto.LABEL_OPTIONAL,
    ast.FieldCardinality.REPEATED: FieldDescriptorProto.LABEL_REPEATED, ast.FieldCardinality.REQUIRED: FieldDescriptorProto.LABEL_REQUIRED,
}  # fmt: skip


def message_of(file: FileDescriptorProto) -> Descriptor:
    """The first message of a file, in a pool of its own, so that equal names in other schemas do no harm. Raises ConversionRefused."""
    pool = DescriptorPool()
    try:
        for known in _dependencies(file):
            pool.AddSerializedFile(known.SerializeToString())  # type: ignore[no-untyped-call]
        pool.AddSerializedFile(file.SerializeToString())  # type: ignore[no-untyped-call]
        name = f"{file.package}.{file.message_type[0].name}".lstrip(".")
        return pool.FindMessageTypeByName(name)  # type: ignore[no-untyped-call, no-any-return]
    except IndexError:
        raise ConversionRefused("the Protobuf schema has no message.") from None
    except (TypeError, KeyError) as error:
        raise ConversionRefused(f"Protobuf does not take the schema: {error}.") from None


def describe(file: ast.File) -> FileDescriptorProto:
    """The descriptor of a parsed file, strings still escaped. Raises ConversionRefused for groups and editions."""
    if file.edition:
        raise ConversionRefused(f"Protobuf's edition {file.edition} cannot be read: register the schema as proto3 or proto2.")
    described = FileDescriptorProto(name=FILE, syntax=file.syntax or "proto2")
    for element in file.file_elements:
        match element:
            case ast.Package():
                described.package = element.name
            case ast.Import():
                described.dependency.append(element.name)
            case ast.Message():
                _message(element, described.message_type.add(), syntax=described.syntax)
            case ast.Enum():
                _enum(element, described.enum_type.add())
    return described


def params_of(options: FieldOptions) -> Mapping[str, str]:
    """The parameters that Confluent's own option holds."""
    return _Options.FromString(options.SerializeToString()).field_meta.params  # type: ignore[attr-defined, no-any-return]


def _message(element: ast.Message, message: DescriptorProto, *, syntax: str) -> None:
    message.name = element.name
    for each in element.elements:
        match each:
            case ast.Field():
                _field(each, message).proto3_optional = syntax == "proto3" and each.cardinality is ast.FieldCardinality.OPTIONAL
            case ast.MapField():
                _map(each, message)
            case ast.OneOf():
                _oneof(each, message)
            case ast.Message():
                _message(each, message.nested_type.add(), syntax=syntax)
            case ast.Enum():
                _enum(each, message.enum_type.add())
            case ast.Group():
                raise ConversionRefused(f"Protobuf's group {each.name!r} cannot be read: groups are no longer part of the language.")
    _add_synthetic_oneofs(message)


def _field(element: ast.Field, message: DescriptorProto) -> FieldDescriptorProto:
    field = message.field.add(name=element.name, number=element.number, label=_LABELS[element.cardinality])
    _set_type(field, element.type)
    # Some readers of descriptors expect what protoc always sets.
    field.json_name = next((_unescaped(each.value) for each in element.options if each.name == "json_name"), json_name(element.name))
    params = {key: value for option in element.options for key, value in _params(option)}
    if params:
        field.options.ParseFromString(_Options(field_meta={"params": params}).SerializeToString())
    return field


def _set_type(field: FieldDescriptorProto, name: str) -> None:
    """A name that is no scalar is left to the pool, which knows whether it is a message or an enum."""
    if name in _TYPES:
        field.type = _TYPES[name]
    else:
        field.type_name = name


def _params(option: ast.Option) -> Iterator[tuple[str, str]]:
    if option.name.startswith(META_OPTION) and isinstance(option.value, ast.MessageLiteral):
        values = _values(option.value)
        entries = [option.value] if option.name.endswith(".params") else values.get("params", [])
        for entry in entries if isinstance(entries, list) else [entries]:
            if isinstance(entry, ast.MessageLiteral):
                yield _unescaped(_values(entry)["key"]), _unescaped(_values(entry)["value"])


def _unescaped(text: object) -> str:
    """The parser leaves a string as it stands in the file."""
    return bytes(CUnescape(str(text))).decode()


def _values(literal: ast.MessageLiteral) -> dict[str, ast.MessageValue]:
    return {each.name: each.value for each in literal.elements if isinstance(each, ast.MessageLiteralField)}


def _map(element: ast.MapField, message: DescriptorProto) -> None:
    entry = message.nested_type.add(name=map_entry_name(element.name))
    entry.options.map_entry = True
    for number, (name, type_) in enumerate((("key", element.key_type), ("value", element.value_type)), 1):
        _set_type(entry.field.add(name=name, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL), type_)
    _field(ast.Field(element.name, element.number, entry.name, ast.FieldCardinality.REPEATED, element.options), message)


def map_entry_name(field: str) -> str:
    """What protoc calls the entries of a map."""
    return "".join(part[:1].upper() + part[1:] for part in field.split("_")) + "Entry"


def _oneof(element: ast.OneOf, message: DescriptorProto) -> None:
    index = len(message.oneof_decl)
    message.oneof_decl.add(name=element.name)
    for each in element.elements:
        if isinstance(each, ast.Field):
            _field(each, message).oneof_index = index


def _add_synthetic_oneofs(message: DescriptorProto) -> None:
    """Give each `optional` field the oneof by which proto3 knows whether it is set; they stand behind the others."""
    taken = {each.name for each in message.field} | {each.name for each in message.oneof_decl}
    for field in message.field:
        if field.proto3_optional:
            name = f"_{field.name}"
            while name in taken:
                name = f"X{name}"
            taken.add(name)
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=name)


def _enum(element: ast.Enum, enum: EnumDescriptorProto) -> None:
    enum.name = element.name
    values = [each for each in element.elements if isinstance(each, ast.EnumValue)]
    for each in values:
        enum.value.add(name=each.name, number=each.number)
    if len({each.number for each in values}) < len(values):
        enum.options.allow_alias = True


def _known(name: str, package: str, message: str, **fields: str) -> FileDescriptorProto:
    elements = [ast.Field(field, number, type_) for number, (field, type_) in enumerate(fields.items(), 1)]
    file = describe(ast.File("proto3", file_elements=[ast.Package(package), ast.Message(message, list(elements))]))
    file.name = name
    return file


_META = _known("confluent/meta.proto", "confluent", "Meta", doc="string")
_map(ast.MapField("params", 2, "string", "string"), _META.message_type[0])

_GOOGLE = (any_pb2, duration_pb2, empty_pb2, field_mask_pb2, timestamp_pb2, wrappers_pb2)
_FILES = [
    _known("google/type/date.proto", "google.type", "Date", year="int32", month="int32", day="int32"),
    _known("google/type/timeofday.proto", "google.type", "TimeOfDay", hours="int32", minutes="int32", seconds="int32", nanos="int32"),
    _known("confluent/type/decimal.proto", "confluent.type", "Decimal", value="bytes", precision="uint32", scale="int32"),
    _META,
    *(FileDescriptorProto.FromString(each.DESCRIPTOR.serialized_pb) for each in _GOOGLE),
]
_KNOWN = {each.name: each for each in _FILES}
"""The files that every registry knows, so that they are no references."""


def _dependencies(file: FileDescriptorProto) -> Iterator[FileDescriptorProto]:
    for name in file.dependency:
        if name not in _KNOWN:
            raise ConversionRefused(f"the registered Protobuf schema imports {name!r}; only {', '.join(_KNOWN)} can be imported.")
        yield _KNOWN[name]


def _options_file() -> FileDescriptorProto:
    """FieldOptions with nothing but Confluent's option: on the wire an extension is a field like any other."""
    option = ast.Field("field_meta", 1088, "confluent.Meta")
    return describe(ast.File("proto3", file_elements=[ast.Import(_META.name), ast.Message("Options", [option])]))


_Options = GetMessageClass(message_of(_options_file()))
