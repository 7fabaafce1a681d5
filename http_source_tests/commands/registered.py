"""Schemas as people register them, with what no schema that was inferred has: unions, enums, decimals, maps, recursion."""

import json
from typing import Any


def avro(*fields: dict[str, Any], **more: Any) -> str:
    """An Avro record."""
    return json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": list(fields), **more})


def field(name: str, kind: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


_CARD = {"type": "record", "name": "Card", "fields": [field("no", "string"), field("a", ["null", "long"], default=None)]}
_CASH = {"type": "record", "name": "Cash", "fields": [field("a", "long")]}
_STATE = {"type": "enum", "name": "State", "symbols": ["NEW", "OLD"]}

_DECIMAL = {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}
_MILLIS = ["null", {"type": "long", "logicalType": "timestamp-millis"}]
_LONGS = {"type": "map", "values": "long"}
_INNER = ["null", {"type": "record", "name": "O", "fields": [field("a", "double")]}]

_AVRO = [
    avro(field("id", "long"), field("state", _STATE), field("pay", ["null", _CARD, _CASH], default=None)),
    avro(field("id", ["null", "int", "string"]), field("price", _DECIMAL), field("at", _MILLIS), field("o", _LONGS)),
    avro(field("a", ["null", "string"], default=None, aliases=["b"]), field("kin", ["null", "Order"], default=None)),
    avro(field("a", {"type": "array", "items": [_CARD, "string"]}), field("b", {"type": "fixed", "name": "F", "size": 2}), doc="\x1b[31m"),
    avro(field("a", "int", default=7), field("o", _INNER, default=None)),
    *map(json.dumps, ["string", ["null", "long"], [_CARD, _CASH], {"type": "array", "items": "int"}]),
]


def _object(more: Any = True, **properties: Any) -> dict[str, Any]:  # noqa: FBT002 - what JSON Schema takes there
    """A JSON Schema of an object."""
    return {"type": "object", "properties": properties, "additionalProperties": more}


_CARD_OBJECT = {**_object(False, no={"type": "string"}), "title": "Card"}  # noqa: FBT003
_CASH_OBJECT = {**_object(a={"type": "integer"}), "title": "Cash"}

_JSON = [
    {**_object(id={"type": "integer"}, state={"enum": ["NEW", "OLD"]}), "required": ["id"]},
    _object(
        False,  # noqa: FBT003
        pay={"oneOf": [_CARD_OBJECT, _CASH_OBJECT, {"type": "null"}]},
        a={"type": "string", "maxLength": 2, "pattern": "^x"},
    ),
    _object(kin={"$ref": "#"}, o={"type": "object", "additionalProperties": {"type": "integer"}}),
    _object(a={"const": 7}, b={"type": ["string", "null"]}, at={"allOf": [{"type": "string"}]}),
    {"$ref": "elsewhere.json"}, {"type": "string"}, True, {},
]  # fmt: skip

_PROTO3 = 'syntax = "proto3";\n'
_PROTOBUF = [
    _PROTO3 + "package shop;\n// \x1b[31m\nmessage Order {\n  optional int64 id = 1;\n"
    "  oneof pay {\n    string card = 2;\n    int64 no = 3;\n  }\n  reserved 7;\n}\n",
    _PROTO3 + "message Order {\n  enum State { UNKNOWN = 0; NEW = 1; }\n  State state = 1;\n  map<string, int64> o = 2;\n"
    "  repeated string a = 3;\n}\n",
    'syntax = "proto2";\nmessage Order {\n  required int32 id = 1;\n  optional string a = 2 [default = "x"];\n}\n',
    _PROTO3 + "message Order {\n  Order kin = 1;\n  double price = 2;\n  bytes b = 3;\n}\n",
    _PROTO3 + 'import "google/protobuf/timestamp.proto";\nmessage Order {\n  google.protobuf.Timestamp at = 1;\n}\nmessage Other {}\n',
    _PROTO3 + 'import "shop/money.proto";\nmessage Order {\n  shop.Money price = 1;\n}\n',
]

REGISTERED: dict[str, list[str]] = {"AVRO": _AVRO, "JSON_SR": list(map(json.dumps, _JSON)), "PROTOBUF": _PROTOBUF, "JSON": []}
"""The texts of each format; some of them nobody can write with."""
