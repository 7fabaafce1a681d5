"""TopicRegexRouter: renames topics by a regular expression of RE2, which takes linear time whatever the pattern.

The replacement is RE2/J's: `$1` and `${name}` stand for groups, a backslash takes the next character as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from http_source.config.property import HIGH, REQUIRED, prop
from http_source.config.types import STRING, Simple
from http_source.connect.record import Record
from http_source.connect.transforms.settings import Misconfigured
from http_source.connect.transforms.topics import to_topic
from http_source.foreign.text import Foreign, readable

Piece = str | int
_TOKEN = re.compile(r"\\(?P<literal>.)|\$(?P<number>[0-9]+)|\$\{(?P<name>[^}]*)\}|(?P<text>.)", re.DOTALL)


def _pattern(value: object) -> Any:
    # Imported here, since it comes with the extra `transforms`.
    import re2  # type: ignore[import-untyped]  # has no types  # noqa: PLC0415

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(STRING.parse(value), options)
    except re2.error as error:
        reason = readable(Foreign(error.args[0]) if isinstance(error.args[0], bytes) else Foreign.of(error), str)
        raise ValueError(f"Expected a regular expression of RE2, which has no look-around and no back references: {reason}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRegexRouter:
    """Replaces the first match in the name of a topic that matches as a whole. Source: RE2's syntax; `Matcher` of RE2/J."""

    regex: Any = prop("regex", Simple("string", "a regular expression of RE2", _pattern), REQUIRED, HIGH,
        "A topic whose whole name matches gets another name; groups are named (?P<name>...).")
    replacement: str = prop("replacement", STRING, REQUIRED, HIGH,
        "What replaces the first match; $1 and ${name} stand for what the groups matched.")
    _pieces: tuple[Piece, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pieces", tuple(self._read()))

    def __call__(self, record: Record) -> Record:
        """The record for its topic."""
        if not self.regex.fullmatch(record.topic):
            return record
        # Not the match of the whole: Connect replaces what a search finds first.
        match = self.regex.search(record.topic)
        new = "".join(each if isinstance(each, str) else match[each] or "" for each in self._pieces)
        return to_topic(record, record.topic[: match.start()] + new + record.topic[match.end() :])

    def _read(self) -> Iterator[Piece]:
        for token in _TOKEN.finditer(self.replacement):
            if token["number"]:
                yield from self._numbered(token["number"])
            elif token["name"] is not None:
                yield self._named(token["name"])
            else:
                yield token["literal"] or token["text"]

    def _numbered(self, digits: str) -> Iterator[Piece]:
        """The group of as many digits as there are groups for; the other digits are text."""
        end = max((end for end in range(1, len(digits) + 1) if int(digits[:end]) <= self.regex.groups), default=0)
        if not end:
            raise Misconfigured("replacement", f"The regular expression has no group {digits[0]}; it has {self.regex.groups}.")
        yield int(digits[:end])
        yield digits[end:]

    def _named(self, name: str) -> Piece:
        if name not in self.regex.groupindex:
            raise Misconfigured("replacement", "It names a group that the regular expression has not; name one there with (?P<name>...).")
        group: int = self.regex.groupindex[name]
        return group
