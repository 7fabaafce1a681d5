"""A record on its way from a page to Kafka, as transforms and converters see it."""

from dataclasses import dataclass
from typing import Any

from http_source.connect.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header; several may have one key."""

    key: str
    value: Any
    schema: Schema | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Connect's SourceRecord without its offsets, which the page's position holds.

    A key, value or header without a schema is plain JSON in Python: dict, list, str, int, Decimal for every number that is no integer
    (so that no digit is lost), bool, None. With a schema it is what `schema.py` says.

    Attributes:
        topic: where it goes; transforms may change it.
        key: None unless a pointer or a transform makes one.
        value: None is a tombstone, and has no schema.
        headers: in order.
        timestamp: milliseconds since 1970-01-01 UTC; None for the time of production.
        partition: None lets the producer choose.
    """

    topic: str
    key: Any = None
    key_schema: Schema | None = None
    value: Any = None
    value_schema: Schema | None = None
    headers: tuple[Header, ...] = ()
    timestamp: int | None = None
    partition: int | None = None
