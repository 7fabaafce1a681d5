"""Topic names: how a transform gives a record another one, and ChangeTopicCase."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from http_source.config.property import HIGH, REQUIRED, prop
from http_source.config.types import OneOf
from http_source.connect.record import Record


def to_topic(record: Record, topic: str) -> Record:
    """The record for another topic; the very same one when it is for that topic already."""
    return record if topic == record.topic else replace(record, topic=topic)


class CaseFormat(StrEnum):
    """Guava's cases, by its names."""

    LOWER_HYPHEN = "LOWER_HYPHEN"
    LOWER_UNDERSCORE = "LOWER_UNDERSCORE"
    LOWER_CAMEL = "LOWER_CAMEL"
    UPPER_CAMEL = "UPPER_CAMEL"
    UPPER_UNDERSCORE = "UPPER_UNDERSCORE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTopicCase:
    """Writes the topic's name in another case: `TOPIC_NAME` as `topicName`. Source: Guava's CaseFormat."""

    source: CaseFormat = prop("from", OneOf(*CaseFormat), REQUIRED, HIGH, "The case the topic's name has now.")
    target: CaseFormat = prop("to", OneOf(*CaseFormat), REQUIRED, HIGH, "The case it gets.")

    def __call__(self, record: Record) -> Record:
        """The record for the topic in the other case."""
        return to_topic(record, recased(record.topic, self.source, self.target))


def recased(text: str, source: CaseFormat, target: CaseFormat) -> str:
    """A name in another case. Only the letters A to Z have one, as in Guava."""
    if source is target:
        return text
    if {source, target} == _ONLY_SEPARATORS:
        return text.replace(_SEPARATORS[source], _SEPARATORS[target])
    first, *rest = _words(text, source)
    separator = _SEPARATORS.get(target, "")
    start = _lower(first) if target is CaseFormat.LOWER_CAMEL else _WRITTEN[target](first)
    return separator.join([start, *map(_WRITTEN[target], rest)])


def _words(text: str, source: CaseFormat) -> list[str]:
    if source in _SEPARATORS:
        return text.split(_SEPARATORS[source])
    return re.split(r"(?<=.)(?=[A-Z])", text, flags=re.DOTALL)


def _lower(word: str) -> str:
    return re.sub("[A-Z]+", lambda match: match[0].lower(), word)


def _upper(word: str) -> str:
    return re.sub("[a-z]+", lambda match: match[0].upper(), word)


def _capitalized(word: str) -> str:
    return _upper(word[:1]) + _lower(word[1:])


_ONLY_SEPARATORS = {CaseFormat.LOWER_HYPHEN, CaseFormat.LOWER_UNDERSCORE}
"""Between these, Guava leaves the letters as they are."""

_SEPARATORS = {CaseFormat.LOWER_HYPHEN: "-", CaseFormat.LOWER_UNDERSCORE: "_", CaseFormat.UPPER_UNDERSCORE: "_"}
_WRITTEN: dict[CaseFormat, Callable[[str], str]] = {
    CaseFormat.LOWER_HYPHEN: _lower, CaseFormat.LOWER_UNDERSCORE: _lower, CaseFormat.UPPER_UNDERSCORE: _upper,
    CaseFormat.LOWER_CAMEL: _capitalized, CaseFormat.UPPER_CAMEL: _capitalized,
}
