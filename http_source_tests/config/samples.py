"""A configuration without a fault, and what becomes of changes to it."""

from http_source.assembly.loading import LoadedConfig, load_config
from http_source.errors import ConfigurationError, Finding

VALID: dict[str, object] = {
    "connector.class": "HttpSource",
    "name": "spaces",
    "url": "https://example.com/api",
    "http.request.parameters": "start=${offset}&limit=100",
    "http.initial.offset": "0",
    "topic.name.pattern": "spaces",
    "output.data.format": "JSON",
}

ENTITIES: dict[str, object] = {**VALID, "url": "https://example.com/${entityName}", "topic.name.pattern": "http-${entityName}"}

XPATH: dict[str, object] = {
    "transforms": "xml", "transforms.xml.type": "com.github.jcustenborder.kafka.connect.transform.common.ExtractXPath$Value",
    "transforms.xml.xpath": "/a", "transforms.xml.input.field": "text",
}  # fmt: skip
ROUTER: dict[str, object] = {
    "transforms": "route", "transforms.route.type": "io.confluent.connect.cloud.transforms.TopicRegexRouter",
    "transforms.route.regex": "(.*)", "transforms.route.replacement": "$1",
}  # fmt: skip
"""Transforms of the extra `transforms`."""


def load(changes: dict[str, object], valid: dict[str, object] | None = None) -> LoadedConfig:
    """The valid configuration with the changes; None takes a property out."""
    return load_config({**(VALID if valid is None else valid), **changes})


def findings(changes: dict[str, object], valid: dict[str, object] | None = None) -> tuple[Finding, ...]:
    """The mistakes, or the warnings where there are no mistakes."""
    try:
        return load(changes, valid).warnings
    except ConfigurationError as error:
        return error.findings


def mistakes(changes: dict[str, object], valid: dict[str, object] | None = None) -> list[str]:
    """The properties with a mistake."""
    return [finding.property for finding in findings(changes, valid) if not finding.warning]


def warnings(changes: dict[str, object], valid: dict[str, object] | None = None) -> list[str]:
    """The properties with a warning, where there is no mistake."""
    return [finding.property for finding in load(changes, valid).warnings]
