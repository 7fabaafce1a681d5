"""What is done to each record of a connector, in this order: it is read, changed, and written with its key and its headers."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from http_source.connect.converters.simple import Convert
from http_source.connect.noticed import Noticed
from http_source.connect.record import Record
from http_source.conversion.straight import Straight
from http_source.conversion.writing import Writer
from http_source.model import Value

Change = Callable[[Record], Record | None]
"""What is done to a record: None drops it. Raises TransformFailed."""


class Reader(Protocol):
    """Reads a topic's records; may be used by several threads."""

    def read(self, topic: str, records: Sequence[Value]) -> tuple[list[Record], Collection[int]]:
        """The records, UNREAD for one that is to be read closely; and the places of those that lost something other than null."""

    def closely(self, topic: str, record: Value) -> Record:
        """One record, exactly as it was served, with its own types. Raises PlaceRefused."""

    def alone(self, topic: str, record: Value) -> Record:
        """The same with nothing in its schema but what it has itself. Raises PlaceRefused."""

    def learn(self, topic: str, noticed: Noticed) -> None:
        """Read the next pages with what was noticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What is done to each record.

    Attributes:
        change: the transforms; None where there are none.
        header: converts the headers that transforms made.
        as_served: whether a value that no change has touched is produced byte for byte.
        straight: does all of it at once where nothing is changed.
    """

    reader: Reader
    change: Change | None
    keys: Writer
    values: Writer
    header: Convert
    as_served: bool
    straight: Straight | None = None
