"""A place in a JSON Schema, references followed. Source: JSON Schema 2020-12, core §8.2."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from referencing.exceptions import Unresolvable

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema_document import Document, resource
from http_source.connect.record_refused import pointer

NULL = "null"

Resolver = Any
"""What looks references up; `referencing` has no public name for its type."""

_TELLING = {"properties": "object", "required": "object", "additionalProperties": "object", "items": "array", "pattern": "string"}
"""Keywords that tell a type where none is given."""
_ANYTHING: tuple[Any, ...] = ({}, True)
"""Nodes that say nothing."""
_SCALARS = frozenset({"integer", "number", "string", "boolean"})


@dataclass(frozen=True, slots=True)
class Place:
    """What a schema says of a place in a value.

    Attributes:
        resolver: finds what references lead to from here.
        site: the part for this place as it stands, maybe a reference.
        node: the part for this place, which is no reference.
        path: the place, as a JSON Pointer; `*` for every element.
        above: what the references on the way here led to.
    """

    resolver: Resolver
    site: Any
    node: Mapping[str, Any]
    path: str = ""
    above: tuple[Any, ...] = ()

    @classmethod
    def root(cls, schema: Document) -> Self:
        """The place of the whole value. Raises ConversionRefused."""
        resolver = schema.registry().resolver(schema.uri)
        return cls(resolver, schema.root, {}).same(schema.root)

    def inner(self, name: str, node: Any) -> Self:
        """The place of a property, or with `*` of elements, for which the schema has that node. Raises ConversionRefused."""
        return self._resolved(node, self.path + pointer((name,)))

    def same(self, node: Any) -> Self:
        """What another node says of the same place. Raises ConversionRefused."""
        return self._resolved(node, self.path)

    @property
    def branches(self) -> Sequence[Any]:
        """The nodes of which one holds; none where they only restrict a scalar, whose type stands beside them."""
        known = [each for each in self.types if each != NULL]
        narrowed = "type" in self.node and len(known) == 1 and known[0] in _SCALARS
        return () if narrowed else self.node.get("oneOf") or self.node.get("anyOf") or ()

    @property
    def types(self) -> Sequence[str]:
        """The types that are said or can be told; null may be among them."""
        said = self.node.get("type", next((each for keyword, each in _TELLING.items() if keyword in self.node), ()))
        return (said,) if isinstance(said, str) else said

    @property
    def is_combined(self) -> bool:
        """Whether several parts say something of the place, all of which hold."""
        return "allOf" in self.node or bool(self.branches and "properties" in self.node)

    @property
    def parts(self) -> Iterator[Self]:
        """The place itself, and all that stand in its `allOf`."""
        yield self
        for part in self.node.get("allOf", ()):
            if part not in _ANYTHING:
                yield from self.same(part).parts

    def is_null(self, node: Any) -> bool:
        """Whether a branch takes null and nothing else. Raises ConversionRefused."""
        found = self.same(node).node
        return found.get("type") in (NULL, [NULL]) or found.get("enum") == [None] or found.get("const", ...) is None

    def _resolved(self, node: Any, path: str) -> Self:
        above, resolver, found = self.above, self._resolver(node), node
        while isinstance(found, dict) and "$ref" in found:
            reference = found["$ref"]
            found, resolver = _referred(resolver, reference, path)
            if any(found is each for each in above):
                raise ConversionRefused(f"the registered JSON Schema holds itself, by {reference!r}, which Connect's schemas cannot.", path)
            above = (*above, found)
        if not isinstance(found, dict) or not found:
            raise ConversionRefused("the registered JSON Schema lets any value be here, but Connect needs one type.", path)
        return type(self)(resolver, node, found, path, above)

    def _resolver(self, node: Any) -> Resolver:
        """The resolver, relative to the `$id` of a part that has one."""
        if not isinstance(node, dict) or not isinstance(node.get("$id", node.get("id")), str):
            return self.resolver
        inside = self.resolver.in_subresource(resource(node))
        try:
            inside.lookup("#")
        except Unresolvable:
            return self.resolver
        return inside


def _referred(resolver: Resolver, reference: str, path: str) -> tuple[Any, Resolver]:
    try:
        found = resolver.lookup(reference)
    except Unresolvable:
        reason = "has nothing at its reference {!r}." if reference.startswith("#") else (
            "refers to {!r}, which is neither a part of it nor among the references that it was registered with."
        )  # fmt: skip
        raise ConversionRefused("the registered JSON Schema " + reason.format(reference), path) from None
    return found.contents, found.resolver
