"""Fields named by a path: V1, one name as it is, and V2, names with dots between them. Source: KIP-821."""

from enum import StrEnum
from typing import Any

from http_source.connect.schema import Schema
from http_source.connect.transforms.parts import kind_of, pointer, schema_of
from http_source.connect.transforms.settings import Misconfigured
from http_source.connect.transforms.transform import TransformRefused

Path = tuple[str, ...]


class Syntax(StrEnum):
    """How `field` is read."""

    V1 = "V1"
    V2 = "V2"


def path_of(text: str, syntax: Syntax) -> Path:
    """The names that lead to the field.

    In V2 a name with dots stands between backticks; a backtick within, when a dot follows it, has a backslash before it.
    Raises Misconfigured for a backtick that is not closed.
    """
    if syntax is Syntax.V1:
        return (text,)
    names, at = [], 0
    while at <= len(text):
        name, at = _quoted(text, at + 1) if text.startswith("`", at) else _bare(text, at)
        names.append(name)
    return tuple(names)


def _bare(text: str, start: int) -> tuple[str, int]:
    end = text.find(".", start)
    return (text[start:], len(text) + 1) if end < 0 else (text[start:end], end + 1)


def _quoted(text: str, start: int) -> tuple[str, int]:
    """The name after a backtick, and where the next one starts: the closing backtick is one before a dot or the end."""
    name, at = "", start
    while (end := text.find("`", at)) >= 0:
        last = end == len(text) - 1
        escaped = text[end - 1] == "\\" and end > start
        if (last or text[end + 1] == ".") and not escaped:
            return name + text[start:end], end + 2
        if escaped and not last and text[end + 1] == ".":
            name, start = name + text[start : end - 1] + "`", end + 1
        at = end + 1
    raise Misconfigured("field", "A backtick in it is not closed; close it before a dot or the end, or put a backslash before it.")


def value_at(value: dict[str, Any], path: Path) -> Any:
    """What a value without a schema has there; null where it has nothing. Raises TransformRefused where a step is no object."""
    current: Any = value
    for depth, name in enumerate(path[:-1], start=1):
        current = current.get(name)
        if current is None:
            return None
        if not isinstance(current, dict):
            raise TransformRefused(f"It takes an object there, but this is {kind_of(current)}.", pointer(*path[:depth]))
    return current.get(path[-1])


def schemas_along(schema: Schema, path: Path) -> list[Schema]:
    """The schema of each field a path leads through, the last being the one it names. Raises TransformRefused where it cannot be there."""
    schemas: list[Schema] = []
    for name in path:
        found = schema_of(schema, name)
        if found is None:
            raise TransformRefused(f"The schema has no such field; it has {_some(schema)}.", pointer(*path))
        schemas.append(found)
        schema = found
    return schemas


def _some(schema: Schema) -> str:
    return ", ".join(each.name for each in schema.fields[:10]) or "none"
