"""Predicates: which records a transform is for."""

from dataclasses import dataclass
from typing import Protocol

from http_source.config.property import MEDIUM, REQUIRED, prop
from http_source.config.types import Simple
from http_source.connect.record import Record
from http_source.connect.transforms.java_regex import JavaRegex
from http_source.connect.transforms.settings import TEXT


class Predicate(Protocol):
    """One predicate, with its properties read: a class like a transform's."""

    def __call__(self, record: Record) -> bool:
        """Whether it is true of the record. Raises TransformRefused when that cannot be told."""


PATTERN = Simple("string", "a Java regular expression", lambda value: JavaRegex(TEXT.parse(value)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicNameMatches:
    """True for records whose topic matches from end to end. Source: Apache Kafka, "TopicNameMatches"."""

    pattern: JavaRegex = prop("pattern", PATTERN, REQUIRED, MEDIUM, "Java's regular expression that the whole topic must match.")

    def __call__(self, record: Record) -> bool:
        """Whether the topic matches. Raises TransformRefused when matching takes too long."""
        return self.pattern.matches(record.topic)


@dataclass(frozen=True, slots=True, kw_only=True)
class HasHeaderKey:
    """True for records that have a header of a name. Source: Apache Kafka, "HasHeaderKey"."""

    name: str = prop("name", TEXT, REQUIRED, MEDIUM, "The header's name.")

    def __call__(self, record: Record) -> bool:
        """Whether there is such a header."""
        return any(each.key == self.name for each in record.headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordIsTombstone:
    """True for records whose value is null. Source: Apache Kafka, "RecordIsTombstone"."""

    def __call__(self, record: Record) -> bool:
        """Whether the value is null."""
        return record.value is None
