"""The properties of a draft, each with its value and what it does."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from http_source.commands.masking import masked
from http_source.commands.starter import Starter
from http_source.config.properties import PROPERTIES, ConnectorConfig
from http_source.foreign.redactor import HIDDEN

Explained = Sequence[dict[str, str | None]]


def explained_properties(config: ConnectorConfig, properties: Starter) -> Explained:
    """For machines."""
    return [{"name": name, "value": value, "description": PROPERTIES[name].doc} for name, value in _shown(config, properties).items()]


def explained_lines(explained: Explained, file: Path | None) -> Sequence[str]:
    """For people; with the file, what was written and what is next."""
    lines = [f"{each['name']} = {each['value']}\n  {each['description']}\n" for each in explained]
    return lines if file is None else [*lines, f"Wrote {file}. Next: http-source preview {shlex.quote(str(file))}"]


def _shown(config: ConnectorConfig, properties: Starter) -> dict[str, str | None]:
    """The values, without those that are or may hold keys."""
    request = masked(config.request)
    parts = {"url": request.url, "http.request.parameters": request.parameters, "http.request.body": request.body}
    hidden = {name for name in properties if name in PROPERTIES and PROPERTIES[name].secret} | {"http.request.headers"}
    return {name: HIDDEN if name in hidden else parts.get(name, value) for name, value in properties.items() if name in PROPERTIES}
