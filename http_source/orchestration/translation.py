"""A component's `translation`: its asset's attributes, as Dagster's own components have them, with templates that see the connector."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
from pydantic import ValidationError

from http_source.config.findings import did_you_mean, shown
from http_source.errors import ConfigurationError, Finding
from http_source.orchestration.translator import ConnectorData, HttpSourceTranslator

NAME = "translation"
_OURS = "partitions_def"


def translation_schema() -> dict[str, Any]:
    """The JSON schema of a translation: Dagster's of an asset's attributes, but for the partitions, which are the entities."""
    schema = dg.AssetAttributesModel.model_json_schema()
    known = {name: each for name, each in schema["properties"].items() if name != _OURS}
    return {
        "description": "The attributes of the connector's asset in the catalog: key, key_prefix, group_name, owners, tags, kinds and so "
                       "on. Templates see the connector as `data` (its name, entities, topics and url) and the asset as `spec`.",
        "anyOf": [{"type": "string"}, {"type": "object", "properties": known, "additionalProperties": False}],
    }


@dataclass(frozen=True)
class Translation(HttpSourceTranslator):
    """What is written under `translation`; its templates are filled in when the connector is known."""

    written: str | Mapping[str, Any]
    context: dg.ResolutionContext

    def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
        """The usual asset with these attributes; tags and metadata are added to its own. Raises ConfigurationError."""
        spec = super().get_asset_spec(data)
        given = self.context.at_path(NAME).with_scope(data=data, spec=spec).resolve_value(self.written)
        if isinstance(given, dg.AssetSpec):
            return given
        if not isinstance(given, Mapping):
            found = type(given).__name__
            raise ConfigurationError([Finding(NAME, f"It gives {found}; expected an asset's attributes, or a dagster.AssetSpec.")])
        return _changed(spec, given)


def check_translation(written: object) -> Iterator[Finding]:
    """What Dagster's schema has against a translation, whatever its templates will give."""
    if isinstance(written, str):
        return
    if not isinstance(written, Mapping):
        yield Finding(NAME, "Expected attributes of an asset, such as `group_name: shop`, or a template that gives them.")
        return
    if _OURS in written:
        yield Finding(f"{NAME}.{_OURS}", "The partitions are the connector's entities; remove it.")
    try:
        dg.AssetAttributesModel.model_validate(written)
    except ValidationError as error:
        # An attribute of several types has an error for each.
        reasons = {str(each["loc"][0]): each["msg"] for each in reversed(error.errors())}
        yield from (_finding(name, reason) for name, reason in reasons.items())


def _finding(name: str, message: str) -> Finding:
    known = [each for each in dg.AssetAttributesModel.model_fields if each != _OURS]
    if name in {*known, _OURS}:
        return Finding(f"{NAME}.{name}", f"{message}.")
    return Finding(f"{NAME}.{shown(name)}", f"An asset has no such attribute.{did_you_mean(name, known)} It takes {', '.join(known)}.")


def _changed(spec: dg.AssetSpec, given: Mapping[str, Any]) -> dg.AssetSpec:
    key = dg.AssetKey.from_user_string(given["key"]) if given.get("key") else spec.key
    if prefix := given.get("key_prefix"):
        key = key.with_prefix(prefix.split("/") if isinstance(prefix, str) else prefix)
    # Tags and metadata are added to, as in Dagster's own components.
    added = {name: read(given[name]) for name, read in _ADDED.items() if given.get(name)}
    others = {name: value for name, value in given.items() if name not in {"key", "key_prefix", *_ADDED}}
    others |= {name: read(given[name]) for name, read in _READ.items() if name in given}
    return spec.replace_attributes(key=key, **others).merge_attributes(**added)


def _tags(tags: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in tags.items()}


_ADDED: Mapping[str, Callable[[Any], Any]] = {"tags": _tags, "metadata": dict}
_READ: Mapping[str, Callable[[Any], Any]] = {
    "kinds": set,
    "code_version": str,
    "deps": lambda keys: [dg.AssetKey.from_user_string(key) for key in keys],
}
"""How attributes are read that YAML cannot hold as Dagster has them."""
