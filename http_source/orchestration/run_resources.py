"""What Dagster hands to a run of a connector, and what it says over the connector's file."""

from dataclasses import dataclass
from typing import Any, Self

from http_source.config.properties import ConnectorConfig
from http_source.orchestration.http_resources import HttpAuthResource, TlsResource, configured
from http_source.orchestration.identity import RunnableConnector
from http_source.orchestration.masked import refuse_masked
from http_source.orchestration.resources import KafkaResource, SchemaRegistryResource


@dataclass(frozen=True, slots=True)
class Resources:
    """What Dagster hands to a run of a connector."""

    kafka: KafkaResource
    auth: HttpAuthResource
    tls: TlsResource
    registry: SchemaRegistryResource | None = None

    @classmethod
    def of(cls, resources: Any, connector: RunnableConnector) -> Self:
        """A connector's own among all of the run's. Raises dagster.Failure when a secret is what the UI shows in its place."""
        refuse_masked({key: getattr(resources, key) for key in sorted(connector.resource_keys)})
        return cls(
            resources.kafka,
            getattr(resources, connector.auth_key),
            getattr(resources, connector.tls_key),
            resources.schema_registry if "schema_registry" in connector.resource_keys else None,
        )

    def over(self, connector: RunnableConnector) -> ConnectorConfig:
        """The connector's configuration with what the resources say. Raises ConfigurationError."""
        return configured(connector.config, {connector.auth_key: self.auth, connector.tls_key: self.tls})
