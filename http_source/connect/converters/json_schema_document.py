"""A registered JSON Schema and what it imports, parsed, with every URI that a `$ref` may name. Nothing is ever fetched.

Source: JSON Schema 2020-12, core §8 and §9; the registry's `references`, whose names are the URIs as they stand in the `$ref`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

import msgspec
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from http_source.connect.converters.format import Reference

BASE = "http://schema.invalid/"
"""What relative URIs are relative to, where a schema has no `$id`. No such host exists (RFC 6761)."""

_JSON = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(frozen=True, slots=True)
class Document:
    """A schema, with its own URI, and all resources by theirs: it and its imports."""

    root: Any
    uri: str
    resources: Mapping[str, Resource[Any]]

    def registry(self) -> Registry[Any]:
        """Where references are looked up."""
        return Registry().with_resources(self.resources.items()).crawl()

    def contents(self, uri: str) -> Any:
        """The import of that URI. Raises KeyError when there is none."""
        return self.registry().contents(uri)


def document(text: str, references: Sequence[Reference] = ()) -> Document:
    """Parse a registered text and what it imports. Raises ValueError for what is not JSON."""
    root = resource(_JSON.decode(text))
    uri = _uri(root, BASE)
    return Document(root.contents, uri, {**dict(_imports(uri, references)), uri: root})


def resource(contents: Any) -> Resource[Any]:
    """A schema with the draft that its `$schema` names, 2020-12 where it names none or one of its own."""
    return Resource.from_contents(contents if isinstance(contents, dict) else {}, default_specification=DRAFT202012)


def _imports(base: str, references: Sequence[Reference]) -> Iterator[tuple[str, Resource[Any]]]:
    for each in references:
        place, imported = urljoin(base, each.name), resource(_JSON.decode(each.written.text))
        yield place, imported
        yield from _imports(_uri(imported, place), each.written.references)


def _uri(schema: Resource[Any], base: str) -> str:
    return urljoin(base, schema.id() or "")
