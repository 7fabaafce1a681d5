"""Why Protobuf does not take a value, and where in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from google.protobuf.message import EncodeError
from google.protobuf.message_factory import GetMessageClass

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_marks import KEY, VALUE
from http_source.connect.record_refused import pointer

NOT_TAKEN = (EncodeError, TypeError, ValueError)
"""What `google.protobuf` raises."""


def refusal(fields: Mapping[str, Any], message: Descriptor) -> ConversionRefused:
    """The refusal of a message's fields, by the place of the first value that Protobuf refuses."""
    found = next(_refused(fields, message, ""), None)
    if found is None:
        return ConversionRefused("Protobuf cannot hold the message: it is too large, or a required field has no value.")
    path, field = found
    type_ = FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    why = "text with half of a surrogate pair, which is not Unicode" if type_ == "string" else "a value beyond its range"
    return ConversionRefused(f"Protobuf's {type_} cannot hold {why}.", path)


def _refused(fields: Mapping[str, Any], message: Descriptor, path: str) -> Iterator[tuple[str, FieldDescriptor]]:
    """The values in a message that Protobuf refuses, with their places."""
    for name, value in fields.items():
        field = message.fields_by_name[name]
        if not _is_taken(message, name, value):
            below = path + pointer((name,))
            for each in value if isinstance(value, list) else _entries(field, value):
                inside = f"{below}/*" if field.is_repeated else below
                yield from _refused(each, field.message_type, inside) if isinstance(each, dict) else [(inside, field)]


def _entries(field: FieldDescriptor, value: Any) -> Iterator[Any]:
    """The messages that a field's value stands for: a map's entries, or the value itself."""
    if field.is_repeated:
        yield from ({KEY: key, VALUE: each} for key, each in value.items())
    else:
        yield value


def _is_taken(message: Descriptor, name: str, value: Any) -> bool:
    try:
        GetMessageClass(message)(**{name: value})
    except NOT_TAKEN:
        return False
    return True
