"""Random schemas, values that fit them, and the options of a converter."""

from dataclasses import fields
from datetime import UTC
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from http_source.config.options.converter import ConverterOptions
from http_source.connect.schema import (
    BOOLEAN,
    BYTES,
    DATE,
    DATE_NAME,
    DECIMAL_NAME,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
    STRING,
    TIME,
    TIME_NAME,
    TIMESTAMP,
    TIMESTAMP_NAME,
    WIDTHS,
    Schema,
    Type,
    array,
    decimal,
    map_of,
    struct,
)

SCALARS = (BOOLEAN, BYTES, DATE, FLOAT32, FLOAT64, INT8, INT16, INT32, INT64, STRING, TIME, TIMESTAMP, decimal(0), decimal(3))

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}", fullmatch=True)


def options(**changes: object) -> ConverterOptions:
    """Options as they are without a property, but for the changes."""
    defaults = {each.name: each.metadata["property"].default for each in fields(ConverterOptions)}
    return ConverterOptions(**{**defaults, **changes})


def _optional(schemas: SearchStrategy[Schema]) -> SearchStrategy[Schema]:
    return st.builds(lambda schema, optional: schema.as_optional() if optional else schema, schemas, st.booleans())


def _containers(inner: SearchStrategy[Schema]) -> SearchStrategy[Schema]:
    structs = st.dictionaries(NAMES, inner, max_size=5).map(struct)
    return _optional(structs | inner.map(array) | inner.map(lambda values: map_of(STRING, values)))


SCHEMAS = st.recursive(_optional(st.sampled_from(SCALARS)), _containers, max_leaves=12)
RECORDS = st.dictionaries(NAMES, SCHEMAS, max_size=6).map(struct)


def _to_millis(value: Any) -> Any:
    return value.replace(microsecond=value.microsecond // 1_000 * 1_000)


_LOGICAL: dict[str, SearchStrategy[Any]] = {
    DATE_NAME: st.dates(), TIME_NAME: st.times().map(_to_millis), TIMESTAMP_NAME: st.datetimes(timezones=st.just(UTC)).map(_to_millis),
}
_PLAIN: dict[Type, SearchStrategy[Any]] = {
    **{each: st.integers(-(1 << bits - 1), (1 << bits - 1) - 1) for each, bits in WIDTHS.items()},
    Type.BOOLEAN: st.booleans(), Type.BYTES: st.binary(max_size=9),
    Type.STRING: st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    Type.FLOAT32: st.floats(width=32, allow_nan=False), Type.FLOAT64: st.floats(allow_nan=False),
}


def values_of(schema: Schema) -> SearchStrategy[Any]:
    """Values that fit the schema."""
    values = _required(schema)
    return values | st.none() if schema.optional else values


def _required(schema: Schema) -> SearchStrategy[Any]:
    match schema.type:
        case Type.STRUCT if schema.name == "io.confluent.connect.avro.Union":
            return st.one_of([st.fixed_dictionaries({each.name: _required(each.schema)}) for each in schema.fields])
        case Type.STRUCT:
            return st.fixed_dictionaries({each.name: values_of(each.schema) for each in schema.fields})
        case Type.ARRAY:
            return st.lists(values_of(schema.items or STRING), max_size=4)
        case Type.MAP:
            return st.dictionaries(values_of(schema.keys or STRING), values_of(schema.values or STRING), max_size=4)
    return _scalar(schema)


def _scalar(schema: Schema) -> SearchStrategy[Any]:
    symbols = [each for key, each in schema.parameters.items() if key.startswith("io.confluent.connect.avro.Enum.")]
    if symbols:
        return st.sampled_from(symbols)
    if schema.name == DECIMAL_NAME:
        limit = 10 ** min(20, int(schema.parameters.get("connect.decimal.precision", 20))) - 1
        return st.integers(-limit, limit).map(lambda number: Decimal(number).scaleb(-int(schema.parameters["scale"])))
    if "connect.fixed.size" in schema.parameters:
        size = int(schema.parameters["connect.fixed.size"])
        return st.binary(min_size=size, max_size=size)
    return _LOGICAL.get(schema.name or "", _PLAIN[schema.type])


def record_and_value() -> SearchStrategy[tuple[Schema, Any]]:
    """A record's schema and a value."""
    return RECORDS.flatmap(lambda schema: st.tuples(st.just(schema), values_of(schema)))
