"""Prints `docs/transforms.md`, and describes one class: `python -m http_source.connect.transforms.reference`."""

import sys
from collections.abc import Iterator, Mapping
from inspect import getdoc

from http_source.config.property import Property
from http_source.config.reference import table
from http_source.connect.transforms.catalog import PREDICATES, TRANSFORMS, class_named
from http_source.connect.transforms.confluent import REFUSED
from http_source.connect.transforms.settings import declared

HEAD = """# Transforms

<!-- Printed by `python -m http_source.connect.transforms.reference` from http_source/connect/transforms/; edit there. -->

Each alias in `transforms` has a `transforms.<alias>.type`, one of the classes below, its properties behind `transforms.<alias>.`, and
may have a `transforms.<alias>.predicate` (an alias in `predicates`) that says which records it is for; `transforms.<alias>.negate=true`
turns that around. They are applied in order. `$Key` and `$Value` say which part of a record is changed.

In JSON a value has no schema. In AVRO, JSON_SR, PROTOBUF and JSON with schemas it has the schema of what was served in that record alone,
so a record's outcome never depends on other records. A field that the record does not have is null for a transform that reads it; a null,
`[]` or `{}` can be moved, renamed, masked and filtered on, and Cast and TimestampConverter give a null its type. A struct that HoistField
or ValueToKey made has the fields they gave it, and reading any other is refused."""


def transforms_page() -> str:
    """The whole page, in Markdown."""
    known = ("## Transforms", *_sections(TRANSFORMS), "## Predicates", *_sections(PREDICATES))
    refused = table(("class", "why, and what to do"), *((f"`{name}`", reason) for name, reason in REFUSED.items()))
    return "\n\n".join((HEAD, *known, "## Known, but not supported", refused)) + "\n"


def describe_class(name: str) -> str:
    """A class and its properties, in a few lines. Raises ValueError for one that is unknown or not supported, with what to do."""
    kind = class_named(name, {**TRANSFORMS, **PREDICATES})
    lines = [name, f"  {_sentence(kind)}"]
    for known in declared(kind).values():
        lines += ["", f"  {known.name}{_default(known, ' = ', ' (required)')}", f"    {known.doc}"]
    return "\n".join(lines)


def _sections(classes: Mapping[str, type]) -> Iterator[str]:
    named: dict[tuple[str, type], list[str]] = {}
    for name, kind in classes.items():
        plain, dollar, part = name.partition("$")
        named.setdefault((plain, kind), []).append(f"{dollar}{part}")
    for (plain, kind), parts in named.items():
        yield f"### `{'` or `'.join(plain + part for part in parts)}`\n\n{_sentence(kind)}{_table(kind)}"


def _sentence(kind: type) -> str:
    return " ".join((getdoc(kind) or "").partition("\n\n")[0].split())


def _table(kind: type) -> str:
    rows = [
        (f"`{known.name}`", known.type.name, _default(known, "", "required") or "not set", known.type.valid_values, known.doc)
        for known in declared(kind).values()
    ]
    return "\n\n" + table(("property", "type", "default", "valid values", "what it does"), *rows) if rows else ""


def _default(known: Property, before: str, required: str) -> str:
    if known.required:
        return required
    return "" if known.default_text is None else f'{before}{known.default_text or "empty"}'


if __name__ == "__main__":
    sys.stdout.write(transforms_page())
