"""The credentials and the TLS stores of one connector as Dagster resources: a field that is set wins over the connector's file.

Their fields are empty by default, since Dagster keeps what is configured in a resource in clear text in the snapshots of each job.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dagster as dg
from pydantic import Field
from pydantic.config import JsonDict

from http_source.assembly.loading import overlay
from http_source.config.properties import PROPERTIES, AuthOptions, ConnectorConfig, TlsOptions, properties_of
from http_source.errors import ConfigurationError

_SECRET: JsonDict = {"dagster__is_secret": True}
_STORES = (
    {"https.ssl.keystorefile", "https.ssl.keystore.location", "https.ssl.keystore.key", "https.ssl.keystore.certificate.chain"},
    {"https.ssl.truststorefile", "https.ssl.truststore.location", "https.ssl.truststore.certificates"},
)
"""The properties that give the same store: one of a resource takes the place of all of the file."""


def _field(name: str) -> Any:
    """A field that stands for a property, and is described as that is."""
    known = PROPERTIES[name]
    description = f"{name}: {known.description} Not set: as the connector's file says."
    # By a factory: the launchpad would open with asterisks for the default of a secret, and a run would take them for the secret.
    secret = _SECRET if known.secret else None
    return Field(default_factory=lambda: None, repr=not known.secret, json_schema_extra=secret, description=description)


class HttpAuthResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # the type argument is Dagster's own default
    """The credentials that one connector's requests carry. Each field is a property of the file with `_` for its dots, and wins over it.

    Fill the secrets with a dagster.EnvVar only: Dagster keeps anything else in clear text in the snapshots that it stores.
    """

    auth_type: str | None = _field("auth.type")
    connection_user: str | None = _field("connection.user")
    connection_password: str | None = _field("connection.password")
    bearer_token: str | None = _field("bearer.token")
    oauth2_token_url: str | None = _field("oauth2.token.url")
    oauth2_client_id: str | None = _field("oauth2.client.id")
    oauth2_client_secret: str | None = _field("oauth2.client.secret")
    oauth2_token_property: str | None = _field("oauth2.token.property")
    oauth2_client_scope: str | None = _field("oauth2.client.scope")
    oauth2_client_mode: str | None = _field("oauth2.client.mode")
    oauth2_client_headers: str | None = _field("oauth2.client.headers")
    oauth2_client_header_separator: str | None = _field("oauth2.client.header.separator")
    oauth2_token_parameters: str | None = _field("oauth2.token.parameters")
    oauth2_grant_type: str | None = _field("oauth2.grant.type")
    oauth2_refresh_token: str | None = _field("oauth2.refresh.token")
    oauth2_refresh_token_file: str | None = _field("oauth2.refresh.token.file")
    oauth2_jwt_enabled: bool | None = _field("oauth2.jwt.enabled")
    oauth2_jwt_keystore_path: str | None = _field("oauth2.jwt.keystore.path")
    oauth2_jwt_keystore_password: str | None = _field("oauth2.jwt.keystore.password")
    oauth2_jwt_keystore_type: str | None = _field("oauth2.jwt.keystore.type")
    oauth2_jwt_private_key: str | None = _field("oauth2.jwt.private.key")
    oauth2_jwt_key_password: str | None = _field("oauth2.jwt.key.password")
    oauth2_jwt_claimset: str | None = _field("oauth2.jwt.claimset")
    oauth2_jwt_algorithm: str | None = _field("oauth2.jwt.algorithm")
    oauth2_jwt_key_id: str | None = _field("oauth2.jwt.key.id")
    oauth2_jwt_lifetime_seconds: int | None = _field("oauth2.jwt.lifetime.seconds")
    oauth2_renew_on_status_codes: str | None = _field("oauth2.renew.on.status.codes")
    api_key_location: str | None = _field("api.key.location")
    api_key_name: str | None = _field("api.key.name")
    api_key_value: str | None = _field("api.key.value")
    hmac_secret: str | None = _field("hmac.secret")
    hmac_secret_encoding: str | None = _field("hmac.secret.encoding")
    hmac_algorithm: str | None = _field("hmac.algorithm")
    hmac_template: str | None = _field("hmac.template")
    hmac_encoding: str | None = _field("hmac.encoding")
    hmac_headers: str | None = _field("hmac.headers")
    hmac_timestamp_format: str | None = _field("hmac.timestamp.format")
    aws_access_key_id: str | None = _field("aws.access.key.id")
    aws_secret_access_key: str | None = _field("aws.secret.access.key")
    aws_session_token: str | None = _field("aws.session.token")
    aws_region: str | None = _field("aws.region")
    aws_service: str | None = _field("aws.service")


class TlsResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # the type argument is Dagster's own default
    """Whom one connector's https connections trust, and what they show. Each field is a property `https.ssl.…`, and wins over the file.

    A field is called as its property, without `https.ssl.` and with `_` for the dots. Fill the secrets with a dagster.EnvVar only.
    """

    enabled: bool | None = _field("https.ssl.enabled")
    keystorefile: str | None = _field("https.ssl.keystorefile")
    keystore_location: str | None = _field("https.ssl.keystore.location")
    keystore_type: str | None = _field("https.ssl.keystore.type")
    keystore_password: str | None = _field("https.ssl.keystore.password")
    key_password: str | None = _field("https.ssl.key.password")
    keystore_key: str | None = _field("https.ssl.keystore.key")
    keystore_certificate_chain: str | None = _field("https.ssl.keystore.certificate.chain")
    truststorefile: str | None = _field("https.ssl.truststorefile")
    truststore_location: str | None = _field("https.ssl.truststore.location")
    truststore_type: str | None = _field("https.ssl.truststore.type")
    truststore_password: str | None = _field("https.ssl.truststore.password")
    truststore_certificates: str | None = _field("https.ssl.truststore.certificates")
    protocol: str | None = _field("https.ssl.protocol")
    enabled_protocols: str | None = _field("https.ssl.enabled.protocols")


def configured(config: ConnectorConfig, resources: Mapping[str, HttpAuthResource | TlsResource]) -> ConnectorConfig:
    """The connector's configuration with what its resources, by their keys, say besides.

    Raises ConfigurationError with all mistakes, each by resource and field where the value came from one.
    """
    places = {name: f"{key}.{field}" for key, resource in resources.items() for name, field in _set_in(resource).items()}
    given = {name: getattr(resource, field) for resource in resources.values() for name, field in _set_in(resource).items()}
    replaced = {name for stores in _STORES if stores & given.keys() for name in stores}
    if not given:
        return config
    try:
        return overlay(config, dict.fromkeys(replaced) | given)
    except ConfigurationError as error:
        findings = [replace(each, property=places.get(each.property, each.property)) for each in error.findings]
    # As in `config.load`: the frame that raises has no values.
    del given
    raise ConfigurationError(findings)


def _set_in(resource: HttpAuthResource | TlsResource) -> dict[str, str]:
    """Property → the field, of the fields that are set."""
    group, start = (AuthOptions, "") if isinstance(resource, HttpAuthResource) else (TlsOptions, "https.ssl.")
    fields = {known.name: known.name.removeprefix(start).replace(".", "_") for known in properties_of(group).values()}
    return {name: field for name, field in fields.items() if getattr(resource, field) is not None}
