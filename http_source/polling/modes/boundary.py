"""Delivered records that the next page may hold again, known by fingerprints of their bytes as served."""

from collections import Counter
from collections.abc import Iterator, Sequence
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


def without(known: str, records: Sequence[Value]) -> str:
    """What is known but for those records, each of which is taken off once."""
    gone, left = Counter(map(fingerprint, records)), list[str]()
    for digest in _each(known):
        gone[digest] -= 1
        if gone[digest] < 0:
            left.append(digest)
    return "".join(left)


def number_in(known: str) -> int:
    """How many records are known."""
    return len(known) // _DIGITS


def parted(records: Sequence[Value], known: str) -> tuple[Sequence[Value], Sequence[Value]]:
    """The records that are new, and those that are known; of one that is there more often than it is known, the last ones are new."""
    if not known:
        return records, ()
    left = Counter(_each(known))
    fresh, again = list[Value](), list[Value]()
    for record in records:
        digest = fingerprint(record)
        (again if left[digest] else fresh).append(record)
        left[digest] -= 1
    return fresh, again


def _each(known: str) -> Iterator[str]:
    return (known[start : start + _DIGITS] for start in range(0, len(known), _DIGITS))


def fingerprint(record: Value) -> str:
    """Of one record."""
    return blake2b(record, digest_size=_DIGITS // 2).hexdigest()


def digest_of(records: Sequence[Value]) -> str:
    """Of all records, and where each ends; empty for none."""
    digest = blake2b(digest_size=16)
    for record in records:
        digest.update(b"%d:" % len(record))
        digest.update(record)
    return digest.hexdigest() if records else ""
