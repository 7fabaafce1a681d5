"""Registered Protobuf schemas as text, in both forms that registries hold: a .proto file, or a serialized descriptor in base64."""

from base64 import b64decode
from typing import Any

from antlr4 import Lexer, Parser  # type: ignore[import-untyped]
from antlr4.error.ErrorListener import ErrorListener  # type: ignore[import-untyped]
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message import DecodeError
from proto_schema_parser import ast
from proto_schema_parser.generator import Generator
from proto_schema_parser.parser import Parser as ProtoParser

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_descriptors import FILE, describe


def print_file(file: ast.File) -> str:
    """The .proto file."""
    return Generator().generate(file) + "\n"


def parse_file(text: str) -> FileDescriptorProto:
    """The descriptor of a registered schema. Raises ConversionRefused."""
    serialized = _serialized(text)
    if serialized is not None:
        serialized.name = FILE
        return serialized
    try:
        return describe(ProtoParser(setup_lexer=_strict, setup_parser=_strict).parse(text))
    except (ValueError, AttributeError, RecursionError) as error:
        if isinstance(error, ConversionRefused):
            raise
        raise ConversionRefused(f"the registered .proto file cannot be read: {error}.") from None


def _serialized(text: str) -> FileDescriptorProto | None:
    try:
        return FileDescriptorProto.FromString(b64decode(text, validate=True))
    except (ValueError, DecodeError):
        return None


class _Raises(ErrorListener):  # type: ignore[misc]
    """The grammar's own listener prints, and goes on with half of the file."""

    def syntaxError(self, recognizer: Any, offendingSymbol: Any, line: int, column: int, msg: str, e: Any) -> None:  # noqa: ARG002, N802, N803, PLR0913, PLR0917
        raise ConversionRefused(f"the registered .proto file cannot be read: line {line}, column {column}.")


def _strict(reader: Lexer | Parser) -> None:
    reader.removeErrorListeners()
    reader.addErrorListener(_Raises())
