"""The fields `RateLimit` and `RateLimit-Policy` in the forms of the drafts of draft-ietf-httpapi-ratelimit-headers.

Since draft 08 each item of a list names a policy: `"default";r=0;t=30`. Draft 07 has one dictionary, `limit=10, remaining=0, reset=30`;
some APIs write such with semicolons. A policy is `"default";q=100;w=60`, or `100;w=60` before draft 08.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_LONGEST = 2_000
_PARTS = re.compile(r'"(?:[^"\\]|\\.)*"|[^,;"]+|[,;"]')
_PLAIN = frozenset({"remaining", "reset", "resets", "limit", "total"})


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: its name and its parameters, all as text."""

    name: str
    parameters: Mapping[str, str]


def limits_of(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, what is left, and seconds until the reset (or empty) of each limit in a `RateLimit` field."""
    items = list(_items(text))
    plain = dict(part for item in items for part in [*_pair(item.name), *item.parameters.items()])
    if _PLAIN.intersection(plain):
        yield "", plain.get("remaining", ""), plain.get("reset") or plain.get("resets") or ""
        return
    for item in items:
        yield item.name, item.parameters.get("r", ""), item.parameters.get("t", "")


def windows_of(text: str) -> dict[str, str]:
    """Name → length of its window in seconds, as `RateLimit-Policy` says; empty text where it does not."""
    return {item.name: item.parameters.get("w", "") for item in _items(text)}


def value_of(text: str) -> tuple[str, str]:
    """A value such as `76;w=21600`, and the length of its window, or empty."""
    item = next(_items(text), None)
    return (item.name, item.parameters.get("w", "")) if item else ("", "")


def _items(text: str) -> Iterator[Item]:
    parts: list[str] = []
    piece = ""
    signs = _PARTS.findall(text[:_LONGEST])
    if '"' in signs:
        return  # a quotation mark without its fellow: the whole field counts as not sent (RFC 9651 §4.2)
    for sign in [*signs, ","]:
        if sign not in (",", ";"):
            piece += sign
            continue
        parts.append(piece.strip())
        piece = ""
        if sign == ",":
            if any(parts):
                yield Item(parts[0].strip('"'), dict(pair for part in parts[1:] for pair in _pair(part)))
            parts = []


def _pair(part: str) -> Iterator[tuple[str, str]]:
    name, mark, value = part.partition("=")
    if mark:
        yield name.strip().lower(), value.strip().strip('"')
