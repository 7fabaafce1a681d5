"""The schemas of records that came, so that one which differs by nulls and missing fields only gets the very same schema again.

Transforms prepare themselves once for each schema. A schema for each combination of nulls would cost more than the record's change; and
it makes no difference which of them a record has, as long as each of its values has the very type it was served with.
"""

from collections.abc import Callable
from typing import Any

from http_source.connect.infer import infer_record
from http_source.connect.schema import Schema, Type
from http_source.connect.served import Digits

_MOST = 32
"""Schemas that are kept: as many as there are kinds of records, or numbers that come with and without a fraction."""

_Plan = dict[str, Any]
"""A field's name → the Python type of its values, or the plan of its objects."""

_PYTHON = {Type.UNDECIDED: type(None), Type.BOOLEAN: bool, Type.INT64: int, Type.FLOAT64: float, Type.STRING: str, Type.ARRAY: list}


class Shapes:
    """The schemas of one topic's records, or of their keys; threads may share it, and then may infer one twice."""

    def __init__(self, infer: Callable[[Any], Schema | None] = infer_record) -> None:
        self._infer = infer
        self._scalars: dict[type, Schema | None] = {}
        self._known: list[tuple[_Plan, Schema]] = []

    def of(self, value: Any) -> Schema | None:
        """A schema in which the record has its own types, and perhaps fields that it lacks. Raises PlaceRefused."""
        kind = type(value)
        if kind is not dict:
            return self._scalars[kind] if kind in self._scalars else self._scalars.setdefault(kind, self._infer(value))
        for plan, schema in self._known:
            if _fits(value, plan):
                return schema
        return self._learned(self._infer(value))

    def _learned(self, own: Schema | None) -> Schema | None:
        if own is None:
            return None
        known = self._known
        for place, (_, schema) in enumerate(known):
            if (joined := _joined(schema, own)) is not None:
                self._known = [*known[:place], (_plan(joined), joined), *known[place + 1 :]]
                return joined
        self._known = [*known[-_MOST + 1 :], (_plan(own), own)]
        return own


def _fits(value: dict[str, Any], plan: _Plan) -> bool:
    for name, each in value.items():
        known = plan.get(name)
        if type(each) is known or (each is None and known is not None) or (known is float and type(each) is Digits):
            continue
        if type(each) is not dict or type(known) is not dict or not _fits(each, known):
            return False
    return True


def _plan(schema: Schema) -> _Plan:
    return {each.name: _plan(each.schema) if each.schema.type is Type.STRUCT else _PYTHON[each.schema.type] for each in schema.fields}


def _joined(one: Schema, other: Schema) -> Schema | None:
    """The schema of both, or None where they have two types in one place."""
    if one.type is not other.type or one.type is not Type.STRUCT:
        return other if one.type is Type.UNDECIDED else one if other.type in (Type.UNDECIDED, one.type) else None
    fields = {each.name: each.schema for each in one.fields}
    for each in other.fields:
        joined = _joined(fields[each.name], each.schema) if each.name in fields else each.schema
        if joined is None:
            return None
        fields[each.name] = joined
    return one.with_fields(fields.items())
