"""Kafka for the commands about offsets, as the environment says where it is, like `dagster dev` does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from http_source.commands.command import CommandFailed
from http_source.commands.connections import kafka_of_environment
from http_source.config.properties import KafkaOptions, ProducerOptions
from http_source.errors import DeliveryFailed

if TYPE_CHECKING:
    from http_source.orchestration.identity import Connector
    from http_source.orchestration.resources import KafkaResource


def kafka_of(connector: "Connector", *, always: bool = False) -> "KafkaResource":
    """The resource that KAFKA_… variables describe. Raises ConfigurationError when the connector signs in with a secret that is not here.

    It is asked for positions with exactly once only, or `always`.
    """
    if always or connector.config.delivery.exactly_once:
        connector.config.require(KafkaOptions, ProducerOptions)
    return kafka_of_environment()


@contextmanager
def offsets_topic(error: type[CommandFailed] = CommandFailed) -> Iterator[None]:
    """Say it in one sentence when Kafka cannot be read."""
    try:
        yield
    except DeliveryFailed as failure:
        raise error(str(failure)) from failure
