"""The marks by which Connect's schemas keep in JSON Schema what it has no place for. Source: Confluent's JsonSchemaData."""

from http_source.config.options.converter import ConverterOptions
from http_source.connect.schema import GENERALIZED_ENUM, GENERALIZED_UNION, NUMBERS, Schema, Type

NAMESPACE = "io.confluent.connect.json"
"""What the names of Connect's parameters for unions and enums begin with."""

TYPE, INDEX, VERSION, PARAMETERS = (f"connect.{each}" for each in ("type", "index", "version", "parameters"))
MAP = "map"
KEY, VALUE = "key", "value"

UNION = f"{NAMESPACE}.OneOf"
ENUM = f"{NAMESPACE}.Enum"
NULL_SYMBOL = "<NULL>"

ADDITIONAL = "connect.additional.properties"
"""The parameter of a struct whose registered text says that members beyond its properties may be there: EVERY, or a list of patterns."""
EVERY = "true"
OURS = (NAMESPACE, ADDITIONAL)
"""What the names of parameters begin with that `connect.parameters` does not repeat."""

NUMBER_OF = {each.lower(): each for each in NUMBERS}
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
