"""Parses registered Avro schemas, with what they import: names become full, and logical types that do not hold are left out.

More than the specification asks, a named type may be used before the place that defines it, as Apache Avro reads it.
Source: Avro specification 1.12, "Schema Declaration" and "Names".
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from http_source.connect.converters.avro_logical import logical_type
from http_source.connect.converters.avro_names import NAMED, NULL, PRIMITIVES, branch_kind, defined_name, named_in
from http_source.connect.converters.format import ConversionRefused, Reference
from http_source.foreign.text import Foreign, readable

Json = dict[str, Any]

_PARTS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "record": {"name": str, "fields": list}, "error": {"name": str, "fields": list}, "enum": {"name": str, "symbols": list},
    "fixed": {"name": str, "size": int}, "array": {"items": (str, dict, list)}, "map": {"values": (str, dict, list)},
}
"""What each type needs beside `type`."""
_FIELD: dict[str, type | tuple[type, ...]] = {"name": str, "type": (str, dict, list)}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A schema.

    Attributes:
        json: the text, as it stands there.
        root: the schema with full names; a named type is its name wherever it is used once more.
        named: the named types of the text and of what it imports, by full name.
        definitions: the parts of `json` that define the text's own named types, by full name.
    """

    json: Any
    root: Any
    named: dict[str, Json]
    definitions: dict[str, Json]

    @property
    def record_name(self) -> str:
        """The full name of the record that a value is, if it is one; null may be as well."""
        match [each for each in (self.root if isinstance(self.root, list) else [self.root]) if each != NULL]:
            case [{"type": "record", "name": str() as name}]:
                return name
            case [str() as name] if self.named.get(name, {}).get("type") == "record":
                return name
        return ""


def parse(text: str, references: Sequence[Reference] = ()) -> Parsed:
    """The schema of a text. Raises ConversionRefused for what is not one."""
    try:
        named = _imported(references, set())
        written = json.loads(text, parse_constant=_no_constant)
        return _resolved(written, named)
    except (ValueError, RecursionError) as error:
        if isinstance(error, ConversionRefused):
            raise
        raise _wrong(readable(Foreign.of(error), str)) from None


def _imported(references: Iterable[Reference], seen: set[str]) -> dict[str, Json]:
    """The named types of all that is imported. What two texts import in common comes once."""
    named: dict[str, Json] = {}
    for each in references:
        if each.written.text not in seen:
            seen.add(each.written.text)
            below = named | _imported(each.written.references, seen)
            named |= _resolved(json.loads(each.written.text), below).named
    return named


def _resolved(written: Any, imported: dict[str, Json]) -> Parsed:
    definitions: dict[str, Json] = {}
    for full, definition in _definitions(written, ""):
        if full in definitions or full in imported:
            raise _wrong(f"two types have the name {full!r}")
        definitions[full] = definition
    resolver = _Resolver(dict(imported), {*imported, *definitions})
    return Parsed(written, resolver.resolve(written, ""), resolver.named, definitions)


def _definitions(written: Any, space: str) -> Iterator[tuple[str, Json]]:
    """The named types, from the outside to the inside."""
    if isinstance(written, list):
        for branch in written:
            yield from _definitions(branch, space)
    if not isinstance(written, dict) or (kind := _kind(written)) not in _PARTS:
        return
    _check(written, f"a type {kind!r}", _PARTS[kind])
    if kind == "enum" and not all(isinstance(each, str) for each in written["symbols"]):
        raise _wrong(f"a symbol of {written['name']!r} is not a name")
    if kind in NAMED:
        full = defined_name(written, space)
        yield full, written
        space = full.rpartition(".")[0]
    for each in written["fields"] if "fields" in _PARTS[kind] else ():
        _check(each, f"a field of {written['name']!r}", _FIELD)
        yield from _definitions(each["type"], space)
    yield from _definitions(written["items"] if kind == "array" else written["values"] if kind == "map" else None, space)


@dataclass(frozen=True, slots=True)
class _Resolver:
    """Makes names full; `named` fills on the way."""

    named: dict[str, Json]
    known: set[str]

    def resolve(self, written: Any, space: str) -> Any:
        match written:
            case str():
                return written if written in PRIMITIVES else self._reference(written, space)
            case list():
                return self._union([self.resolve(each, space) for each in written])
            case dict():
                return self._type(written, space)
            case _:
                raise _wrong(f"{json.dumps(written)} stands where a type is needed")

    def _reference(self, name: str, space: str) -> str:
        found = named_in(self.known, name, space)
        if found is None:
            raise _wrong(f"nothing defines the type {name!r}")
        return found

    def _type(self, written: Json, space: str) -> Any:
        match _kind(written):
            case "record" | "error":
                return self._record(written, space)
            case "enum" | "fixed":
                return self._named(written, space)
            case "array":
                return {**written, "items": self.resolve(written["items"], space)}
            case "map":
                return {**written, "values": self.resolve(written["values"], space)}
            case primitive if primitive in PRIMITIVES:
                return _without_dead_logical(written)
            case name:
                return self._reference(name, space)

    def _named(self, written: Json, space: str) -> Json:
        full = defined_name(written, space)
        resolved = self.named[full] = _without_dead_logical({**written, "name": full})
        return resolved

    def _record(self, written: Json, space: str) -> Json:
        record = self._named(written, space)
        inside = record["name"].rpartition(".")[0]
        fields = [{**each, "type": self.resolve(each["type"], inside)} for each in written["fields"]]
        names = [each["name"] for each in fields]
        if len(set(names)) < len(names):
            raise _wrong(f"two fields of {record['name']!r} have one name")
        record.update(type="record", fields=fields)
        return record

    def _union(self, branches: list[Any]) -> list[Any]:
        kinds = [branch_kind(each) for each in branches]
        if None in kinds:
            raise _wrong("a union stands directly in a union")
        if len(set(kinds)) < len(kinds):
            raise _wrong("a union has one type twice")
        return branches


def _kind(written: Json) -> str:
    kind = written.get("type")
    if not isinstance(kind, str):
        raise _wrong("the `type` of a type is a name")
    return kind


def _check(written: Any, what: str, parts: dict[str, type | tuple[type, ...]]) -> None:
    missing = [key for key, kind in parts.items() if not isinstance(written, dict) or not isinstance(written.get(key), kind)]
    if missing:
        raise _wrong(f"{what} needs a proper {missing[0]!r}")


def _without_dead_logical(written: Json) -> Json:
    return written if logical_type(written) is not None else {key: each for key, each in written.items() if key != "logicalType"}


def _no_constant(name: str) -> NoReturn:
    raise _wrong(f"{name} is not JSON")


def _wrong(reason: str) -> ConversionRefused:
    return ConversionRefused(f"this is not an Avro schema: {reason}.")
