"""The Dagster component: a connector as a `defs.yaml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import dagster as dg
from pydantic import BaseModel

from http_source.assembly.loading import load_config
from http_source.config.properties import PROPERTIES
from http_source.errors import ConfigurationError, Finding
from http_source.foreign.redactor import HIDDEN
from http_source.orchestration.attributes import Attributes
from http_source.orchestration.build import build_http_source
from http_source.orchestration.plain_scalars import misread
from http_source.orchestration.scaffold import ConnectorScaffolder
from http_source.orchestration.templates import fill_in
from http_source.orchestration.translation import NAME, Translation, check_translation
from http_source.orchestration.translator import ConnectorData, HttpSourceTranslator, Translator


@dg.scaffold_with(ConnectorScaffolder)
@dataclass(frozen=True)
class HttpSourceConnector(dg.Component, dg.Resolvable):
    """Polls an HTTP API into Kafka topics, as Confluent Cloud's HTTP Source connector does.

    The attributes are that connector's properties by their dotted names. The component brings the connector's asset with a partition
    per entity, its job and its sensor; the project brings the resource `kafka`, a `KafkaResource`, once for all connectors:

    ```yaml
    type: http_source.HttpSourceConnector
    attributes:
      name: orders
      url: https://api.example.com/v1/orders
      http.request.parameters: start=${offset}&limit=500
      http.initial.offset: 0
      http.response.data.json.pointer: /results
      auth.type: bearer
      bearer.token: "{{ env.ORDERS_TOKEN }}"
      topic.name.pattern: orders
      output.data.format: JSON
    requirements:
      env: [ORDERS_TOKEN]
    ```

    Write a secret as `{{ env.NAME }}` and list the variable under `requirements`, where `dg` looks for it.
    The variable is read when the definitions are loaded, and its text is taken exactly, whatever it looks like. Dagster stores the
    YAML file's place, never its values; a secret that is written into the file itself is as safe as the file.

    `translation` chooses the asset's key, group, owners, tags and so on, with `{{ data.name }}` for the connector's name.

    In Python, `HttpSourceConnector(source, …)` takes what `build_http_source` takes.
    """

    source: Path | Mapping[str, object] = field(default_factory=dict, repr=False)
    resources: Mapping[str, object] = field(default_factory=dict, repr=False)
    translator: Translator = field(default_factory=HttpSourceTranslator)

    @classmethod
    def model(cls) -> type[Attributes]:
        """What the YAML file may hold under `attributes`."""
        return Attributes

    @classmethod
    def resolve_from_model(cls, context: dg.ResolutionContext, model: BaseModel) -> Self:
        """The component with its templates filled in. Raises ConfigurationError with every one that cannot be, and every other mistake."""
        written = model.model_dump()
        translation = written.pop(NAME, None)
        properties, unfilled = fill_in(written, context.scope)
        unfilled += misread(context, written)
        unfilled += check_translation(translation) if translation is not None else ()
        left_out = {finding.property for finding in unfilled}
        others = [_hide(finding, written, properties) for finding in _mistakes(properties) if finding.property not in left_out]
        if unfilled or others:
            raise ConfigurationError([*unfilled, *others])
        return cls(properties) if translation is None else cls(properties, translator=Translation(translation, context))

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:  # noqa: ARG002 - the parent's signature
        """The connector's definitions. Raises ConfigurationError with every mistake."""
        return build_http_source(self.source, resources=self.resources, translator=self)

    def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
        """The connector's asset; override it to choose key, group, owners and so on in a component of your own."""
        return self.translator.get_asset_spec(data)

    def get_run_tags(self, data: ConnectorData) -> Mapping[str, object]:
        """Tags for the connector's runs; override it to say how they are launched in a component of your own."""
        return self.translator.get_run_tags(data)


def _mistakes(properties: Mapping[str, object]) -> Sequence[Finding]:
    try:
        load_config(properties)
    except ConfigurationError as error:
        return error.findings
    return ()


def _hide(finding: Finding, written: Mapping[str, object], properties: Mapping[str, object]) -> Finding:
    """The finding without the value that a template brought, which may be a secret in the wrong place."""
    name = finding.property
    if name not in PROPERTIES or written.get(name) == properties.get(name) or not finding.message.startswith("Invalid value "):
        return finding
    values = PROPERTIES[name].type.valid_values
    accepted = f" Expected {values}." if values else ""
    return Finding(name, f"Invalid value {HIDDEN} for configuration {name}, which its template gives.{accepted}")
