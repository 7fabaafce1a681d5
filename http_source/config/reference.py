"""Prints `docs/properties.md`, and describes one property: `python -m http_source.config.reference`."""

from collections.abc import Iterator
from inspect import getdoc

from http_source.config.findings import did_you_mean, shown
from http_source.config.properties import GROUPS, PROPERTIES, REQUIRED, Property, properties_of
from http_source.config.refused import REFUSED, REFUSED_VALUES, refusal_of
from http_source.errors import ConfigurationError, Finding

HEAD = """# Properties

Printed by `python -m http_source.config.reference` from `http_source/config/properties.py`; edit there.

A connector's file is one JSON object of these names. Values may be texts, integers, booleans and lists of texts; blanks around them
are trimmed, lists may be one text with commas, and null is the same as no value. A wrong file never starts: all mistakes are told."""

UNSUPPORTED = """## Known, but not supported in this version

Each is refused by name. The values in the last column are accepted and ignored, since they ask for what happens anyway:
configurations exported from Confluent Cloud spell them out."""

VALUES = "And these values:"


def reference() -> str:
    """The whole page, in Markdown."""
    return "\n\n".join((HEAD, *map(_section, GROUPS.values()), UNSUPPORTED, _refused(), VALUES, _refused_values())) + "\n"


def describe(name: str) -> str:
    """One property in a few lines, or why it is refused. Raises ConfigurationError for a name nobody knows."""
    if known := PROPERTIES.get(name):
        return f"{known.name}\n  {known.doc}\n\n" + "\n".join(f"  {label:13} {text}" for label, text in _facts(known))
    if refusal := refusal_of(name):
        return f"{name}\n  {refusal.reason}"
    raise ConfigurationError([Finding(shown(name), f"This is no property of the connector.{did_you_mean(name, PROPERTIES)}")])


def _facts(known: Property) -> Iterator[tuple[str, str]]:
    yield "type", known.type.name
    yield "default", _default(known)
    if known.type.valid_values:
        yield "valid values", known.type.valid_values
    yield "importance", known.importance
    yield "secret", "yes" if known.secret else "no"
    yield "since", known.since


def _section(group: type) -> str:
    title, _, sentence = (getdoc(group) or "").partition(": ")
    rows = (
        (f"`{each.name}`", each.type.name, _code(_default(each)), each.type.valid_values, each.importance, _secret(each), each.doc)
        for each in properties_of(group).values()
    )
    return f"## {title}\n\n{sentence[0].upper()}{sentence[1:]}\n\n" + _table(
        ("property", "type", "default", "valid values", "importance", "secret", "what it does"), *rows
    )


def _refused() -> str:
    rows = ((f"`{name}`", refusal.reason, ", ".join(map(_code, refusal.harmless))) for name, refusal in REFUSED.items())
    return _table(("property", "what to do", "accepted"), *rows)


def _refused_values() -> str:
    return _table(("value", "what to do"), *((f"`{name}={value.upper()}`", reason) for (name, value), reason in REFUSED_VALUES.items()))


def _default(known: Property) -> str:
    if known.default is REQUIRED:
        return "required"
    if known.default is None or known.default == ():
        return "not set"
    text = str(known.default)
    return text.lower() if isinstance(known.default, bool) else text or '""'


def _secret(known: Property) -> str:
    return "yes" if known.secret else ""


def _code(text: str) -> str:
    if text in {"required", "not set"}:
        return text
    return f"`{text}`" if text else "empty"


def _table(*rows: tuple[str, ...]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join((lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]))


if __name__ == "__main__":
    print(reference(), end="")
