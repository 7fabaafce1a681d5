r"""Java's regular expressions, for topic names.

A pattern is translated (`java_pattern.py`) and run with Java's defaults: `\d`, `\w` and letters without case are those of ASCII. What
cannot be translated exactly is refused by name. A pattern that tries too many ways (such as `(a+)+$`) is ended by a time limit: matching
one text takes at most LONGEST_SECONDS, then the record is refused.
"""

import re
from typing import NoReturn

import regex

from http_source.config.types import STRING, Simple
from http_source.connect.transforms.java_pattern import translate
from http_source.connect.transforms.transform import TransformRefused
from http_source.foreign.text import Foreign, readable

LONGEST_SECONDS = 1.0
_REPLACEMENT = re.compile(r"\\(?P<escaped>.)|\$\{(?P<name>[A-Za-z][A-Za-z0-9]*)\}|\$(?P<number>[0-9]+)|(?P<plain>[^\\$]+)", re.DOTALL)

Piece = str | int
"""Of a replacement: a text, or a group's number."""


class JavaRegex:
    """A pattern, ready to match. Raises ValueError for one that Java refuses or that cannot be translated."""

    __slots__ = ("_compiled", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        try:
            self._compiled = regex.compile(translate(pattern), regex.ASCII | regex.VERSION0)
        except regex.error as error:
            raise ValueError(f"Expected a Java regular expression, but in it {readable(Foreign.of(error), str)}") from None
        except (OverflowError, RecursionError, MemoryError):
            raise ValueError("Expected a Java regular expression that is not so large") from None

    def matches(self, text: str) -> bool:
        """Whether the whole text matches. Raises TransformRefused when the time limit ends it."""
        try:
            return self._compiled.fullmatch(text, timeout=LONGEST_SECONDS) is not None
        except TimeoutError:
            self._give_up()

    def replace_first(self, text: str, replacement: tuple[Piece, ...]) -> str:
        """The text with the first match replaced, wherever in it that is. Raises TransformRefused when the time limit ends it."""
        try:
            found = self._compiled.search(text, timeout=LONGEST_SECONDS)
        except TimeoutError:
            self._give_up()
        if found is None:
            return text
        new = "".join(piece if isinstance(piece, str) else found[piece] or "" for piece in replacement)
        return text[: found.start()] + new + text[found.end() :]

    def pieces(self, replacement: str) -> tuple[Piece, ...]:
        """A replacement taken apart: `$1` and `${name}` are groups, a backslash makes the letter after it plain. Raises ValueError."""
        pieces: list[Piece] = []
        at = 0
        while at < len(replacement):
            found = _REPLACEMENT.match(replacement, at)
            if found is None:
                raise ValueError(f"At character {at + 1} a group's number or ${{name}} is missing after $; write \\$ for the sign itself")
            pieces += self._piece(found)
            at = found.end()
        return tuple(pieces)

    def _piece(self, found: re.Match[str]) -> list[Piece]:
        if found["name"]:
            number = self._compiled.groupindex.get(found["name"])
            if number is None:
                raise ValueError(f"The pattern has no group named {found['name']}")
            return [number]
        return self._numbered(found["number"]) if found["number"] else [found["escaped"] or found["plain"]]

    def _numbered(self, digits: str) -> list[Piece]:
        """As many digits as make the number of a group; the others are plain, as in Java."""
        taken = 1
        while taken < len(digits) and int(digits[: taken + 1]) <= self._compiled.groups:
            taken += 1
        if int(digits[:taken]) > self._compiled.groups:
            raise ValueError(f"The pattern has no group {digits[:taken]}")
        return [int(digits[:taken]), digits[taken:]]

    def _give_up(self) -> NoReturn:
        raise TransformRefused(
            f"The regular expression {self.pattern} tried for {LONGEST_SECONDS:g} s to match a topic. "
            "Write it so that no text can be matched in many ways: not (a+)+ but a+, or possessive as a++."
        )


REGEX = Simple("string", "a Java regular expression", lambda value: JavaRegex(STRING.parse(value)))
