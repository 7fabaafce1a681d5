"""Which branch of a union a value is one of. Source: Avro specification 1.11, "Unions"; JSON Schema 2020-12, `oneOf`."""

from collections.abc import Callable, Collection, Sequence
from struct import pack, unpack
from typing import Any

from http_source.connect.record_refused import Path, PlaceRefused
from http_source.connect.schema import WIDTHS, Field, Type

Branch = tuple[Field, Callable[[Any], Any]]
"""A branch, and what adapts values to it, strictly."""


_OWN: dict[type, Collection[Type]] = {int: WIDTHS, str: (Type.STRING,)}
"""The types that hold a value as it is, where others hold it, too."""


def branch_of(value: Any, branches: Sequence[Branch], path: Path) -> dict[str, Any]:
    """The union's value: the one branch that fits, by its name.

    An object's branch is the one that has every field served and needs no other; of several, the one of which no field is absent. A
    scalar's is the first that holds it exactly, for an integer an integer if there is one, for a text a text. A name for a branch
    (`{"Card": {…}}`) counts only where none fits directly. Raises PlaceRefused where none fits, or nothing decides between several.
    """
    fitting = list(_fitting(value, branches))
    if not fitting:
        return _hinted(value, branches, path)
    if isinstance(value, dict) and len(fitting) > 1:
        fitting = [each for each in fitting if _is_whole(value, each[0])] or fitting
        if len(fitting) > 1:
            names = ", ".join(each.name for each, _ in fitting)
            advice = "Register branches of which each has a required field that the others lack."
            raise PlaceRefused(path, f"it fits several branches of the registered union: {names}. {advice}")
    field, adapted = min(fitting, key=lambda each: _distance(value, *each))
    return {field.name: adapted}


def _fitting(value: Any, branches: Sequence[Branch]) -> list[tuple[Field, Any]]:
    found = []
    for field, adapt in branches:
        try:
            found.append((field, adapt(value)))
        except PlaceRefused:
            continue
    return found


def _hinted(value: Any, branches: Sequence[Branch], path: Path) -> dict[str, Any]:
    if isinstance(value, dict) and len(value) == 1:
        (hint, inner), = value.items()
        for field, adapt in branches:
            if hint in (field.name, field.schema.name, (field.schema.name or "").rpartition(".")[2]):
                return {field.name: adapt(inner)}
    names = ", ".join(field.name for field, _ in branches)
    raise PlaceRefused(path, f"it fits no branch of the registered union ({names}), and none is ever added to it.")


def _distance(value: Any, field: Field, adapted: Any) -> int:
    """How far a branch is from a scalar: its own type, another one that holds it exactly, one that rounds it."""
    if field.schema.type in _OWN.get(type(value), ()):
        return 0
    return 2 if type(adapted) is float and (adapted != value or _rounds(field, adapted)) else 1


def _rounds(field: Field, number: float) -> bool:
    try:
        return field.schema.type is Type.FLOAT32 and unpack("<f", pack("<f", number)) != (number,)
    except OverflowError:
        return True


def _is_whole(value: dict[str, Any], field: Field) -> bool:
    return field.schema.type is Type.STRUCT and len(value) == len(field.schema.fields)
