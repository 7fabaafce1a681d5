"""What an API serves, as strategies: records whose places have types that merge, records of anything, and schemas for them."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from http_source.connect.schema import (
    BOOLEAN,
    BYTES,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT32,
    INT64,
    STRING,
    TIME,
    TIMESTAMP,
    Schema,
    array,
    decimal,
    map_of,
    struct,
)

NAMES = st.sampled_from(["a", "b", "c", "Ü", "a.b", "@x", "", "*"])
_NUMBERS = st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False)
_SCALARS = [st.integers(-(2**63), 2**63 - 1), _NUMBERS, st.booleans(), st.text(max_size=3)]

Values = st.SearchStrategy[Any]


def sometimes_null(values: Values) -> Values:
    return st.none() | values


def _lists(values: Values) -> Values:
    return st.lists(values, max_size=3)


def _objects(fields: dict[str, Values]) -> Values:
    """Objects of some of these fields, in any order."""
    some = st.fixed_dictionaries({}, optional=fields)
    return st.builds(lambda found, seed: dict(Random(seed).sample(list(found.items()), len(found))), some, st.integers(0, 9))


# A strategy of strategies, so that the values of one place have types that merge.
_PLACES = st.recursive(
    st.sampled_from([*_SCALARS, st.just([]), st.just({}), st.just(None)]),
    lambda inner: inner.map(_lists) | st.dictionaries(NAMES, inner, max_size=4).map(_objects),
    max_leaves=8,
).map(sometimes_null)
STREAMS = st.dictionaries(NAMES, _PLACES, max_size=5).map(_objects).flatmap(lambda records: st.lists(sometimes_null(records), max_size=8))

_TEXTS = st.sampled_from(["x", "", "12", "2.50", "AAH/", "2026-02-03", "04:05:06", "2026-02-03T04:05:06.5Z", "2026-02-03T04:05:06", "NaN"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.sampled_from([127, 128, 2**31, 2**63, 1e300, -0.0]) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.sampled_from(["1", "true"]), inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.none() | st.dictionaries(NAMES, ANYTHING, max_size=4) | ANYTHING

_LEAVES = st.sampled_from(
    [BOOLEAN, BYTES, DATE, FLOAT32, FLOAT64, INT8, INT32, INT64, STRING, TIME, TIMESTAMP, decimal(0), decimal(2)],
)


def _maybe_optional(schemas: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return schemas | schemas.map(Schema.as_optional)


def _structs(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.dictionaries(NAMES, _maybe_optional(inner), max_size=4).map(struct)


PLAIN = st.recursive(
    _LEAVES,
    lambda inner: _maybe_optional(inner).map(array)
    | st.builds(map_of, st.sampled_from([STRING, INT32]), _maybe_optional(inner)) | _structs(inner),
    max_leaves=6,
)
"""Schemas without a union, an alias or properties that are let by."""

KNOWN = _structs(PLAIN) | PLAIN


def values_of(schema: Schema) -> Values:
    """Values that a schema takes, nearly always."""
    if schema.optional:
        return st.none() | values_of(schema.as_required())
    if schema.items is not None:
        return _lists(values_of(schema.items))
    if schema.values is not None:
        return st.dictionaries(st.sampled_from(["1", "2", "x"]), values_of(schema.values), max_size=2)
    if schema.fields or schema == struct({}):
        return _some_of(schema)
    return _OF.get(schema.name or schema.type, _TEXTS)


def _some_of(schema: Schema) -> Values:
    needed = {each.name: values_of(each.schema) for each in schema.fields if not each.schema.optional}
    others = {each.name: values_of(each.schema) for each in schema.fields if each.schema.optional}
    return st.fixed_dictionaries(needed, optional={**others, "more": st.sampled_from([None, [], {}])})


_OF: dict[str, Values] = {
    BOOLEAN.type: st.booleans(), FLOAT32.type: st.integers(-9, 9) | st.sampled_from([0.5, 2.0, 1e300]), FLOAT64.type: _NUMBERS,
    INT8.type: st.integers(-130, 130), INT32.type: st.integers(-9, 9), INT64.type: st.integers(-(2**63), 2**63),
    str(decimal(0).name): _NUMBERS | st.sampled_from(["1.50", 2**70]), str(DATE.name): st.sampled_from(["2026-02-03", 3]),
    str(TIME.name): st.sampled_from(["04:05:06", "04:05:06Z", 3]), str(TIMESTAMP.name): st.sampled_from(["2026-02-03T04:05:06.5Z", 3]),
    BYTES.type: st.just("AAH/"),
}
