"""Protobuf's messages as Connect's schemas. Source: Confluent's ProtobufData, `toConnectSchema`."""

from collections.abc import Iterator
from dataclasses import replace

from google.protobuf.descriptor import Descriptor, FieldDescriptor, OneofDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto

from http_source.config.options.converter import ConverterOptions
from http_source.connect import schema as connect
from http_source.connect.converters import protobuf_marks as marks
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_names import map_name
from http_source.connect.converters.protobuf_options import params_of
from http_source.connect.record_refused import pointer
from http_source.connect.schema import Schema, Type

_OWN = {scalar: Schema(type=type_) for type_, scalar in marks.SCALARS.items() if type_ not in marks.NARROW}
"""The types that Connect has its own for."""

_LOGICAL = {"google.type.Date": connect.DATE, "google.type.TimeOfDay": connect.TIME, "google.protobuf.Timestamp": connect.TIMESTAMP}
_NARROW = {"int8": connect.INT8, "int16": connect.INT16}


class MessageReader:
    """Reads messages under one set of options."""

    def __init__(self, options: ConverterOptions) -> None:
        self._options = options

    def read(self, message: Descriptor) -> Schema:
        """The schema of a file's first message. Raises ConversionRefused for a message that holds itself."""
        return self._message(message, (), "")

    def _message(self, message: Descriptor, above: tuple[str, ...], path: str) -> Schema:
        if self._options.wrapper_for_raw_primitives and message.full_name in marks.WRAPPERS:
            return _scalar(marks.WRAPPERS[message.full_name])
        if message.full_name in above:
            raise ConversionRefused(f"the Protobuf message {message.full_name} contains itself, which Connect's schemas cannot.", path)
        fields = dict(self._fields(message, (*above, message.full_name), path))
        return connect.struct(fields, name=message.full_name if self._options.enhanced_protobuf else message.name)

    def _fields(self, message: Descriptor, above: tuple[str, ...], path: str) -> Iterator[tuple[str, Schema]]:
        """The oneofs, then the other fields."""
        stored = _stored(message)
        unions = [each for each in message.oneofs if not stored[each.fields[0].name].proto3_optional]
        for union in unions:
            members = {each.name: self._member(each, above, path) for each in union.fields}
            yield from members.items() if self._options.flatten_unions else [self._union(union, members)]
        inside = {each.name for union in unions for each in union.fields}
        for field in message.fields:
            if field.name not in inside:
                optional = stored[field.name].proto3_optional or (_is_proto2(message) and not field.is_required)
                yield field.name, self._field(field, above, path, optional=optional)

    def _union(self, union: OneofDescriptor, members: dict[str, Schema]) -> tuple[str, Schema]:
        field = f"{union.name}_{union.index}" if self._options.index_for_unions else union.name
        if self._options.sum_type_support:
            schema = replace(connect.struct(members, name=union.name), parameters={connect.GENERALIZED_UNION: union.name})
        else:
            schema = connect.struct(members, name=f"{marks.UNION}.{union.full_name if self._options.enhanced_protobuf else union.name}")
        return field, schema.as_optional()

    def _member(self, field: FieldDescriptor, above: tuple[str, ...], path: str) -> Schema:
        return _tagged(self._type(field, above, path + pointer((field.name,))).as_optional(), field)

    def _field(self, field: FieldDescriptor, above: tuple[str, ...], path: str, *, optional: bool) -> Schema:
        schema = self._type(field, above, path + pointer((field.name,)))
        if field.message_type is not None or field.enum_type is not None:
            schema = schema.as_optional()
        if field.is_repeated and schema.type is not Type.MAP:
            schema = connect.array(schema.as_optional(), optional=True)
        loose = optional or not (self._options.optional_for_nullables or self._options.wrapper_for_nullables)
        schema = schema.as_optional() if loose else schema
        return _tagged(schema.as_required() if field.is_required else schema, field)

    def _type(self, field: FieldDescriptor, above: tuple[str, ...], path: str) -> Schema:
        if field.enum_type is not None:
            return self._enum(field)
        if field.message_type is None:
            return _narrowed(_scalar(_type_name(field)), field)
        message = field.message_type
        if message.full_name == "confluent.type.Decimal":
            return _decimal(field)
        if field.is_repeated and _is_entry(message):
            return self._map(message, above, path)
        if message.full_name in marks.WRAPPERS and (self._options.wrapper_for_nullables or self._options.wrapper_for_raw_primitives):
            scalar = _narrowed(_scalar(marks.WRAPPERS[message.full_name]), field)
            return replace(scalar, parameters={**scalar.parameters, marks.WRAPPER: "true"})
        return _LOGICAL.get(message.full_name) or self._message(message, above, path)

    def _map(self, entry: Descriptor, above: tuple[str, ...], path: str) -> Schema:
        fields = dict(self._fields(entry, above, f"{path}/*"))
        name = map_name(entry.full_name if self._options.enhanced_protobuf else entry.name)
        return replace(connect.map_of(fields[marks.KEY], fields[marks.VALUE]), name=name)

    def _enum(self, field: FieldDescriptor) -> Schema:
        enum = field.enum_type
        mark = connect.GENERALIZED_ENUM if self._options.sum_type_support else marks.ENUM
        symbols = {f"{mark}.{value.name}": str(value.number) for value in enum.values}
        name = enum.full_name if self._options.enhanced_protobuf else enum.name
        return replace(connect.INT32 if self._options.int_for_enums else connect.STRING, name=name, parameters={mark: enum.name, **symbols})


def _scalar(name: str) -> Schema:
    if name in _OWN:
        return _OWN[name]
    return replace(connect.INT32 if name in marks.SMALL else connect.INT64, parameters={marks.TYPE: name})


def _narrowed(schema: Schema, field: FieldDescriptor) -> Schema:
    """An integer that is smaller in Connect than any of Protobuf's."""
    return _NARROW.get(params_of(field.GetOptions()).get(marks.CONNECT_TYPE, ""), schema)


def _type_name(field: FieldDescriptor) -> str:
    return FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()


def _decimal(field: FieldDescriptor) -> Schema:
    params = params_of(field.GetOptions())
    schema = connect.decimal(_integer(params.get("scale", "")) or 0)
    precision = _integer(params.get("precision", ""))
    return schema if precision is None else replace(schema, parameters={**schema.parameters, marks.PRECISION: str(precision)})


def _integer(text: str) -> int | None:
    return int(text) if text.removeprefix("-").isdecimal() else None


def _tagged(schema: Schema, field: FieldDescriptor) -> Schema:
    return replace(schema, parameters={**schema.parameters, marks.TAG: str(field.number)})


def _is_entry(message: Descriptor) -> bool:
    """Whether a message holds a key and a value of a map, by its name and its fields."""
    return (message.name.endswith(marks.ENTRY) and [each.name for each in message.fields] == [marks.KEY, marks.VALUE]
        and not any(each.is_repeated for each in message.fields))


def _stored(message: Descriptor) -> dict[str, FieldDescriptorProto]:
    stored = DescriptorProto()
    message.CopyToProto(stored)  # type: ignore[no-untyped-call]
    return {each.name: each for each in stored.field}


def _is_proto2(message: Descriptor) -> bool:
    stored = FileDescriptorProto()
    message.file.CopyToProto(stored)
    return stored.syntax != "proto3"
