"""A place in a JSON Schema, references followed. Source: JSON Schema 2020-12, core §8.2; RFC 6901."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import unquote

from jsonpointer import JsonPointerException, resolve_pointer

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.refused import pointer

NULL = "null"

_TELLING = {"properties": "object", "required": "object", "additionalProperties": "object", "items": "array", "pattern": "string"}
"""Keywords that tell a type where none is given."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a schema says of a place in a value.

    Attributes:
        root: the whole schema.
        node: the part for this place, which is no reference.
        path: the place, as a JSON Pointer; `*` for every element.
        above: the references on the way here.
    """

    root: Mapping[str, Any]
    node: Mapping[str, Any]
    path: str = ""
    above: tuple[str, ...] = ()

    def inner(self, name: str, node: Any) -> Self:
        """The place of a property, or with `*` of elements, for which the schema has that node. Raises ConversionRefused."""
        return self._resolved(node, self.path + pointer((name,)))

    def same(self, node: Any) -> Self:
        """What another node says of the same place. Raises ConversionRefused."""
        return self._resolved(node, self.path)

    @property
    def branches(self) -> Sequence[Any]:
        """The nodes of which one holds."""
        return self.node.get("oneOf") or self.node.get("anyOf") or ()

    @property
    def types(self) -> Sequence[str]:
        """The types that are said or can be told; null may be among them."""
        said = self.node.get("type", next((each for keyword, each in _TELLING.items() if keyword in self.node), ()))
        return (said,) if isinstance(said, str) else said

    def _resolved(self, node: Any, path: str) -> Self:
        above = self.above
        while isinstance(node, dict) and "$ref" in node:
            reference = node["$ref"]
            if reference in above:
                raise ConversionRefused(f"the registered JSON Schema holds itself, by {reference!r}, which Connect's schemas cannot.", path)
            above = (*above, reference)
            node = self._referred(reference, path)
        if not isinstance(node, dict) or not node:
            raise ConversionRefused("the registered JSON Schema lets any value be here, but Connect needs one type.", path)
        return type(self)(self.root, node, path, above)

    def _referred(self, reference: str, path: str) -> Any:
        if not reference.startswith("#"):
            raise ConversionRefused(f"the registered JSON Schema refers to {reference!r}: only its own parts, '#/…', can be read.", path)
        try:
            return resolve_pointer(self.root, unquote(reference[1:]))
        except JsonPointerException:
            raise ConversionRefused(f"the registered JSON Schema has nothing at its reference {reference!r}.", path) from None
