"""Delivered records that the next page may hold again, known by fingerprints of their bytes as served."""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from http_source.model import Value

MOST = 1_000
"""Records that are known at most: they are stored with each position."""

_DIGITS = 16


def fingerprints(records: Sequence[Value]) -> str:
    """Of the last records of a page, as a position stores them: 8 bytes each, so that of a thousand no two are alike by chance."""
    return "".join(map(fingerprint, records[-MOST:]))


def longer(known: str, records: Sequence[Value]) -> str:
    """What is known, and those records, too."""
    return (known + fingerprints(records))[-MOST * _DIGITS :]


def number_in(known: str) -> int:
    """How many records are known."""
    return len(known) // _DIGITS


def parted(records: Sequence[Value], known: str) -> tuple[Sequence[Value], Sequence[Value]]:
    """The records that are new, and those that are known; of one that is there more often than it is known, the last ones are new."""
    if not known:
        return records, ()
    left = Counter(known[start : start + _DIGITS] for start in range(0, len(known), _DIGITS))
    fresh, again = list[Value](), list[Value]()
    for record in records:
        digest = fingerprint(record)
        (again if left[digest] else fresh).append(record)
        left[digest] -= 1
    return fresh, again


def fingerprint(record: Value) -> str:
    """Of one record."""
    return blake2b(record, digest_size=_DIGITS // 2).hexdigest()
