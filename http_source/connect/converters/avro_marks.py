"""The marks by which Connect's schemas keep in Avro what Avro has no place for. Source: Confluent's AvroData."""

from collections.abc import Iterator

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.avro_names import NAMESPACE
from http_source.connect.schema import GENERALIZED_ENUM, GENERALIZED_UNION, Schema, Type

DOC, VERSION, PARAMETERS, DEFAULT, NAME, TYPE = (
    f"connect.{each}" for each in ("doc", "version", "parameters", "default", "name", "type"))
INTERNAL_TYPE = "connect.internal.type"
RECORD_DOC_KEPT = "connect.record.doc"
ENUM_DOC_KEPT = "connect.enum.doc"
FIXED_SIZE = "connect.fixed.size"
PRECISION = "connect.decimal.precision"
USUAL_PRECISION = 64

RECORD_DOC = f"{NAMESPACE}.record.doc"
FIELD_DOC = f"{NAMESPACE}.field.doc."
ENUM_DOC = f"{NAMESPACE}.enum.doc."
ENUM_DEFAULT = f"{NAMESPACE}.enum.default."
FIELD_DEFAULT = f"{NAMESPACE}.field.default"
"""The parameter of a schema whose default was read from a field, not from `connect.default`."""

ALIASES = "connect.aliases"
"""The parameter of a field's schema that was read, with the field's aliases, a comma between them. No schema is written with it."""

MAP_ENTRY = "MapEntry"
UNION = f"{NAMESPACE}.Union"
ENUM = f"{NAMESPACE}.Enum"


def enum_mark(options: ConverterOptions) -> str:
    """The parameter that holds the name of an enum, and begins those of its symbols."""
    return GENERALIZED_ENUM if options.sum_type_support else ENUM


def is_enum(schema: Schema, options: ConverterOptions) -> bool:
    """Whether a string is written as an enum."""
    return schema.type is Type.STRING and enum_mark(options) in schema.parameters and (options.enhanced_avro or options.sum_type_support)


def symbols_of(schema: Schema, options: ConverterOptions) -> Iterator[str]:
    """The symbols of an enum, in order."""
    mark = f"{enum_mark(options)}."
    return (each.removeprefix(mark) for each in schema.parameters if each.startswith(mark))


def is_union(schema: Schema) -> bool:
    """Whether a struct stands for a union: one field for each branch, of which one is not null."""
    return schema.type is Type.STRUCT and (schema.name == UNION or GENERALIZED_UNION in schema.parameters)


def is_fixed(schema: Schema) -> bool:
    """Whether bytes are of one length."""
    return schema.type is Type.BYTES and schema.name is not None and FIXED_SIZE in schema.parameters


def is_avro_map(schema: Schema, options: ConverterOptions) -> bool:
    """Whether a map is one in Avro, whose keys are strings, and no array of entries."""
    return schema.keys is not None and schema.keys.type is Type.STRING and (not schema.keys.optional or options.optional_map_keys)
