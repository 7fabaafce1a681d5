"""Whether a JSON Schema accepts all that an older one did, for the keywords that the connector writes.

Confluent's strict rules: a property added to an object that allows further ones is refused, since old values may hold anything there.
"""

from collections.abc import Iterator, Mapping
from typing import Any


def check(schema: Any) -> None:
    """Raises ValueError for what is no JSON Schema."""
    sound = isinstance(schema, bool) or (isinstance(schema, dict) and isinstance(schema.get("properties", {}), dict))
    if not sound:
        raise ValueError("a JSON Schema is an object, as are its `properties`, or a boolean")


def differences(new: Any, old: Any, path: str = "#") -> Iterator[str]:
    """Why the new schema refuses what the old one accepted, each with the place; nothing when it accepts all."""
    news, olds = _branches(new), _branches(old)
    if len(news) == len(olds) == 1:
        yield from _compare(news[0], olds[0], path)
        return
    for branch in olds:
        if all([*_compare(each, branch, path)] for each in news):
            yield f"{path}: nothing in the new schema accepts {_type(branch) or 'what the old one did'} any longer"


def _compare(new: Mapping[str, Any], old: Mapping[str, Any], path: str) -> Iterator[str]:
    if not _type(new):
        return
    if _type(new) != _type(old) and (_type(new), _type(old)) != ("number", "integer"):
        yield f"TYPE_CHANGED at {path}: from {_type(old) or 'any'} to {_type(new)}"
    elif _type(new) == "object":
        yield from _compare_objects(new, old, path)
    elif _type(new) == "array" and "items" in new:
        yield from differences(new["items"], old.get("items", True), f"{path}/items")


def _compare_objects(new: Mapping[str, Any], old: Mapping[str, Any], path: str) -> Iterator[str]:
    news, olds = new.get("properties", {}), old.get("properties", {})
    for name, schema in news.items():
        place = f"{path}/properties/{name}"
        if name in olds:
            yield from differences(schema, olds[name], place)
        elif _is_open(old) and schema not in ({}, True):
            yield f"PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL at {place}"
    for name in new.get("required", ()):
        if name not in old.get("required", ()) and "default" not in news.get(name, {}):
            yield f"REQUIRED_PROPERTY_ADDED at {path}/properties/{name}"
    if not _is_open(new):
        yield from (f"PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL at {path}/properties/{name}" for name in olds.keys() - news.keys())
        if _is_open(old):
            yield f"ADDITIONAL_PROPERTIES_REMOVED at {path}"


def _branches(schema: Any) -> list[Mapping[str, Any]]:
    """The alternatives of a schema: its `oneOf`, `anyOf`, or list of types; else itself. `true` accepts everything, `false` nothing."""
    if not isinstance(schema, dict):
        return [{}] if schema else []
    if alternatives := schema.get("oneOf") or schema.get("anyOf"):
        return [branch for each in alternatives for branch in _branches(each)]
    if isinstance(types := schema.get("type"), list):
        return [schema | {"type": each} for each in types]
    return [schema]


def _type(schema: Mapping[str, Any]) -> str:
    return str(schema.get("type", ""))


def _is_open(schema: Mapping[str, Any]) -> bool:
    return schema.get("additionalProperties", True) is not False
