"""Merges what was seen in a page with the schema known so far.

Everything inferred is optional, down to the elements of arrays: what was seen never proves that a value will not be missing, and an
undecided place may have held nothing before. So the schema does not depend on how a stream was split into pages, and a field that
comes and goes is never a new version. Only a schema that a person registered has required fields; they stay so until one is missing.
"""

from dataclasses import dataclass, field, replace

from http_source.connect.accepts import accepted, widened
from http_source.connect.refused import Path, RecordRefused, TypeConflict, pointer
from http_source.connect.schema import (
    OPTIONAL_BOOLEAN,
    OPTIONAL_FLOAT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    Field,
    Schema,
    Type,
    struct,
)
from http_source.connect.seen import Kind, Seen
from http_source.connect.typed import is_name

WIDE = 300
"""Fields of one struct beyond which its growing is told: names that are data would never end."""

WIDEST = 1_000
"""Fields a struct may grow to."""

_AS_MAP = "If its names are data, register a schema for the subject in which it is a map; then new names are no new fields."

_AS_JSON = "No schema holds both; `output.data.format=JSON` writes records as they are served."

_AS_DECIMAL = "Register a schema for the subject in which it is a decimal, or a double where its last digits do not matter."

_NEW: dict[Kind, Schema] = {
    Kind.BOOLEAN: OPTIONAL_BOOLEAN, Kind.INTEGER: OPTIONAL_INT64, Kind.HUGE: OPTIONAL_INT64, Kind.FRACTION: OPTIONAL_FLOAT64,
    Kind.STRING: OPTIONAL_STRING, Kind.ARRAY: Schema(type=Type.ARRAY, optional=True), Kind.OBJECT: struct({}, optional=True),
}


@dataclass(slots=True)
class Merge:
    """One page's merging.

    Attributes:
        undecided: the places left out of the schema, since nothing tells their types.
        warnings: sentences for the user.
    """

    undecided: set[Path] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)

    def merge(self, seen: Seen, known: Schema | None, path: Path = ()) -> Schema:
        """The schema that holds what is known and what was seen. Raises RecordRefused when there is none."""
        schema = widened(known or _new(seen), seen)
        for kind, record in seen.kinds.items():
            if kind is not Kind.NULL and kind not in accepted(schema):
                raise _conflict(record, path, schema, kind)
        if Kind.NULL in seen.kinds:
            schema = schema.as_optional()
        match schema.type:
            case Type.STRUCT if seen.objects:
                return self._struct(seen, schema, path)
            case Type.MAP:
                return self._map(seen, schema, path)
            case Type.ARRAY if seen.items is not None:
                return replace(schema, items=self.merge(seen.items, schema.items, (*path, "*")))
        return schema

    def _struct(self, seen: Seen, schema: Schema, path: Path) -> Schema:
        """Known fields keep their places; new ones follow in the order in which their types were seen."""
        known = {each.name for each in schema.fields}
        new = {name: child for name, child in seen.fields.items() if name not in known}
        waiting = {name: child for name, child in seen.undecided.items() if name not in known}
        _check_names(len(known), new | waiting, path)
        if new and len(known) + len(new) > WIDE:
            place = pointer(path) or "the records"
            self.warnings.append(f"The schema of {place} grows beyond {WIDE} fields, a version each time. {_AS_MAP}")
        self.undecided.update((*path, name) for name in waiting)
        fields = [(each.name, self._known_field(seen, each, path)) for each in schema.fields]
        return schema.with_fields(fields + [(name, self.merge(child, None, (*path, name))) for name, child in new.items()])

    def _known_field(self, seen: Seen, known: Field, path: Path) -> Schema:
        child = seen.field(known.name)
        schema = known.schema if child is None else self.merge(child, known.schema, (*path, known.name))
        missing = child is None or child.count < seen.objects
        return schema.as_optional() if missing and schema.default is None else schema

    def _map(self, seen: Seen, schema: Schema, path: Path) -> Schema:
        values = schema.values
        for child in (*seen.fields.values(), *seen.undecided.values()):
            values = self.merge(child, values, (*path, "*"))
        return replace(schema, values=values)


def is_decided(schema: Schema | None, path: Path) -> bool:
    """Whether a schema has that place."""
    if schema is None or not path:
        return schema is not None
    if schema.type is not Type.STRUCT:
        return is_decided(schema.items or schema.values, path[1:])
    known = schema.field(path[0])
    return known is not None and is_decided(known.schema, path[1:])


def _new(seen: Seen) -> Schema:
    """The schema a place starts with: that of the first value which is not null."""
    return next(_NEW[kind] for kind in seen.kinds if kind is not Kind.NULL)


def _check_names(known: int, new: dict[str, Seen], path: Path) -> None:
    """Refuse names that no schema can have, and too many of them."""
    for count, (name, child) in enumerate(new.items(), known + 1):
        record = min(child.kinds.values())
        if not is_name(name):
            raise RecordRefused(record, (*path, name), "no schema takes a name with a quote, backslash or control character. " + _AS_JSON)
        if count > WIDEST:
            raise RecordRefused(record, path, f"its objects have more than {WIDEST} different fields by now. {_AS_MAP}")


def _conflict(record: int, path: Path, schema: Schema, kind: Kind) -> TypeConflict:
    known = schema.type if schema.name is None else f"{schema.type} ({schema.name})"
    advice = _AS_DECIMAL if kind is Kind.HUGE else _AS_JSON
    return TypeConflict(record, path, known=known, seen=kind, advice=advice)
