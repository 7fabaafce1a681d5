"""What an API may serve, and how it may be cut: strategies for the law of one outcome."""

import json
from typing import Any

from hypothesis import strategies as st

from http_source_tests.conversion.law import REFUSED, Cut


def avro(*fields: Any) -> str:
    """A record that a person registered."""
    named = [{"name": name, "type": type_, **more} for name, type_, *rest in fields for more in (rest or [{}])]
    return json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": named})


def json_schema(**properties: Any) -> str:
    """An object that a person registered."""
    return json.dumps({"type": "object", "properties": properties})


def proto(*lines: str) -> str:
    """A message that a person registered."""
    return "\n".join(['syntax = "proto3";', "package shop;", "", "message Order {", *(f"  {line}" for line in lines), "}", ""])


_ONE = {"type": "record", "name": "One", "fields": [{"name": "a", "type": "string"}]}
_OTHER = {"type": "record", "name": "Other", "fields": [{"name": "a", "type": ["null", "string"]}, {"name": "b", "type": "long"}]}
_AT = {"type": "long", "logicalType": "timestamp-millis"}
_MONEY = {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}
_STATE = {"type": "enum", "name": "State", "symbols": ["x", "y"]}

REGISTERED: dict[str, list[str]] = {
    "AVRO": [
        avro(("a", "int"), ("b", "string", {"default": "none"})),
        avro(("a", ["null", _ONE, _OTHER, "long", "string"]), ("b", ["null", _STATE]), ("o", {"type": "map", "values": "long"})),
        avro(("a", ["null", _MONEY]), ("b", _AT), ("o", ["null", {"type": "array", "items": "string"}])),
        avro(("z", ["null", "string"], {"aliases": ["a"], "default": None}), ("b", ["null", "float"])),
    ],
    "JSON_SR": [
        json_schema(a={"type": "integer", "maximum": 5}, b={"type": ["string", "null"], "maxLength": 1}),
        json_schema(a={"oneOf": [{"type": "null"}, {"type": "string"}, {"type": "object", "properties": {"a": {"type": "number"}}}]},
                    b={"enum": ["x", "12"]}),
        json.dumps({"type": "object", "additionalProperties": True, "required": ["b"], "properties": {"b": {"type": "string"}}}),
        json.dumps({"type": "object", "patternProperties": {"^[ab]$": {"type": "string"}},
                    "properties": {"o": {"type": "array", "items": {"type": "number"}}}}),
    ],
    "PROTOBUF": [
        proto("int32 a = 1;", "optional string b = 3;", "reserved 2, 4;"),
        proto("oneof pick {", "  string a = 1;", "  int64 b = 2;", "}", "map<string, int64> o = 3;"),
        proto("repeated string a = 1;", "State b = 2;", "enum State {", "  x = 0;", "  y = 1;", "}"),
    ],
}
"""What people may have registered, by format."""

SCALARS = st.sampled_from([None, True, False, 0, 1, -7, 2**40, 1.5, 2.0, "", "x", "12", "2024-05-01", 2**70])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "@c"]), inner, max_size=2),
    max_leaves=4,
)
OBJECTS: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional={"a": VALUES, "b": SCALARS, "o": VALUES, "@t": SCALARS})
RECORDS: st.SearchStrategy[Any] = st.none() | OBJECTS | st.just({})
STREAMS = st.lists(RECORDS, max_size=6)
CUTS = st.builds(Cut, st.lists(st.integers(0, 6), max_size=4).map(tuple), st.frozensets(st.integers(0, 4)))
SETTINGS = st.fixed_dictionaries({"value.converter.scrub.invalid.names": st.sampled_from(["true", "false"])}, optional={
    "output.data.mixed.scalars": st.just("string"),
    "value.converter.optional.for.nullables": st.just("true"),
    "record.key.json.pointer": st.just("/a"),
})
TOLERANT = {"errors.tolerance": "all", "reporter.error.topic.name": REFUSED}
