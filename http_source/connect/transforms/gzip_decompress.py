"""GzipDecompress: unpacks a key or value of gzip's bytes."""

import zlib
from dataclasses import dataclass
from gzip import BadGzipFile, GzipFile
from io import BytesIO
from typing import Any

from http_source.connect.record import Record
from http_source.connect.schema import Schema
from http_source.connect.transforms.parts import kind_of, on_part
from http_source.connect.transforms.transform import Part, TransformRefused

LARGEST = 64 * 1024 * 1024
"""Bytes after unpacking: far beyond any Kafka message, and a bound for what a few bytes can blow up to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GzipDecompress:
    """Unpacks bytes; a null is left alone. Source: "GzipDecompress" in Confluent's reference of transforms."""

    part: Part

    def __call__(self, record: Record) -> Record:
        """The record with its key or value unpacked. Raises TransformRefused for what is no gzip, is cut off or is too large."""
        return on_part(record, self.part, _unpack)


def _unpack(schema: Schema | None, value: Any) -> tuple[Schema | None, bytes]:
    if not isinstance(value, bytes):
        raise TransformRefused(f"It unpacks bytes, but this is {kind_of(value) if schema is None else schema.type}.")
    try:
        with GzipFile(fileobj=BytesIO(value)) as packed:
            unpacked = packed.read(LARGEST + 1)
    except (BadGzipFile, EOFError, zlib.error):
        raise TransformRefused("The bytes are not gzip, or they are damaged or cut off.") from None
    if len(unpacked) > LARGEST:
        raise TransformRefused(f"It unpacks to more than {LARGEST:,} bytes, which no Kafka message can hold.")
    return schema, unpacked
