"""What differs between two schemas, place by place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from http_source.connect.record_refused import Path, pointer
from http_source.connect.schema import LOGICAL, SCALE, Schema, Type
from http_source.connect.unions import is_union


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in which two schemas differ.

    Attributes:
        path: as a JSON Pointer, `*` for the elements of an array and the values of a map.
        before: the type there; None where there was no such place.
        after: the type there; None where the place is gone.
    """

    path: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        """One line: `+` for a new place, `-` for one that is gone, `~` for one that has changed."""
        place = self.path or "the whole"
        if self.before is None or self.after is None:
            return f"+ {place}: {self.after}" if self.before is None else f"- {place}: {self.before}"
        return f"~ {place}: {self.before} → {self.after}"


def differences(before: Schema | None, after: Schema | None, path: Path = ()) -> Iterator[Difference]:
    """Where two schemas differ in fields, types and what may be null; documentation and names of records do not count.

    None is the schema of null. All places of what is new are named, and of what is gone the outermost.
    """
    was, becomes = _named(before), _named(after)
    if was != becomes:
        yield Difference(pointer(path), was, becomes)
    if after is not None:
        known = _below(before) if before is not None and before.type is after.type else {}
        new = _below(after)
        for name in {**known, **new}:
            yield from differences(known.get(name), new.get(name), (*path, name))


def _below(schema: Schema) -> Mapping[str, Schema]:
    """The places within one; of an array that a record brings, nobody says what its elements are."""
    if schema.type is Type.STRUCT:
        return {each.name: each.schema for each in schema.fields}
    inner = schema.items or schema.values
    return {} if inner is None or inner.type is Type.UNDECIDED else {"*": inner}


def _named(schema: Schema | None) -> str | None:
    if schema is None:
        return None
    if schema.type is Type.UNDECIDED:
        return "undecided"
    return f"{_type(schema)}{', optional' if schema.optional else ''}"


def _type(schema: Schema) -> str:
    if schema.type is Type.STRUCT or not schema.name:
        return "union" if is_union(schema) else str(schema.type)
    short = schema.name.rpartition(".")[2]
    scale = f"({schema.parameters[SCALE]})" if SCALE in schema.parameters else ""
    return f"{short}{scale}" if schema.name in LOGICAL else f"{schema.type} ({short})"
