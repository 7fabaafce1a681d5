"""What a schema format does: Connect's schemas to its own and back, values to bytes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from http_source.connect.schema import Schema

Encode = Callable[[Any], bytes]
"""A value → its bytes, without a schema id. Raises ConversionRefused when the value does not fit the schema."""


class ConversionRefused(ValueError):
    """A schema or value that the format cannot hold.

    Attributes:
        path: the place as a JSON Pointer from the value, `*` for an element of an array or a value of a map; empty for the value itself.
    """

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.path = path


@dataclass(frozen=True, slots=True)
class Reference:
    """A schema that another one imports, by the name it uses for it."""

    name: str
    written: "WrittenSchema"


@dataclass(frozen=True, slots=True)
class WrittenSchema:
    """A schema in its format.

    Attributes:
        text: as it is registered.
        record_name: the full name of the record in it, for the subject name strategies; empty when it has none.
        references: what it imports, in the order of the registry's `references`.
        indexes: Protobuf's place of the message in the file, as it stands before the payload (varints; the first message is one zero byte).
    """

    text: str
    record_name: str = ""
    references: Sequence[Reference] = ()
    indexes: bytes = b""


class Format(Protocol):
    """One of AVRO, JSON (JSON Schema) and PROTOBUF, under the registry's name for it."""

    registry_type: str

    def write_schema(self, schema: Schema) -> WrittenSchema:
        """Connect's schema in this format, as Connect's converter writes it. Raises ConversionRefused."""

    def read_schema(self, text: str) -> Schema:
        """The Connect schema of a registered one, as Connect's converter reads it. Raises ConversionRefused."""

    def encoder(self, schema: Schema, text: str | None = None) -> Encode:
        """What turns values of the schema into bytes; made once for a schema, so it may prepare all it can. Raises ConversionRefused.

        The bytes are those of the schema as this format writes it, or of the registered text that the schema was read from.
        """
