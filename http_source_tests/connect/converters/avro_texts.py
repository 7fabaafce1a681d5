"""Random Avro schemas as persons write them, and what may grow in them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from http_source.connect.schema import INT64, OPTIONAL_INT64, OPTIONAL_STRING, STRING, WIDTHS, Schema, Type, array, struct

Json = dict[str, Any]

_DEFAULTS: dict[str, Any] = {
    "boolean": True, "int": 3, "long": 4, "float": 1.5, "double": 2, "string": "s", "bytes": "\u00ff", "array": [], "map": {},
}
_LOGICAL: tuple[Json, ...] = (
    {"type": "int", "logicalType": "date"}, {"type": "long", "logicalType": "timestamp-millis"},
    {"type": "long", "logicalType": "timestamp-micros"}, {"logicalType": "uuid", "type": "string"},
    {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
    {"type": "bytes", "logicalType": "decimal", "precision": 1, "scale": 2},
    {"type": "int", "logicalType": "uuid"}, {"type": "long", "logicalType": "of-the-house"}, {"type": "int", "connect.type": "int8"},
)
_PRIMITIVES = ("boolean", "int", "long", "float", "double", "string", "bytes")
_NOTES: tuple[Json, ...] = ({}, {"doc": "for people"}, {"aliases": ["old_name"]}, {"x-own": {"a": [1, 2.5, None]}}, {"order": "ignore"})
NEW = (OPTIONAL_INT64, OPTIONAL_STRING, struct({"x": OPTIONAL_INT64}, optional=True), array(STRING, optional=True),
       array(struct({"y": OPTIONAL_STRING}, optional=True), optional=True))
"""Schemas of fields that come."""


class _Maker:
    """Makes one schema; `reuse` lets a type stand in several places by its name."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], *, reuse: bool) -> None:
        self._draw = draw
        self._reuse = reuse
        self._made = 0
        self._done: list[str] = []

    def record(self, depth: int, space: str) -> Json:
        head, inside = self._head("record", space)
        fields = [self._field(number, depth, inside) for number in range(self._draw(st.integers(0, 4)))]
        self._done.append(f"{inside}.{head['name'].rpartition('.')[2]}" if inside else head["name"])
        return {**head, **self._draw(st.sampled_from(_NOTES[:3])), "fields": fields}

    def _head(self, kind: str, space: str) -> tuple[Json, str]:
        self._made += 1
        name, own = f"{kind.title()}{self._made}", self._draw(st.sampled_from(["", "shop", "a.b"]))
        if not own:
            return {"type": kind, "name": name}, space
        dotted = self._draw(st.booleans())
        return ({"name": f"{own}.{name}", "type": kind} if dotted else {"type": kind, "name": name, "namespace": own}), own

    def _field(self, number: int, depth: int, space: str) -> Json:
        avro = self._type(depth, space)
        kind = avro if isinstance(avro, str) else avro["type"] if isinstance(avro, dict) else None
        shape = self._draw(st.sampled_from(["plain", "default", "null first", "null last", "union"]))
        notes, name = self._draw(st.sampled_from(_NOTES)), {"name": f"f{number}"}
        default = _default(avro, kind)
        match shape:
            case "default":
                return {**name, "type": avro, **notes, **default}
            case "null first":
                return {**name, **notes, "default": None, "type": ["null", avro]}
            case "null last":
                return {**name, "type": [avro, "null"], **default, **notes}
            case "union" if kind not in ("string", "map"):
                return {**name, "type": ["null", avro, "string", {"type": "map", "values": "int"}], **notes}
        return {**notes, **name, "type": avro}

    def _type(self, depth: int, space: str) -> Any:
        more = [*(["record", "array", "map"] if depth else []), *(["name"] if self._reuse else [])]
        kind = self._draw(st.sampled_from(["primitive", "primitive", "logical", "enum", "fixed", *more]))
        match kind:
            case "primitive" | "logical":
                return self._draw(st.sampled_from(_PRIMITIVES if kind == "primitive" else _LOGICAL))
            case "record":
                return self.record(depth - 1, space)
            case "array" | "map":
                inside = self._type(depth - 1, space)
                return {"type": "array", "items": inside} if kind == "array" else {"type": "map", "x-own": 1, "values": inside}
            case "enum" | "fixed":
                return {**self._head(kind, space)[0], **({"symbols": ["B", "A"], "default": "A"} if kind == "enum" else {"size": 4})}
        return self._draw(st.sampled_from(self._done or _PRIMITIVES))


def _default(avro: Any, kind: str | None) -> Json:
    if kind == "enum":
        return {"default": avro["symbols"][0]}
    if kind == "record" and all("default" in each for each in avro["fields"]):
        return {"default": {each["name"]: each["default"] for each in avro["fields"]}}
    return {"default": _DEFAULTS[kind]} if kind in _DEFAULTS and "logicalType" not in avro else {}


@st.composite
def texts(draw: Callable[[st.SearchStrategy[Any]], Any], *, reuse: bool) -> str:
    """Records with docs, aliases, attributes of their own, defaults, logical types, enums, unions and namespaces."""
    return json.dumps(_Maker(draw, reuse=reuse).record(3, ""), indent=draw(st.sampled_from([None, 2])))


@st.composite
def growths(draw: Callable[[st.SearchStrategy[Any]], Any], schema: Schema) -> Schema:
    """The schema with more here and there, also where a text has no room for it."""
    if draw(st.integers(0, 9)) == 0:
        schema = schema.as_optional()
    match schema.type:
        case Type.STRUCT if schema.name != "io.confluent.connect.avro.Union":
            fields = [(each.name, draw(growths(each.schema))) for each in schema.fields]
            new = draw(st.lists(st.sampled_from(NEW), max_size=2))
            return schema.with_fields([*fields, *((f"new{number}", each) for number, each in enumerate(new))])
        case Type.ARRAY:
            return replace(schema, items=draw(growths(schema.items or INT64)))
        case Type.MAP:
            return replace(schema, values=draw(growths(schema.values or INT64)))
        case number if number in (*WIDTHS, Type.FLOAT32) and draw(st.integers(0, 4)) == 0:
            wider = draw(st.sampled_from([Type.INT64, Type.FLOAT64] if number in (Type.INT8, Type.INT32) else [Type.FLOAT64]))
            whole = wider is Type.INT64 or not isinstance(schema.default, int)
            return replace(schema, type=wider, default=schema.default if whole else float(schema.default))
    return schema
