"""Subjects as a task writes to them, whoever keeps their schemas: a registry, or nobody but this run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from http_source.connect.converters.format import Encode, Reference, WrittenSchema
from http_source.connect.framing import Frame, KafkaHeader
from http_source.connect.schema import Schema
from http_source.model import Value

Written = tuple[Value | None, Sequence[KafkaHeader]]
"""Bytes, None for null, and the headers that go with them."""

_BARE = Frame(b"")


@dataclass(frozen=True, slots=True)
class Current:
    """What a subject's values are written with.

    Attributes:
        schema: its newest schema, whose values `encode` writes.
        frame: what is written around them.
        text: the schema as it is registered.
        references: what that imports.
        version: its number under the subject; None where that is not known.
    """

    schema: Schema
    encode: Encode
    frame: Frame = field(default=_BARE)
    text: str = ""
    references: Sequence[Reference] = ()
    version: int | None = None

    def framed(self, payload: bytes) -> Written:
        """Bytes and headers of a value."""
        return self.frame.wrap(payload), self.frame.mark(())


@dataclass(frozen=True, slots=True)
class Growth:
    """What a subject is to become: the grown schema, and what writes it and its values; nobody has been told of it."""

    schema: Schema
    written: WrittenSchema
    encode: Encode


class Subjects(Protocol):
    """The subjects of one part of the records; threads share them, and whoever lets one grow does so alone."""

    known: dict[str, Current | None]
    """What was heard of each subject; None where it has no schema yet."""

    fixed: str
    """Why a subject never grows: the property that says so; empty where it may."""

    lossy: bool
    """Whether records lose what the schema of a fixed subject does not have."""

    def of_topic(self, topic: str) -> Current | None:
        """What is known of the subject of records as they are served; None as well where only a transform can name it."""

    def named(self, topic: str, schema: Schema) -> str:
        """The subject of a topic's values. Raises ConversionRefused where it has no name."""

    def kept(self, schema: Schema) -> Schema:
        """The schema with so much of its name, version, doc and parameters as its format keeps."""

    def current(self, subject: str) -> Current | None:
        """What is known of a subject, asked for once; None where it has no schema yet."""

    def refreshed(self, subject: str) -> Current | None:
        """The subject as it is now."""

    def growth(self, current: Current | None, schema: Schema) -> Growth:
        """What writes values of a grown schema. Raises ConversionRefused where the format has no such schema."""

    def straight(self, current: Current) -> Encode | None:
        """What writes values as they are decoded, where that is quicker: made anew each time."""

    def grow(self, subject: str, growth: Growth) -> Current:
        """Tell whoever keeps the schemas."""

    def without_schema(self, value: Any) -> bytes:
        """The bytes of a value that has no schema. Raises ConversionRefused where it must have one."""

    def forget(self) -> None:
        """Ask anew: a person may have changed a subject."""

    def close(self) -> None:
        """Close what is connected."""
