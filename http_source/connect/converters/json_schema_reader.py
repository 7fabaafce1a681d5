"""JSON Schemas as Connect's schemas. Source: Confluent's JsonSchemaData, `toConnectSchema`; JSON Schema drafts 4 to 2020-12."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

import msgspec

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters import json_schema_marks as marks
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema_place import NULL, Place
from http_source.connect.converters.json_schema_values import value_of
from http_source.connect.schema import BOOLEAN, BYTES, FLOAT64, INT64, STRING, Schema, array, map_of, struct

_JSON = msgspec.json.Decoder(float_hook=Decimal)
_SCALARS = {"integer": INT64, "number": FLOAT64, "string": STRING, "boolean": BOOLEAN}


def read(text: str, options: ConverterOptions) -> Schema:
    """The Connect schema of a JSON Schema. Raises ConversionRefused."""
    try:
        root = _JSON.decode(text)
        return _Reader(options).read(Place(root, root).same(root))
    except ConversionRefused:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise ConversionRefused(f"the registered JSON Schema cannot be read: {error}.") from None


class _Reader:
    def __init__(self, options: ConverterOptions) -> None:
        self._options = options
        self._unions = count()

    def read(self, place: Place) -> Schema:
        if "allOf" in place.node or (place.branches and "properties" in place.node):
            return self._all_of(place)
        return self._any_of(place, place.branches) if place.branches else self._plain(place)

    def _all_of(self, place: Place) -> Schema:
        """One struct of every part's properties; without any, the part that says most."""
        parts = list(_parts(place))
        properties = {name: each for part in parts for name, each in part.node.get("properties", {}).items()}
        if properties:
            required = [name for part in parts for name in part.node.get("required", ())]
            return self._described(self._struct(place, properties, required), place)
        branched = next((part for part in parts if part.branches), None)
        if branched is not None:
            return self._any_of(branched, branched.branches)
        return self._plain(place.same({name: each for part in parts for name, each in part.node.items()}))

    def _any_of(self, place: Place, branches: Sequence[Any]) -> Schema:
        known = [each for each in branches if not (isinstance(each, dict) and each.get("type") == NULL)]
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
        return replace(struct(fields, name=name, optional=optional), parameters={marks.GENERALIZED_UNION: name} if general else {})

    def _plain(self, place: Place) -> Schema:
        node, types = place.node, place.types
        known = [each for each in types if each != NULL]
        if len(known) > 1:
            return self._any_of(place, [{**node, "type": each} for each in types])
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
        return replace(STRING, parameters={mark: "", **places})

    def _typed(self, said: str, place: Place) -> Schema:
        marked = place.node.get(marks.TYPE)
        match said:
            case "array":
                return self._array(place)
            case "object" if marked == marks.MAP:
                return map_of(STRING, self.read(place.inner("*", place.node.get("additionalProperties"))))
            case "object":
                return self._struct(place, place.node.get("properties", {}), place.node.get("required", ()))
            case "integer" | "number" | "string" if marked == marks.BYTES:
                return BYTES
            case "integer" | "number" if marked is not None:
                return Schema(type=marks.NUMBERS[marked])
        if said not in _SCALARS:
            raise ConversionRefused("the registered JSON Schema does not tell one type for this place, as Connect needs it.", place.path)
        return _SCALARS[said]

    def _array(self, place: Place) -> Schema:
        items = place.inner("*", place.node.get("items"))
        if place.node.get(marks.TYPE) != marks.MAP:
            return array(self.read(items))
        entry = items.node["properties"]
        return map_of(*(self.read(items.same(entry[name])) for name in (marks.KEY, marks.VALUE)))

    def _struct(self, place: Place, properties: Mapping[str, Any], required: Sequence[str]) -> Schema:
        inner = {name: place.inner(name, node) for name, node in properties.items()}
        # The mark stands beside a reference, where there is one.
        order = {name: node.get(marks.INDEX, index) for index, (name, node) in enumerate(properties.items())}
        loose = properties.keys() - set(required) if self._options.optional_for_nonrequired else ()
        fields = {name: self.read(inner[name]) for name in sorted(inner, key=order.__getitem__)}
        return struct({name: schema.as_optional() if name in loose else schema for name, schema in fields.items()})

    def _described(self, schema: Schema, place: Place) -> Schema:
        parameters = {name: str(each) for name, each in place.node.get(marks.PARAMETERS, {}).items()}
        described = replace(schema, name=schema.name or place.node.get("title"), version=place.node.get(marks.VERSION),
            doc=place.node.get("description"), parameters={**schema.parameters, **parameters})
        return replace(described, default=value_of(place.node.get("default"), described))


def _parts(place: Place) -> Iterator[Place]:
    """The place without its `allOf`, and all that stand in that."""
    rest = {name: each for name, each in place.node.items() if name != "allOf"}
    if rest:
        yield place.same(rest)
    for part in place.node.get("allOf", ()):
        yield from _parts(place.same(part))
