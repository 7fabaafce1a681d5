"""The marks by which Connect's schemas keep in JSON Schema what it has no place for. Source: Confluent's JsonSchemaData."""

from http_source.config.options.converter import ConverterOptions
from http_source.connect.schema import Schema, Type

NAMESPACE = "io.confluent.connect.json"
"""What the names of parameters begin with that are told by other means than `connect.parameters`."""

TYPE, INDEX, VERSION, PARAMETERS = (f"connect.{each}" for each in ("type", "index", "version", "parameters"))
MAP = "map"
KEY, VALUE = "key", "value"

UNION = f"{NAMESPACE}.OneOf"
GENERALIZED_UNION = "org.apache.kafka.connect.data.Union"
ENUM = f"{NAMESPACE}.Enum"
GENERALIZED_ENUM = "org.apache.kafka.connect.data.Enum"
NULL_SYMBOL = "<NULL>"

NUMBERS = {each.lower(): each for each in (Type.INT8, Type.INT16, Type.INT32, Type.INT64, Type.FLOAT32, Type.FLOAT64)}
"""Connect's numbers as `connect.type` names them."""

BYTES = Type.BYTES.lower()


def is_union(schema: Schema) -> bool:
    """Whether a struct stands for a union: one field for each branch, of which one is not null."""
    return schema.type is Type.STRUCT and (schema.name == UNION or GENERALIZED_UNION in schema.parameters)


def is_enum(schema: Schema) -> bool:
    """Whether a string is one of a few."""
    return schema.type is Type.STRING and (ENUM in schema.parameters or GENERALIZED_ENUM in schema.parameters)


def enum_mark(options: ConverterOptions) -> str:
    """The parameter that says a string is an enum, and begins those of its symbols."""
    return GENERALIZED_ENUM if options.sum_type_support else ENUM


def is_object(schema: Schema) -> bool:
    """Whether a map is an object in JSON, and no array of entries."""
    return schema.keys is not None and schema.keys.type is Type.STRING and not schema.keys.optional
