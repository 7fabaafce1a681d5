"""Schemas as formats read them from texts with a union, a oneof, an enum, an alias or properties that are let by."""

from collections.abc import Mapping
from dataclasses import replace

from http_source.connect.converters.avro_marks import ALIASES
from http_source.connect.converters.json_schema_marks import ADDITIONAL
from http_source.connect.schema import INT64, OPTIONAL_STRING, STRING, Schema, struct

CARD = struct({"number": STRING, "note": OPTIONAL_STRING}, name="shop.Card")
CASH = struct({"amount": INT64}, name="shop.Cash")


def union(branches: Mapping[str, Schema], *, optional: bool = False) -> Schema:
    """Avro's union, or JSON Schema's oneOf."""
    return struct({name: each.as_optional() for name, each in branches.items()}, name="io.confluent.connect.avro.Union", optional=optional)


def oneof(members: Mapping[str, Schema]) -> Schema:
    """Protobuf's."""
    fields = {name: each.as_optional() for name, each in members.items()}
    return struct(fields, name="io.confluent.connect.protobuf.Union.pay", optional=True)


def enum(*symbols: str) -> Schema:
    return replace(STRING, parameters={f"io.confluent.connect.avro.Enum.{each}": each for each in symbols})


def aliased(schema: Schema, *names: str) -> Schema:
    return replace(schema, parameters={ALIASES: ",".join(names)})


def letting_by(fields: Mapping[str, Schema]) -> Schema:
    """An object whose text lets properties by that it does not name."""
    return replace(struct(fields), parameters={ADDITIONAL: "true"})
