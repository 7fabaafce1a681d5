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
    translated = translator.alternatives(any_letter=False, ignore_case=False)
    if translator.reader.next:
        raise ValueError("Expected a Java regular expression, but a ) has no ( before it")
    return translated


class _Translator:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.groups = 0
        self.names: set[str] = set()

    def alternatives(self, *, any_letter: bool, ignore_case: bool) -> str:
        """Everything up to the end of the group; a flag set on the way holds to there, also behind a `|`."""
        done = ""
        while self.reader.next not in ("", ")"):
            if self.reader.skip("|"):
                done += "|"
            elif flags := self._bare_flags(any_letter=any_letter, ignore_case=ignore_case):
                any_letter, ignore_case = flags
            else:
                done += self._quantified(any_letter=any_letter, ignore_case=ignore_case)
        return done

    def _bare_flags(self, *, any_letter: bool, ignore_case: bool) -> tuple[bool, bool] | None:
        found = _FLAGS.match(self.reader.text, self.reader.at + 2)
        if not self.reader.text.startswith("(?", self.reader.at) or found is None or found[3] == ":":
            return None
        self.reader.at = found.end()
        return _flags(found, any_letter=any_letter, ignore_case=ignore_case)

    def _quantified(self, *, any_letter: bool, ignore_case: bool) -> str:
        atom = self._atom(any_letter=any_letter, ignore_case=ignore_case)
        found = _QUANTIFIER.match(self.reader.text, self.reader.at)
        if found is None or not atom:
            return atom
        self.reader.at = found.end()
        if self.reader.next in ("*", "+", "?", "{"):
            raise unsupported("a quantifier after a quantifier", "put the part before it into (?:…)")
        return atom + found[0]

    def _atom(self, *, any_letter: bool, ignore_case: bool) -> str:
        letter = self.reader.take()
        if letter == "(":
            return self._group(any_letter=any_letter, ignore_case=ignore_case)
        if letter in "*+?{":
            raise ValueError(f"Expected a Java regular expression, but a {letter} in it repeats nothing; write \\{letter} for the sign")
        if letter == "\\" and self.reader.skip("Q"):
            return self._quote(ignore_case=ignore_case)
        fixed = {".": _ANY[any_letter], "^": r"\A", "$": _END}.get(letter)
        return fixed or _cased(self._single(letter), ignore_case=ignore_case)

    def _single(self, letter: str) -> str:
        if letter == "[":
            return class_of(self.reader)
        return self._escape() if letter == "\\" else literal(letter)

    def _quote(self, *, ignore_case: bool) -> str:
        """A quoted text; what repeats it repeats its last letter only."""
        return "".join(_cased(literal(letter), ignore_case=ignore_case) for letter in self.reader.quoted())

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

    def _group(self, *, any_letter: bool, ignore_case: bool) -> str:
        start, (any_letter, ignore_case) = self._opening(any_letter=any_letter, ignore_case=ignore_case)
        inside = self.alternatives(any_letter=any_letter, ignore_case=ignore_case)
        if not self.reader.skip(")"):
            raise ValueError("Expected a Java regular expression, but a ) is missing in it")
        return f"({start}{inside})"

    def _opening(self, *, any_letter: bool, ignore_case: bool) -> tuple[str, tuple[bool, bool]]:
        flags = any_letter, ignore_case
        for kind in _KINDS:
            if self.reader.skip(kind):
                return kind, flags
        if self.reader.skip("?<"):
            return self._named(), flags
        if self.reader.skip("?"):
            found = _FLAGS.match(self.reader.text, self.reader.at)
            if found is None:
                raise ValueError("Expected a Java regular expression, but a group in it starts with a ? that Java does not know")
            self.reader.at = found.end()
            return "?:", _flags(found, any_letter=any_letter, ignore_case=ignore_case)
        self.groups += 1
        return "", flags

    def _named(self) -> str:
        found = _NAME.match(self.reader.text, self.reader.at)
        if found is None or found[1] in self.names:
            raise ValueError("Expected a Java regular expression, but a group's name is not of letters and digits, or is used twice")
        self.reader.at = found.end()
        self.names.add(found[1])
        self.groups += 1
        return f"?P<{found[1]}>"


def _flags(found: re.Match[str], *, any_letter: bool, ignore_case: bool) -> tuple[bool, bool]:
    on, off = found[1], found[2] or ""
    if unknown := sorted(set(on + off) - {"s", "i"}):
        raise unsupported(f"the flag {unknown[0]}", "i and s are")
    return ("s" in on or any_letter) and "s" not in off, ("i" in on or ignore_case) and "i" not in off


def _cased(atom: str, *, ignore_case: bool) -> str:
    return f"(?i:{atom})" if ignore_case else atom
