"""TimestampConverter: one way of writing a point in time into another."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from http_source.config.property import HIGH, LOW, MEDIUM, REQUIRED, prop
from http_source.config.types import STRING, OneOf
from http_source.connect import schema as connect
from http_source.connect.record import Record
from http_source.connect.schema import Schema, Type
from http_source.connect.transforms.casting import LOGICAL_TIMES
from http_source.connect.transforms.instants import date_of, millis_of, time_of, timestamp_of
from http_source.connect.transforms.java_dates import DATE_FORMAT, JavaDateFormat
from http_source.connect.transforms.parts import (
    PerSchema,
    as_object,
    as_struct,
    defaults_of,
    kind_of,
    on_part_or_null,
    pointer,
    replace_nulls,
    struct_like,
)
from http_source.connect.transforms.settings import Misconfigured, replace_null
from http_source.connect.transforms.transform import Part, TransformRefused


class Target(StrEnum):
    """What a point in time becomes."""

    STRING = "string"
    UNIX = "unix"
    DATE = "Date"
    TIME = "Time"
    TIMESTAMP = "Timestamp"


class Precision(StrEnum):
    """What a number counts."""

    NANOSECONDS = "nanoseconds"
    MICROSECONDS = "microseconds"
    MILLISECONDS = "milliseconds"
    SECONDS = "seconds"


_SCHEMAS = {
    Target.STRING: connect.STRING, Target.UNIX: connect.INT64,
    Target.DATE: connect.DATE, Target.TIME: connect.TIME, Target.TIMESTAMP: connect.TIMESTAMP,
}
_LOGICAL: dict[Target, Callable[[int], Any]] = {Target.DATE: date_of, Target.TIME: time_of, Target.TIMESTAMP: timestamp_of}
_IN_MILLIS = {Precision.NANOSECONDS: 1_000_000, Precision.MICROSECONDS: 1000}
_INT64 = 1 << 63
_POINTS = frozenset({Type.STRING, Type.INT64, Type.UNDECIDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampConverter:
    """Turns strings, numbers since 1970-01-01 UTC, Dates, Times and Timestamps into one another; null stays null.

    A field missing from a value without a schema comes in as null. Source: Apache Kafka, "TimestampConverter".
    """

    part: Part
    name: str = prop("field", STRING, "", HIGH, "The field with the point in time; when it is empty, the whole key or value is one.")
    target: Target = prop("target.type", OneOf(*Target), REQUIRED, HIGH, "What it becomes.")
    format: JavaDateFormat | None = prop("format", DATE_FORMAT, None, MEDIUM,
        "The pattern of the string, in Java's letters: how it is read when it comes as one, and written with `target.type=string`.")
    precision: Precision = prop("unix.precision", OneOf(*Precision), Precision.MILLISECONDS, LOW,
        "The unit of a number; fractions of a millisecond are cut off.")
    replace_null: bool = replace_null()
    _schemas: PerSchema[tuple[Schema, dict[str, Any]]] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.target is Target.STRING and self.format is None:
            raise Misconfigured("format", "A string is written by a pattern: set this to one, such as yyyy-MM-dd'T'HH:mm:ss.SSSX.")

    def __call__(self, record: Record) -> Record:
        """The record with its point in time turned. Raises TransformRefused."""
        return on_part_or_null(record, self.part, self._change)

    def _change(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        if schema is None:
            plain = value is None or not self.name
            return None, self._turned(value, None) if plain else as_object(value) | {self.name: self._field(value.get(self.name), None)}
        new, defaults = self._schemas.get(schema, self._schema)
        if not self.name:
            return new, self._turned(value, schema)
        if value is None:
            return new, None
        changed = replace_nulls(dict(as_struct(schema, value)), defaults)
        if self.name in changed and (known := schema.field(self.name)):
            changed[self.name] = self._field(changed[self.name], known.schema)
        return new, changed

    def _field(self, value: Any, schema: Schema | None) -> Any:
        try:
            return self._turned(value, schema)
        except TransformRefused as error:
            raise TransformRefused(str(error), pointer(self.name)) from None

    def _turned(self, value: Any, schema: Schema | None) -> Any:
        if schema is not None and not (schema.name in LOGICAL_TIMES or schema.type in _POINTS):
            raise TransformRefused(f"The schema says {schema.type}, but a point in time is a STRING, INT64, Date, Time or Timestamp.")
        return None if value is None else self._written(self._millis(value))

    def _millis(self, value: Any) -> int:
        if isinstance(value, date | time | datetime):
            return millis_of(value)
        if isinstance(value, str):
            if self.format is None:
                raise TransformRefused("This is a string, and there is no pattern to read it by; set format.")
            return self.format.parse(value)
        if isinstance(value, bool) or not isinstance(value, int) or not -_INT64 <= value < _INT64:
            raise TransformRefused(f"A point in time is a string or an integer of 64 bits, but this is {kind_of(value)} of another kind.")
        return value * 1000 if self.precision is Precision.SECONDS else _divided(value, _IN_MILLIS.get(self.precision, 1))

    def _written(self, millis: int) -> Any:
        if self.target is Target.STRING and self.format is not None:
            return self.format.format(millis)
        if self.target in _LOGICAL:
            return _LOGICAL[self.target](millis)
        number = _divided(millis, 1000) if self.precision is Precision.SECONDS else millis * _IN_MILLIS.get(self.precision, 1)
        if not -_INT64 <= number < _INT64:
            raise TransformRefused(f"The time in {self.precision} is beyond 64 bits; choose another unix.precision.")
        return number

    def _schema(self, schema: Schema) -> tuple[Schema, dict[str, Any]]:
        if not self.name:
            return replace(_SCHEMAS[self.target], optional=schema.optional), {}
        if schema.type is Type.UNDECIDED:
            return schema, {}
        as_struct(schema, {})
        fields = ((each.name, self._of_field(each.name, each.schema)) for each in schema.fields)
        changed = replace(struct_like(schema, fields), optional=schema.optional)
        if schema.default is not None:
            known, value = schema.field(self.name), schema.default.get(self.name)
            changed = replace(changed, default=schema.default | ({self.name: self._field(value, known.schema)} if known else {}))
        return changed, defaults_of(schema) if self.replace_null else {}

    def _of_field(self, name: str, schema: Schema) -> Schema:
        return replace(_SCHEMAS[self.target], optional=schema.optional) if name == self.name else schema


def _divided(number: int, by: int) -> int:
    """Rounded towards zero, as Java's TimeUnit does."""
    return number // by if number >= 0 else -(-number // by)
