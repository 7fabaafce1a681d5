"""KeyToValue: puts the key into a field of the value."""

from dataclasses import dataclass, field
from typing import Any

from http_source.config.property import LOW, MEDIUM, prop
from http_source.config.types import Integer
from http_source.connect.record import Record
from http_source.connect.schema import OPTIONAL_STRING, Schema
from http_source.connect.transforms.parts import PerSchema, as_object, as_struct, kind_of, pointer, with_part
from http_source.connect.transforms.settings import TEXT
from http_source.connect.transforms.transform import Part, TransformRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyToValue:
    """Puts the key into a field of the value; the key itself stays. Source: KeyToValue of clickhouse-kafka-connect."""

    name: str = prop("field", TEXT, "_key", LOW, "The new field of the value that gets the key.")
    # Misspelled there, and so in the configurations that name it.
    remembered: int = prop("shema_cache_max_size", Integer(16, 1000), 32, MEDIUM,
        "Accepted and without effect: schemas are remembered as long as they are in use.")
    _schemas: PerSchema[Schema] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with its key in the value. Raises TransformRefused."""
        schema = record.value_schema
        fields = as_object(record.value) if schema is None else as_struct(schema, record.value)
        new_schema = None if schema is None else self._schema(schema, record.key_schema, record.key)
        return with_part(record, Part.VALUE, new_schema, {**fields, self.name: record.key})

    def _schema(self, value_schema: Schema, given: Schema | None, key: Any) -> Schema:
        key_schema = OPTIONAL_STRING if given is None else given
        if given is None and not isinstance(key, str | None):
            raise TransformRefused(f"A key without a schema must be a string, but this is {kind_of(key)}.")
        if key is None and not key_schema.optional:
            raise TransformRefused("The key is null, but its schema is not optional.")
        return self._schemas.of_both(value_schema, key_schema, self._with_key)

    def _with_key(self, value_schema: Schema, key_schema: Schema) -> Schema:
        if value_schema.field(self.name):
            raise TransformRefused("The value has a field of this name already; set `field` to another name.", pointer(self.name))
        return value_schema.with_fields([*((each.name, each.schema) for each in value_schema.fields), (self.name, key_schema)])
