"""What a transform is: a function of one record, with its own properties."""

from enum import StrEnum
from typing import Protocol

from http_source.connect.record import Record


class Part(StrEnum):
    """Which part of a record a transform is for: the `$Key` or `$Value` at the end of its class name."""

    KEY = "Key"
    VALUE = "Value"
    HEADER = "Header"


class TransformRefused(ValueError):
    """A record that a transform cannot change: Connect's DataException.

    Attributes:
        path: the field it is about, as a JSON Pointer from the key or value; empty for the whole.
    """

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.path = path


class Transform(Protocol):
    """One transform of a chain, with its properties read.

    A class of this kind is a frozen dataclass whose fields are its properties (`config.property.prop`, without the prefix
    `transforms.<alias>.`), beside a field `part` where it has a `$Key` and a `$Value` variant.
    """

    def __call__(self, record: Record) -> Record | None:
        """The record changed, the very same one where there is nothing to change, or None to drop it. Raises TransformRefused."""
