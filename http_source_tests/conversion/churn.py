"""A stream of records whose shape never rests: nulls, missing fields, other orders, and now and then a field or a width that is new."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

CLOSED = {"value.converter.object.additional.properties": "false"}
"""Under which a registry takes a new property of a JSON Schema."""

_NEVER = 2.0


class Churn:
    """Records of an API in which a field appears, or an integer field gets its first fraction, once in `every` records.

    Attributes:
        changes: how many records so far brought what no schema before them could hold.
    """

    def __init__(self, seed: int, *, every: int, widening: bool = True) -> None:
        self._random = Random(seed)
        self._often = 1 / every
        self._fraction = 0.5 if widening else _NEVER
        self._numbers: dict[str, type[float]] = {"n0": int}
        self._nested = ["s0"]
        self._seen: set[tuple[tuple[str, ...], type]] = set()
        self.changes = 0

    def records(self, count: int) -> list[dict[str, Any]]:
        """The next records."""
        return [self._record() for _ in range(count)]

    def pages(self, records: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
        """The records in pages of one to fifty."""
        start = 0
        while start < len(records):
            end = start + self._random.randint(1, 50)
            yield records[start:end]
            start = end

    def _record(self) -> dict[str, Any]:
        if self._random.random() < self._often:
            self._change()
        record = self._some({name: self._number(kind) for name, kind in self._numbers.items()} | {
            "flag": self._random.random() < 0.5,
            "tags": self._random.choice([[], ["a"], ["a", "b"]]),
            "lines": [self._inner() for _ in range(self._random.randint(0, 2))],
            "in": self._inner(),
        })
        self.changes += self._is_new(record)
        return record

    def _change(self) -> None:
        """A new field, an inner one, or a first fraction."""
        narrow = [name for name, kind in self._numbers.items() if kind is int]
        if narrow and self._random.random() > self._fraction:
            self._numbers[self._random.choice(narrow)] = float
        elif self._random.random() < 0.5:
            self._numbers[f"n{len(self._numbers)}"] = int
        else:
            self._nested.append(f"s{len(self._nested)}")

    def _number(self, kind: type) -> float:
        return self._random.randint(-9, 9) + (0.5 if kind is float and self._random.random() < 0.5 else 0)

    def _inner(self) -> dict[str, Any]:
        return self._some({name: self._random.choice(["", "x", "東京"]) for name in self._nested})

    def _some(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Some of the fields in any order, some of them null."""
        kept = [name for name in fields if self._random.random() < 0.8]
        self._random.shuffle(kept)
        return {name: fields[name] if self._random.random() < 0.8 else None for name in kept}

    def _is_new(self, record: dict[str, Any]) -> bool:
        found = {(path, kind) for path, kind in _leaves((), record) if kind is not int or (path, float) not in self._seen}
        new = found - self._seen
        self._seen |= new
        return bool(new)


def _leaves(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], type]]:
    """Each place that tells a type, and the type."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves((*path, name), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves((*path, "*"), inner)
    elif value is not None:
        yield path, type(value)


def says_the_same(read: Any, record: Any) -> bool:
    """Whether what was read says what was served; null, missing and empty are one where the format or an undecided place makes them so."""
    if isinstance(record, dict):
        read = read or {}
        return all(says_the_same(read.get(name), record.get(name)) for name in read.keys() | record.keys())
    if isinstance(record, list):
        read = read or [None] * len(record)
        return len(read) == len(record) and all(map(says_the_same, read, record))
    return bool(read == record) or (not record and not read)
