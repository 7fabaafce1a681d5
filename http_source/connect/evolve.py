"""Merges a schema that a transform gave a place with the one known so far, by the rules by which values are merged."""

from dataclasses import replace
from typing import Any

from http_source.connect.record_refused import Path, conflict
from http_source.connect.schema import LOGICAL, NUMBERS, SCALE, Schema, Type, wider

_ADVICE = "Change what the transforms make of it, or produce to a topic whose subject is new."


def evolved(known: Schema, new: Schema, *, path: Path = ()) -> Schema:
    """The schema that reads what either writes, an int where it has a double and a missing field as its default or null.

    It is `known` itself when `new` brings nothing. New fields follow the known ones; names, defaults and documentation are those of
    `new` where it has any. Raises PlaceRefused when there is no such schema.
    """
    if known == new:
        return known
    merged = described(_joined(known, new, path), new)
    return known if merged == known else merged


def _joined(known: Schema, new: Schema, path: Path) -> Schema:
    if _plain_number(known) and _plain_number(new):
        return replace(known, type=wider(known.type, new.type))
    if _meaning(known) != _meaning(new):
        raise conflict(path, known=known.shown, seen=new.shown, advice=_ADVICE)
    if known.type is Type.STRUCT:
        return _struct(known, new, path)
    below: dict[str, Any] = {
        part: evolved(getattr(known, part), getattr(new, part), path=(*path, "*"))
        for part in ("items", "keys", "values") if getattr(known, part) is not None
    }
    return replace(known, **below)


def _struct(known: Schema, new: Schema, path: Path) -> Schema:
    coming = {each.name: each.schema for each in new.fields}
    merged = {
        each.name: evolved(each.schema, coming[each.name], path=(*path, each.name))
        if each.name in coming else _may_be_missing(each.schema)
        for each in known.fields
    }
    added = {name: _may_be_missing(schema) for name, schema in coming.items() if name not in merged}
    return known.with_fields((merged | added).items())


def _may_be_missing(schema: Schema) -> Schema:
    return schema.as_optional() if schema.default is None else schema


def described(merged: Schema, new: Schema) -> Schema:
    """The merged schema with name, default and documentation of the new one, where it has any."""
    default = merged.default if new.default is None else new.default
    return replace(
        merged,
        optional=merged.optional or new.optional,
        default=float(default) if default is not None and merged.type is Type.FLOAT64 else default,
        name=new.name or merged.name,
        version=merged.version if new.version is None else new.version,
        doc=new.doc or merged.doc,
        parameters={**merged.parameters, **new.parameters},
    )


def _plain_number(schema: Schema) -> bool:
    return schema.type in NUMBERS and schema.name not in LOGICAL


def _meaning(schema: Schema) -> tuple[str | None, ...]:
    return (schema.type, schema.name if schema.name in LOGICAL else None, schema.parameters.get(SCALE))
