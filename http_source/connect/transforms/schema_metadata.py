"""SetSchemaMetadata: names a schema."""

from dataclasses import dataclass, field, replace
from typing import Any

from http_source.config.property import HIGH, prop
from http_source.config.types import STRING, Integer
from http_source.connect.record import Record
from http_source.connect.schema import Schema, Type
from http_source.connect.transforms.parts import PerSchema, defaults_of, on_part_or_null, replace_nulls
from http_source.connect.transforms.settings import Misconfigured, replace_null
from http_source.connect.transforms.transform import Part, TransformRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSchemaMetadata:
    """Gives the schema of the key or value a name, a version or both. Source: Apache Kafka, "SetSchemaMetadata"."""

    part: Part
    name: str | None = prop("schema.name", STRING, None, HIGH, "The schema's name, such as the full name of an Avro record.")
    version: int | None = prop("schema.version", Integer(), None, HIGH, "The schema's version.")
    replace_null: bool = replace_null()
    _schemas: PerSchema[tuple[Schema, dict[str, Any]]] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.name is None and self.version is None:
            raise Misconfigured("schema.name", "There is nothing to set: give this property, schema.version or both.")

    def __call__(self, record: Record) -> Record:
        """The record with the schema named; a null without a schema stays. Raises TransformRefused for a value without a schema."""
        return on_part_or_null(record, self.part, self._change)

    def _change(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        if schema is None and value is None:
            return None, None
        if schema is None:
            raise TransformRefused("There is no schema to name; choose AVRO, JSON_SR or PROTOBUF, or remove the transform.")
        named, defaults = self._schemas.get(schema, self._named)
        return named, replace_nulls(dict(value), defaults) if defaults and value is not None else value

    def _named(self, schema: Schema) -> tuple[Schema, dict[str, Any]]:
        name = schema.name if self.name is None else self.name
        version = schema.version if self.version is None else self.version
        defaults = defaults_of(schema) if self.replace_null and schema.type is Type.STRUCT else {}
        return (schema if (name, version) == (schema.name, schema.version) else replace(schema, name=name, version=version)), defaults
