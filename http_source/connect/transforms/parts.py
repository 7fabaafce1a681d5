"""How a transform reads the key or value it works on, and puts a changed one into the record."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from http_source.connect.record import Header, Record
from http_source.connect.schema import UNDECIDED, Schema, Type
from http_source.connect.transforms.transform import Part, TransformRefused

T = TypeVar("T")
Change = Callable[[Schema | None, Any], tuple[Schema | None, Any]]

_KINDS = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
_OPEN = frozenset({Type.STRUCT, Type.UNDECIDED})
_MOST_YOUNG = 256


class PerSchema(Generic[T]):
    """What was made of a schema, remembered by the schema's identity: to compare schemas would take longer than the record's change.

    Records may each have a schema of their own. Two generations keep what is used and forget the rest, at no cost for a schema that is
    known: when the young are too many they are the old ones, and an old one that is asked for is young again.
    """

    __slots__ = ("_old", "_young")

    def __init__(self) -> None:
        self._young: dict[Hashable, tuple[tuple[Schema, ...], T]] = {}
        self._old: dict[Hashable, tuple[tuple[Schema, ...], T]] = {}

    def get(self, schema: Schema, make: Callable[[Schema], T]) -> T:
        """What was made of this very schema, made now when it is new."""
        known = self._young.get(id(schema))
        return known[1] if known is not None else self._found(id(schema), (schema,), make)

    def of_both(self, first: Schema, second: Schema, make: Callable[[Schema, Schema], T]) -> T:
        """What was made of these very two schemas together, made now when they are new."""
        key = id(first), id(second)
        known = self._young.get(key)
        return known[1] if known is not None else self._found(key, (first, second), make)

    def _found(self, key: Hashable, schemas: tuple[Schema, ...], make: Callable[..., T]) -> T:
        # The schemas are kept beside it, so that their identity cannot pass on to others.
        known = self._old.pop(key, None) or (schemas, make(*schemas))
        if len(self._young) >= _MOST_YOUNG:
            self._old, self._young = self._young, {}
        self._young[key] = known
        return known[1]


def part_of(record: Record, part: Part) -> tuple[Schema | None, Any]:
    """Schema and value of the record's key or value."""
    return (record.key_schema, record.key) if part is Part.KEY else (record.value_schema, record.value)


def with_part(record: Record, part: Part, schema: Schema | None, value: Any, headers: tuple[Header, ...] | None = None) -> Record:
    """The record with another key or value, and other headers when they are given."""
    is_key = part is Part.KEY
    return Record(
        topic=record.topic,
        key=value if is_key else record.key, key_schema=schema if is_key else record.key_schema,
        value=record.value if is_key else value, value_schema=record.value_schema if is_key else schema,
        headers=record.headers if headers is None else headers, timestamp=record.timestamp, partition=record.partition,
    )


def on_part(record: Record, part: Part, change: Change) -> Record:
    """The record with its key or value changed; a null is left alone."""
    return record if part_of(record, part)[1] is None else on_part_or_null(record, part, change)


def on_part_or_null(record: Record, part: Part, change: Change) -> Record:
    """The record with its key or value changed, be it null; the very same record when the change gives back what it got."""
    schema, value = part_of(record, part)
    new_schema, new = change(schema, value)
    return record if new is value and new_schema is schema else with_part(record, part, new_schema, new)


def as_object(value: Any) -> dict[str, Any]:
    """A value without a schema as the object it must be. Raises TransformRefused."""
    if not isinstance(value, dict):
        raise TransformRefused(f"It takes an object, but this is {kind_of(value)}.{_advice(value)}")
    return value


def as_struct(schema: Schema, value: Any) -> dict[str, Any]:
    """A value with a schema as the struct it must be. Raises TransformRefused."""
    if value is None:
        raise TransformRefused(f"It takes a struct, but this is null.{_advice(value)}")
    if schema.type is not Type.STRUCT:
        raise TransformRefused(f"It takes a struct, but the schema says {schema.type}.")
    fields: dict[str, Any] = value
    return fields


def schema_of(schema: Schema, name: str) -> Schema | None:
    """The schema of a struct's field; None where the struct cannot have it.

    What was served has the fields of one record: any other is there and null, as in a value without a schema.
    """
    known = schema.field(name)
    if known is not None:
        return known.schema
    return UNDECIDED if schema.inferred and schema.type in _OPEN else None


def kind_of(value: Any) -> str:
    """What a value without a schema is, in the words of a message."""
    return _KINDS.get(type(value), "a number")


def pointer(*names: str) -> str:
    """The JSON Pointer (RFC 6901) that leads through fields of these names."""
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


def struct_like(schema: Schema, fields: Iterable[tuple[str, Schema]]) -> Schema:
    """A struct of these fields with the name, version, doc and parameters of another, as inferred as that; required, as Connect makes it.

    Raises TransformRefused when two fields have one name.
    """
    given = list(fields)
    names = [name for name, _ in given]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise TransformRefused("Two fields of its result have this name; rename one of them first.", pointer(twice))
    return replace(schema, optional=False, default=None).with_fields(given)


def defaults_of(schema: Schema) -> dict[str, Any]:
    """The fields that have a default, which Connect gives for a null unless `replace.null.with.default` is false."""
    return {each.name: each.schema.default for each in schema.fields if each.schema.default is not None}


def replace_nulls(value: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """The same struct, which was just made, with the defaults where it has null or nothing."""
    for name, default in defaults.items():
        if value.get(name) is None:
            value[name] = default
    return value


def _advice(value: Any) -> str:
    return " Give the transform a predicate, RecordIsTombstone with negate=true, to leave it out." if value is None else ""
