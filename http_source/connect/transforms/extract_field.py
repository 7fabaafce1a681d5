"""ExtractField, HoistField and ValueToKey: a field becomes the whole, the whole becomes a field, fields become the key."""

from dataclasses import dataclass, field
from typing import Any

from http_source.config.property import HIGH, MEDIUM, REQUIRED, prop
from http_source.config.types import STRING, OneOf
from http_source.connect.record import Record
from http_source.connect.schema import Schema, struct
from http_source.connect.transforms.field_path import Path, Syntax, path_of, schemas_along, value_at
from http_source.connect.transforms.parts import PerSchema, as_object, as_struct, on_part_or_null, pointer, schema_of, with_part
from http_source.connect.transforms.settings import NAMES, replace_null
from http_source.connect.transforms.transform import Part, TransformRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractField:
    """Makes a field the whole key or value.

    A field that the record lacks gives null; one missing from a struct that another transform made refuses the record.
    Source: Apache Kafka, "ExtractField"; KIP-821 for paths.
    """

    part: Part
    name: str = prop("field", STRING, REQUIRED, MEDIUM, "The field that becomes the whole key or value.")
    syntax: Syntax = prop("field.syntax.version", OneOf(*Syntax), Syntax.V1, HIGH,
        "V1 takes `field` as one name; V2 as names with dots between them, where a name with dots stands between backticks.")
    replace_null: bool = replace_null()
    _path: Path = field(init=False, repr=False, compare=False)
    _schemas: PerSchema[list[Schema]] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_path", path_of(self.name, self.syntax))

    def __call__(self, record: Record) -> Record:
        """The record with the field alone; null stays null. Raises TransformRefused."""
        return on_part_or_null(record, self.part, self._change)

    def _change(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        if schema is None:
            return None, None if value is None else value_at(as_object(value), self._path)
        schemas = self._schemas.get(schema, lambda each: schemas_along(each, self._path))
        for depth, (name, each) in enumerate(zip(self._path, schemas, strict=True), start=1):
            if value is None:
                break
            value = value.get(name)
            if value is None and (depth < len(schemas) or self.replace_null):
                value = each.default
        return schemas[-1], value


@dataclass(frozen=True, slots=True, kw_only=True)
class HoistField:
    """Puts the whole key or value, also a null, into a field of a new object. Source: Apache Kafka, "HoistField"."""

    part: Part
    name: str = prop("field", STRING, REQUIRED, MEDIUM, "The one field of the object that becomes the key or value.")
    _schemas: PerSchema[Schema] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with its key or value in the field."""
        return on_part_or_null(record, self.part, self._change)

    def _change(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        hoisted = None if schema is None else self._schemas.get(schema, lambda each: struct({self.name: each}))
        return hoisted, {self.name: value}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueToKey:
    """Makes a key of some of the value's fields; the value stays. Source: Apache Kafka, "ValueToKey"."""

    fields: tuple[str, ...] = prop("fields", NAMES, REQUIRED, HIGH, "The fields of the value that the key is made of, in this order.")
    replace_null: bool = replace_null()
    _schemas: PerSchema[Schema] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with its key. Raises TransformRefused for a tombstone and for a field the schema cannot have."""
        schema = record.value_schema
        if schema is None:
            value = as_object(record.value)
            return with_part(record, Part.KEY, None, {name: value.get(name) for name in self.fields})
        value, key_schema = as_struct(schema, record.value), self._schemas.get(schema, self._schema)
        key = {each.name: value.get(each.name) for each in key_schema.fields}
        for each in key_schema.fields if self.replace_null else ():
            if key[each.name] is None:
                key[each.name] = each.schema.default
        return with_part(record, Part.KEY, key_schema, key)

    def _schema(self, schema: Schema) -> Schema:
        return struct({name: self._known(schema, name) for name in self.fields})

    def _known(self, schema: Schema, name: str) -> Schema:
        if known := schema_of(schema, name):
            return known
        raise TransformRefused("The value's schema has no such field to make a key of.", pointer(name))
