"""Which schema a record says it was written with: the reverse of `framing.py`.

Source: Confluent's wire format: `DualSchemaIdDeserializer` looks for the header first, and before the payload otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from http_source.connect.framing import KafkaHeader
from http_source.connect.subjects import Part

_ID, _GUID = 0, 1
_ID_END, _GUID_END = 5, 17


@dataclass(frozen=True, slots=True)
class Framed:
    """A key or a value that names its schema.

    Attributes:
        schema: the schema's id, or its GUID.
        body: what was encoded, behind Protobuf's indexes.
    """

    schema: int | UUID
    body: bytes


def framed(part: Part, content: bytes, headers: Iterable[KafkaHeader]) -> Framed | None:
    """The content with the schema that its header, or else its beginning, names; None where neither does."""
    for name, mark in headers:
        if name == f"__{part}_schema_id" and isinstance(mark, bytes) and (found := _of_mark(mark, content)):
            return found
    return _by_id(content, b"") if len(content) >= _ID_END and content[0] == _ID else None


def _of_mark(mark: bytes, content: bytes) -> Framed | None:
    if len(mark) >= _GUID_END and mark[0] == _GUID:
        # Protobuf's indexes follow the GUID.
        return Framed(UUID(bytes=mark[1:_GUID_END]), mark[_GUID_END:] + content)
    return _by_id(mark, content) if len(mark) >= _ID_END and mark[0] == _ID else None


def _by_id(mark: bytes, content: bytes) -> Framed:
    return Framed(int.from_bytes(mark[1:_ID_END], "big"), mark[_ID_END:] + content)
