"""Configurations of other connectors, and what becomes of them."""

from collections.abc import Mapping

from http_source.assembly.loading import load_config
from http_source.migration.configuration_draft import ConfigurationDraft
from http_source.migration.move import migrate

CASTORM: dict[str, str] = {
    "name": "orders",
    "connector.class": "com.github.castorm.kafka.connect.http.HttpSourceConnector",
    "http.request.url": "https://api.example.com/orders",
    "http.request.params": "after=${offset.timestamp} & size=100",
    "http.offset.initial": "timestamp=2026-01-01T00:00:00Z",
    "http.response.list.pointer": "/orders",
    "http.response.record.offset.pointer": "key=/id, timestamp=/changed",
    "kafka.topic": "orders",
}
V2: dict[str, str] = {
    "name": "shop",
    "connector.class": "HttpSourceV2",
    "http.api.base.url": "https://api.example.com/v1",
    "apis.num": "1",
    "api1.http.api.path": "/orders",
    "api1.topics": "orders",
    "api1.http.initial.offset": "0",
    "api1.http.request.parameters": "start=${offset}",
    "output.data.format": "JSON_SR",
}
SELF_MANAGED: dict[str, str] = {
    "name": "messages",
    "connector.class": "io.confluent.connect.http.HttpSourceConnector",
    "url": "https://api.example.com/messages?from=${offset}",
    "topic.name.pattern": "messages",
    "http.offset.mode": "simple_incrementing",
    "http.initial.offset": "1",
    "value.converter": "org.apache.kafka.connect.json.JsonConverter",
    "value.converter.schemas.enable": "false",
}


def changed(properties: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in {**properties, **changes}.items() if value is not None}


def drafts(properties: Mapping[str, str], changes: Mapping[str, str | None]) -> list[ConfigurationDraft]:
    return list(migrate(changed(properties, changes), "file")[1])


def moved(properties: Mapping[str, str], changes: Mapping[str, str | None] | None = None) -> ConfigurationDraft:
    """The one configuration that becomes of it; None takes a property out."""
    (draft,) = drafts(properties, changes or {})
    return draft


def is_valid(draft: ConfigurationDraft) -> bool:
    """Whether the connector takes what was written, once the variables are set."""
    load_config(draft.properties, environment={name: secret.reveal() for name, secret in draft.variables.items()})
    return not draft.is_open


def remarks(draft: ConfigurationDraft) -> dict[str, str]:
    return {remark.property: remark.message for remark in draft.remarks}
