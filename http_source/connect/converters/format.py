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
    """A schema that another one imports, by the name it uses for it.

    Attributes:
        subject: where the registry has it, as the importing schema names it: within that one's own context.
        version: its number there.
    """

    name: str
    written: "WrittenSchema"
    subject: str = ""
    version: int | None = None


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
    """One of AVRO, JSON (JSON Schema) and PROTOBUF, under the registry's name for it.

    A registered schema is a text with what it imports (`references`). Names of fields are those of `field_name` wherever a schema of
    Connect's is given or returned.
    """

    registry_type: str

    def field_name(self, name: str) -> str:
        """What a field is called in this format: with `scrub.invalid.names` a legal name made of this one, else the name itself."""

    def write_schema(self, schema: Schema) -> WrittenSchema:
        """Connect's schema in this format, as Connect's converter writes it. Raises ConversionRefused."""

    def read_schema(self, text: str, references: Sequence[Reference] = ()) -> Schema:
        """The Connect schema of a registered one, as Connect's converter reads it. Raises ConversionRefused."""

    def grow(self, schema: Schema, text: str, references: Sequence[Reference] = ()) -> WrittenSchema:
        """The registered text with what the schema has more than `read_schema` finds in it, and everything else as it stands.

        More are: new fields (behind the ones that are there), an integer that becomes a wider one or a double, a required place that
        becomes optional, and another name or version of the record itself, which only a transform gives. Raises ConversionRefused with
        the place where the text cannot be changed so.
        """

    def encoder(self, schema: Schema, text: str | None = None, references: Sequence[Reference] = ()) -> Encode:
        """What turns values of the schema into bytes; made once for a schema, so it may prepare all it can. Raises ConversionRefused.

        The bytes are those of the schema as this format writes it, or of the registered text that the schema was read from. What the
        text itself forbids (symbols, lengths, patterns, digits) is refused as well.
        """

    def straight(self, schema: Schema, text: str, references: Sequence[Reference] = ()) -> Encode | None:
        """What turns values that `typed.type_of` has decoded into the very bytes of `encoder`; None where nothing is gained by that.

        The types and names that decoding checks are not checked again. Raises ConversionRefused for a schema that cannot be written, and
        for a value: why, only `encoder` says.
        """
