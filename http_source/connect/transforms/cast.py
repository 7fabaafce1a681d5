"""Cast: gives fields, or the whole key or value, another type."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from http_source.config.findings import did_you_mean, shown
from http_source.config.property import HIGH, REQUIRED, prop
from http_source.config.types import LIST, Simple
from http_source.connect.record import Record
from http_source.connect.schema import DECIMAL_NAME, Schema, Type
from http_source.connect.transforms.casting import LOGICAL_TIMES, TARGETS, cast
from http_source.connect.transforms.parts import PerSchema, as_object, as_struct, defaults_of, on_part, pointer, replace_nulls
from http_source.connect.transforms.settings import replace_null
from http_source.connect.transforms.transform import Part, TransformRefused

_WHOLE = None
_LOGICAL = LOGICAL_TIMES | {DECIMAL_NAME}
_TYPES = {each.lower(): each for each in TARGETS}

Casts = Mapping[str | None, Type]
"""Field → its type; the one key None when the whole key or value is cast."""

_Plan = tuple[Schema, dict[str, Schema], dict[str, Any]]
"""The new schema, the old ones of the fields that are cast, and the defaults."""


def _casts(value: object) -> Casts:
    items = LIST.parse(value)
    if not items:
        raise ValueError("Expected field:type pairs, or one type for the whole key or value")
    casts = dict(map(_pair, items))
    if _WHOLE in casts and len(items) > 1:
        raise ValueError("A type for the whole key or value stands alone; write field:type for each field")
    return MappingProxyType(casts)


def _pair(item: str) -> tuple[str | None, Type]:
    name, *rest = item.split(":")
    if len(rest) > 1:
        raise ValueError(f"{shown(item)} has more than one colon; write field:type")
    word = (rest[0] if rest else name).strip()
    if word.lower() not in _TYPES:
        question = did_you_mean(word, _TYPES)
        raise ValueError(f"{shown(word) or 'Nothing'} is not a type to cast to; there are {', '.join(_TYPES)}{question and '.'}{question}")
    return name.strip() if rest else _WHOLE, _TYPES[word.lower()]


SPEC = Simple("list", "field:type pairs, or one type", _casts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Casts fields, or the whole key or value, as Java converts: integers wrap, fractions are cut off, bytes become base64.

    The schema keeps its default and whether it is optional; a name that says what the old type meant goes. Source: Apache Kafka, "Cast".
    """

    part: Part
    casts: Casts = prop("spec", SPEC, REQUIRED, HIGH,
        "The fields and their new types as `field:type,…`, or one type for the whole key or value; "
        "types are int8, int16, int32, int64, float32, float64, boolean and string.")
    replace_null: bool = replace_null()
    _schemas: PerSchema[_Plan] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with the types cast; null stays null. Raises TransformRefused for a value that cannot be cast."""
        return on_part(record, self.part, self._change)

    def _change(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        if schema is None:
            return None, self._plain(value)
        new, old, defaults = self._schemas.get(schema, self._plan)
        if _WHOLE in self.casts:
            return new, cast(value, schema, self.casts[_WHOLE])
        changed = replace_nulls(dict(as_struct(schema, value)), defaults)
        for name, each in old.items():
            if name in changed:
                changed[name] = self._cast(name, changed[name], each)
        return new, changed

    def _plain(self, value: Any) -> Any:
        """Fields that are missing come in as null, as in Kafka."""
        if _WHOLE in self.casts:
            return cast(value, None, self.casts[_WHOLE])
        changed = dict(as_object(value))
        for name in self.casts:
            changed[str(name)] = self._cast(str(name), changed.get(str(name)), None)
        return changed

    def _cast(self, name: str, value: Any, schema: Schema | None) -> Any:
        try:
            return cast(value, schema, self.casts[name])
        except TransformRefused as error:
            raise TransformRefused(str(error), pointer(name)) from None

    def _plan(self, schema: Schema) -> _Plan:
        if _WHOLE in self.casts:
            bare = replace(schema, type=self.casts[_WHOLE], fields=(), inferred=False)
            return _retyped(schema, self.casts[_WHOLE], bare), {}, {}
        as_struct(schema, {})
        old = {each.name: each.schema for each in schema.fields if each.name in self.casts}
        changed = schema.with_fields((each.name, self._field(each.name, each.schema)) for each in schema.fields)
        if schema.default is not None:
            changed = replace(changed, default=self._defaults(schema.default, old))
        return changed, old, defaults_of(schema) if self.replace_null else {}

    def _field(self, name: str, schema: Schema) -> Schema:
        if name not in self.casts:
            return schema
        return _retyped(schema, self.casts[name], Schema(type=self.casts[name], optional=schema.optional))

    def _defaults(self, default: dict[str, Any], old: dict[str, Schema]) -> dict[str, Any]:
        return {name: self._cast(name, value, old[name]) if name in old else value for name, value in default.items()}


def _retyped(schema: Schema, target: Type, bare: Schema) -> Schema:
    """A schema of the new type; a name that says what the old type meant would be wrong on it."""
    if bare.name in _LOGICAL:
        bare = replace(bare, name=None, version=None, parameters={})
    return replace(bare, default=cast(schema.default, schema, target))
