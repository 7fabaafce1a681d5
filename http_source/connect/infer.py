"""The schema of one record, as transforms see it: what was served in this record alone, whatever came before.

So an integer is INT64 here although its place held 2.5 before, and a field that is null exists, without a type. Of an array nothing is
said but that it is one: no transform looks into it, and what its elements are is decided where the schema of the subject grows.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import BOOLEAN, FLOAT64, INT64, STRING, UNDECIDED, Field, Schema, Type

DEEPEST = 100
"""Levels of a record: more is no data but an accident, and would exhaust the stack of whoever reads the schema."""

_ARRAY = Schema(type=Type.ARRAY, items=UNDECIDED, optional=True, inferred=True)
_STRUCT = Schema(type=Type.STRUCT, optional=True, inferred=True)
_SCALARS: dict[type, Schema] = {
    python: replace(schema, optional=True, inferred=True)
    for python, schema in ((bool, BOOLEAN), (int, INT64), (float, FLOAT64), (str, STRING))
}
_OF_TYPE: Mapping[type, Schema] = {type(None): UNDECIDED, list: _ARRAY, **_SCALARS}


def check_depth(depth: int) -> None:
    """Raise PlaceRefused for what stands below too many levels."""
    if depth == DEEPEST:
        raise PlaceRefused((), f"it is nested deeper than {DEEPEST} levels, which no schema can follow.")


def infer(value: Any, depth: int = 0) -> Schema:
    """The schema of a value of JSON, optional as every place is. Raises PlaceRefused for one that is nested too deeply."""
    if type(value) is dict:
        return _struct(value, depth)
    # Digits are floats.
    return _OF_TYPE.get(type(value)) or _SCALARS[float]


def infer_record(value: Any) -> Schema | None:
    """The schema of a whole record, which is no field of anything; None for null, a tombstone."""
    return None if value is None else infer(value).as_required()


def infer_key(value: Any) -> Schema | None:
    """The schema of a key, which is a field of its record; None for null."""
    return None if value is None else infer(value)


def _struct(value: dict[str, Any], depth: int) -> Schema:
    check_depth(depth)
    fields = tuple(Field(name, index, infer(each, depth + 1)) for index, (name, each) in enumerate(value.items()))
    return replace(_STRUCT, fields=fields)
