"""A checked configuration with other values in the place of some of its own, judged by the same rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from http_source.config.load import build, read_into, without_values
from http_source.config.properties import PROPERTIES, ConnectorConfig
from http_source.config.providers import Providers
from http_source.config.rules import check
from http_source.config.rules.rule import Rule
from http_source.errors import ConfigurationError, Finding


def overlay(config: ConnectorConfig, given: Mapping[str, object], rules: Sequence[Rule]) -> ConnectorConfig:
    """The configuration with these values, by the dotted names of their properties; None takes one out.

    Texts may refer to config providers, as in a file; `rules` of other rooms are asked as well. Raises ConfigurationError with all
    mistakes that the values bring.
    """
    providers = Providers(None)
    findings: list[Finding] = []
    values = {known.name: value for known, value in config.values()}
    values |= {name: PROPERTIES[name].default for name, value in given.items() if value is None}
    read_into(values, {name: value for name, value in given.items() if value is not None}, providers, findings, findings)
    changed = build(values)
    ruled = check(changed, *rules, complete=len(values) == len(PROPERTIES))
    findings += [without_values(finding, providers.given) for finding in ruled if not finding.warning]
    if findings:
        raise ConfigurationError(findings)
    return replace(changed, provided=(*config.provided, *providers.given), plugins=config.plugins)
