"""What others said, and the only function that makes text of it which may be shown."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from http_source.foreign.redactor import HIDDEN, Redactor

Redact = Callable[[str], str]
"""Replaces every secret in a text by `[hidden]`."""

LONGEST = 200
# Secrets are looked for in more than is shown: one that is cut in half is hidden, but not found as a whole.
LOOKED_AT = 65_536

_LOGIN = re.compile(r"://[^\s/?#]{1,400}@")
_ASSIGNED = re.compile(r"\b((?:ssl|client_?|access_?|api_?|db_?|pg)?(?:password|passwd|pwd|passphrase|secret|token|key)=)"
                       r"(?:'[^']{1,400}'|[^\s&;,)\"']{1,400})", re.IGNORECASE)
_UNSHOWN = "[foreign]"
_IN_EXCEPTIONS = ("verify_message", "strerror", "error_message")
"""Where ssl, the system and the registry's client keep the words alone, without numbers and file names."""


class Foreign:
    """Words of somebody else; a text made of them otherwise than by `readable` says `[foreign]`."""

    __slots__ = ("__text",)

    def __init__(self, said: object) -> None:
        """A text, bytes (read as UTF-8, what is none as U+FFFD), or what stands for a text; None is empty."""
        # Not more: to keep a megabyte of them costs memory, and to decode it costs time.
        text = said[: LOOKED_AT * 4].decode("utf-8", "replace") if isinstance(said, bytes) else "" if said is None else str(said)
        # In a closure, as `Secret` does it: what lists an object's attributes finds a function and no text.
        self.__text: Callable[[], str] = lambda: text

    @classmethod
    def of(cls, error: object) -> "Foreign":
        """The words of an exception or of an error of librdkafka, without those of what it wraps; its class where it has none."""
        carried = next(iter(getattr(error, "args", ())), None)
        return carried if isinstance(carried, cls) else cls(_words_of(error) or type(error).__name__)

    def says(self, pattern: str | re.Pattern[str]) -> bool:
        """Whether a regular expression is found in it."""
        return re.search(pattern, self.__text()) is not None

    def number(self, pattern: re.Pattern[str]) -> int | None:
        """The number that the first group of an expression finds in it; None where there is none."""
        found = pattern.search(self.__text())
        return int(found[1]) if found and found[1].isdecimal() else None

    def found(self, pattern: re.Pattern[str]) -> "Foreign":
        """What the first group of an expression finds at its start; empty where it finds nothing."""
        match = pattern.match(self.__text())
        return Foreign(match[1] if match else "")

    def one_of(self, known: Iterable[str]) -> str:
        """The one of our own texts that it is, whatever its case; empty for any other."""
        text = self._for_showing().lower()
        return next((each for each in known if each.lower() == text), "")

    def without(self, pattern: re.Pattern[str]) -> "Foreign":
        """The same without what an expression finds."""
        return Foreign(pattern.sub("", self.__text()[:LOOKED_AT]))

    def without_between(self, start: re.Pattern[str], end: str) -> "Foreign":
        """The same without what stands from the first match of an expression to the last `end`, which stays."""
        text = self.__text()[:LOOKED_AT]
        found, last = start.search(text), text.rfind(end)
        return Foreign(text[: found.start()] + text[last:]) if found and found.end() <= last else Foreign(text)

    def first_line(self) -> "Foreign":
        """Its first line that is not empty: databases and libraries put statements and stacks below."""
        return Foreign(next((line for line in self.__text()[:LOOKED_AT].splitlines() if line.strip()), ""))

    def joined(self) -> "Foreign":
        """The same with single blanks in the place of all white space, and without a full stop at the end."""
        return Foreign(" ".join(self.__text()[:LOOKED_AT].split()).rstrip("."))

    def _for_showing(self) -> str:
        return self.__text()[:LOOKED_AT]

    def __bool__(self) -> bool:
        return bool(self.__text())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Foreign) and self._for_showing() == other._for_showing()

    def __hash__(self) -> int:
        return hash(self._for_showing())

    def __repr__(self) -> str:
        return _UNSHOWN

    def __format__(self, spec: str) -> str:
        return format(_UNSHOWN, spec)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("Foreign words are not stored: make them readable first.")


def readable(said: Foreign | None, redact: Redact | None, longest: int = LONGEST) -> str:
    """The words as they may be shown: without secrets or pieces of them, on one line, at most so many characters.

    Nothing when nothing can redact them. What is hidden is said at `Redactor.pieces`.
    It takes time in proportion to the length of what is looked at: 64 Ki characters.
    """
    if said is None or redact is None:
        return ""
    hide = redact.pieces if isinstance(redact, Redactor) else redact
    # An escape has ten characters at most. Hidden again afterwards, since a secret may look like an escape.
    escaped = escape(hide(_without_logins(said._for_showing()))[:longest])  # noqa: SLF001 - this function is its friend
    return hide(escaped)[:longest]


def in_brief(error: BaseException) -> str:
    """The class of an exception, and the first line of its words."""
    return f"{type(error).__name__}: {readable(Foreign.of(error).first_line(), str)}"


def _without_logins(text: str) -> str:
    """Without what is a secret by its place, such as a database's in a storage's words: nobody has told us that one."""
    return _ASSIGNED.sub(rf"\1{HIDDEN}", _LOGIN.sub(f"://{HIDDEN}@", text))


def escape(text: str) -> str:
    """The text on one line: control characters, other invisible ones and half surrogates as escapes."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _words_of(error: Any) -> str:
    try:
        # confluent-kafka keeps an error in the exception, and the words in its method `str`.
        carried = error.args[0] if getattr(error, "args", ()) and hasattr(error.args[0], "str") else error
        if hasattr(carried, "str"):
            return str(carried.str())
        return str(next((words for name in _IN_EXCEPTIONS if (words := getattr(error, name, None))), error))
    except Exception:  # noqa: BLE001 - somebody else's __str__ may do anything
        return ""
