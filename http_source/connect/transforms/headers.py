"""DropHeaders and InsertHeader: headers out and in."""

from dataclasses import dataclass, replace

from http_source.config.property import HIGH, REQUIRED, prop
from http_source.config.types import STRING
from http_source.connect.record import Header, Record
from http_source.connect.transforms.literals import LITERAL, Literal
from http_source.connect.transforms.settings import NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class DropHeaders:
    """Removes every header of the names given. Source: Apache Kafka, "DropHeaders"."""

    headers: tuple[str, ...] = prop("headers", NAMES, REQUIRED, HIGH, "The names of the headers to remove.")

    def __call__(self, record: Record) -> Record:
        """The record without these headers."""
        kept = tuple(each for each in record.headers if each.key not in self.headers)
        return record if len(kept) == len(record.headers) else replace(record, headers=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertHeader:
    """Adds a header with the same value to each record, beside others of its name. Source: Apache Kafka, "InsertHeader"."""

    header: str = prop("header", STRING, REQUIRED, HIGH, "The name of the header.")
    literal: Literal = prop("value.literal", LITERAL, REQUIRED, HIGH,
        "The header's value; a number, true, false, null or an ISO 8601 date gets the type it looks like, anything else is a string.")

    def __call__(self, record: Record) -> Record:
        """The record with the header behind those it has."""
        header = Header(key=self.header, value=self.literal.value, schema=self.literal.schema)
        return replace(record, headers=(*record.headers, header))
