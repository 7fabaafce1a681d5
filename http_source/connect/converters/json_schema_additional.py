"""Members of an object beyond its properties, which a registered text may allow by its own words. They are written as they are.

Only what a person says counts: `additionalProperties` or `unevaluatedProperties` with true or a schema, and `patternProperties` for the
names that match.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any

import msgspec
from jsonschema_rs import Draft202012Validator

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema_marks import ADDITIONAL, EVERY
from http_source.connect.converters.primitives import unfit
from http_source.connect.record_refused import pointer
from http_source.connect.schema import Schema

Convert = Callable[[Any], Any]
"""A value → what stands for it in JSON."""

_OTHERS = ("additionalProperties", "unevaluatedProperties")
_PLAIN = (str, bool, int, float, Decimal, type(None))


def allowed(nodes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The parameter of a struct that says which further members its parts allow; none when they say nothing of it."""
    parts = list(nodes)
    if any(each.get(keyword) not in (None, False) for each in parts for keyword in _OTHERS):
        return {ADDITIONAL: EVERY}
    patterns = sorted({pattern for each in parts for pattern in each.get("patternProperties", ())})
    return {ADDITIONAL: _said(patterns)} if patterns else {}


def allows(schema: Schema, name: str) -> bool:
    """Whether the registered text of a struct allows a member of that name beyond its fields, to be written as plain JSON."""
    said = schema.parameters.get(ADDITIONAL)
    return said is not None and (said == EVERY or not _others(said).is_valid({name: None}))


def loosened(convert: Convert, schema: Schema, path: str, absent: frozenset[str]) -> Convert:
    """What writes a struct's further members as they are, behind its fields, and leaves fields out that are null and `absent` then."""
    names = frozenset(each.name for each in schema.fields)

    def loose(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise unfit(value, schema, path)
        more = {name: each for name, each in value.items() if name not in names and allows(schema, name)}
        written = convert({name: each for name, each in value.items() if name not in more})
        kept = {name: each for name, each in written.items() if each is not None or name not in absent}
        return kept | {name: _untyped(each, path + pointer((name,))) for name, each in more.items()}

    return loose


def _untyped(value: Any, path: str) -> Any:
    """A member's value, which must be JSON as it is. Raises ConversionRefused."""
    match value:
        case dict():
            return {_name(name, path): _untyped(each, path + pointer((name,))) for name, each in value.items()}
        case list():
            return [_untyped(each, f"{path}/*") for each in value]
        case float() | Decimal() if not isfinite(value):
            raise ConversionRefused("JSON has no number for infinity and none for what is not a number.", path)
    if type(value) in _PLAIN:
        return value
    reason = f"a {type(value).__name__} stands where the registered JSON Schema names no property, and only plain JSON can."
    raise ConversionRefused(reason, path)


def _said(patterns: list[str]) -> str:
    said = msgspec.json.encode(patterns).decode()
    try:
        _others(said)
    except ValueError:
        reason = "the registered JSON Schema has a name in `patternProperties` that is not a regular expression."
        raise ConversionRefused(reason) from None
    return said


def _name(name: Any, path: str) -> str:
    if isinstance(name, str):
        return name
    raise ConversionRefused("a member of an object has a name that is not a string.", path)


@lru_cache(1_000)
def _others(patterns: str) -> Draft202012Validator:
    """Takes an object unless one of its names matches: so names are matched by the same rules as when values are checked."""
    said = dict.fromkeys(msgspec.json.decode(patterns), False)
    return Draft202012Validator({"patternProperties": said})
