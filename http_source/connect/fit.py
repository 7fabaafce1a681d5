"""Fits values of one schema to a wider one: the one that `evolved` made of it."""

from collections.abc import Callable, Mapping
from typing import Any

from http_source.connect.schema import Schema, Type

Fit = Callable[[Any], Any]

_WHOLE = {Type.INT8, Type.INT16, Type.INT32, Type.INT64}
_FRACTIONS = {Type.FLOAT32, Type.FLOAT64}


def fit(source: Schema, target: Schema) -> Fit | None:
    """What makes values of `source` values of `target`, or None where they are already.

    A field that the target does not have is left out, one that the source does not have becomes the target's default or null; an integer
    becomes a float where the target has one.
    """
    if source is target or source == target:
        return None
    below = _below(source, target)
    return None if below is None else lambda value: None if value is None else below(value)


def _below(source: Schema, target: Schema) -> Fit | None:
    match target.type:
        case Type.STRUCT:
            return _struct(source, target)
        case Type.ARRAY if source.items is not None and target.items is not None:
            items = fit(source.items, target.items)
            return items and (lambda value: [items(each) for each in value])
        case Type.MAP if source.values is not None and target.values is not None:
            values = fit(source.values, target.values)
            return values and (lambda value: {key: values(each) for key, each in value.items()})
    return float if source.type in _WHOLE and target.type in _FRACTIONS else None


def _struct(source: Schema, target: Schema) -> Fit | None:
    fits: Mapping[str, Fit | None] = {
        each.name: fit(known.schema, each.schema) for each in target.fields if (known := source.field(each.name))
    }
    if not any(fits.values()) and [each.name for each in source.fields] == [each.name for each in target.fields]:
        return None
    defaults = {each.name: each.schema.default for each in target.fields}

    def fitted(value: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: (change(value[name]) if (change := fits[name]) else value[name]) if name in fits and name in value else default
            for name, default in defaults.items()
        }

    return fitted
