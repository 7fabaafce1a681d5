"""PROTOBUF: values as messages of a .proto file. Source: Confluent's ProtobufConverter and its ProtobufData."""

from typing import Any

from google.protobuf.message import EncodeError
from google.protobuf.message_factory import GetMessageClass

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.format import ConversionRefused, Encode, WrittenSchema
from http_source.connect.converters.protobuf_descriptors import message_of
from http_source.connect.converters.protobuf_reader import SchemaReader
from http_source.connect.converters.protobuf_text import parse_file, print_file
from http_source.connect.converters.protobuf_values import ValueConverter
from http_source.connect.converters.protobuf_writer import write_file
from http_source.connect.schema import Schema

FIRST_MESSAGE = b"\x00"
"""How a record says that it is the first message of its file."""


class ProtobufFormat:
    """Writes values as Protobuf messages, whose .proto file is registered as text that people and every client can read.

    A field keeps the number it was registered with, which `read_schema` leaves in the schema, and a new field gets a new one.
    """

    registry_type = "PROTOBUF"

    def __init__(self, options: ConverterOptions) -> None:
        self._options = options

    def write_schema(self, schema: Schema) -> WrittenSchema:
        """A .proto file that imports nothing but what registries know. Raises ConversionRefused."""
        text = print_file(write_file(schema, self._options))
        return WrittenSchema(text, record_name=message_of(parse_file(text)).full_name, indexes=FIRST_MESSAGE)

    def read_schema(self, text: str) -> Schema:
        """The Connect schema of the first message of a .proto file, or of a descriptor in base64. Raises ConversionRefused."""
        return SchemaReader(self._options).read(message_of(parse_file(text)))

    def encoder(self, schema: Schema, text: str | None = None) -> Encode:
        """Messages of the file that `write_schema` writes, or of the registered one. Raises ConversionRefused.

        The same value is always the same bytes.
        """
        # By the text, not by what it was made of: bytes are what their registered schema says.
        descriptor = message_of(parse_file(text or print_file(write_file(schema, self._options))))
        convert = ValueConverter(self._options).root(schema, descriptor)
        message = GetMessageClass(descriptor)

        def encode(value: Any) -> bytes:
            try:
                return message(**convert(value)).SerializeToString(deterministic=True)
            except ConversionRefused:
                raise
            except (EncodeError, TypeError, ValueError) as error:
                raise ConversionRefused(f"Protobuf cannot hold the value: {type(error).__name__}.") from None

        return encode
