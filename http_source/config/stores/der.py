"""Walks through BER and DER (X.690) without decoding it: to find parameters, and to see what opening a store would cost.

cryptography and OpenSSL compute as many rounds as a file asks for (2³¹ take ten minutes) and check primes of any length, so a store is
looked through before it is opened. What is encrypted, or cut into pieces as BER allows, is not seen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import prod

from http_source.config.stores.contents import LARGEST_KEY, Part, Unusable

MOST_ROUNDS = 5_000_000
"""Rounds of key derivation in a whole store; Java refuses more for a single key. OpenSSL asks for 2,048, keytool for 10,000."""

MOST_ELEMENTS = 200_000
"""Of which a certificate that is not encrypted has about 60."""

_INTEGER, _OCTETS, _SEQUENCE = 0x02, 0x04, 0x30
_CONSTRUCTED, _LONG_TAG, _LONGEST_TAG = 0x20, 0x1F, 6
_END_OF_CONTENTS = 0x00
_LARGEST_NUMBER = LARGEST_KEY // 4
_SCRYPT_NUMBERS, _LONGEST_RUN = 3, 5


@dataclass(frozen=True, slots=True)
class Element:
    """Where an element stands: its first byte, and its content from `start` up to `end`."""

    tag: int
    first: int
    start: int
    end: int

    @property
    def size(self) -> int:
        """Bytes of its content."""
        return self.end - self.start


def elements(data: bytes) -> Iterator[Element]:
    """Every element in the order of first bytes, those inside others too, and inside octet strings; what is no element is passed over."""
    ends, place = [len(data)], 0
    while place < len(data):
        element = _element(data, place, ends[-1])
        if element is None or element.end > ends[-1]:
            place = ends[-1]
        else:
            yield element
            inside = element.tag & _CONSTRUCTED or (element.tag == _OCTETS and _is_wrapper(data, element))
            ends += [element.end] if inside else []
            place = element.start if inside else element.end
        while len(ends) > 1 and ends[-1] <= place:
            ends.pop()


def contents(data: bytes) -> list[bytes]:
    """What is in each of the elements that stand one after another. Raises ValueError for what is not whole elements (DER)."""
    found, place = [], 0
    while place < len(data):
        element = _element(data, place, len(data))
        if element is None or element.end > len(data):
            raise ValueError("These are not whole DER elements.")
        found.append(data[element.start : element.end])
        place = element.end
    return found


def starts(data: bytes, inner: bytes) -> bool:
    """Whether the data is a SEQUENCE, or the first part of one, and what is in it starts with these bytes."""
    outermost = _element(data, 0, len(data))
    return outermost is not None and outermost.tag == _SEQUENCE and data.startswith(inner, outermost.start)


def is_cut_off(data: bytes) -> bool:
    """Whether the data ends before its outermost element does."""
    outermost = _element(data, 0, len(data))
    return outermost is None or outermost.end > len(data)


def check_effort(data: bytes) -> None:
    """Look through a store or a key that is to be opened. Raises Unusable when that might take minutes."""
    walk = list(islice(elements(data), MOST_ELEMENTS + 1))
    if len(walk) > MOST_ELEMENTS:
        raise Unusable(Part.STORE, f"It is made of more than {MOST_ELEMENTS:,} parts; put in fewer certificates.")
    if any(_is_oversized(data, element) for element in walk):
        raise Unusable(Part.STORE, f"A key in it is larger than {LARGEST_KEY // 1024} KB; use one of a usual size.")
    if sum(map(_rounds, _runs(data, walk))) > MOST_ROUNDS:
        raise Unusable(Part.STORE, f"Its password goes through more than {MOST_ROUNDS:,} rounds; export it again with fewer.")


def _element(data: bytes, place: int, limit: int) -> Element | None:
    """The element at a place, which may be said to end beyond the data; of indefinite length, it ends at the limit. None for no element."""
    start = place + 1
    if data[place : place + 1] and data[place] & _LONG_TAG == _LONG_TAG:
        start += next((more for more in range(_LONGEST_TAG) if data[start + more : start + more + 1] < b"\x80"), 0) + 1
    if start >= len(data):
        return None
    tag, length, start = data[place], data[start], start + 1
    if length < 0x80:  # noqa: PLR2004 - X.690 §8.1.3
        return Element(tag, place, start, start + length)
    if length == 0x80:  # noqa: PLR2004
        return Element(tag, place, start, limit) if tag & _CONSTRUCTED else None
    size = int.from_bytes(data[start : start + length - 0x80])
    return Element(tag, place, start + length - 0x80, start + length - 0x80 + size)


def _is_wrapper(data: bytes, octets: Element) -> bool:
    """Whether an octet string holds one element with others in it, and nothing else."""
    inside = _element(data, octets.start, octets.end)
    return inside is not None and bool(inside.tag & _CONSTRUCTED or inside.tag == _OCTETS) and inside.end == octets.end


def _is_oversized(data: bytes, element: Element) -> bool:
    """Whether a number, or an octet string such as an encrypted key, is larger than any of a usable key."""
    limit = {_INTEGER: _LARGEST_NUMBER, _OCTETS: LARGEST_KEY}.get(element.tag)
    return limit is not None and element.size > limit and not _is_wrapper(data, element)


def _runs(data: bytes, walk: Iterable[Element]) -> Iterator[list[int]]:
    """The integers that directly follow an octet string: all schemes have the salt first and its rounds next (RFC 7292, 7914, 8018)."""
    pending: dict[int, list[int]] = {}
    for element in walk:
        run = pending.pop(element.first, None)
        if element.tag == _OCTETS:
            pending[element.end] = []
        elif run is not None and element.tag in {_INTEGER, _END_OF_CONTENTS}:
            numbers = [int.from_bytes(data[element.start : element.end])] if element.tag == _INTEGER else []
            pending[element.end] = (run + numbers)[:_LONGEST_RUN]
            run = None
        yield run or []
    yield from pending.values()


def _rounds(run: list[int]) -> int:
    """The older schemes have rounds alone, PBKDF2 has rounds and a small length; scrypt's cost is the product of its three numbers."""
    return prod(run) if len(run) >= _SCRYPT_NUMBERS else max(run, default=0)
