"""Translates a Java regular expression into one of the `regex` package: what has another meaning there is written out.

Source: `java.util.regex.Pattern` of Java 17.
"""

import re

from http_source.connect.transforms.java_classes import (
    BREAKS,
    SHORT_LETTERS,
    Reader,
    character,
    class_of,
    literal,
    short_class,
    unsupported,
)

_ANY = {False: f"[^{BREAKS}]", True: r"[\s\S]"}
_END = rf"(?:(?!(?<=\r)\n)(?=(?:\r\n|[{BREAKS}])?\Z))"
_ANCHORS = {
    "A": r"\A", "z": r"\Z", "Z": _END, "b": r"\b", "B": r"\B", "R": rf"(?:\r\n|[\x0b\f{BREAKS}])",
}
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?")
_FLAGS = re.compile(r"([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])")
_NAME = re.compile(r"([A-Za-z][A-Za-z0-9]*)>")
_KINDS = ("?:", "?=", "?!", "?<=", "?<!", "?>")


def translate(pattern: str) -> str:
    """The same pattern for `regex`. Raises ValueError for what Java refuses or cannot be translated."""
    translator = _Translator(Reader(pattern))
    translated = translator.alternatives()
    if translator.reader.next:
        raise ValueError("Expected a Java regular expression, but a ) has no ( before it")
    return translated


class _Translator:
    """Goes once through a pattern; the flags are those that hold where the reader is."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.flags = frozenset[str]()
        self.groups = 0
        self.names: set[str] = set()

    def alternatives(self) -> str:
        """Everything up to the end of the group; a flag set on the way holds to there, also behind a `|`."""
        done = ""
        while self.reader.next not in ("", ")"):
            if self.reader.skip("|"):
                done += "|"
            elif not self._skips_flags():
                done += self._quantified()
        return done

    def _skips_flags(self) -> bool:
        """Whether flags without a group come next; they hold then."""
        found = _FLAGS.match(self.reader.text, self.reader.at + 2)
        if not self.reader.text.startswith("(?", self.reader.at) or found is None or found[3] == ":":
            return False
        self._set_flags(found)
        return True

    def _set_flags(self, found: re.Match[str]) -> None:
        self.reader.at = found.end()
        on, off = found[1], found[2] or ""
        if unknown := sorted(set(on + off) - {"s", "i"}):
            raise unsupported(f"the flag {unknown[0]}", "i and s are")
        self.flags = self.flags.union(on).difference(off)

    def _quantified(self) -> str:
        atom = self._atom()
        found = _QUANTIFIER.match(self.reader.text, self.reader.at)
        if found is None or not atom:
            return atom
        self.reader.at = found.end()
        if self.reader.next in ("*", "+", "?", "{"):
            raise unsupported("a quantifier after a quantifier", "put the part before it into (?:…)")
        return atom + found[0]

    def _atom(self) -> str:
        letter = self.reader.take()
        if letter == "(":
            return self._group()
        if letter in "*+?{":
            raise ValueError(f"Expected a Java regular expression, but a {letter} in it repeats nothing; write \\{letter} for the sign")
        if letter == "\\" and self.reader.skip("Q"):
            # What repeats a quoted text repeats its last letter only.
            return "".join(self._cased(literal(each)) for each in self.reader.quoted())
        fixed = {".": _ANY["s" in self.flags], "^": r"\A", "$": _END}.get(letter)
        return fixed or self._cased(self._single(letter))

    def _cased(self, atom: str) -> str:
        return f"(?i:{atom})" if "i" in self.flags else atom

    def _single(self, letter: str) -> str:
        if letter == "[":
            return class_of(self.reader)
        return self._escape() if letter == "\\" else literal(letter)

    def _escape(self) -> str:
        letter = self.reader.take()
        if letter == "G" or (letter == "b" and self.reader.next == "{"):
            raise unsupported("\\G" if letter == "G" else "\\b{g}")
        if letter in _ANCHORS:
            return _ANCHORS[letter]
        if letter in SHORT_LETTERS:
            return short_class(self.reader, letter)
        if letter == "k" or letter in "123456789":
            return self._reference(letter)
        return literal(character(self.reader, letter))

    def _reference(self, letter: str) -> str:
        """A group's text again; of a number, as many digits are taken as make a group that was there before."""
        if letter == "k":
            found = _NAME.match(self.reader.text, self.reader.at + 1) if self.reader.next == "<" else None
            if found is None or found[1] not in self.names:
                raise ValueError("Expected a Java regular expression, but \\k is not followed by the <name> of a group before it")
            self.reader.at = found.end()
            return f"(?P={found[1]})"
        number = letter
        while self.reader.next in tuple("0123456789") and int(number + self.reader.next) <= self.groups:
            number += self.reader.take()
        if int(number) > self.groups:
            raise ValueError(f"Expected a Java regular expression, but \\{number} has no group before it")
        return f"(?:\\{number})"

    def _group(self) -> str:
        outside = self.flags
        start = self._opening()
        inside = self.alternatives()
        if not self.reader.skip(")"):
            raise ValueError("Expected a Java regular expression, but a ) is missing in it")
        self.flags = outside
        return f"({start}{inside})"

    def _opening(self) -> str:
        for kind in _KINDS:
            if self.reader.skip(kind):
                return kind
        if self.reader.skip("?<"):
            return self._named()
        if self.reader.skip("?"):
            found = _FLAGS.match(self.reader.text, self.reader.at)
            if found is None:
                raise ValueError("Expected a Java regular expression, but a group in it starts with a ? that Java does not know")
            self._set_flags(found)
            return "?:"
        self.groups += 1
        return ""

    def _named(self) -> str:
        found = _NAME.match(self.reader.text, self.reader.at)
        if found is None or found[1] in self.names:
            raise ValueError("Expected a Java regular expression, but a group's name is not of letters and digits, or is used twice")
        self.reader.at = found.end()
        self.names.add(found[1])
        self.groups += 1
        return f"?P<{found[1]}>"
