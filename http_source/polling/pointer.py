r"""JSON Pointer (RFC 6901) in JSON text: the place a pointer names, as the exact slice of the text.

Nothing is converted, so numbers keep their digits and `\ud800` its escape. The text is checked to its end by the standard library's
scanner. Of equal keys the last one counts.
"""

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import NoReturn

from jsonpointer import JsonPointer


def tokens_of(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a pointer, decoded; none for the whole document."""
    return tuple(JsonPointer(pointer).parts)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_SOLID = re.compile(r"[^ \t\n\r]")
# Numbers are only passed over: reading one of 100,000 digits would cost more than the page.
_scan = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refuse).raw_decode


class JsonText:
    """A JSON document and the places in it, each a `slice` of its text.

    Methods raise ValueError where the text is not JSON (JSONDecodeError with the position in most cases). Its depth was judged before.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def __getitem__(self, place: slice) -> str:
        return self._text[place]

    def find(self, tokens: tuple[str, ...]) -> slice | None:
        """The place a pointer's tokens name in the document, None when there is none; reads the text to its end."""
        self._at = 0
        place = self._descend(tokens)
        if self._peek():
            raise json.JSONDecodeError("Extra data", self._text, self._at)
        return place

    def children(self, place: slice) -> Iterator[tuple[str, slice]]:
        """Names and places of an object's members, or numbers and places of an array's elements; none for a scalar.

        One at a time, since a page may have millions; nothing else may be looked for in between.
        """
        self._at = place.start
        return ((name, self._value()) for name in self._names())

    def _descend(self, tokens: tuple[str, ...]) -> slice | None:
        if not tokens:
            return self._value()
        found = None
        for name in self._names():
            if name == tokens[0]:
                found = self._descend(tokens[1:])
            else:
                self._value()
        return found

    def _names(self) -> Iterator[str]:
        """Go through the children of the value here; at each name the reader takes the child's value."""
        closing = {"{": "}", "[": "]"}.get(self._peek(), "")
        if not closing:
            self._value()
            return
        self._at += 1
        if self._peek() == closing:
            self._at += 1
            return
        for index in count():
            yield self._member_name() if closing == "}" else str(index)
            if self._take("," + closing) == closing:
                return

    def _member_name(self) -> str:
        if self._peek() != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self._text, self._at)
        name, self._at = _scan(self._text, self._at)
        self._take(":")
        return str(name)

    def _value(self) -> slice:
        self._peek()
        start = self._at
        _, self._at = _scan(self._text, start)
        return slice(start, self._at)

    def _take(self, expected: str) -> str:
        found = self._peek()
        if not found or found not in expected:
            raise json.JSONDecodeError(f"Expecting {' or '.join(expected)}", self._text, self._at)
        self._at += 1
        return found

    def _peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        found = _SOLID.search(self._text, self._at)
        self._at = found.start() if found else len(self._text)
        return found[0] if found else ""
