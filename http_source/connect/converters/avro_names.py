"""Names in Avro: which are legal, what becomes of the others, what a name means, and what records are called that have no name.

Source: Avro specification 1.12, "Names"; what illegal names become, and `ConnectDefault`, follow Confluent's AvroData.
"""

import re
from collections.abc import Iterable
from itertools import chain, count
from typing import Any
from urllib.parse import quote_plus

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.schema import Schema

NAMESPACE = "io.confluent.connect.avro"
DEFAULT_NAME = f"{NAMESPACE}.ConnectDefault"

NULL = "null"
PRIMITIVES = frozenset({NULL, "boolean", "int", "long", "float", "double", "bytes", "string"})
NAMED = frozenset({"record", "error", "enum", "fixed"})
"""The types that have a name of their own; `error` is a record in a protocol."""

Json = dict[str, Any]

_LEGAL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def scrubbed(name: str) -> str:
    """The name with every character that Avro forbids written as in a URL, and `_` in place of what is left of them.

    `@time` becomes `_40time`, `a-b` becomes `a_b`, and `1st` becomes `x1st`, by Confluent's rule.
    """
    if _LEGAL.fullmatch(name):
        return name
    encoded = quote_plus(name, safe="*", errors="replace").replace("~", "%7E")
    return re.sub(r"[^A-Za-z0-9_]", "_", f"x{encoded}" if encoded[:1].isdigit() else encoded)


def is_generated(name: str | None) -> bool:
    """Whether a struct has no name, or one that was made for it when it was registered."""
    return name is None or name.startswith(DEFAULT_NAME)


def full_name(name: str, space: str) -> str:
    """A name with its namespace, which a name with a dot has in itself; the empty one is none."""
    own, dot, simple = name.rpartition(".")
    space = own if dot else space
    return f"{space}.{simple}" if space else simple


def branch_kind(branch: Any, space: str = "") -> str | None:
    """What may stand in a union once: a type, or of named types each full name; None is another union, which may not stand there."""
    match branch:
        case list():
            return None
        case str():
            return branch if branch in PRIMITIVES else full_name(branch, space)
    return defined_name(branch, space) if branch["type"] in NAMED else str(branch["type"])


def named_in(known: Iterable[str], name: str, space: str) -> str | None:
    """The full name of the type that is meant; what the namespace does not have is looked for outside of any, as Apache Avro does."""
    return next((each for each in (full_name(name, space), name) if each in known), None)


def defined_name(written: Json, space: str) -> str:
    """The full name of a named type that is defined within a namespace."""
    own = written.get("namespace")
    return full_name(written["name"], own if isinstance(own, str) else space)


class Names:
    """The names of one schema.

    A struct without a name gets the first of ConnectDefault, ConnectDefault2 … that no other has. Those that a registered schema
    has are kept, so that a new field renames no record: the registry would take that for an incompatible change.
    """

    def __init__(self, schema: Schema, registered: Iterable[str] = (), *, scrub: bool) -> None:
        self._scrub = scrub
        self._used = {*_generated_names(schema), *registered}

    def field(self, name: str, path: str) -> str:
        """The name of a field in Avro. Raises ConversionRefused for one that is illegal."""
        return self._legal(scrubbed(name) if self._scrub else name, name, path)

    def full(self, name: str, path: str) -> str:
        """The full name of a named type in Avro. Raises ConversionRefused for one that is illegal."""
        return ".".join(self.field(part, path) for part in name.split("."))

    def generate(self) -> str:
        """A name for a struct without one."""
        numbered = (f"{DEFAULT_NAME}{number}" for number in count(2))
        name = next(each for each in chain([DEFAULT_NAME], numbered) if each not in self._used)
        self._used.add(name)
        return name

    def _legal(self, name: str, original: str, path: str) -> str:
        if _LEGAL.fullmatch(name):
            return name
        advice = "" if self._scrub else ", or value.converter.scrub.invalid.names=true, which replaces the other characters"
        raise ConversionRefused(
            f"the name {original!r} is not legal in Avro: letters, digits and underscores are, without a digit at the beginning. "
            f"Use the transform ReplaceField to rename it{advice}.", path)


def _generated_names(schema: Schema) -> Iterable[str]:
    """The names that were made when the schema was registered."""
    if schema.name is not None and is_generated(schema.name):
        yield schema.name
    for inner in (*(each.schema for each in schema.fields), schema.items, schema.keys, schema.values):
        if inner is not None:
            yield from _generated_names(inner)
