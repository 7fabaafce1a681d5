"""Which JSON values a schema takes as it is, and how far its numbers widen. Source: Avro specification, schema resolution."""

from dataclasses import replace
from itertools import dropwhile

from http_source.connect.schema import DATE_NAME, DECIMAL_NAME, LOGICAL, TIME_NAME, TIMESTAMP_NAME, WIDTHS, Schema, Type
from http_source.connect.seen import Kind, Seen

_NUMBERS = frozenset({Kind.INTEGER, Kind.HUGE, Kind.FRACTION})
_ANY_NUMBER = _NUMBERS | {Kind.ENDLESS}
_TEXT = frozenset({Kind.STRING})
_INSTANT = frozenset({Kind.STRING, Kind.INTEGER})

_ACCEPTED = {
    **dict.fromkeys(WIDTHS, frozenset({Kind.INTEGER})),
    Type.FLOAT32: _NUMBERS, Type.FLOAT64: _NUMBERS,
    Type.BOOLEAN: frozenset({Kind.BOOLEAN}),
    Type.STRING: _TEXT, Type.BYTES: _TEXT,
    Type.ARRAY: frozenset({Kind.ARRAY}),
    Type.MAP: frozenset({Kind.OBJECT}), Type.STRUCT: frozenset({Kind.OBJECT}),
}

_ACCEPTED_LOGICAL = {
    DECIMAL_NAME: _ANY_NUMBER | _TEXT, DATE_NAME: _INSTANT, TIME_NAME: _INSTANT, TIMESTAMP_NAME: _INSTANT,
}

SCALARS = _ANY_NUMBER | {Kind.BOOLEAN, Kind.STRING}
"""What a text can stand for."""


def accepted(schema: Schema) -> frozenset[Kind]:
    """The kinds of values, beside null, that a schema takes."""
    return _ACCEPTED_LOGICAL.get(schema.name or "", _ACCEPTED[schema.type])


def widened(schema: Schema, seen: Seen) -> Schema:
    """An integer's schema made wide enough for the numbers seen, up to INT64 and, where one has a fraction, to FLOAT64."""
    if schema.type not in WIDTHS or schema.name in LOGICAL:
        return schema
    if Kind.FRACTION in seen.kinds:
        return _retyped(schema, Type.FLOAT64)
    wider = dropwhile(lambda each: each is not schema.type, WIDTHS)
    return _retyped(schema, next((each for each in wider if WIDTHS[each] >= seen.bits), Type.INT64))


def are_mixed(seen: Seen) -> bool:
    """Whether a place of scalars has values of several types; numbers of two widths are one."""
    kinds = seen.kinds.keys() - {Kind.NULL}
    return kinds <= SCALARS and len({Kind.FRACTION if each in _ANY_NUMBER else each for each in kinds}) > 1


def _retyped(schema: Schema, number: Type) -> Schema:
    if number is schema.type:
        return schema
    default = schema.default if schema.default is None or number is not Type.FLOAT64 else float(schema.default)
    return replace(schema, type=number, default=default)
