"""Decoded values as what Protobuf's messages are made of: writes a function for a schema.

Of `{"id": long, "user": {"name": string}, "tags": [string]}` that is

    def w0(v):
     return {c2: v.f0}
    def w1(v):
     return {c0: v.f0, c1: v.f1 and w0(v.f1), c3: v.f2}

since a message takes None for what is not set, refuses it among the elements of an array, and reads dicts as messages.
"""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.generated import Code
from http_source.connect.converters.protobuf_values import AS_THEY_ARE, ValueConverter, find, has_choices
from http_source.connect.record_refused import pointer
from http_source.connect.schema import LOGICAL, WIDTHS, Field, Schema, Type


class NotStraight(Exception):
    """A schema has something that is written only with a look at each value."""


class StraightConverter:
    """Writes the function of one schema."""

    def __init__(self, options: ConverterOptions) -> None:
        self._values = ValueConverter(options)
        self._code = Code()

    def root(self, schema: Schema, message: Descriptor) -> Callable[[Any], dict[str, Any]]:
        """What makes a message's fields of a decoded struct. Raises NotStraight, or ConversionRefused where the two do not fit together."""
        if schema.type is not Type.STRUCT:
            raise NotStraight
        return self._code.made(self._struct(schema, message, ""))

    def _struct(self, schema: Schema, message: Descriptor, path: str) -> str:
        if has_choices(schema, message):
            raise NotStraight
        fields = [f"{self._code.name(each.name)}: {self._field(each, message, path)}" for each in schema.fields]
        return self._code.function("v", [f"return {{{', '.join(fields)}}}"])

    def _field(self, field: Field, message: Descriptor, path: str) -> str:
        schema, below = field.schema, path + pointer((field.name,))
        found = find(field.name, message, below)
        # Connect reads no defaults from .proto files, and what is required is never null.
        if schema.default is not None or (schema.optional and found.is_required):
            raise NotStraight
        return self._value(f"v.f{field.index}", schema, found, below)

    def _value(self, value: str, schema: Schema, field: FieldDescriptor, path: str) -> str:
        """What makes of a value, or of None, what the message takes."""
        if schema.items is not None:
            item = self._value("a", schema.items, field, f"{path}/*")
            return value if item == "a" else f"{value} and [{item} for a in {value}]"
        if schema.type is Type.STRUCT:
            return f"{value} and {self._struct(schema, field.message_type, path)}({value})"
        if schema.type is Type.MAP:
            raise NotStraight
        is_scalar = field.message_type is None and field.enum_type is None and schema.name not in LOGICAL
        if is_scalar and (schema.type in AS_THEY_ARE or schema.type in WIDTHS):
            return value
        return f"None if {value} is None else {self._code.name(self._values.converter(schema, field, path))}({value})"
