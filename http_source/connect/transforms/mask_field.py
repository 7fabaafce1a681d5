"""MaskField: hides the values of fields."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from http_source.config.property import HIGH, LOW, REQUIRED, prop
from http_source.connect.record import Record
from http_source.connect.schema import Schema, Type
from http_source.connect.seen import is_undecided
from http_source.connect.transforms.casting import BITS, float32, wrapped
from http_source.connect.transforms.parts import (
    PerSchema,
    as_object,
    as_struct,
    defaults_of,
    kind_of,
    on_part_or_null,
    pointer,
    replace_nulls,
)
from http_source.connect.transforms.settings import NAMES, TEXT, replace_null
from http_source.connect.transforms.transform import Part, TransformRefused

_ZEROS: dict[type, Any] = {
    bool: False, int: 0, float: 0.0, Decimal: Decimal(0), str: "",
    date: date(1970, 1, 1), time: time(0), datetime: datetime(1970, 1, 1, tzinfo=UTC),
}
_LARGEST_EXPONENT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskField:
    """Replaces all but structs by the zero of the type (0, false, an empty string, array or object), or numbers and strings by a text.

    A null stays null. Source: Apache Kafka, "MaskField".
    """

    part: Part
    fields: tuple[str, ...] = prop("fields", NAMES, REQUIRED, HIGH, "The fields whose values are hidden.")
    replacement: str | None = prop("replacement", TEXT, None, LOW,
        "What numbers and strings become instead of 0 and an empty string; for a number it must be a number.")
    replace_null: bool = replace_null()
    _defaults: PerSchema[dict[str, Any]] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with the fields hidden. Raises TransformRefused, also for null."""
        return on_part_or_null(record, self.part, self._change)

    def _change(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        if schema is None:
            # Fields that are missing come in as null, as in Kafka.
            plain = as_object(value)
            return None, plain | {name: self._masked(name, plain.get(name), None) for name in self.fields}
        changed = dict(as_struct(schema, value))
        if self.replace_null:
            replace_nulls(changed, self._defaults.get(schema, defaults_of))
        for name in self.fields:
            if name in changed and (known := schema.field(name)):
                changed[name] = self._masked(name, changed[name], known.schema)
        return schema, changed

    def _masked(self, name: str, value: Any, schema: Schema | None) -> Any:
        if value is None:
            return None
        try:
            return self._zero(value, schema) if self.replacement is None else _replaced(value, self.replacement, schema)
        except TransformRefused as error:
            raise TransformRefused(str(error), pointer(name)) from None

    def _zero(self, value: Any, schema: Schema | None) -> Any:
        if isinstance(value, list):
            return []
        if isinstance(value, dict) and (schema is None or schema.type is Type.MAP):
            return {}
        if isinstance(value, dict) and is_undecided(value):
            return value
        # A number that keeps its digits as served is a float of another class.
        kind = float if isinstance(value, float) else type(value)
        if kind not in _ZEROS:
            raise TransformRefused(f"It hides no {schema.type if schema else kind_of(value)}; drop the field with ReplaceField instead.")
        return _ZEROS[kind]


def _replaced(value: Any, replacement: str, schema: Schema | None) -> Any:
    if isinstance(value, str):
        return replacement
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TransformRefused("A replacement is for numbers and strings only; mask other fields without one.")
    number = _number(replacement)
    if isinstance(value, int):
        return wrapped(int(number), BITS.get(schema.type, 64) if schema else 64)
    if isinstance(value, Decimal):
        return number
    return float32(float(number)) if schema is not None and schema.type is Type.FLOAT32 else float(number)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number.adjusted() > _LARGEST_EXPONENT:
        raise TransformRefused("The replacement is not a number, but the field is; give numbers and strings a MaskField each.")
    return number
