"""The changes that a registered JSON Schema can take, made in place in its parsed text.

A new property is what the writer makes of its field. An integer becomes `number`, or gets a wider `connect.type`. A place that may be null
from now on becomes `anyOf` of null and what stood there: Connect reads it as it reads `oneOf`, looking for title and `connect.type` in the
branch, where a list of types has none; and Apicurio 3.3 takes `anyOf` from a string's schema, but not `oneOf`. A definition that several
places refer to grows once, for all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters import json_schema_marks as marks
from http_source.connect.converters.json_schema_parts import entry, found, holder_of, next_index, unchangeable
from http_source.connect.converters.json_schema_place import NULL, Place
from http_source.connect.converters.json_schema_reader import read_place
from http_source.connect.converters.json_schema_writer import JsonSchemaWriter
from http_source.connect.record_refused import pointer
from http_source.connect.schema import LOGICAL, NUMBERS, Field, Schema, Type

_BOUND = frozenset({"enum", "const", "not", "oneOf", "anyOf"})
"""Keywords beside which the type of a place stays what it is."""
_TAKE_NULL = "take null (or be missing, without value.converter.use.optional.for.nonrequired=true)"
_CLOSING = ("additionalProperties", "unevaluatedProperties")


class Additions:
    """Changes one parsed text; what it imports stays as it is."""

    def __init__(self, root: Any, options: ConverterOptions) -> None:
        self._root = root
        self._options = options
        nodes = list(_objects(root))
        self._own = {id(each): each for each in nodes}
        # A text that has no property yet may be the connector's own.
        indexed = any(marks.INDEX in each for each in nodes) or not any(each.get("properties") for each in nodes)
        self._writer = JsonSchemaWriter(options, indexed=indexed)

    def at(self, place: Place, known: Schema, wanted: Schema) -> None:
        """Let a place hold what is wanted. Raises ConversionRefused."""
        if known.as_required() != wanted.as_required():
            self._inside(place, known, wanted)
        if wanted.optional and not known.optional and not read_place(place, self._options).optional:  # another use may have allowed it
            self._allow_null(place, known)

    def name(self, place: Place, known: Schema, wanted: Schema) -> None:
        """Give the record its name and version. Raises ConversionRefused."""
        for keyword, old, new in (("title", known.name, wanted.name), (marks.VERSION, known.version, wanted.version)):
            if new not in (None, old):
                self._mine(holder_of(place).node, place.path)[keyword] = new

    def _inside(self, place: Place, known: Schema, wanted: Schema) -> None:
        if marks.is_union(known):
            raise unchangeable("have another type", "it is a union, of which one branch is chosen", place.path)
        holder = holder_of(place)
        match known.type, wanted.type:
            case Type.STRUCT, Type.STRUCT:
                self._fields(holder, known, wanted)
            case Type.ARRAY, Type.ARRAY:
                self._elements(holder.inner("*", holder.node.get("items")), known.items, wanted.items)
            case Type.MAP, Type.MAP:
                self._elements(entry(holder, known), known.values, wanted.values)
            case _:
                self._retype(place, holder, known, wanted)

    def _elements(self, place: Place, known: Schema | None, wanted: Schema | None) -> None:
        if known is not None and wanted is not None:
            self.at(place, known, wanted)

    def _fields(self, holder: Place, known: Schema, wanted: Schema) -> None:
        for field in wanted.fields:
            old, parts = known.field(field.name), list(holder.parts)
            if old is None:
                self._add(holder, parts, field)
            elif old.schema != field.schema:
                self._change(holder, parts, old.schema, field)

    def _change(self, holder: Place, parts: Sequence[Place], known: Schema, field: Field) -> None:
        there = found(parts, field.name)
        if len(there) > 1:
            raise unchangeable("hold more", "several parts of an `allOf` describe it", holder.path + pointer((field.name,)))
        self.at(there[0], known, field.schema)
        if field.schema.optional and not known.optional:
            for part in parts:
                self._release(part, field.name)

    def _release(self, part: Place, name: str) -> None:
        if name in part.node.get("required", ()):
            node = self._mine(part.node, part.path)
            node["required"] = [each for each in node["required"] if each != name]
            if not node["required"]:  # which draft 4 forbids
                del node["required"]

    def _add(self, holder: Place, parts: Sequence[Place], field: Field) -> None:
        if there := found(parts, field.name):  # added by another use of the same definition
            self.at(there[0], read_place(there[0], self._options), field.schema)
            return
        node = self._target(holder, parts, holder.path + pointer((field.name,)))
        written = self._writer.write(field.schema, next_index(parts))
        self._own |= {id(each): each for each in _objects(written)}
        node.setdefault("properties", {})[field.name] = written

    def _target(self, holder: Place, parts: Sequence[Place], path: str) -> dict[str, Any]:
        """The part behind whose properties a new one stands: a part of its own where the last of them is a definition."""
        last = next((part for part in reversed(parts) if "properties" in part.node), holder)
        others = [part.node for part in parts if part.node is not last.node] + [each for each in holder.branches if isinstance(each, dict)]
        if any(node.get(keyword) is False for node in others for keyword in _CLOSING):
            raise unchangeable("have another property", "another part of it allows no further ones", path)
        if "allOf" not in holder.node or last.site is last.node:
            return self._mine(last.node, path)
        if any(last.node.get(keyword) is False for keyword in _CLOSING):
            raise unchangeable("have another property", "a definition that it includes allows no further ones", path)
        part: dict[str, Any] = {"type": "object"}
        self._own[id(part)] = part
        self._mine(holder.node, path)["allOf"].append(part)
        return part

    def _retype(self, place: Place, holder: Place, known: Schema, wanted: Schema) -> None:
        change = f"hold {wanted.type} instead of {known.type}"
        if not (known.type in NUMBERS and wanted.type in NUMBERS) or known.name in LOGICAL or known.name != wanted.name:
            raise unchangeable(change, "only numbers can become wider", place.path)
        _check_unbound(holder.node, change, place.path)
        if width(wanted) <= width(read_place(holder, self._options)):  # widened by another use of the same definition
            return
        node = self._mine(holder.node, place.path)
        if wanted.type is Type.FLOAT64:
            said = node["type"]
            node["type"] = ["number" if each == "integer" else each for each in said] if isinstance(said, list) else "number"
        if marks.TYPE in node:
            node[marks.TYPE] = wanted.type.lower()

    def _allow_null(self, place: Place, known: Schema) -> None:
        if known.name in LOGICAL or marks.is_union(known):
            raise unchangeable(_TAKE_NULL, f"it is a {known.name}", place.path)
        if known.type is not Type.STRUCT:
            _check_unbound(holder_of(place).node, _TAKE_NULL, place.path)
        site = self._mine(place.site, place.path)
        whole = [name for name in site if name == marks.INDEX or (site is self._root and _is_whole(name))]
        rest = {name: each for name, each in site.items() if name not in whole}
        self._own[id(rest)] = rest
        around = {name if name in whole else "anyOf": each if name in whole else [{"type": NULL}, rest] for name, each in site.items()}
        site.clear()
        site.update(around)

    def _mine(self, node: Any, path: str) -> dict[str, Any]:
        """A part that may change. Raises ConversionRefused."""
        if id(node) not in self._own:
            raise unchangeable("hold more", "it stands in a schema that this one imports, which must be changed first", path)
        mine: dict[str, Any] = node
        return mine


def width(schema: Schema) -> int:
    """The place of a number among the numbers, from the narrowest; -1 for all else."""
    return NUMBERS.index(schema.type) if schema.type in NUMBERS else -1


def _check_unbound(node: Mapping[str, Any], change: str, path: str) -> None:
    if bound := node.keys() & _BOUND:
        raise unchangeable(change, f"its keyword {min(bound)!r} binds it", path)


def _is_whole(keyword: str) -> bool:
    """Whether a keyword speaks of the schema as a whole, not of the value: it stays outside when null is allowed beside the value."""
    return keyword in ("definitions", "id") or (keyword.startswith("$") and keyword != "$ref")


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in the text."""
    if isinstance(node, dict):
        yield node
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for each in inner:
        yield from _objects(each)
