"""The connections Dagster hands to a run. Secrets are never printed."""

import json
import os
from collections.abc import Mapping
from typing import Self

import dagster as dg
from pydantic import Field
from pydantic.config import JsonDict

from http_source.config.properties import KafkaAuthMode, KafkaOptions
from http_source.config.types import Secret
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import DeliveryFailed

_SECRET: JsonDict = {"dagster__is_secret": True}


class KafkaResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # the type argument is Dagster's own default
    """Where Kafka is and how to sign in; `KafkaResource.from_environment()` reads it from KAFKA_… variables.

    Fill the secrets with a dagster.EnvVar only: Dagster keeps anything else in clear text in the snapshots that it stores.
    """

    bootstrap_servers: str = Field(default="localhost:9092", description="Brokers as host:port, separated by commas.")
    security_protocol: str = Field(default="PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.")
    sasl_mechanism: str = Field(default="PLAIN", description="PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; used with SASL_… only.")
    sasl_username: str = Field(default="", description="User name or API key.")
    sasl_password: str = Field(default="", repr=False, json_schema_extra=_SECRET, description="Password or API secret.")
    ssl_ca_location: str = Field(default="", description="File with the CA certificates of the brokers; empty: the system's.")

    service_accounts: str = Field(
        default="",
        repr=False,
        json_schema_extra=_SECRET,
        description='Keys of service accounts by their ids, as JSON: {"sa-1": {"key": "…", "secret": "…"}}.',
    )

    @classmethod
    def from_environment(cls) -> Self:
        """A resource whose fields follow the environment of the run: KAFKA_BOOTSTRAP_SERVERS, KAFKA_SECURITY_PROTOCOL and so on."""
        names = {field: f"KAFKA_{field.upper()}" for field in cls.model_fields}
        return cls(**{field: dg.EnvVar(name) for field, name in names.items() if name in os.environ})

    def settings(self, options: KafkaOptions, client_id: str) -> dict[str, object]:
        """The settings of librdkafka for a producer of one task; a connector's own credentials win over the resource's.

        Raises DeliveryFailed when the connector names a service account that this resource does not know.
        """
        settings: dict[str, object] = {
            "bootstrap.servers": self.bootstrap_servers,
            "client.id": client_id,
            "security.protocol": self.security_protocol,
        }
        if self.ssl_ca_location:
            settings["ssl.ca.location"] = self.ssl_ca_location
        if options.auth_mode is KafkaAuthMode.SERVICE_ACCOUNT:
            return settings | _cloud(*self._key_of(options.service_account or ""))
        if options.api_key and options.api_secret:
            return settings | _cloud(options.api_key.reveal(), options.api_secret.reveal())
        if self.security_protocol.upper().startswith("SASL_"):
            settings |= _sasl(self.sasl_mechanism, self.sasl_username, self.sasl_password)
        return settings

    def _key_of(self, account: str) -> tuple[str, str]:
        try:
            known: Mapping[str, Mapping[str, str]] = json.loads(self.service_accounts or "{}")
            return str(known[account]["key"]), str(known[account]["secret"])
        except (ValueError, LookupError, TypeError):
            raise DeliveryFailed(
                f"The resource `kafka` has no key and secret for kafka.service.account.id={account}. Set KAFKA_SERVICE_ACCOUNTS to "
                f'{{"{account}": {{"key": "…", "secret": "…"}}}}, or use kafka.auth.mode=KAFKA_API_KEY.'
            ) from None


class SchemaRegistryResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # the type argument is Dagster's own default
    """Where the Schema Registry is; `SchemaRegistryResource.from_environment()` reads it from SCHEMA_REGISTRY_… variables.

    Fill the secrets with a dagster.EnvVar only, as those of Kafka.
    """

    url: str = Field(default="", description="Its address, or several with commas, tried in turn. Apicurio's ends with /apis/ccompat/v7.")
    user: str = Field(default="", description="User name or API key; empty: none.")
    password: str = Field(default="", repr=False, json_schema_extra=_SECRET, description="Password or API secret.")
    ssl_ca_location: str = Field(default="", description="File or folder with the certificates of authorities to trust; empty: certifi's.")
    ssl_certificate_location: str = Field(default="", description="File with the client's certificate.")
    ssl_key_location: str = Field(default="", description="File with the client's key, if it is not beside the certificate.")
    ssl_key_password: str = Field(default="", repr=False, json_schema_extra=_SECRET, description="Password of that key.")

    @classmethod
    def from_environment(cls) -> Self:
        """A resource whose fields follow the environment of the run: SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_USER and so on."""
        names = {field: f"SCHEMA_REGISTRY_{field.upper()}" for field in cls.model_fields}
        return cls(**{field: dg.EnvVar(name) for field, name in names.items() if name in os.environ})

    def address(self) -> RegistryAddress:
        """The address, for connectors whose format needs it."""
        return RegistryAddress(
            url=self.url,
            user=self.user,
            password=Secret(self.password),
            ca=self.ssl_ca_location,
            certificate=self.ssl_certificate_location,
            key=self.ssl_key_location,
            key_password=Secret(self.ssl_key_password),
        )


def _cloud(key: str, secret: str) -> dict[str, object]:
    """How an API key signs in to Confluent Cloud."""
    return {"security.protocol": "SASL_SSL"} | _sasl("PLAIN", key, secret)


def _sasl(mechanism: str, username: str, password: str) -> dict[str, object]:
    return {"sasl.mechanism": mechanism, "sasl.username": username, "sasl.password": password}
