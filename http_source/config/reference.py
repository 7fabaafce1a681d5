"""Prints `docs/properties.md`, and describes one property: `python -m http_source.config.reference`."""

from collections.abc import Iterator
from inspect import getdoc

from http_source.config.elsewhere import ELSEWHERE
from http_source.config.findings import did_you_mean, shown
from http_source.config.load import LISTED
from http_source.config.properties import GROUPS, NAMES, PROPERTIES, Property, properties_of
from http_source.config.refusal import Refusal
from http_source.config.refused import REFUSED, REFUSED_VALUES, refusal_of
from http_source.errors import ConfigurationError, Finding

HEAD = """# Properties

<!-- Printed by `python -m http_source.config.reference` from http_source/config/properties.py; edit there. -->

A connector's file is one JSON object of these names. Values may be texts, integers, booleans and lists of texts; blanks around them
are trimmed, lists may be one text with commas, and null is the same as no value. A wrong file never starts: all its mistakes are
reported together."""

UNSUPPORTED = """## Known, but not supported in this version

Each is refused by name; `*` stands for any text. The values in the last column are accepted and ignored, since they ask for what
happens anyway: configurations exported from Confluent Cloud spell them out."""

VALUES = "And these values:"

FOREIGN = """## Names from elsewhere

Of other HTTP source connectors, of Connect's workers and of Confluent Cloud: each is answered with what to use here. Those marked as
without meaning are reported as a warning. `http-source migrate` rewrites a whole configuration ([migrating.md](migrating.md))."""


def reference() -> str:
    """The whole page, in Markdown."""
    beyond = (UNSUPPORTED, _refused(), VALUES, _refused_values(), FOREIGN, _foreign())
    return "\n\n".join((HEAD, *map(_section, GROUPS.values()), *beyond)) + "\n"


def describe(name: str) -> str:
    """One property in a few lines, or why it is refused. Raises ConfigurationError for a name nobody knows."""
    known, refusal = lookup(name)
    lines = [f"{name}, another name of {known.name}" if name in known.aliases else known.name, f"  {known.doc}", ""]
    return "\n".join(lines + [f"  {label:13} {text}" for label, text in _facts(known, refusal)])


def lookup(name: str) -> tuple[Property, Refusal | None]:
    """A property by one of its names, and why it is refused, if it is. Raises ConfigurationError for a name nobody knows."""
    if name in NAMES:
        return PROPERTIES[NAMES[name]], None
    if refusal := refusal_of(name):
        return refusal.declared, refusal
    if listed := next((known for prefix, known in LISTED.items() if name.startswith(prefix)), None):
        return PROPERTIES[listed], None
    raise ConfigurationError([Finding(shown(name), f"Unknown property.{did_you_mean(name, NAMES)}")])


def _facts(known: Property, refusal: Refusal | None) -> Iterator[tuple[str, str]]:
    yield "type", known.type.name
    yield "default", _default(known)
    if known.type.valid_values:
        yield "valid values", known.type.valid_values
    if known.aliases:
        yield "other names", ", ".join(known.aliases)
    yield "importance", known.importance
    yield "secret", "yes" if known.secret else "no"
    yield ("since", known.since) if refusal is None else ("supported", _exceptions(refusal))


def _exceptions(refusal: Refusal) -> str:
    accepted = ", ".join(each or "an empty value" for each in refusal.harmless)
    return f"no; accepted, since it asks for what happens anyway: {accepted}" if accepted else "no"


def _section(group: type) -> str:
    title, _, sentence = (getdoc(group) or "").partition(": ")
    rows = (
        (_names(each), each.type.name, _code(_default(each)), each.type.valid_values, each.importance,
            "yes" if each.secret else "", each.doc)
        for each in properties_of(group).values()
    )
    return f"## {title}\n\n{sentence[0].upper()}{sentence[1:]}\n\n" + table(
        ("property", "type", "default", "valid values", "importance", "secret", "what it does"), *rows
    )


def _refused() -> str:
    rows = (
        (_names(each.declared), each.declared.type.name, _code(_default(each.declared)), each.declared.type.valid_values, each.reason,
            ", ".join(map(_code, each.harmless)))
        for each in REFUSED.values()
    )
    return table(("property", "type", "default", "valid values", "what to do", "accepted"), *rows)


def _foreign() -> str:
    rows = ((f"`{name}`", each.reason, "without meaning" if each.idle else "") for name, each in ELSEWHERE.items())
    return table(("name", "what to do", ""), *rows)


def _refused_values() -> str:
    return table(("value", "what to do"), *((f"`{name}={value}`", reason) for (name, value), reason in REFUSED_VALUES.items()))


def _names(known: Property) -> str:
    return ", also ".join(f"`{name}`" for name in (known.name, *known.aliases))


def _default(known: Property) -> str:
    if known.required:
        return "required"
    text = known.default_text
    return "not set" if text is None else text or '""'


def _code(text: str) -> str:
    if text in {"required", "not set"}:
        return text
    return f"`{text}`" if text else "empty"


def table(*rows: tuple[str, ...]) -> str:
    """Rows in Markdown, the first of them as the head."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join((lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]))


if __name__ == "__main__":
    print(reference(), end="")
