"""What differs between two schemas, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass

from http_source.connect.refused import Path, pointer
from http_source.connect.schema import SCALE, Schema, Type


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in which two schemas differ.

    Attributes:
        path: as a JSON Pointer, `*` for the elements of an array and the values of a map.
        before: the type there; None where there was no such field.
        after: the type there; None where there is no such field any more.
    """

    path: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        """One line: `+` for a new field, `-` for one that is gone, `~` for one that has changed."""
        place = self.path or "the whole"
        if self.before is None or self.after is None:
            return f"+ {place}: {self.after}" if self.before is None else f"- {place}: {self.before}"
        return f"~ {place}: {self.before} → {self.after}"


def differences(before: Schema, after: Schema, path: Path = ()) -> Iterator[Difference]:
    """Where two schemas differ in fields, types and what may be null; documentation and names of records do not count."""
    if _named(before) != _named(after):
        yield Difference(pointer(path), _named(before), _named(after))
    if before.type is after.type is Type.STRUCT:
        yield from _fields(before, after, path)
    for below, beside in ((before.keys, after.keys), (before.items, after.items), (before.values, after.values)):
        if below is not None and beside is not None:
            yield from differences(below, beside, (*path, "*"))


def _fields(before: Schema, after: Schema, path: Path) -> Iterator[Difference]:
    for known in before.fields:
        place = (*path, known.name)
        if (there := after.field(known.name)) is None:
            yield Difference(pointer(place), _named(known.schema), None)
        else:
            yield from differences(known.schema, there.schema, place)
    for new in after.fields:
        if before.field(new.name) is None:
            yield Difference(pointer((*path, new.name)), None, _named(new.schema))


def _named(schema: Schema) -> str:
    scale = f"({schema.parameters[SCALE]})" if SCALE in schema.parameters else ""
    name = str(schema.type) if schema.type is Type.STRUCT or not schema.name else schema.name.rpartition(".")[2]
    return f"{name}{scale}{', optional' if schema.optional else ''}"
