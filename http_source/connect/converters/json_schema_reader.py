"""JSON Schemas as Connect's schemas. Source: Confluent's JsonSchemaData, `toConnectSchema`; JSON Schema drafts 4 to 2020-12."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

from referencing.exceptions import CannotDetermineSpecification, Unresolvable

from http_source.config.options.converter import ConverterOptions
from http_source.connect import schema as connect
from http_source.connect.converters import json_schema_marks as marks
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema_additional import allowed
from http_source.connect.converters.json_schema_document import Document
from http_source.connect.converters.json_schema_place import NULL, Place
from http_source.connect.converters.json_schema_values import value_of
from http_source.connect.schema import Schema, Type
from http_source.foreign.text import Foreign, readable

_SCALARS = {"integer": connect.INT64, "number": connect.FLOAT64, "string": connect.STRING, "boolean": connect.BOOLEAN}
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError, CannotDetermineSpecification, Unresolvable)
"""What a text that is JSON, but not a sound schema, runs into."""


def read(schema: Document, options: ConverterOptions) -> Schema:
    """The Connect schema of a JSON Schema. Raises ConversionRefused."""
    with refusing_unsound():
        return read_place(Place.root(schema), options)


def read_place(place: Place, options: ConverterOptions) -> Schema:
    """The Connect schema of one place. Raises ConversionRefused, and ValueError and its like for what is not a sound schema."""
    return _Reader(options).read(place)


@contextmanager
def refusing_unsound() -> Iterator[None]:
    """Turn what an unsound schema runs into into ConversionRefused."""
    try:
        yield
    except ConversionRefused:
        raise
    except _UNREADABLE as error:
        raise ConversionRefused(f"the registered JSON Schema cannot be read: {readable(Foreign.of(error), str)}.") from None


class _Reader:
    def __init__(self, options: ConverterOptions) -> None:
        self._options = options
        self._unions = count()

    def read(self, place: Place) -> Schema:
        if place.is_combined:
            return self._all_of(place)
        return self._any_of(place, place.branches) if place.branches else self._plain(place)

    def _all_of(self, place: Place) -> Schema:
        """One struct of every part's properties; without any, the part that says most."""
        parts = list(place.parts)
        if any(part.node.get("properties") for part in parts):
            return self._described(self._struct(parts), place)
        branched = next((part for part in parts if part.branches), None)
        if branched is not None:
            return self._any_of(branched, branched.branches)
        return self._plain(place.same({name: each for part in parts for name, each in part.node.items() if name != "allOf"}))

    def _any_of(self, place: Place, branches: Sequence[Any]) -> Schema:
        known = [each for each in branches if not place.is_null(each)]
        optional = len(known) < len(branches)
        if len(known) == 1 and (optional or self._options.flatten_singleton_unions):
            schema = self.read(place.same(known[0]))
            return schema.as_optional() if optional else schema
        return self._union(place, known, optional=optional)

    def _union(self, place: Place, branches: Sequence[Any], *, optional: bool) -> Schema:
        """A struct with a field for each branch, by which Connect stands for a union."""
        general = self._options.sum_type_support
        name = f"connect_union_{next(self._unions)}" if general else marks.UNION
        prefix = "connect_union_field_" if general else f"{marks.UNION}.field."
        fields = {f"{prefix}{index}": self.read(place.same(each)).as_optional() for index, each in enumerate(branches)}
        union = connect.struct(fields, name=name, optional=optional)
        return replace(union, parameters={connect.GENERALIZED_UNION: name}) if general else union

    def _plain(self, place: Place) -> Schema:
        node, types = place.node, place.types
        known = [each for each in types if each != NULL]
        if len(known) > 1:
            bare = {name: each for name, each in node.items() if name != "default"}
            return self._any_of(place, [{**bare, "type": each} for each in types])
        symbols = node.get("enum", [node["const"]] if "const" in node else None)
        if symbols is not None and (not types or (known == ["string"] and "enum" in node)):
            schema = self._enum(symbols)
        else:
            schema = self._typed(known[0] if known else "", place)
        described = self._described(schema, place)
        return described.as_optional() if NULL in types else described

    def _enum(self, symbols: Sequence[Any]) -> Schema:
        mark = marks.enum_mark(self._options)
        names = [marks.NULL_SYMBOL if each is None else str(each) for each in symbols]
        places = {f"{mark}.{name}": str(index) if self._options.sum_type_support else name for index, name in enumerate(names)}
        return replace(connect.STRING, parameters={mark: "", **places})

    def _typed(self, said: str, place: Place) -> Schema:
        marked = place.node.get(marks.TYPE)
        match said:
            case "array":
                return self._array(place)
            case "object" if marked == marks.MAP:
                return connect.map_of(connect.STRING, self.read(place.inner("*", place.node.get("additionalProperties"))))
            case "object":
                return self._struct([place])
            case "integer" | "number" | "string" if marked == marks.BYTES:
                return connect.BYTES
            case "integer" | "number" if marked is not None:
                return Schema(type=marks.NUMBER_OF[marked])
        if said not in _SCALARS:
            raise ConversionRefused("the registered JSON Schema does not give one type for this place, which Connect needs.", place.path)
        return _SCALARS[said]

    def _array(self, place: Place) -> Schema:
        items = place.inner("*", place.node.get("items"))
        if place.node.get(marks.TYPE) != marks.MAP:
            return connect.array(self.read(items))
        entry = items.node["properties"]
        return connect.map_of(*(self.read(items.same(entry[name])) for name in (marks.KEY, marks.VALUE)))

    def _struct(self, parts: Sequence[Place]) -> Schema:
        nodes = [(name, part, node) for part in parts for name, node in part.node.get("properties", {}).items()]
        inner = {name: part.inner(name, node) for name, part, node in nodes}
        # The mark stands beside a reference, where there is one.
        order = {name: each.site.get(marks.INDEX, index) for index, (name, each) in enumerate(inner.items())}
        required = {name for part in parts for name in part.node.get("required", ())}
        loose = inner.keys() - required if self._options.optional_for_nonrequired else ()
        fields = {name: self.read(inner[name]) for name in sorted(inner, key=order.__getitem__)}
        found = connect.struct({name: schema.as_optional() if name in loose else schema for name, schema in fields.items()})
        return replace(found, parameters=allowed(part.node for part in parts))

    def _described(self, schema: Schema, place: Place) -> Schema:
        parameters = {name: str(each) for name, each in place.node.get(marks.PARAMETERS, {}).items()}
        described = replace(schema, name=schema.name or place.node.get("title"), version=place.node.get(marks.VERSION),
            doc=place.node.get("description"), parameters={**schema.parameters, **parameters})
        _check_named(described, place.path)
        return replace(described, default=value_of(place.node.get("default"), described))


def _check_named(schema: Schema, path: str) -> None:
    if not isinstance(schema.name, str | None):
        raise ConversionRefused("the registered JSON Schema has a title that is not a string.", path)
    is_decimal = schema.name == connect.DECIMAL_NAME and schema.type is Type.BYTES
    if is_decimal and not schema.parameters.get(connect.SCALE, "").lstrip("-").isdecimal():
        raise ConversionRefused("the registered JSON Schema has a Decimal without its scale (`connect.parameters`).", path)
