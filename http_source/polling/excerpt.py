"""A few words of an answer for a message: short, on one line, without secrets."""

from collections.abc import Callable

Redact = Callable[[str], str]
"""Replaces every secret in a text by `[hidden]`."""

LONGEST = 200
# Secrets are looked for in more than is shown: one that is cut in half would not be found.
LOOKED_AT = 65_536


def excerpt(body: bytes, redact: Redact | None) -> str:
    """At most 200 characters from the start of a body, redacted and escaped; empty when nothing can redact it."""
    if redact is None:
        return ""
    return words(body[:LOOKED_AT].decode("utf-8", "replace"), redact)


def words(text: str, redact: Redact) -> str:
    """At most 200 characters from the start of a text, redacted and escaped."""
    return escape(redact(text[:LOOKED_AT])[:LONGEST])


def escape(text: str) -> str:
    """The text on one line: control characters, other invisible ones and half surrogates as escapes."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
