"""Records with the schema that they have by themselves: of what was served, and of nothing else."""

from dataclasses import replace
from functools import reduce
from typing import Any

from http_source.connect.record import Record
from http_source.connect.schema import (
    OPTIONAL_BOOLEAN,
    OPTIONAL_FLOAT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    UNDECIDED,
    Schema,
    Type,
    array,
    struct,
)


def inferred(schema: Schema) -> Schema:
    """The schema of a place whose type is what was served there."""
    return replace(schema, inferred=True)


BOOLEAN, INT64, FLOAT64, STRING = map(inferred, (OPTIONAL_BOOLEAN, OPTIONAL_INT64, OPTIONAL_FLOAT64, OPTIONAL_STRING))
_SCALARS = {bool: BOOLEAN, int: INT64, str: STRING}


def of(fields: dict[str, Schema]) -> Schema:
    """The schema of an object that was served."""
    return inferred(struct(fields, optional=True))


def items(schema: Schema) -> Schema:
    """The schema of an array that was served, with such elements."""
    return inferred(array(schema, optional=True))


def schema_of(value: Any) -> Schema:
    """What a value alone says about its schema."""
    match value:
        case None:
            return UNDECIDED
        case dict():
            return of({name: schema_of(inner) for name, inner in value.items()})
        case list():
            return items(reduce(_merged, map(schema_of, value), UNDECIDED))
    return _SCALARS.get(type(value), FLOAT64)


def served(value: Any, key: Any = None) -> Record:
    """A record for the topic `orders` with the schema of its value, and of its key if it has one."""
    return Record(
        topic="orders", value=value, value_schema=schema_of(value), key=key, key_schema=None if key is None else schema_of(key),
    )


def _merged(first: Schema, second: Schema) -> Schema:
    """The schema of elements of both; the tests serve no arrays of several types."""
    if Type.UNDECIDED in (first.type, second.type):
        return second if first.type is Type.UNDECIDED else first
    if first.type is Type.STRUCT:
        fields = {each.name: each.schema for each in first.fields}
        return of(fields | {each.name: _merged(fields.get(each.name, UNDECIDED), each.schema) for each in second.fields})
    if first.items is not None and second.items is not None:
        return items(_merged(first.items, second.items))
    return first if first == second else FLOAT64
