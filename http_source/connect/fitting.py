"""Values of a schema that a registered one covers → values of that one, without a look at what is the same in both."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from http_source.connect.adapt import Adapter
from http_source.connect.noticed import Adapt, Noticed
from http_source.connect.record_refused import Path, PlaceRefused
from http_source.connect.schema import LOGICAL, Schema, Type
from http_source.connect.seen import clash, is_undecided
from http_source.connect.unions import aliases_of, is_open, is_union, members_of


def fitting(given: Schema, known: Schema, adapter: Adapter, path: Path = ()) -> Adapt | None:
    """What makes values of the one those of the other, with a look at no more places than need one; None where none does.

    Where a value is of the very type that writing expects there, nothing is to be done: what does not fit, writing refuses.
    """
    if given is known or _is_direct(given, known):
        return None
    if given.type is not Type.STRUCT or not _is_plain(known):
        return adapter.compose(known, path)
    names = {each.name: adapter.rename(each.name) for each in given.fields}
    more = [name for name, written in names.items() if known.field(written) is None]
    renamed = [(name, written) for name, written in names.items() if name != written and name not in more]
    below = dict(_below(given, known, adapter, path))
    return _Fitting(path, more, renamed, below) if more or renamed or below else None


@dataclass(frozen=True, slots=True)
class _Fitting:
    """What is done to one object.

    Attributes:
        more: the fields that are left out.
        renamed: those that get another name.
        below: what is done to others, by their new names.
    """

    path: Path
    more: Sequence[str]
    renamed: Sequence[tuple[str, str]]
    below: Mapping[str, Adapt]

    def __call__(self, value: Any, noticed: Noticed) -> Any:
        fitted = dict(value)
        for name in self.more:
            _omit(fitted, name, (*self.path, name), noticed)
        for name, written in self.renamed:
            if name in fitted:
                self._rename(fitted, name, written)
        for name, adapt in self.below.items():
            if (each := fitted.get(name)) is not None:
                fitted[name] = adapt(each, noticed)
        return fitted

    def _rename(self, fitted: dict[str, Any], name: str, written: str) -> None:
        if written in fitted:
            raise clash(self.path, written, name, written)
        fitted[written] = fitted.pop(name)


def _below(given: Schema, known: Schema, adapter: Adapter, path: Path) -> Iterator[tuple[str, Adapt]]:
    for each in given.fields:
        place = known.field(adapter.rename(each.name))
        inner = None if place is None else fitting(each.schema, place.schema, adapter, (*path, each.name))
        if place is not None and inner is not None:
            yield place.name, inner


def _is_plain(known: Schema) -> bool:
    """Whether a struct has its fields by their names, and nothing else."""
    if known.type is not Type.STRUCT or is_union(known) or is_open(known):
        return False
    return not any(aliases_of(known)) and not any(members_of(known))


def _is_direct(given: Schema, known: Schema) -> bool:
    if given.type is Type.STRUCT or is_union(known) or known.type is Type.MAP:
        return False
    if given.type is Type.ARRAY:
        return known.type is Type.ARRAY and known.items is not None and _is_simple(known.items)
    return not given.inferred or (known.name not in LOGICAL and known.type is not Type.BYTES)


def _omit(fitted: dict[str, Any], name: str, path: Path, noticed: Noticed) -> None:
    value = fitted.pop(name, None)
    if value is not None:
        if not is_undecided(value):
            raise PlaceRefused(path, "the schema does not have this field.")
        noticed.omit(path, name, value)


def _is_simple(items: Schema) -> bool:
    """Whether elements are told by their Python types: scalars, and arrays of such."""
    if items.type is Type.ARRAY and items.items is not None:
        return _is_simple(items.items)
    return items.type not in (Type.STRUCT, Type.MAP, Type.BYTES) and items.name not in LOGICAL
