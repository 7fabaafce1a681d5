"""Decoded records have the names they were served with; the schema's own are put in their place, since a format knows only those."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from http_source.connect.record_refused import Path
from http_source.connect.schema import Schema, Type

Names = Mapping[Path, str]
"""The place of a field that is served under another name → that name."""

Restore = Callable[[list[Any]], None]
"""Changes values in place, null among them."""


def own_names(schema: Schema, names: Names) -> Restore | None:
    """What gives the fields of decoded values their own names; None where all have them."""
    if not names:
        return None
    if schema.type is Type.STRUCT:
        return _fields(schema, names)
    inner = schema.items or schema.values
    rename = None if inner is None else own_names(inner, below(names, "*"))
    if rename is None:
        return None
    elements: Callable[[Any], Iterable[Any]] = list if schema.type is Type.ARRAY else dict.values
    return lambda values: rename([element for each in values if each is not None for element in elements(each)])


def _fields(schema: Schema, names: Names) -> Restore | None:
    served = [(each.name, names[(each.name,)]) for each in schema.fields if (each.name,) in names]
    inside = [(each.name, rename) for each in schema.fields if (rename := own_names(each.schema, below(names, each.name)))]
    if not served and not inside:
        return None

    def rename_fields(values: list[Any]) -> None:
        there = [each for each in values if each is not None]
        for own, name in served:
            for value in there:
                value[own] = value.pop(name, None)
        for own, rename in inside:
            rename([value[own] for value in there])

    return rename_fields


def below(names: Names, name: str) -> Names:
    """Those inside of a field, of an array or of a map, from there on."""
    return {path[1:]: each for path, each in names.items() if path[0] == name and len(path) > 1}
