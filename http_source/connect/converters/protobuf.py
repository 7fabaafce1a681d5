"""PROTOBUF: values as messages of a .proto file. Source: Confluent's ProtobufConverter and its ProtobufData."""

from collections.abc import Sequence
from typing import Any

from google.protobuf.message_factory import GetMessageClass

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.format import ConversionRefused, Encode, Reference, WrittenSchema
from http_source.connect.converters.protobuf_names import scrubbed
from http_source.connect.converters.protobuf_reader import MessageReader
from http_source.connect.converters.protobuf_refused import NOT_TAKEN, refusal
from http_source.connect.converters.protobuf_registered import RegisteredSchema
from http_source.connect.converters.protobuf_straight import NotStraight, StraightConverter
from http_source.connect.converters.protobuf_text import message_in
from http_source.connect.converters.protobuf_values import ValueConverter
from http_source.connect.converters.protobuf_writer import write_file
from http_source.connect.schema import Schema, Type

FIRST_MESSAGE = b"\x00"
"""How a record says that it is the first message of its file."""


class ProtobufFormat:
    """Writes values as Protobuf messages, whose .proto file is registered as text that people and every client can read.

    Values are of the first message of the file. A oneof is a struct with one field for each member, as `protobuf_marks.is_union` says.
    """

    registry_type = "PROTOBUF"

    def __init__(self, options: ConverterOptions) -> None:
        self._options = options
        self._reader = MessageReader(options)

    def field_name(self, name: str) -> str:
        """With `scrub.invalid.names` a legal name made of this one, else the name itself."""
        return scrubbed(name) if self._options.scrub_invalid_names else name

    def write_schema(self, schema: Schema) -> WrittenSchema:
        """A .proto file that imports nothing but what registries know. Raises ConversionRefused."""
        return _written(write_file(schema, self._options), ())

    def read_schema(self, text: str, references: Sequence[Reference] = ()) -> Schema:
        """The Connect schema of the first message of a .proto file, or of a descriptor in base64. Raises ConversionRefused."""
        return self._reader.read(message_in(text, references))

    def grow(self, schema: Schema, text: str, references: Sequence[Reference] = ()) -> WrittenSchema:
        """The registered file with what the schema has more, and every other character as it stands. Raises ConversionRefused.

        A message that several fields have gets what any of them needs, so that `read_schema` may find more in the others, too.
        """
        old = self.read_schema(text, references)
        if old.type is schema.type is Type.STRUCT:
            return _written(RegisteredSchema(text, references, self._options).grown(old, schema), references)
        if old.type is schema.type:
            return _written(text, references)
        if text == self.write_schema(old).text:
            return self.write_schema(schema)
        raise ConversionRefused(f"the registered schema holds {old.type}, which cannot become {schema.type}.")

    def encoder(self, schema: Schema, text: str | None = None, references: Sequence[Reference] = ()) -> Encode:
        """Messages of the file that `write_schema` writes, or of the registered one. Raises ConversionRefused.

        The same value is always the same bytes.
        """
        # By the text, not by what it was made of: bytes are what their registered schema says.
        descriptor = message_in(text or self.write_schema(schema).text, references)
        convert = ValueConverter(self._options).root(schema, descriptor)
        message = GetMessageClass(descriptor)

        def encode(value: Any) -> bytes:
            fields = convert(value)
            try:
                return message(**fields).SerializeToString(deterministic=True)
            except NOT_TAKEN:
                raise refusal(fields, descriptor) from None

        return encode

    def straight(self, schema: Schema, text: str, references: Sequence[Reference] = ()) -> Encode | None:
        """The same for decoded values; None where a schema has maps or oneofs."""
        descriptor = message_in(text, references)
        try:
            convert = StraightConverter(self._options).root(schema, descriptor)
        except NotStraight:
            return None
        message = GetMessageClass(descriptor)

        def encode(value: Any) -> bytes:
            try:
                return message(**convert(value)).SerializeToString(deterministic=True)
            except NOT_TAKEN:
                raise ConversionRefused("the message does not take it.") from None

        return encode


def _written(text: str, references: Sequence[Reference]) -> WrittenSchema:
    return WrittenSchema(text, record_name=message_in(text, references).full_name, references=references, indexes=FIRST_MESSAGE)
