"""Which field of the records fits a parameter that asks for what comes after a value, and whether its values rise."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from jsonpointer import JsonPointer

from http_source.polling.modes.order import compared
from http_source.polling.name_words import words_of
from http_source.polling.parameter_roles import AFTER_WORDS, BEGIN_WORDS, DATE, INTEGER
from http_source.polling.signpost import members_of

_TIMES = ("updated", "modified", "changed", "created", "inserted", "timestamp", "epoch", "date", "time")
_COUNTERS = ("id", "seq", "sequence", "number", "offset", "version")
_JOINING = frozenset({"at", "on", "last", "than", "page", "filter", "datetime"})
_LOOKED_AT = 100
_DEEPEST = 2
_EPOCH_DIGITS = 9


class Order(StrEnum):
    """How values follow one another."""

    RISING = "rise"
    FALLING = "fall"
    MIXED = "are in no order"
    UNKNOWN = "cannot be compared"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the records.

    Attributes:
        pointer: within a record.
        order: of its values, as far as a page shows.
    """

    pointer: str
    order: Order
    words: Sequence[str]
    is_time: bool

    @property
    def is_sorted(self) -> bool:
        """Whether its values rise or fall."""
        return self.order in {Order.RISING, Order.FALLING}


def field_for(records: Sequence[dict[str, Any]], parameter: str = "", value: str = "") -> Field | None:
    """The field whose value the parameter takes, by its name, the value it had and what the records hold; None where none fits.

    A parameter that names a field, such as `updated_since`, asks for that one; any other for a time or a number that counts on.
    """
    stem = set(words_of(parameter)) - AFTER_WORDS - BEGIN_WORDS - _JOINING
    times_first = _means_time(parameter, value)
    names = (*_TIMES, *_COUNTERS) if times_first else (*_COUNTERS, *_TIMES)
    fields = [field for field in _fields(records[:_LOOKED_AT]) if _takes(field, value)]
    named = [field for field in fields if stem & set(field.words)]
    if not named and stem - {*names}:
        return None
    fitting = named or [field for field in fields if set(field.words) & {*names}]
    return min(fitting, key=lambda field: (not field.is_sorted, _rank(field, names), len(field.words)), default=None)


def _means_time(parameter: str, value: str) -> bool:
    if INTEGER.fullmatch(value):
        return len(value) >= _EPOCH_DIGITS
    return bool(DATE.fullmatch(value)) or not {"after", "id"} & set(words_of(parameter))


def _takes(field: Field, value: str) -> bool:
    """Whether a value may be one of the field: a date and a number are none of each other's."""
    return not (INTEGER.fullmatch(value) and field.is_time) and not (DATE.fullmatch(value) and not field.is_time)


def _rank(field: Field, names: Sequence[str]) -> int:
    return min((names.index(word) for word in field.words if word in names), default=len(names))


def _fields(records: Sequence[dict[str, Any]]) -> Iterator[Field]:
    """The texts and numbers that all records have."""
    for names, _ in members_of(records[0], _DEEPEST) if records else ():
        values = [_value(record, names) for record in records]
        texts = [value for value in values if isinstance(value, str)]
        if names and len(texts) == len(records) and all(texts):
            known = compared(map(json.dumps, texts))
            is_time = isinstance(known[0], datetime) if known else all(map(DATE.fullmatch, texts))
            yield Field(JsonPointer.from_parts(names).path, _order(known), words_of(names[-1]), is_time)


def _order(values: Sequence[Any] | None) -> Order:
    if values is None or len(values) == 1 or values[0] == values[-1]:
        return Order.UNKNOWN
    if all(one <= other for one, other in pairwise(values)):
        return Order.RISING
    return Order.FALLING if all(one >= other for one, other in pairwise(values)) else Order.MIXED


def _value(record: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        record = record.get(name) if isinstance(record, dict) else None
    return record
