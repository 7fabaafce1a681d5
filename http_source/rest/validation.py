"""What is wrong with a configuration that was sent, and how its values become texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from http_source.assembly.loading import load_config, look_config
from http_source.config.findings import shown
from http_source.config.neighbors import taken
from http_source.config.properties import ConnectorConfig, KnownConfig
from http_source.errors import ConfigurationError, Finding
from http_source.rest.answers import Refused
from http_source.rest.references import clear_secrets
from http_source.rest.worker import Kept, as_text

_SURROGATES = frozenset(range(0xD800, 0xE000))


@dataclass(frozen=True, slots=True)
class Judged:
    """A configuration with all that was found in it.

    Attributes:
        findings: mistakes, and doubts with which it may start.
        config: what it says; None where it has mistakes.
    """

    findings: tuple[Finding, ...]
    config: KnownConfig | None = None

    @property
    def mistakes(self) -> list[Finding]:
        """What keeps it from starting."""
        return [finding for finding in self.findings if not finding.warning]


def judge(properties: Mapping[str, object], neighbors: Mapping[str, Kept], file: Path | None) -> Judged:
    """All mistakes at once. `file` is where the connector is; other ones may have a name that Dagster cannot tell from its own.

    Secrets in clear text are mistakes, and references that cannot be resolved here are doubts: they have to be where Dagster runs.
    """
    secrets = list(clear_secrets({name: as_text(value) for name, value in properties.items()}))
    try:
        config = look_config(properties)
    except ConfigurationError as error:
        return Judged((*error.findings, *secrets))
    doubts = [Finding(each.property, each.message, warning=True) for each in config.unknown]
    if isinstance(config, ConnectorConfig):
        doubts += load_config(properties).warnings
    clash = _clash(config.name, neighbors, file)
    return Judged((*clash, *secrets, *doubts), None if clash or secrets else config)


def _clash(name: str, neighbors: Mapping[str, Kept], file: Path | None) -> list[Finding]:
    own = file or Path("…")
    names = {each.file: each.name for each in neighbors.values() if isinstance(each.config, KnownConfig) and each.file != own}
    found = taken({**names, own: name}).get(own)
    return [found] if found else []


def texts_of(body: Any) -> dict[str, str]:
    """The properties of a body as texts, which Connect makes of numbers and booleans. Raises Refused (400) for all else."""
    return {name: str(value) for name, value in texts_or_nulls(body, nulls=False).items()}


def texts_or_nulls(body: Any, *, nulls: bool = True) -> dict[str, str | None]:
    """The same with None for a property that is to be removed, where that may be. Raises Refused (400)."""
    if not isinstance(body, dict):
        raise Refused(400, 'The body is not a JSON object; send {"property": "value", …}.')
    return {_unbroken(name): _text(name, value, nulls=nulls) for name, value in body.items()}


def _text(name: str, value: object, *, nulls: bool) -> str | None:
    if isinstance(value, str):
        return _unbroken(value, name)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return str(value)
    if value is None and nulls:
        return None
    kind = {dict: "an object", list: "a list", float: "a number too large", type(None): "null"}[type(value)]
    cure = "leave it out" if value is None else "write a text, with commas between the items of a list"
    raise Refused(400, f"The value of {shown(name)} is {kind}, but values are texts: {cure}.")


def _unbroken(text: str, name: str = "") -> str:
    if any(map(_SURROGATES.__contains__, map(ord, text))):
        where = f"The value of {shown(name)}" if name else f"The name {shown(text)}"
        raise Refused(400, f"{where} holds half of a surrogate pair (\\ud800 to \\udfff), which no encoding can carry.")
    return text


def refusal(mistakes: Sequence[Finding], plugin: str = "HttpSource") -> Refused:
    """Connect's sentence about a configuration with mistakes, which lists them all."""
    listed = "\n".join(map(str, mistakes))
    return Refused(400, f"Connector configuration is invalid and contains the following {len(mistakes)} error(s):\n{listed}\n"
                        f"You can also find the above list of errors at the endpoint `/connector-plugins/{plugin}/config/validate`")
