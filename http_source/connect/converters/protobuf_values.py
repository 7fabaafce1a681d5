"""Values as what Protobuf's messages are made of. Source: Confluent's ProtobufData, `fromConnectData`."""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, OneofDescriptor

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters import protobuf_marks as marks
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.primitives import carrier, check_fields, inner, unfit
from http_source.connect.converters.protobuf_logical import logical_converter
from http_source.connect.record_refused import pointer
from http_source.connect.schema import Field, Schema, Type

Convert = Callable[[Any], Any]
"""A value that is not null → what a message takes for it; dicts stand for messages inside."""

AS_THEY_ARE = {Type.BOOLEAN: bool, Type.STRING: str, Type.BYTES: bytes, Type.FLOAT64: float}
"""Types of which every value fits as it is: most of a record, taken without a call."""

Put = Callable[[Any, dict[str, Any]], None]
"""Puts what a message takes for a field's value, which may be null, beside that of the other fields."""


class ValueConverter:
    """Makes converters under one set of options."""

    def __init__(self, options: ConverterOptions) -> None:
        self._options = options

    def root(self, schema: Schema, message: Descriptor) -> Convert:
        """What converts values of a schema into a message's fields. Raises ConversionRefused, then or for a value that does not fit."""
        if schema.type is Type.STRUCT:
            return self._struct(schema, message, "")
        carry = carrier(schema, "")
        return lambda value: {marks.VALUE: carry(value)}

    def _struct(self, schema: Schema, message: Descriptor, path: str) -> Convert:
        fields = [self._field(each, message, path) for each in schema.fields if not marks.is_union(each.schema)]
        unions = [(each.name, self._put_member(each, message, path)) for each in schema.fields if marks.is_union(each.schema)]
        names = frozenset(each.name for each in schema.fields)
        flat = _flat(schema, message)

        def convert(value: Any) -> dict[str, Any]:
            check_fields(value, schema, path, names)
            written: dict[str, Any] = {}
            for name, plain, one, null in fields:
                item = value.get(name)
                if type(item) is plain:
                    written[name] = item
                elif item is not None:
                    written[name] = one(item)
                else:
                    null(written)
            for name, put in unions:
                put(value.get(name), written)
            for oneof in flat:
                _check_one(oneof, written, path)
            return written

        return convert

    def _field(self, field: Field, message: Descriptor, path: str) -> tuple[str, type | None, Convert, Convert]:
        """A field's name, the type of values that are written as they are, what converts others, and what null does to the message."""
        schema, below = field.schema, path + pointer((field.name,))
        found = find(field.name, message, below)
        convert = self.converter(schema, found, below)
        default = None if schema.optional and self._options.ignore_default else schema.default

        def null(fields: dict[str, Any]) -> None:
            if default is not None:
                fields[found.name] = convert(default)
            elif found.is_required:
                raise ConversionRefused(f"null came, and the registered field {found.name} is `required`.", below)
            elif not schema.optional:
                raise unfit(None, schema, below)

        scalar = found.message_type is None and found.enum_type is None and schema.items is None
        return field.name, AS_THEY_ARE.get(schema.type) if scalar else None, convert, null

    def _put_member(self, field: Field, message: Descriptor, above: str) -> Put:
        schema, path = field.schema, above + pointer((field.name,))
        members = {each.name: self._member(each, message, path) for each in schema.fields}
        names = frozenset(members)

        def put(value: Any, fields: dict[str, Any]) -> None:
            if value is None and schema.optional:
                return
            check_fields(value, schema, path, names)
            found = [name for name in members if value.get(name) is not None]
            if len(found) != 1:
                raise ConversionRefused(f"{len(found)} members of the union have a value; one must have.", path)
            fields[found[0]] = members[found[0]](value[found[0]])

        return put

    def _member(self, field: Field, message: Descriptor, above: str) -> Convert:
        path = above + pointer((field.name,))
        return self.converter(field.schema, find(field.name, message, path), path)

    def converter(self, schema: Schema, field: FieldDescriptor, path: str) -> Convert:
        """What converts values of a field that are not null, or the elements of an array."""
        if schema.items is not None:
            return _array(schema, self.converter(schema.items, field, f"{path}/*"), path)
        if schema.type is Type.MAP:
            return self._map(schema, field.message_type, path)
        if schema.type is Type.STRUCT:
            return self._struct(schema, field.message_type, path)
        if (schema.name, schema.type) in marks.LOGICAL:
            return logical_converter(schema, path)
        carry = _symbol(schema, path) if field.enum_type is not None else carrier(schema, path)
        return carry if field.message_type is None else lambda value: {marks.VALUE: carry(value)}

    def _map(self, schema: Schema, entry: Descriptor, path: str) -> Convert:
        """A dict for `map<…>`, a list of messages else."""
        convert = self._struct(_entry_of(schema, path), entry, f"{path}/*")
        native, absent = entry.GetOptions().map_entry, entry.fields_by_name[marks.VALUE]

        def convert_map(value: Any) -> Any:
            if type(value) is not dict:
                raise unfit(value, schema, path)
            if native and absent.message_type is not None and None in value.values():
                raise ConversionRefused("null came in a map, where Protobuf cannot hold it.", f"{path}/*/{marks.VALUE}")
            entries = [convert({marks.KEY: key, marks.VALUE: each}) for key, each in value.items()]
            return {each[marks.KEY]: each.get(marks.VALUE, absent.default_value) for each in entries} if native else entries

        return convert_map


def find(name: str, message: Descriptor, path: str) -> FieldDescriptor:
    """The field of a message. Raises ConversionRefused where it has none of that name."""
    found: FieldDescriptor | None = message.fields_by_name.get(name)
    if found is None:
        raise ConversionRefused(f"the registered message {message.full_name} has no field {name!r}.", path)
    return found


def has_choices(schema: Schema, message: Descriptor) -> bool:
    """Whether of some fields only one may have a value."""
    return bool(_flat(schema, message)) or any(marks.is_union(each.schema) for each in schema.fields)


def _flat(schema: Schema, message: Descriptor) -> list[OneofDescriptor]:
    """The oneofs whose members stand among the fields."""
    names = {each.name for each in schema.fields}
    return [oneof for oneof in message.oneofs if sum(each.name in names for each in oneof.fields) > 1]


def _check_one(oneof: OneofDescriptor, fields: dict[str, Any], path: str) -> None:
    found = [each.name for each in oneof.fields if each.name in fields]
    if len(found) > 1:
        raise ConversionRefused(f"{' and '.join(found)} have a value, and the oneof {oneof.name} takes only one of them.", path)


def _entry_of(schema: Schema, path: str) -> Schema:
    keys, values = inner(schema.keys, path), inner(schema.values, path)
    return Schema(type=Type.STRUCT).with_fields(((marks.KEY, keys), (marks.VALUE, values)))


def _array(schema: Schema, items: Convert, path: str) -> Convert:
    def convert(value: Any) -> list[Any]:
        if type(value) is not list:
            raise unfit(value, schema, path)
        if None in value:
            raise ConversionRefused("null came in an array, where Protobuf cannot hold it.", f"{path}/*")
        return [items(each) for each in value]

    return convert


def _symbol(schema: Schema, path: str) -> Convert:
    carry, symbols = carrier(schema, path), marks.symbols_of(schema)

    def convert(value: Any) -> Any:
        if schema.type is not Type.STRING:
            return carry(value)
        if carry(value) not in symbols:
            raise ConversionRefused(f"a string came that is not a symbol of the enum {schema.name}, which has {', '.join(symbols)}.", path)
        return symbols[value]

    return convert
