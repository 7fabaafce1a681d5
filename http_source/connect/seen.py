"""What one record is made of, place by place, before any of it becomes a schema."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from math import isinf
from typing import Any

from http_source.connect.evolve import evolved
from http_source.connect.infer import DEEPEST, check_depth
from http_source.connect.record_refused import Path, PlaceRefused
from http_source.connect.schema import WIDTHS, Schema, Type

Rename = Callable[[str], str]
"""A field's name as it was served → as the format has it."""


class Kind(StrEnum):
    """What a JSON value is, in the words of a message."""

    NULL = "null"
    BOOLEAN = "a boolean"
    INTEGER = "an integer"
    HUGE = "an integer beyond 64 bits"
    FRACTION = "a number with a fraction or an exponent"
    ENDLESS = "a number beyond what a double holds"
    STRING = "a string"
    ARRAY = "an array"
    OBJECT = "an object"


_KINDS: dict[type, Kind] = {
    type(None): Kind.NULL, bool: Kind.BOOLEAN, int: Kind.INTEGER, str: Kind.STRING, list: Kind.ARRAY, dict: Kind.OBJECT,
}


def kind_of(value: Any) -> Kind:
    """What a value is by its Python type alone; a number that is not an integer is a fraction."""
    return _KINDS.get(type(value), Kind.FRACTION)


@dataclass(slots=True)
class Seen:
    """What was seen in one place of a record, which is many values where arrays lead there.

    A place is undecided while it has held nothing but null, empty arrays, empty objects and such as hold only these, and no transform
    has given it a type.

    Attributes:
        kinds: what its values were, in order.
        count: how many values, null included.
        objects: how many of them were objects.
        bits: the width of its largest integer, sign included.
        decided: whether its type is known.
        fields: the fields of its objects, by the names the format has for them.
        items: what the elements of its arrays were; None while there was no element.
        typed: the schema that a transform gave it.
        described: the struct's schema where a transform has given it a name, version, doc or parameters.
        clash: why its objects are no struct: two of their names are one for the format; in a map they may be.
    """

    kinds: dict[Kind, None] = field(default_factory=dict)
    count: int = 0
    objects: int = 0
    bits: int = 0
    decided: bool = False
    fields: "dict[str, Seen]" = field(default_factory=dict)
    items: "Seen | None" = None
    typed: Schema | None = None
    described: Schema | None = None
    clash: PlaceRefused | None = None

    def add(self, value: Any, schema: Schema | None, rename: Rename, path: Path = ()) -> None:
        """Look at one more value, with what a transform says of it. Raises PlaceRefused for one nested too deeply."""
        self.count += 1
        if schema is not None and _is_typed(schema):
            self.typed = schema if self.typed is None else evolved(self.typed, schema, path=path)
            self.decided = True
        kind = kind_of(value)
        if self.typed is not None and kind is not Kind.NULL:
            return
        match kind:
            case Kind.OBJECT:
                self._add_object(value, schema, rename, path)
            case Kind.ARRAY:
                self._add_array(value, rename, path)
            case Kind.INTEGER:
                kind = self._add_integer(value)
            case Kind.FRACTION:
                kind, self.decided = Kind.ENDLESS if isinf(value) else kind, True
            case _:
                self.decided = self.decided or kind is not Kind.NULL
        self.kinds.setdefault(kind)

    def _add_object(self, value: dict[str, Any], schema: Schema | None, rename: Rename, path: Path) -> None:
        check_depth(len(path))
        self.objects += 1
        schemas = {} if schema is None else {each.name: each.schema for each in schema.fields}
        if schema is not None and schema.is_annotated:
            self.described = schema
        given = {name: value.get(name) for name, each in schemas.items() if name in value or not each.inferred} | value
        names: dict[str, str] = {}
        for name, inner in given.items():
            written = rename(name)
            if names.setdefault(written, name) != name:
                self.clash = self.clash or clash(path, names[written], name, written)
            self.fields.setdefault(written, Seen()).add(inner, schemas.get(name), rename, (*path, name))
        self.decided = self.decided or any(each.decided for each in self.fields.values())

    def _add_array(self, value: list[Any], rename: Rename, path: Path) -> None:
        check_depth(len(path))
        if value and self.items is None:
            self.items = Seen()
        for element in value:
            self.items.add(element, None, rename, (*path, "*"))  # type: ignore[union-attr]  # there is an element
        self.decided = self.decided or (self.items is not None and self.items.decided)

    def _add_integer(self, value: int) -> Kind:
        bits = (value if value >= 0 else ~value).bit_length() + 1
        self.bits = max(self.bits, bits)
        self.decided = True
        return Kind.INTEGER if bits <= WIDTHS[Type.INT64] else Kind.HUGE


def _is_typed(schema: Schema) -> bool:
    """Whether a transform has said all of a place's type."""
    inner = schema.items or schema.values
    return not schema.inferred and schema.type is not Type.STRUCT and not (inner is not None and inner.inferred)


def look(value: Any, schema: Schema | None, rename: Rename) -> Seen:
    """What a record is made of, with the schema that transforms left it. Raises PlaceRefused."""
    seen = Seen()
    seen.add(value, schema, rename)
    return seen


def clash(path: Path, one: str, other: str, written: str) -> PlaceRefused:
    """The refusal of two fields that the format has one name for."""
    return PlaceRefused(path, f"the fields {one!r} and {other!r} would both be {written!r}: rename or exclude one with ReplaceField.")


def is_undecided(value: Any, levels: int = DEEPEST) -> bool:
    """Whether a value alone tells no type: null, empty, or made of such values only, and not of more levels."""
    match value:
        case dict():
            return levels > 0 and all(is_undecided(each, levels - 1) for each in value.values())
        case list():
            return levels > 0 and all(is_undecided(each, levels - 1) for each in value)
    return value is None
