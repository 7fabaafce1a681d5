"""Flatten: fields of nested objects become fields of the whole."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from http_source.config.property import MEDIUM, prop
from http_source.config.types import STRING
from http_source.connect.record import Record
from http_source.connect.schema import Schema, Type
from http_source.connect.transforms.parts import PerSchema, as_object, as_struct, on_part, pointer, struct_like
from http_source.connect.transforms.transform import Part, TransformRefused


@dataclass(frozen=True, slots=True)
class _Branch:
    """A field of a struct: where its value goes, or what is inside it."""

    name: str
    flat: str
    schema: Schema
    inside: "tuple[_Branch, ...] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flatten:
    """Turns nested objects into one level: `{"a": {"b": 1}}` becomes `{"a.b": 1}`. Arrays stay as they are.

    A field is optional, and null, where an object around it may be null. Source: Apache Kafka, "Flatten".
    """

    part: Part
    delimiter: str = prop("delimiter", STRING, ".", MEDIUM, "The separator between the names that form the name of a flattened field.")
    _schemas: PerSchema[tuple[Schema, tuple[_Branch, ...]]] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with one level; null stays null. Raises TransformRefused for a map with a schema, and for two fields of one name."""
        return on_part(record, self.part, self._change)

    def _change(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        if schema is None:
            # An object's member that is an object is what makes the difference.
            nested = any(isinstance(each, dict) for each in as_object(value).values())
            return None, dict(self._members(value, "")) if nested else value
        as_struct(schema, value)
        flat, branches = self._schemas.get(schema, self._flat)
        return flat, dict(_leaves(branches, value))

    def _members(self, value: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
        for name, inner in value.items():
            if isinstance(inner, dict):
                yield from self._members(inner, self._name(prefix, name))
            else:
                yield self._name(prefix, name), inner

    def _name(self, prefix: str, name: str) -> str:
        return f"{prefix}{self.delimiter}{name}" if prefix else name

    def _flat(self, schema: Schema) -> tuple[Schema, tuple[_Branch, ...]]:
        branches = tuple(self._branches(schema, "", schema.default, optional=schema.optional))
        return struct_like(schema, _fields(branches)), branches

    def _branches(self, schema: Schema, prefix: str, default: Any, *, optional: bool) -> Iterator[_Branch]:
        for each in schema.fields:
            flat, inner = self._name(prefix, each.name), each.schema
            if inner.type is Type.MAP:
                raise TransformRefused("A map with a schema cannot be flattened; drop or extract the field first.", pointer(flat))
            own = inner.default if inner.default is not None or default is None else default.get(each.name)
            nullable = optional or inner.optional
            inside = tuple(self._branches(inner, flat, own, optional=nullable)) if inner.type is Type.STRUCT else None
            yield _Branch(each.name, flat, replace(inner, optional=nullable, default=own), inside)


def _fields(branches: tuple[_Branch, ...]) -> Iterator[tuple[str, Schema]]:
    for each in branches:
        if each.inside is None:
            yield each.flat, each.schema
        else:
            yield from _fields(each.inside)


def _leaves(branches: tuple[_Branch, ...], value: dict[str, Any] | None) -> Iterator[tuple[str, Any]]:
    """The flat fields that are not null; a null with a default is replaced by it, as Connect reads a struct, but not below a null."""
    if value is None:
        return
    for each in branches:
        inner = value.get(each.name)
        if each.inside is not None:
            yield from _leaves(each.inside, inner)
        elif (leaf := each.schema.default if inner is None else inner) is not None:
            yield each.flat, leaf
