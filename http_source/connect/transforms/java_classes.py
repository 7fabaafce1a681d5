"""Escapes and character classes of Java's regular expressions. Every part is turned into a pattern for exactly one character."""

import string
from dataclasses import dataclass

_LETTERS = {"t": 9, "n": 10, "r": 13, "f": 12, "a": 7, "e": 27}
BREAKS = r"\n\r\x85\u2028\u2029"
SHORT = {
    "d": "0-9", "w": "a-zA-Z0-9_", "s": r"\t\n\x0b\f\r\x20",
    "h": r"\t\x20\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000", "v": r"\n\x0b\f\r\x85\u2028\u2029",
}
SHORT_LETTERS = tuple("dwshvDWSHVpP")
_POSIX = {
    "Lower": "a-z", "Upper": "A-Z", "ASCII": r"\x00-\x7f", "Alpha": "a-zA-Z", "Digit": "0-9", "Alnum": "a-zA-Z0-9",
    "Punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e", "Graph": r"\x21-\x7e", "Print": r"\x20-\x7e", "Blank": r"\x20\t",
    "Cntrl": r"\x00-\x1f\x7f", "XDigit": "0-9a-fA-F", "Space": SHORT["s"],
}
_CATEGORIES = frozenset(
    {"L", "M", "N", "P", "S", "Z", "C", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi",
     "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "Cs", "Cn"}
)
_LAST = 0x10FFFF


@dataclass(slots=True)
class Reader:
    """A pattern and the place up to which it was read."""

    text: str
    at: int = 0

    @property
    def next(self) -> str:
        """The next character, or an empty text at the end."""
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        """The next character, read. Raises ValueError at the end."""
        if self.at >= len(self.text):
            raise ValueError("Expected a Java regular expression, but it ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def skip(self, text: str) -> bool:
        """Whether this text comes next; it is read then."""
        found = self.text.startswith(text, self.at)
        self.at += len(text) if found else 0
        return found

    def until(self, end: str) -> str:
        """What stands before an end, both read. Raises ValueError when it does not come."""
        before, found, _ = self.text[self.at :].partition(end)
        if not found:
            raise ValueError(f"Expected a Java regular expression, but a {end} is missing in it")
        self.at += len(before) + len(end)
        return before

    def quoted(self) -> str:
        r"""The text after `\Q`, which needs no `\E` at the end of the pattern."""
        rest = self.text[self.at :]
        return self.until("\\E") if "\\E" in rest else self._rest()

    def _rest(self) -> str:
        rest, self.at = self.text[self.at :], len(self.text)
        return rest


def unsupported(what: str, instead: str = "write the pattern without it") -> ValueError:
    """The error about a construct that is refused by name."""
    return ValueError(f"Of Java's regular expressions {what} is not supported; {instead}")


def literal(letter: str) -> str:
    """A character that stands for itself."""
    return letter if letter in string.ascii_letters + string.digits + "_" else f"\\U{ord(letter):08x}"


def character(reader: Reader, letter: str) -> str:
    """The character that an escape stands for, its first letter being read. Raises ValueError for one that Java does not know."""
    if letter in _LETTERS:
        return chr(_LETTERS[letter])
    if letter not in "0xucN":
        if letter.isascii() and letter.isalpha():
            raise unsupported(f"\\{letter}")
        return letter
    return _coded(reader, letter)


def _coded(reader: Reader, letter: str) -> str:
    if letter == "c":
        return chr(ord(reader.take()) ^ 64)
    if letter == "N":
        raise unsupported("\\N{…}", "write the character itself")
    if letter == "0":
        return _octal(reader)
    if letter == "x" and reader.skip("{"):
        return _from_hex(reader.until("}"))
    return _from_hex("".join(reader.take() for _ in range(2 if letter == "x" else 4)))


def _octal(reader: Reader) -> str:
    digits = ""
    while reader.next in tuple("01234567") and len(digits) < (3 if digits[:1] in tuple("0123") else 2):
        digits += reader.take()
    if not digits:
        raise ValueError("Expected a Java regular expression, but \\0 is not followed by octal digits")
    return chr(int(digits, 8))


def _from_hex(digits: str) -> str:
    if not digits or set(digits) - set(string.hexdigits) or int(digits, 16) > _LAST:
        raise ValueError("Expected a Java regular expression, but \\x or \\u is not followed by the hexadecimal digits of a character")
    return chr(int(digits, 16))


def short_class(reader: Reader, letter: str) -> str:
    r"""What `\d`, `\s`, `\p{Lu}` and the like stand for, the letter being read. Raises ValueError for an unknown property."""
    if letter in "pP":
        return _property(reader, "^" if letter == "P" else "")
    return f"[{'^' if letter.isupper() else ''}{SHORT[letter.lower()]}]"


def _property(reader: Reader, negation: str) -> str:
    name = reader.until("}") if reader.skip("{") else reader.take()
    if name in _POSIX:
        return f"[{negation}{_POSIX[name]}]"
    category = name.removeprefix("Is").removeprefix("gc=").removeprefix("general_category=")
    if category in _CATEGORIES:
        # Alone they are of all of Unicode; everything else is of ASCII.
        return rf"(?u:[{negation}\p{{{category}}}])"
    raise unsupported(f"\\p{{{name}}}", "POSIX names such as \\p{Alpha} and categories such as \\p{Lu} are")


def class_of(reader: Reader) -> str:
    """A class whose `[` is read: unions, nested classes, `&&` and negation. Raises ValueError."""
    negated = reader.skip("^")
    unions: list[str] = []
    members, first = _Union(), True
    while first or not reader.skip("]"):
        if reader.skip("&&"):
            if reader.next == "&":
                raise unsupported("&&& in a class")
            unions, members = [*unions, *members.pattern()], _Union()
        else:
            members.read(reader)
        first = False
    unions += members.pattern()
    if not unions:
        raise ValueError("Expected a Java regular expression, but a class in it is empty")
    whole = "(?:" + "".join(f"(?={each})" for each in unions[:-1]) + unions[-1] + ")"
    return rf"(?:(?!{whole})[\s\S])" if negated else whole


class _Union:
    """Members of a class side by side: plain ones as the inside of brackets, others as patterns for one character."""

    def __init__(self) -> None:
        self.plain = ""
        self.others: list[str] = []

    def pattern(self) -> list[str]:
        """The one pattern of all members, or none without members."""
        patterns = [f"[{self.plain}]"] * bool(self.plain) + self.others
        return [f"(?:{'|'.join(patterns)})"] if patterns else []

    def read(self, reader: Reader) -> None:
        """Read one member."""
        letter = reader.take()
        if letter == "[":
            self.others.append(class_of(reader))
        elif letter == "\\" and reader.skip("Q"):
            self.plain += "".join(map(literal, reader.quoted()))
        elif letter == "\\" and reader.next in SHORT_LETTERS:
            self.others.append(short_class(reader, reader.take()))
        else:
            self._add_range(reader, character(reader, reader.take()) if letter == "\\" else letter)

    def _add_range(self, reader: Reader, start: str) -> None:
        self.plain += literal(start)
        after = reader.text[reader.at + 1 : reader.at + 2]
        if reader.next != "-" or after in ("]", "[", ""):
            return
        reader.take()
        end = reader.take()
        end = character(reader, reader.take()) if end == "\\" else end
        if end < start:
            raise ValueError(f"Expected a Java regular expression, but the range {start}-{end} ends before it starts")
        self.plain += "-" + literal(end)
