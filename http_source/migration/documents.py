"""The forms in which configurations of Kafka Connect are written down: JSON, Java properties, and the YAML of a Kubernetes resource."""

from collections.abc import Mapping
from typing import Any

import yaml

from http_source.config.document import parse_document, unwrap
from http_source.config.findings import shown
from http_source.config.providers import parse_java_properties
from http_source.errors import ConfigurationError, Finding
from http_source.foreign.text import Foreign, readable

_LONGEST_REASON = 1_000

Properties = dict[str, str]


def read_properties(data: bytes, place: str) -> Properties:
    """The properties that a text holds, as texts.

    Raises ConfigurationError, which calls the text by its `place`, when it is in none of the forms.
    """
    try:
        # null is the same as no value.
        return {name: _text(name, value) for name, value in _read(data).items() if value is not None}
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise ConfigurationError([Finding(place, _reason(error))]) from None


def _read(data: bytes) -> Mapping[str, object]:
    text = data.decode("utf-8-sig")
    lines = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith(("#", "!", "---"))]
    if not lines:
        raise ValueError("The file is empty.")
    if lines[0].startswith(("{", "[")):
        return unwrap(parse_document(data)[0])
    if _is_properties(lines):
        return parse_java_properties(text)
    return _of_resource(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506 - BaseLoader makes texts, lists and mappings only


def _is_properties(lines: list[str]) -> bool:
    """A line of Java properties has an equals sign; of YAML a colon with a blank or nothing behind it, and that first."""
    first = lines[0]
    colon = min((place for place in (first.find(": "), len(first) - 1 if first.endswith(":") else -1) if place >= 0), default=-1)
    return "=" in first and (colon < 0 or first.index("=") < colon)


def _of_resource(document: Any) -> Mapping[str, object]:
    """The properties in a `KafkaConnector` (Strimzi) or `Connector` (Confluent for Kubernetes), or in a plain mapping of them."""
    if not isinstance(document, dict):
        raise ValueError("The file is neither a JSON object, nor Java properties, nor a YAML mapping.")  # noqa: TRY004 - the one error here
    specification = document.get("spec")
    if not isinstance(specification, dict):
        return unwrap(document)
    inner = specification.get("config") or specification.get("configs") or {}
    outer = {"connector.class": specification.get("class"), "tasks.max": specification.get("tasksMax") or specification.get("taskMax")}
    named = {"name": (document.get("metadata") or {}).get("name"), **outer}
    return {**{name: value for name, value in named.items() if value}, **inner}


def _text(name: str, value: object) -> str:
    """A value as the text that Connect makes of it."""
    if isinstance(value, list):
        return ",".join(_text(name, item) for item in value)
    if isinstance(value, Mapping):
        raise ValueError(f"{shown(name)} holds an object, but properties of Kafka Connect are flat.")  # noqa: TRY004 - the one error here
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"The file is not UTF-8 (byte {error.start + 1}); save it as UTF-8."
    if isinstance(error, yaml.YAMLError):
        mark = getattr(error, "problem_mark", None)
        place = f"Line {mark.line + 1}, column {mark.column + 1}" if mark else "The file"
        if isinstance(error, yaml.composer.ComposerError) and Foreign.of(error).says("expected a single document"):
            return f"{place} begins another document, where one is expected; move each connector into a file of its own."
        return f"{place} is not valid YAML; write JSON, Java properties or YAML."
    if isinstance(error, RecursionError):
        return "The file is nested too deeply; properties are flat."
    return readable(Foreign.of(error), str, _LONGEST_REASON)
