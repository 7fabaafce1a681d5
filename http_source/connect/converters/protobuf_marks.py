"""The marks by which Connect's schemas and Protobuf's tell each other apart. Source: Confluent's ProtobufData."""

from collections.abc import Mapping

from http_source.connect.schema import DATE_NAME, DECIMAL_NAME, GENERALIZED_ENUM, GENERALIZED_UNION, TIME_NAME, TIMESTAMP_NAME, Schema, Type

NAMESPACE = "io.confluent.connect.protobuf"

TAG = f"{NAMESPACE}.Tag"
"""The parameter of a field that holds its number."""

TYPE = f"{NAMESPACE}.Type"
"""The parameter of a number that is another of Protobuf's types than Connect's own, such as sint32."""

WRAPPER = f"{NAMESPACE}.Wrapper"
"""The parameter of a scalar that was registered in a wrapper, and stays there: taking it out would change its bytes."""

UNION = f"{NAMESPACE}.Union"
ENUM = f"{NAMESPACE}.Enum"

PRECISION = "connect.decimal.precision"
CONNECT_TYPE = "connect.type"
NARROW = {Type.INT8: "int8", Type.INT16: "int16"}
"""Integers that Protobuf does not have, as `connect.type` names them."""

DEFAULT_NAME = "ConnectDefault"
ENTRY, KEY, VALUE = "Entry", "key", "value"

SCALARS: Mapping[Type, str] = {
    Type.INT8: "int32", Type.INT16: "int32", Type.INT32: "int32", Type.INT64: "int64", Type.FLOAT32: "float", Type.FLOAT64: "double",
    Type.BOOLEAN: "bool", Type.STRING: "string", Type.BYTES: "bytes",
}  # fmt: skip

SMALL = ("sint32", "sfixed32")
"""Protobuf's other integers that are as small as Connect's INT32; all the others are INT64."""

WRAPPERS: Mapping[str, str] = {
    f"google.protobuf.{name}Value": scalar
    for name, scalar in (("Double", "double"), ("Float", "float"), ("Int64", "int64"), ("UInt64", "uint64"), ("Int32", "int32"),
        ("UInt32", "uint32"), ("Bool", "bool"), ("String", "string"), ("Bytes", "bytes"))
}  # fmt: skip
"""The well-known wrappers, and what is in them."""

LOGICAL: Mapping[tuple[str | None, Type], str] = {
    (DECIMAL_NAME, Type.BYTES): "confluent.type.Decimal", (DATE_NAME, Type.INT32): "google.type.Date",
    (TIME_NAME, Type.INT32): "google.type.TimeOfDay", (TIMESTAMP_NAME, Type.INT64): "google.protobuf.Timestamp",
}  # fmt: skip
"""The messages that carry Connect's logical types."""


def is_union(schema: Schema) -> bool:
    """Whether a struct stands for a oneof: one field for each member, of which one is not null."""
    named = schema.name is not None and schema.name.startswith(UNION)
    return schema.type is Type.STRUCT and (named or GENERALIZED_UNION in schema.parameters)


def enum_of(schema: Schema) -> str | None:
    """The parameter that says a string or an integer is an enum, and begins those of its symbols; None for any other schema."""
    return next((mark for mark in (GENERALIZED_ENUM, ENUM) if mark in schema.parameters), None)


def symbols_of(schema: Schema) -> dict[str, int]:
    """The symbols of an enum and their numbers, in order."""
    mark = f"{enum_of(schema)}."
    return {name.removeprefix(mark): int(number) for name, number in schema.parameters.items() if name.startswith(mark)}


def scalar_of(schema: Schema) -> str:
    """What a scalar is in Protobuf: what it was registered as, unless it has become wider since."""
    kept = schema.parameters.get(TYPE)
    return kept if kept and schema.type is (Type.INT32 if kept in SMALL else Type.INT64) else SCALARS[schema.type]


def widened(schema: Schema, type_: Type) -> str:
    """What a registered number becomes in Protobuf when it gets a wider type of Connect's."""
    scalar = scalar_of(schema)
    if type_ is Type.FLOAT64:
        return SCALARS[type_]
    return _WIDE.get(scalar, scalar) if type_ is Type.INT64 else scalar


def wrapper_of(scalar: str) -> str:
    """The wrapper that holds a scalar of Protobuf's."""
    return next((name for name, inner in WRAPPERS.items() if inner == _PLAIN.get(scalar, scalar)), "")


_PLAIN = {"sint32": "int32", "sfixed32": "int32", "sint64": "int64", "sfixed64": "int64", "fixed32": "uint32", "fixed64": "uint64"}

_WIDE = {"int32": "int64", "sint32": "sint64", "sfixed32": "sfixed64"}
