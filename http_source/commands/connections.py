"""Kafka and the Schema Registry for commands: where the environment says they are, as `dagster dev` reads it, and as a connector says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from http_source.config.properties import KafkaOptions, KnownConfig, ProducerOptions, RegistryOptions
from http_source.edges.registry.address import RegistryAddress

if TYPE_CHECKING:
    from http_source.orchestration.resources import KafkaResource


@dataclass(frozen=True, slots=True)
class Connections:
    """How to reach both.

    Attributes:
        kafka: librdkafka's settings.
    """

    kafka: Mapping[str, object]
    registry: RegistryAddress


def kafka_of_environment() -> "KafkaResource":
    """The resource that KAFKA_… variables describe."""
    from http_source.orchestration.resources import KafkaResource  # noqa: PLC0415 - Dagster takes a second to load

    resource: KafkaResource = KafkaResource.from_environment().process_config_and_initialize()
    return resource


def connections(config: KnownConfig | None, client_id: str) -> Connections:
    """Those of a connector, or the environment's own without one.

    Raises DeliveryFailed for settings that are refused, ConfigurationError when the connector signs in with a secret that is not here.
    """
    if config is None:
        return Connections(kafka_of_environment().own_settings(client_id), registry_of_environment())
    config.require(KafkaOptions, ProducerOptions, RegistryOptions)
    return Connections(kafka_of_environment().settings(config, client_id), registry_of_environment().overridden_by(config.registry))


def registry_of_environment() -> RegistryAddress:
    """Where SCHEMA_REGISTRY_… variables say that the registry is."""
    from http_source.orchestration.resources import SchemaRegistryResource  # noqa: PLC0415 - Dagster takes a second to load

    resource: SchemaRegistryResource = SchemaRegistryResource.from_environment().process_config_and_initialize()
    return resource.address()
