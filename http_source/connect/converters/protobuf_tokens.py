"""The words of a .proto file, and where each stands. Source: Protobuf's language specification of proto2 and proto3."""

import re

from google.protobuf.text_encoding import CUnescape  # type: ignore[import-not-found]

from http_source.connect.converters.format import ConversionRefused

_TOKEN = re.compile(
    r"""(?P<skipped> [\s\ufeff]+ | //[^\n]* | /\*.*?\*/ )
    | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'
    | [A-Za-z_]\w*
    | \.?[0-9](?:[eE][+-]|[\w.])*
    | [^\w\s] | .""", re.VERBOSE | re.DOTALL | re.ASCII)  # fmt: skip
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|[0-9]+")
_OPENING, _CLOSING = frozenset("{[("), frozenset("}])")


class Tokens:
    """Reads a file word by word. Each method raises ConversionRefused, with line and column, where something else stands.

    Attributes:
        end: where the word that was taken last ends.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = [each.span() for each in _TOKEN.finditer(text) if each["skipped"] is None]
        self._words = [text[start:end] for start, end in self._spans]
        self._next = 0
        self.end = 0

    @property
    def word(self) -> str:
        """The next word; empty at the end of the file."""
        return self._words[self._next] if self._next < len(self._words) else ""

    @property
    def start(self) -> int:
        """Where the next word begins."""
        return self._spans[self._next][0] if self._next < len(self._spans) else len(self._text)

    def take(self) -> str:
        """The next word, whatever it is."""
        word = self.word
        if not word:
            raise self.refused()
        self.end = self._spans[self._next][1]
        self._next += 1
        return word

    def accept(self, *words: str) -> bool:
        """Whether the next word is one of these, which is taken then."""
        if self.word not in words:
            return False
        self.take()
        return True

    def expect(self, word: str) -> None:
        """Take a word that must come."""
        if not self.accept(word):
            raise self.refused()

    def name(self) -> str:
        """A name without dots."""
        if not self.word.isidentifier():
            raise self.refused()
        return self.take()

    def dotted(self) -> str:
        """A name with dots, one of which may lead."""
        parts = [self.take()] if self.word == "." else []
        parts.append(self.name())
        while self.accept("."):
            parts += [".", self.name()]
        return "".join(parts)

    def string(self) -> str:
        """A text, in one or more literals."""
        parts = [self._literal()]
        while self.word[:1] in ("'", '"'):
            parts.append(self._literal())
        return "".join(parts)

    def number(self) -> int:
        """A number, decimal, octal or hexadecimal."""
        sign = -1 if self.accept("-") else 1
        if not _NUMBER.fullmatch(self.word):
            raise self.refused()
        try:
            octal = self.word[0] == "0" and self.word.isdigit()
            return sign * int(self.word, 8 if octal else 0)
        except ValueError:
            raise self.refused() from None
        finally:
            self.take()

    def skip_statement(self) -> None:
        """Pass what ends with `;` or with a block."""
        depth = 0
        while depth or not self.accept(";"):
            word = self.take()
            depth += (word in _OPENING) - (word in _CLOSING)
            if word == "}" and depth <= 0:
                return

    def refused(self) -> ConversionRefused:
        """The refusal of the next word."""
        line, before = self._text.count("\n", 0, self.start) + 1, self._text.rfind("\n", 0, self.start) + 1
        return ConversionRefused(f"the registered .proto file cannot be read: line {line}, column {self.start - before}.")

    def _literal(self) -> str:
        if len(self.word) < 2 or self.word[0] not in "'\"":  # noqa: PLR2004 - its quotes
            raise self.refused()
        try:
            return bytes(CUnescape(self.word[1:-1])).decode()
        except ValueError:
            raise self.refused() from None
        finally:
            self.take()
