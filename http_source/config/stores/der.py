"""Reads as much of BER and DER (X.690) as the kinds of stores are told apart by, and Java's own parameters are written in."""

from typing import NamedTuple

_SEQUENCE = 0x30
_CONSTRUCTED, _LONG_TAG, _LONGEST_TAG = 0x20, 0x1F, 6


class Element(NamedTuple):
    """An element's tag, and its content from `start` up to `end`."""

    tag: int
    start: int
    end: int


def contents(data: bytes) -> list[bytes]:
    """What is in each of the elements that stand one after another. Raises ValueError for what is not whole elements (DER)."""
    found, place = [], 0
    while place < len(data):
        element = _element(data, place)
        if element is None or element.end > len(data):
            raise ValueError("These are not whole DER elements.")
        found.append(data[element.start : element.end])
        place = element.end
    return found


def starts(data: bytes, inner: bytes) -> bool:
    """Whether the data is a SEQUENCE, or the first part of one, and what is in it starts with these bytes."""
    outermost = _element(data, 0)
    return outermost is not None and outermost.tag == _SEQUENCE and data.startswith(inner, outermost.start)


def is_cut_off(data: bytes) -> bool:
    """Whether the data ends before its outermost element does."""
    outermost = _element(data, 0)
    return outermost is None or outermost.end > len(data)


def _element(data: bytes, place: int) -> Element | None:
    """The element at a place, which may be said to end beyond the data; with it, if its length is indefinite. None for no element."""
    start = place + 1
    if data[place : place + 1] and data[place] & _LONG_TAG == _LONG_TAG:
        start += next((more for more in range(_LONGEST_TAG) if data[start + more : start + more + 1] < b"\x80"), 0) + 1
    if start >= len(data):
        return None
    tag, length, start = data[place], data[start], start + 1
    if length < 0x80:  # noqa: PLR2004 - X.690 §8.1.3
        return Element(tag, start, start + length)
    if length == 0x80:  # noqa: PLR2004
        return Element(tag, start, len(data)) if tag & _CONSTRUCTED else None
    size = int.from_bytes(data[start : start + length - 0x80])
    return Element(tag, start + length - 0x80, start + length - 0x80 + size)
