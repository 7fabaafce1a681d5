"""Random JSON Schemas as people write them, what they may grow to, and values for them."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from http_source.connect.converters.json_schema_marks import is_enum, is_union
from http_source.connect.schema import FLOAT64, INT64, OPTIONAL_INT64, OPTIONAL_STRING, Schema, Type, array, struct
from http_source_tests.connect.converters.avro_samples import values_of

NAMES = st.sampled_from(["a", "b", "c/d", "e~f", "properties", "required", "$ref", "", "ü", "id"])
NULL = {"type": "null"}
_LEAVES: list[dict[str, Any]] = [
    {"type": "integer"}, {"type": "integer", "connect.type": "int32", "minimum": -(2**31)}, {"type": "number", "multipleOf": 0.5},
    {"type": "number", "connect.type": "float32"}, {"type": "string", "maxLength": 7}, {"type": "string", "format": "uuid", "title": "Id"},
    {"type": "string", "enum": ["x", "y"]}, {"type": ["string", "null"]}, {"type": ["null", "integer"], "description": "?"},
    {"type": "boolean", "x-own": {"type": 1.50}}, {"allOf": [{"type": "integer"}, {"maximum": 10**9}]}, {"$ref": "#/$defs/shared"},
    {"type": "string", "anyOf": [{"maxLength": 3}, {"pattern": "^[^x]*$"}]}, {"type": ["string", "integer"]},
]  # fmt: skip
_SHARED = st.sampled_from([
    {"type": "integer", "connect.type": "int16"},
    {"type": "object", "title": "Shared", "properties": {"s": {"type": "string"}}, "required": ["s"]},
])


def _objects(inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
    others = st.sampled_from([None, False, True, {"type": "string"}])
    return st.builds(_object, st.dictionaries(NAMES, inner, max_size=4), st.sets(NAMES), others)


def _object(properties: dict[str, Any], required: set[str], others: Any) -> dict[str, Any]:
    found = {"type": "object", "properties": properties}
    if needed := sorted(required & properties.keys()):
        found["required"] = needed
    return found if others is None else {**found, "additionalProperties": others}


def _containers(inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
    objects = _objects(inner)
    return (
        objects
        | inner.map(lambda node: {"type": "array", "items": node, "maxItems": 3})
        | objects.map(lambda node: {"anyOf": [NULL, node]})
        | objects.map(lambda node: {"oneOf": [node, {"type": "string"}, NULL]})
        | inner.map(lambda node: {"type": "object", "connect.type": "map", "additionalProperties": node})
        | st.tuples(objects, objects).map(lambda parts: {"description": "both", "allOf": list(parts)})
    )


def texts() -> SearchStrategy[dict[str, Any]]:
    """Whole schemas of records, with a definition that several places may share."""
    nodes = st.recursive(st.sampled_from(_LEAVES), _containers, max_leaves=8)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "http://schemas.test/order.json", "x-owner": "a team"}
    return st.builds(lambda node, shared: {**head, **node, "$defs": {"shared": shared}}, _objects(nodes), _SHARED)


def growths(schema: Schema) -> SearchStrategy[Schema]:
    """The schema with what records may add to it."""
    if is_union(schema) or is_enum(schema):
        return st.just(schema)
    grown = _GROWN.get(schema.type, st.just)(schema)
    return st.builds(lambda each, optional: each.as_optional() if optional else each, grown, st.booleans())


def _struct(schema: Schema) -> SearchStrategy[Schema]:
    known = st.tuples(*(growths(each.schema) for each in schema.fields))
    new = st.dictionaries(st.sampled_from(["new", "n/w"]), st.sampled_from(_NEW), max_size=2)
    names = [each.name for each in schema.fields]
    return st.builds(lambda fields, more: schema.with_fields([*zip(names, fields, strict=True), *more.items()]), known, new)


def _array(schema: Schema) -> SearchStrategy[Schema]:
    return growths(schema.items or INT64).map(lambda items: replace(schema, items=items))


def _map(schema: Schema) -> SearchStrategy[Schema]:
    return growths(schema.values or INT64).map(lambda values: replace(schema, values=values))


def _integer(schema: Schema) -> SearchStrategy[Schema]:
    return st.sampled_from([schema.type, Type.INT64, Type.FLOAT64]).map(lambda each: replace(schema, type=each))


_NEW = (OPTIONAL_INT64, OPTIONAL_STRING, struct({"deep": array(FLOAT64.as_optional(), optional=True)}, optional=True))
_GROWN = {Type.STRUCT: _struct, Type.ARRAY: _array, Type.MAP: _map, **dict.fromkeys((Type.INT16, Type.INT32, Type.INT64), _integer)}


def values(schema: Schema) -> SearchStrategy[Any]:
    """Values that the connector may give: null where it may be, one branch of a union, a symbol of an enum."""
    required = _required(schema)
    return required | st.none() if schema.optional else required


def _required(schema: Schema) -> SearchStrategy[Any]:
    if is_union(schema):
        return st.one_of([st.fixed_dictionaries({each.name: _required(each.schema)}) for each in schema.fields])
    match schema.type:
        case Type.STRUCT:
            return st.fixed_dictionaries({each.name: values(each.schema) for each in schema.fields})
        case Type.ARRAY:
            return st.lists(values(schema.items or INT64), max_size=4)
        case Type.MAP:
            return st.dictionaries(st.text("kl", max_size=2), values(schema.values or INT64), max_size=2)
    return _SCALARS[schema.type] if schema.type in _SCALARS else values_of(schema.as_required())


_HALVES = st.integers(-9, 9).map(lambda number: number / 2)
_SCALARS: dict[Type, SearchStrategy[Any]] = {
    Type.STRING: st.sampled_from(["x", "y", "abcdefgh", ""]), Type.FLOAT64: _HALVES, Type.FLOAT32: _HALVES,
}  # fmt: skip
