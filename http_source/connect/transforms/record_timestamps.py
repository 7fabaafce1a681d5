"""ExtractTimestamp, TimestampNow, TimestampNowField: a record's timestamp from a field, and the present time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from http_source.config.property import HIGH, REQUIRED, prop
from http_source.connect.record import Record
from http_source.connect.schema import TIMESTAMP, TIMESTAMP_NAME, Schema, Type
from http_source.connect.transforms.instants import millis_of, timestamp_of
from http_source.connect.transforms.parts import PerSchema, as_object, as_struct, kind_of, on_part, pointer, schema_of
from http_source.connect.transforms.settings import NAMES, TEXT
from http_source.connect.transforms.transform import Part, TransformRefused

_POINTS = frozenset({Type.INT64, Type.UNDECIDED})
Clock = Callable[[], int]
"""The present time: milliseconds since 1970-01-01 UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractTimestamp:
    """Takes the record's timestamp from a field of its value: milliseconds since 1970-01-01 UTC, or a Timestamp.

    Source: ExtractTimestamp of kafka-connect-transform-common.
    """

    name: str = prop("field.name", TEXT, REQUIRED, HIGH, "The field of the value that becomes the record's timestamp.")

    def __call__(self, record: Record) -> Record:
        """The record with its timestamp. Raises TransformRefused."""
        millis = self._millis(record.value_schema, record.value)
        if not 0 <= millis < 1 << 63:
            raise TransformRefused("Kafka does not accept a timestamp before 1970 or beyond 64 bits.", pointer(self.name))
        return record if millis == record.timestamp else replace(record, timestamp=millis)

    def _millis(self, schema: Schema | None, value: Any) -> int:
        fields = as_object(value) if schema is None else as_struct(schema, value)
        if schema is not None:
            self._check(schema)
        found = fields.get(self.name)
        if isinstance(found, datetime):
            return millis_of(found)
        if isinstance(found, int) and not isinstance(found, bool):
            return found
        raise TransformRefused(f"The timestamp must be an integer of milliseconds, but this is {kind_of(found)}.", pointer(self.name))

    def _check(self, schema: Schema) -> None:
        known = schema_of(schema, self.name)
        if known is None:
            raise TransformRefused("The schema has no such field; correct field.name.", pointer(self.name))
        if known.type not in _POINTS or known.name not in {None, TIMESTAMP_NAME}:
            what = known.name or known.type
            raise TransformRefused(f"The timestamp must be INT64 or a Timestamp, but the schema says {what}.", pointer(self.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampNow:
    """Gives the record the time at which it passes here. Source: TimestampNow of kafka-connect-transform-common."""

    clock: Clock = field(repr=False)

    def __call__(self, record: Record) -> Record:
        """The record with its timestamp."""
        return replace(record, timestamp=self.clock())


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampNowField:
    """Puts the time at which the record passes here into new or existing fields.

    Source: TimestampNowField of kafka-connect-transform-common.
    """

    part: Part
    clock: Clock = field(repr=False)
    fields: tuple[str, ...] = prop("fields", NAMES, REQUIRED, HIGH, "The fields that get the present time, as a Timestamp.")
    _schemas: PerSchema[Schema] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with the time in its fields; a null is left alone. Raises TransformRefused."""
        return on_part(record, self.part, self._stamped)

    def _stamped(self, schema: Schema | None, value: Any) -> tuple[Schema | None, dict[str, Any]]:
        fields = as_object(value) if schema is None else as_struct(schema, value)
        now = timestamp_of(self.clock())
        return None if schema is None else self._schemas.get(schema, self._with_times), fields | dict.fromkeys(self.fields, now)

    def _with_times(self, schema: Schema) -> Schema:
        kept = {each.name: each.schema for each in schema.fields}
        new = {name: TIMESTAMP for name in self.fields if name not in kept or kept[name].name != TIMESTAMP_NAME}
        return schema.with_fields({**kept, **new}.items()) if new else schema
