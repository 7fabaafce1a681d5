"""Merges what was seen in one record with the schema known so far.

Everything inferred is optional, down to the elements of arrays: what was seen never proves that a value will not be missing, and an
undecided place may have held nothing before. So the schema does not depend on how a stream was split into pages, and a field that
comes and goes is never a new version. Only a schema that a person registered has required fields; they stay so until one is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from http_source.config.options.output import MixedScalars
from http_source.connect.accepts import SCALARS, accepted, are_mixed, widened
from http_source.connect.evolve import described, evolved
from http_source.connect.record_refused import Path, PlaceRefused, conflict, pointer
from http_source.connect.schema import (
    LOGICAL,
    OPTIONAL_BOOLEAN,
    OPTIONAL_FLOAT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    Field,
    Schema,
    Type,
    struct,
)
from http_source.connect.seen import Kind, Rename, Seen, look
from http_source.connect.typed import is_name
from http_source.connect.unions import aliases_of, is_open, is_union, lets_by, members_of, symbols_of

WIDE = 300
"""Fields of one struct beyond which its growing is told: names that are data would never end."""

WIDEST = 1_000
"""Fields a struct may grow to."""

_AS_MAP = "If its names are data, register a schema for the subject in which it is a map; then new names do not add fields."

_AS_JSON = "No schema holds both; `output.data.format=JSON` writes records as they are served."

_BUT_DECIMAL = "Register a schema for the subject in which it is a decimal, or exclude the field with the transform ReplaceField."

_AS_DECIMAL = "Register a schema for the subject in which it is a decimal, or a double where its last digits do not matter."

_NEW: dict[Kind, Schema] = {
    Kind.BOOLEAN: OPTIONAL_BOOLEAN, Kind.INTEGER: OPTIONAL_INT64, Kind.HUGE: OPTIONAL_INT64, Kind.FRACTION: OPTIONAL_FLOAT64,
    Kind.ENDLESS: OPTIONAL_FLOAT64, Kind.STRING: OPTIONAL_STRING, Kind.ARRAY: Schema(type=Type.ARRAY, optional=True),
    Kind.OBJECT: struct({}, optional=True),
}


@dataclass(slots=True)
class Merge:
    """How records are merged, and what is to be told of it.

    Attributes:
        mixed: what becomes of a field that has held a text and holds another scalar.
        warnings: sentences for the user.
    """

    mixed: MixedScalars = MixedScalars.REFUSE
    rename: Rename = str
    warnings: list[str] = field(default_factory=list)

    def record(self, value: object, given: Schema | None, known: Schema | None) -> Schema:
        """The schema that holds what is known and a record that is not null, the very one that is known where that is enough.

        `given` is what transforms left of the record's own schema. Raises PlaceRefused when no schema holds both.
        """
        seen = look(value, given, self.rename)
        if known is None and not seen.decided and Kind.ARRAY in seen.kinds:
            raise PlaceRefused((), "it is an array in which nothing has a type, and no schema is registered yet.")
        schema = self.place(seen, known, ())
        return schema.as_required() if known is None and (given is None or not given.optional) else schema

    def place(self, seen: Seen, known: Schema | None, path: Path, *, element: bool = False) -> Schema:
        """The schema of one place; `element` says that it is that of an array's elements."""
        if known is not None and is_union(known):
            return known
        if seen.typed is not None:
            # Whether it may be null says the value, not that a transform would take one.
            schema = seen.typed if known is None else evolved(known, seen.typed.as_required(), path=path)
        else:
            schema = self._inferred(seen, known, path, element=element)
        return schema.as_optional() if Kind.NULL in seen.kinds and schema.default is None else schema

    def _inferred(self, seen: Seen, known: Schema | None, path: Path, *, element: bool) -> Schema:
        if self._are_texts(seen, known, element=element):
            return known or OPTIONAL_STRING
        schema = widened(known or _new(seen), seen)
        for kind in seen.kinds:
            if kind is not Kind.NULL and kind not in accepted(schema):
                raise _conflict(path, schema, kind, fresh=known is None)
        match schema.type:
            case Type.STRUCT if seen.objects:
                return self._struct(seen, schema, path, fresh=known is None)
            case Type.MAP:
                return self._map(seen, schema, path)
            case Type.ARRAY if seen.items is not None and (seen.items.decided or schema.items is not None):
                items = self.place(seen.items, schema.items, (*path, "*"), element=True)
                return schema if items is schema.items else replace(schema, items=items)
        return schema

    def _are_texts(self, seen: Seen, known: Schema | None, *, element: bool) -> bool:
        """Whether scalars of several types are written as texts here: in arrays as the original does, else if the user wants it."""
        if not element and self.mixed is MixedScalars.REFUSE:
            return False
        if known is None:
            return are_mixed(seen)
        plain = known.type is Type.STRING and known.name not in LOGICAL and not symbols_of(known)
        return plain and seen.kinds.keys() - {Kind.NULL} <= SCALARS

    def _struct(self, seen: Seen, schema: Schema, path: Path, *, fresh: bool) -> Schema:
        """Known fields keep their places; new ones follow in the order in which they were served, optional since others lack them."""
        if seen.clash is not None and not is_open(schema):
            raise seen.clash
        schema = schema if seen.described is None else _named(schema, seen.described)
        others = dict(aliases_of(schema)) | {name: union for name, union, _ in members_of(schema)}
        known = {each.name for each in schema.fields}
        names = (name for name in seen.fields if name not in known and name not in others and not lets_by(schema, name))
        new = {name: seen.fields[name] for name in names if seen.fields[name].decided}
        self._check_names(len(known), new, path)
        served: dict[str, list[Seen]] = {each: [] for each in known}
        for name, child in seen.fields.items():
            served.setdefault(others.get(name, name), []).append(child)
        fields = [(each.name, self._known_field(served[each.name], each, path, seen.objects)) for each in schema.fields]
        if not new and all(each.schema is kept for each, (_, kept) in zip(schema.fields, fields, strict=True)):
            return schema
        added = ((name, self.place(child, None, (*path, name))) for name, child in new.items())
        return schema.with_fields([*fields, *((name, each if fresh else each.as_optional()) for name, each in added)])

    def _known_field(self, children: list[Seen], known: Field, path: Path, objects: int) -> Schema:
        """What becomes of a field that was served under its name or another one, or not in all objects."""
        schema = known.schema
        for child in children:
            schema = self.place(child, schema, (*path, known.name))
        missing = sum(child.count for child in children) < objects
        return schema.as_optional() if missing and schema.default is None and not is_union(schema) else schema

    def _map(self, seen: Seen, schema: Schema, path: Path) -> Schema:
        values = schema.values
        for child in seen.fields.values():
            if child.decided or values is not None:
                values = self.place(child, values, (*path, "*"))
        return schema if values is schema.values else replace(schema, values=values)

    def _check_names(self, known: int, new: Iterable[str], path: Path) -> None:
        """Refuse names that no schema can have, and too many of them."""
        count = known
        for count, name in enumerate(new, known + 1):
            if not is_name(name):
                raise PlaceRefused((*path, name), "no schema takes a name with a quote, backslash or control character. " + _AS_JSON)
            if count > WIDEST:
                raise PlaceRefused(path, f"its objects have more than {WIDEST} different fields by now. {_AS_MAP}")
        if count > max(WIDE, known):
            place = pointer(path) or "the records"
            self.warnings.append(f"The schema of {place} grows beyond {WIDE} fields, a version each time. {_AS_MAP}")


def _new(seen: Seen) -> Schema:
    """The schema a place starts with: that of the first value which is not null."""
    return next(_NEW[kind] for kind in seen.kinds if kind is not Kind.NULL)


def _named(schema: Schema, new: Schema) -> Schema:
    named = described(schema, new)
    return schema if named == schema else named


def _conflict(path: Path, schema: Schema, kind: Kind, *, fresh: bool) -> PlaceRefused:
    advice = {Kind.HUGE: _AS_DECIMAL, Kind.ENDLESS: _BUT_DECIMAL}.get(kind, _AS_JSON)
    if fresh and kind in (Kind.HUGE, Kind.ENDLESS):
        return PlaceRefused(path, f"{kind} came, which {schema.shown} cannot hold. {advice}")
    return conflict(path, known=schema.shown, seen=kind, advice=advice)
