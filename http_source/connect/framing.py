"""Where a record carries the id of its schema: before the payload, or in a header.

Source: Confluent's wire format: `PrefixSchemaIdSerializer`, `HeaderSchemaIdSerializer` and `SchemaId`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from http_source.config.options.converter import IdSerializer
from http_source.connect.subjects import Part, Registered
from http_source.errors import RequestFailed

KafkaHeader = tuple[str, str | bytes | None]
"""A header as confluent-kafka takes it."""

_MAGIC_ID = b"\x00"
_MAGIC_GUID = b"\x01"


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same for every key or value of one schema; made once for it.

    Attributes:
        prefix: stands before each payload.
        header: goes with each record, or None.
    """

    prefix: bytes
    header: KafkaHeader | None = None

    def wrap(self, payload: bytes) -> bytes:
        """The payload as Kafka gets it."""
        return self.prefix + payload

    def mark(self, headers: Iterable[KafkaHeader]) -> list[KafkaHeader]:
        """The record's headers with the schema's own, which takes the place of any of its name: consumers differ in which they read."""
        if self.header is None:
            return list(headers)
        return [each for each in headers if each[0] != self.header[0]] + [self.header]


def frame_of(serializer: IdSerializer, part: Part, registered: Registered, indexes: bytes = b"") -> Frame:
    """The frame for records of a registered schema; `indexes` are Protobuf's, and follow the id wherever it stands.

    Raises RequestFailed, not retriable, when the header wants a GUID and the registry gave none.
    """
    if serializer is IdSerializer.PREFIX:
        return Frame(_MAGIC_ID + registered.id.to_bytes(4, "big") + indexes)
    return Frame(b"", (f"__{part}_schema_id", _MAGIC_GUID + _guid(part, registered) + indexes))


def _guid(part: Part, registered: Registered) -> bytes:
    try:
        return UUID(registered.guid or "").bytes
    except ValueError:
        raise RequestFailed(
            f"The Schema Registry gives no GUID for schema {registered.id}, and {part}.converter.{part}.schema.id.serializer puts it "
            f"into a header. Use {IdSerializer.PREFIX}, or a registry that gives GUIDs, such as a current one of Confluent.",
            retriable=False,
        ) from None
