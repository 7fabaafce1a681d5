"""What a page's records are made of, place by place, before any of it becomes a schema."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from http_source.connect.refused import RecordRefused

DEEPEST = 100
"""Levels of a record: more is no data but an accident, and would exhaust the stack of whoever reads the schema."""

INT64_BITS = 64


class Kind(StrEnum):
    """What a JSON value is, in the words of a message."""

    NULL = "null"
    BOOLEAN = "a boolean"
    INTEGER = "an integer"
    HUGE = "an integer beyond 64 bits"
    FRACTION = "a number with a fraction or an exponent"
    STRING = "a string"
    ARRAY = "an array"
    OBJECT = "an object"


_KINDS: dict[type, Kind] = {
    type(None): Kind.NULL, bool: Kind.BOOLEAN, int: Kind.INTEGER, Decimal: Kind.FRACTION,
    str: Kind.STRING, list: Kind.ARRAY, dict: Kind.OBJECT,
}


@dataclass(slots=True)
class Seen:
    """What was seen in one place.

    A place is undecided while it has held nothing but null, empty arrays, empty objects and such as hold only these.

    Attributes:
        kinds: what its values were → the first record with such a value.
        count: how many values, null included.
        objects: how many of them were objects.
        bits: the width of its largest integer, sign included.
        decided: whether its type is known.
        fields: the decided fields of its objects, in the order in which their types were first seen.
        undecided: the other fields.
        items: what the elements of its arrays were; None while there was no element.
    """

    kinds: dict[Kind, int] = field(default_factory=dict)
    count: int = 0
    objects: int = 0
    bits: int = 0
    decided: bool = False
    fields: "dict[str, Seen]" = field(default_factory=dict)
    undecided: "dict[str, Seen]" = field(default_factory=dict)
    items: "Seen | None" = None

    def add(self, value: Any, record: int, depth: int = 0) -> None:
        """Look at one more value. Raises RecordRefused for one nested too deeply."""
        kind = _KINDS[type(value)]
        self.count += 1
        match kind:
            case Kind.OBJECT:
                self._add_object(value, record, _deeper(record, depth))
            case Kind.ARRAY:
                self._add_array(value, record, _deeper(record, depth))
            case Kind.INTEGER:
                kind = self._add_integer(value)
            case _:
                self.decided = self.decided or kind is not Kind.NULL
        self.kinds.setdefault(kind, record)

    def field(self, name: str) -> "Seen | None":
        """What was seen of a field, decided or not."""
        return self.fields.get(name) or self.undecided.get(name)

    def _add_object(self, value: dict[str, Any], record: int, depth: int) -> None:
        self.objects += 1
        for name, inner in value.items():
            child = self.field(name) or self.undecided.setdefault(name, Seen())
            child.add(inner, record, depth)
            if child.decided and name in self.undecided:
                self.fields[name] = self.undecided.pop(name)
        self.decided = self.decided or bool(self.fields)

    def _add_array(self, value: list[Any], record: int, depth: int) -> None:
        if value and self.items is None:
            self.items = Seen()
        for element in value:
            self.items.add(element, record, depth)  # type: ignore[union-attr]  # there is an element
        self.decided = self.decided or (self.items is not None and self.items.decided)

    def _add_integer(self, value: int) -> Kind:
        bits = (value if value >= 0 else ~value).bit_length() + 1
        self.bits = max(self.bits, bits)
        self.decided = True
        return Kind.INTEGER if bits <= INT64_BITS else Kind.HUGE


def _deeper(record: int, depth: int) -> int:
    if depth == DEEPEST:
        raise RecordRefused(record, (), f"it is nested deeper than {DEEPEST} levels, which no schema can follow.")
    return depth + 1


def is_undecided(value: Any) -> bool:
    """Whether a value alone tells no type: null, empty, or made of such values only."""
    match value:
        case dict():
            return all(map(is_undecided, value.values()))
        case list():
            return all(map(is_undecided, value))
    return value is None
