"""The types that several transforms' properties have in common, and how a transform is made from what a file gives."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from http_source.config.findings import did_you_mean, missing, shown
from http_source.config.property import MEDIUM, Property, prop
from http_source.config.types import BOOLEAN, LIST, STRING, Simple
from http_source.errors import Finding

QUOTES = '""'


class Misconfigured(ValueError):
    """Properties of a transform that do not go together.

    Attributes:
        property: the one to correct, without its prefix.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.property = name


def _names(value: object) -> tuple[str, ...]:
    names = LIST.parse(value)
    if not names:
        raise ValueError("Expected at least one name, with commas between several")
    return names


def _text(value: object) -> str:
    text = STRING.parse(value)
    if not text:
        raise ValueError("String must be non-empty")
    return text


NAMES = Simple("list", "names, at least one", _names)
TEXT = Simple("string", "a text that is not empty", _text)


def replace_null() -> Any:
    """The property `replace.null.with.default`, which many transforms have."""
    return prop("replace.null.with.default", BOOLEAN, True, MEDIUM,  # noqa: FBT003
        "A null in a field that has a default becomes the default; false keeps the null.")


def declared(kind: type) -> dict[str, Property]:
    """The properties of a transform or predicate by the field that holds them."""
    return {each.name: each.metadata["property"] for each in fields(kind) if "property" in each.metadata}


def make(kind: type, prefix: str, given: Mapping[str, object], fixed: Mapping[str, Any]) -> tuple[Any, list[Finding]]:
    """A transform or predicate from its properties, given without their prefix, or None and every mistake in them."""
    properties = declared(kind)
    findings = list(_unknown(prefix, given, {each.name for each in properties.values()}))
    values = {field: value for field, known in properties.items() if (value := _read(known, prefix, given, findings)) is not _UNREAD}
    if findings:
        return None, findings
    try:
        return kind(**values, **fixed), []
    except Misconfigured as error:
        return None, [Finding(prefix + error.property, str(error))]
    except ValueError as error:
        return None, [Finding(f"{prefix}type", str(error))]


def invalid(name: str, value: object, reason: str) -> Finding:
    """Connect's sentence about a value that is not accepted."""
    text = shown(value) if isinstance(value, str) else f"of type {type(value).__name__}"
    end = "" if reason.endswith((".", "?")) else "."
    return Finding(shown(name), f"Invalid value {text or QUOTES} for configuration {shown(name)}: {reason}{end}")


_UNREAD = object()


def _read(known: Property, prefix: str, given: Mapping[str, object], findings: list[Finding]) -> Any:
    if known.name not in given:
        findings += [missing(prefix + known.name)] if known.required else []
        return _UNREAD if known.required else known.default
    try:
        return known.type.parse(given[known.name])
    except ValueError as error:
        findings.append(invalid(prefix + known.name, given[known.name], str(error)))
        return _UNREAD


def _unknown(prefix: str, given: Mapping[str, object], names: set[str]) -> list[Finding]:
    return [
        Finding(shown(prefix + name), f"This transform or predicate has no such property.{did_you_mean(name, names)} Correct or remove it.")
        for name in given if name not in names
    ]
