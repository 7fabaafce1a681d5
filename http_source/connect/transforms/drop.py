"""Drop: makes the key or the value null."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from http_source.config.property import MEDIUM, prop
from http_source.config.types import OneOf
from http_source.connect.record import Record
from http_source.connect.schema import Schema
from http_source.connect.transforms.parts import PerSchema, on_part_or_null
from http_source.connect.transforms.transform import Part, TransformRefused


class SchemaBehavior(StrEnum):
    """What becomes of the schema of what is dropped."""

    NULLIFY = "nullify"
    RETAIN = "retain"
    VALIDATE = "validate"
    FORCE_OPTIONAL = "force_optional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Makes the key or the value null. Source: "Drop" in Confluent's reference of transforms."""

    part: Part
    behavior: SchemaBehavior = prop("schema.behavior", OneOf(*SchemaBehavior), SchemaBehavior.NULLIFY, MEDIUM,
        "nullify drops the schema too; retain keeps it; validate keeps it and fails the record when it is not optional; "
        "force_optional makes it optional.")
    _optional: PerSchema[Schema] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record without its key or value. Raises TransformRefused."""
        return on_part_or_null(record, self.part, self._drop)

    def _drop(self, schema: Schema | None, _: Any) -> tuple[Schema | None, None]:
        if schema is None or self.behavior is SchemaBehavior.NULLIFY:
            return None, None
        if self.behavior is SchemaBehavior.VALIDATE and not schema.optional:
            raise TransformRefused("Its schema is not optional, so it cannot be null; set schema.behavior to nullify or force_optional.")
        return (self._optional.get(schema, Schema.as_optional) if self.behavior is SchemaBehavior.FORCE_OPTIONAL else schema), None
