"""Where in a JSON Schema it stands what a place holds: behind null, in one of several parts, at elements, at properties."""

from collections.abc import Sequence

from http_source.connect.converters import json_schema_marks as marks
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema_place import Place
from http_source.connect.schema import Schema

_ADVICE = "Leave the field out or give it the known type by a transform, or register a schema that takes it."


def holder_of(place: Place) -> Place:
    """The place behind what only says that it may be null: of several parts all of which hold, the one that says the type."""
    if not place.is_combined:
        return holder_of(_only_branch(place)) if place.branches else place
    parts = list(place.parts)
    if any(part.node.get("properties") for part in parts):
        return place
    if branched := next((part for part in parts if part.branches), None):
        return holder_of(_only_branch(branched))
    typed = [part for part in parts if "type" in part.node] or [part for part in parts if part.types]
    if len(typed) != 1:
        raise unchangeable("hold more", "several parts of an `allOf` say its type", place.path)
    return typed[0]


def _only_branch(place: Place) -> Place:
    """The branch that is not null; a union of several was refused before."""
    return place.same(next(each for each in place.branches if not place.is_null(each)))


def entry(holder: Place, schema: Schema) -> Place:
    """The place of a map's values."""
    if marks.is_object(schema):
        return holder.inner("*", holder.node.get("additionalProperties"))
    items = holder.inner("*", holder.node.get("items"))
    return items.same(items.node["properties"][marks.VALUE])


def found(parts: Sequence[Place], name: str) -> list[Place]:
    """The places of a property, one in each part that describes it."""
    return [part.inner(name, part.node["properties"][name]) for part in parts if name in part.node.get("properties", {})]


def next_index(parts: Sequence[Place]) -> int:
    """The place behind all properties, in the order in which they are read."""
    nodes = [node for part in parts for node in part.node.get("properties", {}).values()]
    return 1 + max((node.get(marks.INDEX, place) for place, node in enumerate(nodes) if isinstance(node, dict)), default=-1)


def unchangeable(change: str, reason: str, path: str) -> ConversionRefused:
    """The refusal of a change."""
    return ConversionRefused(f"the registered JSON Schema cannot be changed to {change} here, since {reason}. {_ADVICE}", path)
