"""ExtractNestedField: copies a field of a nested object beside that object."""

from dataclasses import dataclass, field
from typing import Any

from http_source.config.property import HIGH, REQUIRED, prop
from http_source.connect.record import Record
from http_source.connect.schema import Schema
from http_source.connect.transforms.field_path import schemas_along
from http_source.connect.transforms.parts import PerSchema, as_object, as_struct, kind_of, on_part, pointer
from http_source.connect.transforms.settings import TEXT
from http_source.connect.transforms.transform import Part, TransformRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractNestedField:
    """Copies a field one level up; a missing field, or a nested object that is null, gives null.

    Source: ExtractNestedField of kafka-connect-transform-common, which takes values with a schema only.
    """

    part: Part
    outer: str = prop("input.outer.field.name", TEXT, REQUIRED, HIGH, "The field with the nested object: `address` for `address.state`.")
    inner: str = prop("input.inner.field.name", TEXT, REQUIRED, HIGH, "The nested object's field to copy: `state` for `address.state`.")
    output: str = prop("output.field.name", TEXT, REQUIRED, HIGH, "The new field, beside the nested object, that gets the copy.")
    _schemas: PerSchema[Schema] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with the new field; a null is left alone. Raises TransformRefused."""
        return on_part(record, self.part, self._extracted)

    def _extracted(self, schema: Schema | None, value: Any) -> tuple[Schema | None, dict[str, Any]]:
        fields = as_object(value) if schema is None else as_struct(schema, value)
        new_schema = None if schema is None else self._schemas.get(schema, self._with_output)
        nested = fields.get(self.outer)
        if nested is not None and not isinstance(nested, dict):
            raise TransformRefused(f"It takes a field of an object, but this is {kind_of(nested)}.", pointer(self.outer))
        return new_schema, {**fields, self.output: None if nested is None else nested.get(self.inner)}

    def _with_output(self, schema: Schema) -> Schema:
        outer, inner = schemas_along(schema, (self.outer, self.inner))
        if schema.field(self.output):
            raise TransformRefused("The schema has a field of this name already; choose another output.field.name.", pointer(self.output))
        copied = inner.as_optional() if outer.optional else inner
        return schema.with_fields([*((each.name, each.schema) for each in schema.fields), (self.output, copied)])
