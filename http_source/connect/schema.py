"""Kafka Connect's data model: what a record's key, value or header is made of.

Values are plain Python and stand beside their schema:

    INT8 … INT64     int                    Decimal      decimal.Decimal
    FLOAT32, FLOAT64 float                  Date         datetime.date
    BOOLEAN          bool                   Time         datetime.time, without a zone
    STRING           str                    Timestamp    datetime.datetime, with a zone
    BYTES            bytes
    ARRAY            list
    MAP              dict
    STRUCT           dict: field name → value; null is None, and so is a field that is not there
    UNDECIDED        None

Source: `org.apache.kafka.connect.data` of Apache Kafka (`Schema`, `ConnectSchema`, `Field`, `Decimal`, `Date`, `Time`, `Timestamp`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Type(StrEnum):
    """Connect's types, by the names it prints."""

    INT8 = "INT8"
    INT16 = "INT16"
    INT32 = "INT32"
    INT64 = "INT64"
    FLOAT32 = "FLOAT32"
    FLOAT64 = "FLOAT64"
    BOOLEAN = "BOOLEAN"
    STRING = "STRING"
    BYTES = "BYTES"
    ARRAY = "ARRAY"
    MAP = "MAP"
    STRUCT = "STRUCT"
    UNDECIDED = "UNDECIDED"
    """Ours: null, where nobody has seen yet what else there may be. No format writes it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a struct; `index` is its place among the fields, from 0."""

    name: str
    index: int
    schema: "Schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What a value may be. Equal schemas are interchangeable, and hash alike.

    Attributes:
        type: Connect's type; of a logical schema, the type that carries it.
        optional: whether the value may be null.
        default: stands for a missing value; None where there is none, since Connect knows no other.
        name: of a struct, its full name; of a logical schema, what it means; None for a struct that was inferred.
        version: of the schema named.
        doc: for people.
        parameters: of a logical schema, such as a decimal's scale.
        fields: of a STRUCT, in order.
        items: of an ARRAY, what each element is.
        keys: of a MAP.
        values: of a MAP.
        inferred: whether the type is what was served, so that null and what is empty tell nothing of it; a transform that gives a place
            its type (Cast, TimestampConverter) leaves it out. Kept by whatever moves, renames or hides a value.
    """

    type: Type
    optional: bool = False
    default: Any = field(default=None, hash=False)
    name: str | None = None
    version: int | None = None
    doc: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)
    fields: tuple[Field, ...] = ()
    items: "Schema | None" = None
    keys: "Schema | None" = None
    values: "Schema | None" = None
    inferred: bool = False

    @property
    def shown(self) -> str:
        """The type in the words of a message, with what a logical type means; the names of structs say nothing of what they take."""
        return f"{self.type} ({self.name})" if self.name in LOGICAL else str(self.type)

    @property
    def is_annotated(self) -> bool:
        """Whether it says more than what a value is: a name, version, doc or parameters."""
        return bool(self.name or self.version or self.doc or self.parameters)

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((each for each in self.fields if each.name == name), None)

    def as_optional(self) -> "Schema":
        """The same schema, null allowed."""
        return self if self.optional else replace(self, optional=True)

    def as_required(self) -> "Schema":
        """The same schema, null not allowed."""
        return replace(self, optional=False) if self.optional else self

    def with_fields(self, fields: Iterable[tuple[str, "Schema"]]) -> "Schema":
        """The same struct with these fields instead, numbered in the order given."""
        numbered = (Field(name, index, schema) for index, (name, schema) in enumerate(fields))
        return replace(self, fields=tuple(numbered))


def struct(fields: Mapping[str, Schema], *, name: str | None = None, optional: bool = False) -> Schema:
    """A STRUCT of these fields, in this order."""
    return Schema(type=Type.STRUCT, name=name, optional=optional).with_fields(fields.items())


def array(items: Schema, *, optional: bool = False) -> Schema:
    """An ARRAY of such elements."""
    return Schema(type=Type.ARRAY, items=items, optional=optional)


def map_of(keys: Schema, values: Schema, *, optional: bool = False) -> Schema:
    """A MAP from such keys to such values."""
    return Schema(type=Type.MAP, keys=keys, values=values, optional=optional)


INT8, INT16, INT32, INT64 = (Schema(type=each) for each in (Type.INT8, Type.INT16, Type.INT32, Type.INT64))
FLOAT32, FLOAT64 = Schema(type=Type.FLOAT32), Schema(type=Type.FLOAT64)
BOOLEAN, STRING, BYTES = Schema(type=Type.BOOLEAN), Schema(type=Type.STRING), Schema(type=Type.BYTES)

OPTIONAL_INT32, OPTIONAL_INT64 = INT32.as_optional(), INT64.as_optional()
OPTIONAL_FLOAT32, OPTIONAL_FLOAT64 = FLOAT32.as_optional(), FLOAT64.as_optional()
OPTIONAL_BOOLEAN, OPTIONAL_STRING, OPTIONAL_BYTES = BOOLEAN.as_optional(), STRING.as_optional(), BYTES.as_optional()

UNDECIDED = Schema(type=Type.UNDECIDED, optional=True, inferred=True)
"""Of a null that tells nothing, in a place that exists."""

DECIMAL_NAME = "org.apache.kafka.connect.data.Decimal"
DATE_NAME = "org.apache.kafka.connect.data.Date"
TIME_NAME = "org.apache.kafka.connect.data.Time"
TIMESTAMP_NAME = "org.apache.kafka.connect.data.Timestamp"

LOGICAL = frozenset({DECIMAL_NAME, DATE_NAME, TIME_NAME, TIMESTAMP_NAME})
"""The names by which a schema means more than its type."""

WIDTHS = {Type.INT8: 8, Type.INT16: 16, Type.INT32: 32, Type.INT64: 64}
"""Bits of the integer types, in the order in which they widen."""

NUMBERS = (*WIDTHS, Type.FLOAT32, Type.FLOAT64)
"""The types of numbers, from the narrowest."""

GENERALIZED_UNION = "org.apache.kafka.connect.data.Union"
"""The parameter of a struct that stands for a union (`generalized.sum.type.support`)."""

GENERALIZED_ENUM = "org.apache.kafka.connect.data.Enum"
"""The same for an enum; the parameters of its symbols begin with it."""

SCALE = "scale"
"""The parameter of a Decimal that says how many digits follow the point."""

DATE = Schema(type=Type.INT32, name=DATE_NAME, version=1)
TIME = Schema(type=Type.INT32, name=TIME_NAME, version=1)
TIMESTAMP = Schema(type=Type.INT64, name=TIMESTAMP_NAME, version=1)
OPTIONAL_TIMESTAMP = TIMESTAMP.as_optional()


def decimal(scale: int, *, optional: bool = False) -> Schema:
    """Connect's Decimal: a number with `scale` digits after the point, exact at any size."""
    return Schema(type=Type.BYTES, name=DECIMAL_NAME, version=1, parameters={SCALE: str(scale)}, optional=optional)


def wider(one: Type, other: Type) -> Type:
    """The number that holds both; between an integer and FLOAT32 that is FLOAT64."""
    if one is other or {one, other} <= WIDTHS.keys():
        return max(one, other, key=NUMBERS.index)
    return Type.FLOAT64
