"""Configuration and connections → a Task with real edges; the only file that names them together."""

import ssl
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from http_source.client import build_fetcher
from http_source.config.properties import AuthOptions, ConnectorConfig, KafkaAuthMode
from http_source.config.redact import Redactor, redactor
from http_source.connect.topic_creation import read_topic_creation
from http_source.edges.http.tls import build_context
from http_source.edges.producer import KafkaProducer
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.topics import EnsureTopic, TopicCreator
from http_source.entity import Entity
from http_source.model import Position
from http_source.polling.excerpt import Redact
from http_source.polling.offsets import initial_position
from http_source.polling.origin import Gate
from http_source.polling.pace import Pace
from http_source.polling.page import PageReader
from http_source.polling.request import RequestBuilder, forgotten
from http_source.task import Task

if TYPE_CHECKING:
    from http_source.conversion.conversion import Conversion


def entities_of_task(config: ConnectorConfig, task: int) -> tuple[str, ...]:
    """The entities of one task: they are dealt out in turn, so that the tasks' shares differ by one at most."""
    return config.request.entities[task :: task_count(config)]


def task_count(config: ConnectorConfig) -> int:
    """How many tasks share the entities: `tasks.max`, but never more than there are entities."""
    return min(config.connector.tasks_max, len(config.request.entities))


def build_task(  # noqa: PLR0913 - what differs from run to run, each named by its caller
    config: ConnectorConfig,
    entities: Sequence[str],
    *,
    kafka: Mapping[str, object],
    positions: Mapping[str, Position],
    failures: Mapping[str, int],
    attempts: Mapping[str, int] | None = None,
    registry: RegistryAddress | None = None,
    auth: AuthOptions | None = None,
    context: ssl.SSLContext | None = None,
    once: bool = False,
) -> Task:
    """A task over the entities, at their stored positions or the initial one.

    `kafka` holds librdkafka's settings, `registry` says where schemas are kept; `auth` and `context` take the place of what the
    configuration itself makes. `failures` says how often in a row an entity has failed, `attempts` how often the request that it is to
    send again. Nothing is opened yet but the producer's client. Raises DeliveryFailed for settings that librdkafka refuses, RequestFailed
    when a registry is needed and none is named.
    """
    threads = min(config.pace.max_in_flight, len(entities))
    redact = redactor(config)
    return Task(
        entities=[_entity(config, name, positions.get(name), failures.get(name, 0), (attempts or {}).get(name, 0)) for name in entities],
        fetcher=build_fetcher(config, auth or config.auth, context or build_context(config.tls), redact, connections=threads),
        producer=KafkaProducer(kafka),
        reader=PageReader(config.offsets, redact, forgotten(auth or config.auth)),
        redact=redact,
        convert=_conversion(config, registry, redact),
        ensure_topic=_ensure_topic(config, kafka, redact),
        pace=Pace(config.pace),
        retry=config.retry,
        threads=threads,
        once=once,
    )


def _ensure_topic(config: ConnectorConfig, kafka: Mapping[str, object], redact: Redact) -> EnsureTopic | None:
    creation, _ = read_topic_creation(config.plugins)
    return None if creation is None else TopicCreator(kafka, creation, principal=_principal(config, kafka), redact=redact).ensure


def _principal(config: ConnectorConfig, kafka: Mapping[str, object]) -> str:
    """Whom Kafka knows the connector as, in words that show no key."""
    if config.kafka.auth_mode is KafkaAuthMode.SERVICE_ACCOUNT:
        return f"User:{config.kafka.service_account}"
    if config.kafka.api_key:
        return "the owner of kafka.api.key"
    return f"User:{kafka['sasl.username']}" if kafka.get("sasl.username") else "the connector's principal"


def _conversion(config: ConnectorConfig, registry: RegistryAddress | None, redact: Redactor) -> "Conversion | None":
    if not config.changes_records:
        return None
    # Imported here: formats and transforms take a while to load that connectors without them need not wait for.
    from http_source.conversion.build import build_conversion, registry_at  # noqa: PLC0415

    return build_conversion(config, registry_at(registry or RegistryAddress(url="")), redact, lambda: time.time_ns() // 1_000_000)


def _entity(config: ConnectorConfig, name: str, stored: Position | None, failures: int, attempts: int) -> Entity:
    initial = initial_position(config.offsets)
    requests = RequestBuilder(config.request, name, initial.offset)
    return Entity(
        name=name,
        topic=config.output.topic_of(name),
        requests=requests,
        gate=Gate(requests.build(initial.offset).url, config.offsets.allowed_hosts),
        position=stored or initial,
        failures=failures,
        failed_attempts=attempts,
    )
