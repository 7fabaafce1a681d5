"""Which JSON values a schema takes as it is, and how far its numbers widen. Source: Avro specification, schema resolution."""

from dataclasses import replace
from itertools import dropwhile

from http_source.connect.schema import DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME, Schema, Type
from http_source.connect.seen import Kind, Seen

_NUMBERS = frozenset({Kind.INTEGER, Kind.HUGE, Kind.FRACTION})
_TEXT = frozenset({Kind.STRING})

WIDTHS = {Type.INT8: 8, Type.INT16: 16, Type.INT32: 32, Type.INT64: 64}
"""Bits of the integer types, in the order in which they widen."""

_ACCEPTED = {
    **dict.fromkeys(WIDTHS, frozenset({Kind.INTEGER})),
    Type.FLOAT32: _NUMBERS, Type.FLOAT64: _NUMBERS,
    Type.BOOLEAN: frozenset({Kind.BOOLEAN}),
    Type.STRING: _TEXT, Type.BYTES: _TEXT,
    Type.ARRAY: frozenset({Kind.ARRAY}),
    Type.MAP: frozenset({Kind.OBJECT}), Type.STRUCT: frozenset({Kind.OBJECT}),
}

LOGICAL = {DECIMAL_NAME: _NUMBERS | _TEXT, DATE_NAME: _TEXT, TIME_NAME: _TEXT, TIMESTAMP_NAME: _TEXT}


def accepted(schema: Schema) -> frozenset[Kind]:
    """The kinds of values, beside null, that a schema takes."""
    return LOGICAL.get(schema.name or "", _ACCEPTED[schema.type])


def widened(schema: Schema, seen: Seen) -> Schema:
    """An integer's schema made wide enough for the numbers seen, up to INT64 and, where one has a fraction, to FLOAT64."""
    if schema.type not in WIDTHS or schema.name in LOGICAL:
        return schema
    if Kind.FRACTION in seen.kinds:
        return _retyped(schema, Type.FLOAT64)
    wider = dropwhile(lambda each: each is not schema.type, WIDTHS)
    return _retyped(schema, next((each for each in wider if WIDTHS[each] >= seen.bits), Type.INT64))


def _retyped(schema: Schema, number: Type) -> Schema:
    if number is schema.type:
        return schema
    default = schema.default if schema.default is None or number is not Type.FLOAT64 else float(schema.default)
    return replace(schema, type=number, default=default)
