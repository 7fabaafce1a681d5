"""AdjustPrecisionAndScale and SetMaximumPrecision: the precision and scale that the schema of a decimal states."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import MAX_EMAX, MIN_EMIN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import Any

from http_source.config.property import HIGH, LOW, REQUIRED, prop
from http_source.config.types import Integer, OneOf
from http_source.connect.record import Record
from http_source.connect.schema import DECIMAL_NAME, SCALE, Schema, Type
from http_source.connect.transforms.parts import PerSchema, as_struct, kind_of, on_part
from http_source.connect.transforms.transform import Part, TransformRefused

PRECISION = "connect.decimal.precision"
"""The parameter of a Decimal that says how many digits it has at most; without it, Avro's converter takes 64."""

Round = Callable[[Decimal], Decimal]


class Mode(StrEnum):
    """When the value given is used."""

    NONE = "none"
    UNDEFINED = "undefined"
    MAX = "max"


class ZeroMode(StrEnum):
    """What becomes of a scale of 0."""

    NONE = "none"
    VALUE = "value"


class NegativeMode(StrEnum):
    """What becomes of a negative scale."""

    NONE = "none"
    ZERO = "zero"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMaximumPrecision:
    """Lowers the precision that the schemas of decimals state, at the top level of a struct; the numbers stay as they are.

    Source: SetMaximumPrecision of kafka-connect-transform-common.
    """

    part: Part
    maximum: int = prop("precision.max", Integer(1, 64), REQUIRED, HIGH, "The highest precision a decimal's schema may state.")
    _schemas: PerSchema[Schema] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with its schema changed; a null is left alone. Raises TransformRefused."""
        return on_part(record, self.part, self._lowered)

    def _lowered(self, schema: Schema | None, value: Any) -> tuple[Schema, dict[str, Any]]:
        known = _of_struct(schema, value)
        return self._schemas.get(known, self._schema), value

    def _schema(self, schema: Schema) -> Schema:
        high = {each.name for each in schema.fields if _is_decimal(each.schema) and _parameter(each.schema, PRECISION, 64) > self.maximum}
        return _with_parameters(schema, {name: {PRECISION: self.maximum} for name in high})


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustPrecisionAndScale:
    """Gives decimals, at the top level of a struct, another precision and scale. A decimal to which no mode applies stays as it is.

    A number is rounded half up to the precision, then down to the scale. Source: AdjustPrecisionAndScale of kafka-connect-transform-common.
    """

    part: Part
    precision: int = prop("precision.value", Integer(1, 127), 38, HIGH, "The precision that precision.mode uses.")
    precision_mode: Mode = prop("precision.mode", OneOf(*Mode), Mode.NONE, HIGH,
        "undefined sets precision.value where the schema states no precision; max also where it states a higher one; none changes nothing.")
    undefined_precision: int = prop("precision.undefined.value", Integer(), 0, LOW, "The precision that means: none is stated.")
    scale: int = prop("scale.value", Integer(0, 127), 127, HIGH, "The scale that scale.mode uses.")
    scale_mode: Mode = prop("scale.mode", OneOf(*Mode), Mode.NONE, HIGH,
        "undefined sets scale.value where the schema states no precision or scale; max also where it is higher; none changes nothing.")
    zero_mode: ZeroMode = prop("scale.zero.mode", OneOf(*ZeroMode), ZeroMode.NONE, HIGH, "value sets scale.value where the scale is 0.")
    negative_mode: NegativeMode = prop("scale.negative.mode", OneOf(*NegativeMode), NegativeMode.NONE, HIGH,
        "Where the scale is negative: zero makes it 0, value makes it scale.value.")
    undefined_scale: int = prop("scale.undefined.value", Integer(), 127, LOW, "The scale that means: none is stated.")
    _plans: PerSchema[tuple[Schema, Mapping[str, Round]]] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with its decimals adjusted; a null is left alone. Raises TransformRefused."""
        return on_part(record, self.part, self._adjusted)

    def _adjusted(self, schema: Schema | None, value: Any) -> tuple[Schema, dict[str, Any]]:
        known = _of_struct(schema, value)
        new, rounds = self._plans.get(known, self._plan)
        numbers = {name: rounded(value[name]) for name, rounded in rounds.items() if value.get(name) is not None}
        return new, {**value, **numbers} if rounds else value

    def _plan(self, schema: Schema) -> tuple[Schema, Mapping[str, Round]]:
        changes = {each.name: change for each in schema.fields if _is_decimal(each.schema) and (change := self._change(each.schema))}
        new = _with_parameters(schema, changes)
        return new, {each.name: _rounding(each.schema) for each in new.fields if each.name in changes}

    def _change(self, schema: Schema) -> dict[str, int]:
        precision, scale = _parameter(schema, PRECISION, 0), _parameter(schema, SCALE, 0)
        undefined = precision == self.undefined_precision
        change = {PRECISION: self.precision} if _applies(self.precision_mode, undefined, precision > self.precision) else {}
        if self._sets_scale(scale, undefined=undefined or scale == self.undefined_scale):
            return change | {SCALE: self.scale}
        return change | ({SCALE: 0} if scale < 0 and self.negative_mode is NegativeMode.ZERO else {})

    def _sets_scale(self, scale: int, *, undefined: bool) -> bool:
        return (
            _applies(self.scale_mode, undefined, scale > self.scale)
            or (scale == 0 and self.zero_mode is ZeroMode.VALUE)
            or (scale < 0 and self.negative_mode is NegativeMode.VALUE)
        )


def _applies(mode: Mode, undefined: bool, exceeded: bool) -> bool:  # noqa: FBT001  the two facts a mode is about
    return (mode is not Mode.NONE and undefined) or (mode is Mode.MAX and exceeded)


def _of_struct(schema: Schema | None, value: Any) -> Schema:
    if schema is None:
        raise TransformRefused(f"It changes the schemas of decimals, but this is {kind_of(value)} without one; use a format with a schema.")
    as_struct(schema, value)
    return schema


def _is_decimal(schema: Schema) -> bool:
    return schema.type is Type.BYTES and schema.name == DECIMAL_NAME


def _parameter(schema: Schema, name: str, default: int) -> int:
    return int(schema.parameters.get(name, default))


def _with_parameters(schema: Schema, changes: Mapping[str, Mapping[str, int]]) -> Schema:
    if not changes:
        return schema
    return schema.with_fields((each.name, _changed(each.schema, changes.get(each.name, {}))) for each in schema.fields)


def _changed(schema: Schema, change: Mapping[str, int]) -> Schema:
    parameters = {**schema.parameters, **{name: str(number) for name, number in change.items()}}
    return replace(schema, parameters=parameters) if change else schema


def _rounding(schema: Schema) -> Round:
    """What makes a number fit a decimal's schema, exactly as far as it can be."""
    precision, unit = _parameter(schema, PRECISION, 0), Decimal(1).scaleb(-_parameter(schema, SCALE, 0))
    to_precision = Context(prec=precision, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN) if precision > 0 else None

    def rounded(number: Decimal) -> Decimal:
        short = to_precision.plus(number) if to_precision else number
        # As many digits as the result can have, so that none is lost on the way.
        digits = max(1, short.adjusted() + 2 - int(unit.as_tuple().exponent))
        return short.quantize(unit, context=Context(prec=digits, rounding=ROUND_FLOOR, Emax=MAX_EMAX, Emin=MIN_EMIN))

    return rounded
