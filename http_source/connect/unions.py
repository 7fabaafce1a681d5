"""What the formats have in common where a schema says more than Connect's types: unions, enums, aliases, properties that it lets by.

Source: Confluent's AvroData, JsonSchemaData and ProtobufData, whose marks these are.
"""

from collections.abc import Iterator

from http_source.connect.converters import avro_marks, json_schema_marks, protobuf_marks
from http_source.connect.converters.avro_marks import ALIASES
from http_source.connect.converters.json_schema_marks import ADDITIONAL
from http_source.connect.schema import GENERALIZED_ENUM, GENERALIZED_UNION, Schema, Type

_UNIONS = {avro_marks.UNION, json_schema_marks.UNION}
_ONEOF = protobuf_marks.UNION
_ENUMS = tuple(f"{mark}." for mark in (GENERALIZED_ENUM, avro_marks.ENUM, json_schema_marks.ENUM, protobuf_marks.ENUM))


def is_union(schema: Schema) -> bool:
    """Whether a struct stands for a union: one field for each branch, of which one is not null."""
    named = schema.name is not None and (schema.name in _UNIONS or schema.name.startswith(_ONEOF))
    return schema.type is Type.STRUCT and (named or GENERALIZED_UNION in schema.parameters)


def _is_oneof(schema: Schema) -> bool:
    """Whether the members of a union stand among the fields beside it, as Protobuf has them."""
    return is_union(schema) and (schema.name or "").startswith(_ONEOF)


def symbols_of(schema: Schema) -> frozenset[str]:
    """The symbols of an enum; none for any other schema."""
    return frozenset(name.removeprefix(mark) for name in schema.parameters for mark in _ENUMS if name.startswith(mark))


def aliases_of(schema: Schema) -> Iterator[tuple[str, str]]:
    """Each other name of the fields of a struct, which Avro's aliases give, and the field it is of."""
    for each in schema.fields:
        for alias in filter(None, each.schema.parameters.get(ALIASES, "").split(",")):
            yield alias, each.name


def members_of(schema: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Each member of a struct's oneofs: its name, the field of the oneof, and the member's schema."""
    for each in schema.fields:
        if _is_oneof(each.schema):
            yield from ((member.name, each.name, member.schema) for member in each.schema.fields)


def is_open(schema: Schema) -> bool:
    """Whether a struct lets fields by that it does not name; which ones, `lets_by` says."""
    return ADDITIONAL in schema.parameters


def lets_by(schema: Schema, name: str) -> bool:
    """Whether a field of that name is written as it is, though the struct does not name it."""
    if not is_open(schema):
        return False
    # Imported here: its validator is for this alone.
    from http_source.connect.converters.json_schema_additional import allows  # noqa: PLC0415

    return allows(schema, name)
