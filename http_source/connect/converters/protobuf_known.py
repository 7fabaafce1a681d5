"""The files that every registry has, so that they are not references. Source: Confluent's ProtobufSchema, and protobuf's own files."""

from collections.abc import Mapping

from google.protobuf import (
    any_pb2,
    api_pb2,
    descriptor_pb2,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    source_context_pb2,
    struct_pb2,
    timestamp_pb2,
    type_pb2,
    wrappers_pb2,
)
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from http_source.connect.converters.protobuf_parser import Parser

_TEXTS = {
    "google/type/date.proto": "package google.type; message Date { int32 year = 1; int32 month = 2; int32 day = 3; }",
    "google/type/timeofday.proto":
        "package google.type; message TimeOfDay { int32 hours = 1; int32 minutes = 2; int32 seconds = 3; int32 nanos = 4; }",
    "confluent/type/decimal.proto":
        "package confluent.type; message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }",
    "confluent/meta.proto": """package confluent; import "google/protobuf/descriptor.proto";
        message Meta { string doc = 1; map<string, string> params = 2; repeated string tags = 3; }
        extend google.protobuf.FieldOptions { Meta field_meta = 1088; }
        extend google.protobuf.FileOptions { Meta file_meta = 1088; }
        extend google.protobuf.MessageOptions { Meta message_meta = 1088; }
        extend google.protobuf.EnumOptions { Meta enum_meta = 1088; }
        extend google.protobuf.EnumValueOptions { Meta enum_value_meta = 1088; }""",
}  # fmt: skip
_GOOGLE = (
    any_pb2, api_pb2, descriptor_pb2, duration_pb2, empty_pb2, field_mask_pb2, source_context_pb2, struct_pb2, timestamp_pb2, type_pb2,
    wrappers_pb2,
)  # fmt: skip

KNOWN: Mapping[str, FileDescriptorProto] = {
    **{name: Parser(f'syntax = "proto3"; {text}', name).file for name, text in _TEXTS.items()},
    **{each.DESCRIPTOR.name: FileDescriptorProto.FromString(each.DESCRIPTOR.serialized_pb) for each in _GOOGLE},
}
