"""The connections Dagster hands to a run. Secrets are never printed."""

import json
import os
from collections.abc import Mapping
from typing import Any, Self

import dagster as dg
from pydantic import Field
from pydantic.config import JsonDict

from http_source.config.librdkafka import canonical, property_of
from http_source.config.options.producer import OVERRIDE
from http_source.config.properties import KafkaAuthMode, KafkaOptions, KnownConfig, ProducerOptions, properties_of
from http_source.config.types import Secret
from http_source.edges.kafka.librdkafka_settings import hidden, judge, laid_over, stores_replaced
from http_source.edges.kafka.overrides import overrides_of
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import DeliveryFailed

_SECRET: JsonDict = {"dagster__is_secret": True}
"""Such a field has its default by a factory: Dagster's launchpad shows any other as asterisks, and a run would take them for the secret."""

_PROPERTY = "KAFKA_PROPERTY_"
_POLICIES: Mapping[str, frozenset[str]] = {
    "all": frozenset(),
    "none": frozenset(),
    "principal": frozenset(f"{OVERRIDE}{name}" for name in ("security.protocol", "sasl.mechanism", "sasl.jaas.config")),
}
"""Connect's policies (KIP-458) → what a connector may set; with All it is everything."""


class KafkaResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # the type argument is Dagster's own default
    """Where Kafka is and how to sign in; `KafkaResource.from_environment()` reads it from KAFKA_… variables.

    Fill the secrets with a dagster.EnvVar only: Dagster keeps anything else in clear text in the snapshots that it stores.
    """

    bootstrap_servers: str = Field(default="localhost:9092", description="Brokers as host:port, separated by commas.")
    security_protocol: str = Field(default="PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.")
    sasl_mechanism: str = Field(default="PLAIN", description="PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER; for SASL_… only.")
    sasl_username: str = Field(default="", description="User name or API key, for PLAIN and SCRAM.")
    sasl_password: str = Field(default_factory=str, repr=False, json_schema_extra=_SECRET, description="Password or API secret.")
    ssl_ca_location: str = Field(default="", description="File with the CA certificates of the brokers; empty: the system's.")
    properties: Mapping[str, str] = Field(
        default={},
        repr=False,
        description="Any other property of librdkafka by its dotted name, such as compression.type, ssl.certificate.location or "
                    "sasl.oauthbearer.method; each wins over the fields above. Those that would break a promise about records are refused.",
    )
    connector_client_config_override_policy: str = Field(
        default="All",
        description="What connectors may set by producer.override: All, None, or Principal (security.protocol, sasl.mechanism and "
                    "sasl.jaas.config only).",
    )

    service_accounts: str = Field(
        default_factory=str,
        repr=False,
        json_schema_extra=_SECRET,
        description='Keys of service accounts by their ids, as JSON: {"sa-1": {"key": "…", "secret": "…"}}.',
    )

    @classmethod
    def from_environment(cls) -> Self:
        """A resource whose fields follow the environment of the run: KAFKA_BOOTSTRAP_SERVERS, KAFKA_SECURITY_PROTOCOL and so on.

        KAFKA_PROPERTY_… brings a property of librdkafka: KAFKA_PROPERTY_COMPRESSION_TYPE is compression.type.
        """
        names = {field: f"KAFKA_{field.upper()}" for field in cls.model_fields if field != "properties"}
        fields: dict[str, Any] = {field: dg.EnvVar(name) for field, name in names.items() if name in os.environ}
        properties = {property_of(name.removeprefix(_PROPERTY)): dg.EnvVar(name) for name in os.environ if name.startswith(_PROPERTY)}
        return cls(**fields, properties=properties)

    def settings(self, config: KnownConfig, client_id: str) -> dict[str, object]:
        """The settings of librdkafka for a client of one connector; what the connector says itself wins over the resource.

        Raises DeliveryFailed when a property is refused, or the connector names a service account that this resource does not know.
        """
        overrides = self._overrides(config.producer)
        own = self._own(overrides.get("security.protocol"))
        return laid_over({"client.id": client_id, **own}, {**self._signature(config.kafka), **overrides})

    def own_settings(self, client_id: str) -> dict[str, object]:
        """The settings of librdkafka for a client of no connector. Raises DeliveryFailed when a property is refused."""
        return laid_over({"client.id": client_id, **self._own(None)}, {})

    def _own(self, protocol: object) -> dict[str, object]:
        """The resource's settings, with its credentials where the connector's protocol, or else its own, asks for them."""
        if refused := [f"{name}: {reason}" for name, reason in judge(canonical(self.properties))]:
            raise DeliveryFailed("The resource `kafka` has properties that cannot be set.\n" + "\n".join(f"- {each}" for each in refused))
        properties = hidden(canonical(self.properties))
        settings: dict[str, object] = {"bootstrap.servers": self.bootstrap_servers, "security.protocol": self.security_protocol}
        if self.ssl_ca_location:
            settings["ssl.ca.location"] = self.ssl_ca_location
        if str(protocol or (settings | properties)["security.protocol"]).upper().startswith("SASL_"):
            settings |= _sasl(str(properties.get("sasl.mechanism", self.sasl_mechanism)), self.sasl_username, Secret(self.sasl_password))
        return stores_replaced(settings, properties)

    def _signature(self, options: KafkaOptions) -> dict[str, object]:
        """The connector's own credentials, by the `kafka` properties."""
        if options.auth_mode is KafkaAuthMode.SERVICE_ACCOUNT:
            return _cloud(*self._key_of(options.service_account or ""))
        if options.api_key and options.api_secret:
            return _cloud(options.api_key.reveal(), options.api_secret)
        return {}

    def _overrides(self, options: ProducerOptions) -> dict[str, object]:
        """What the connector sets, as far as the policy allows it."""
        given = {known.name for attribute, known in properties_of(ProducerOptions).items() if getattr(options, attribute) is not None}
        policy = self.connector_client_config_override_policy.strip().lower()
        if policy not in _POLICIES:
            raise DeliveryFailed("The resource `kafka` has an unknown connector_client_config_override_policy. Set All, None or Principal.")
        if refused := sorted(given - (given if policy == "all" else _POLICIES[policy])):
            raise DeliveryFailed(f"The resource `kafka` lets no connector set {', '.join(refused)}, since its "
                                 f"connector_client_config_override_policy is {policy.capitalize()}. Remove them, or set All.")
        return hidden(overrides_of(options))

    def _key_of(self, account: str) -> tuple[str, Secret]:
        try:
            known: Mapping[str, Mapping[str, str]] = json.loads(self.service_accounts or "{}")
            return str(known[account]["key"]), Secret(str(known[account]["secret"]))
        except (ValueError, LookupError, TypeError):
            failure = DeliveryFailed(
                f"The resource `kafka` has no key and secret for kafka.service.account.id={account}. Set KAFKA_SERVICE_ACCOUNTS to "
                f'{{"{account}": {{"key": "…", "secret": "…"}}}}, or use kafka.auth.mode=KAFKA_API_KEY.'
            )
        raise failure


class SchemaRegistryResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # the type argument is Dagster's own default
    """Where the Schema Registry is; `SchemaRegistryResource.from_environment()` reads it from SCHEMA_REGISTRY_… variables.

    Fill the secrets with a dagster.EnvVar only, as those of Kafka.
    """

    url: str = Field(default="", description="Its address, or several with commas, tried in turn. Apicurio's ends with /apis/ccompat/v7.")
    user: str = Field(default="", description="User name or API key; empty: none.")
    password: str = Field(default_factory=str, repr=False, json_schema_extra=_SECRET, description="Password or API secret.")
    ssl_ca_location: str = Field(default="", description="File or folder with the certificates of authorities to trust; empty: certifi's.")
    ssl_certificate_location: str = Field(default="", description="File with the client's certificate.")
    ssl_key_location: str = Field(default="", description="File with the client's key, if it is not beside the certificate.")
    ssl_key_password: str = Field(default_factory=str, repr=False, json_schema_extra=_SECRET, description="Password of that key.")

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


def _cloud(key: str, secret: Secret) -> dict[str, object]:
    """How an API key signs in to Confluent Cloud."""
    return {"security.protocol": "SASL_SSL", **_sasl("PLAIN", key, secret)}


def _sasl(mechanism: str, username: str, password: Secret) -> dict[str, object]:
    return {"sasl.mechanism": mechanism, "sasl.username": username, "sasl.password": password}
