"""Configuration and connections → a Task with real edges; with `deliveries.py` and `conversions.py`, which are parts of it."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from http_source.assembly.api_client import build_fetcher, build_reader
from http_source.assembly.deliveries import build_deliveries
from http_source.assembly.redaction import redactor
from http_source.config.properties import ConnectorConfig
from http_source.config.shares import budget_of
from http_source.config.variables import ENTITY, holds
from http_source.edges.http.tls_context import build_context
from http_source.edges.kafka.producer import largest_record
from http_source.edges.registry.address import RegistryAddress
from http_source.entity import Entity, Rules
from http_source.foreign.redactor import Redactor
from http_source.model import Position
from http_source.polling.advice import may_renew
from http_source.polling.modes import mode_of
from http_source.polling.origin import Gate
from http_source.polling.pace import Pace
from http_source.polling.repeated import secrets_of
from http_source.polling.request import RequestBuilder
from http_source.polling.standing import initial_position, start_of
from http_source.task import Task
from http_source.turns.admission import Admission
from http_source.turns.asking import Asking

if TYPE_CHECKING:
    from http_source.conversion.conversion import Conversion


def build_task(  # noqa: PLR0913 - what differs from run to run, each named by its caller
    config: ConnectorConfig,
    entities: Sequence[str],
    *,
    kafka: Mapping[str, object],
    positions: Mapping[str, Position],
    registry: RegistryAddress | None = None,
    once: bool = False,
    identity: str = "",
) -> Task:
    """A task over the entities, at their stored positions or the initial one.

    `kafka` holds librdkafka's settings, `registry` says where schemas are kept; `identity` tells connectors of one name apart. Nothing is
    opened yet. Raises RequestFailed when a registry is needed and none is named.
    """
    threads, admission = min(config.pace.max_in_flight, len(entities)), Admission(budget_of(config, entities))
    redact, largest = redactor(config), largest_record(kafka)
    rules = Rules(once=once, auto_restart=config.retry.auto_restart, redact=redact, page_max=config.offsets.page_max)
    # What is the same for all of a thousand entities is made once.
    mode, secrets, initial = mode_of(config.offsets), secrets_of(config.auth, config.request), initial_position(config.offsets)
    return Task(
        entities=[
            _entity(
                config, name, RequestBuilder(config.request, name, mode, secrets), rules,
                start_of(config.offsets, positions[name]) if name in positions else initial,
            )
            for name in entities
        ],
        asking=Asking(
            fetcher=build_fetcher(config, config.auth, build_context(config.tls), redact, connections=threads, pay=admission.pay),
            admission=admission,
            heeds=config.pace.limit_headers,
        ),
        deliveries=build_deliveries(config, entities, kafka, redact, identity),
        reader=build_reader(config, redact),
        redact=redact,
        convert=_conversion(config, registry, redact, largest),
        pace=Pace(config.pace),
        retry=config.retry,
        threads=threads,
        largest=largest,
        renewable=may_renew(config.auth),
    )


def _conversion(config: ConnectorConfig, registry: RegistryAddress | None, redact: Redactor, largest: int) -> "Conversion | None":
    if not config.changes_records:
        return None
    # Imported here: formats and transforms take a while to load that connectors without them need not wait for.
    from http_source.assembly.conversions import build_conversion, registry_at  # noqa: PLC0415

    open_registry = registry_at(registry or RegistryAddress(url=""), redact)
    return build_conversion(config, open_registry, redact, lambda: time.time_ns() // 1_000_000, largest=largest)


def _entity(config: ConnectorConfig, name: str, requests: RequestBuilder, rules: Rules, position: Position) -> Entity:
    gate = Gate(requests.first_url, config.offsets.allowed_hosts)
    return Entity(
        name=name,
        rules=rules,
        topic=config.output.topic_of(name),
        requests=requests,
        gate=gate,
        position=position,
        crowd=_crowd(config, name, gate),
    )


def _crowd(config: ConnectorConfig, entity: str, gate: Gate) -> str:
    """Who counts as one with the API: those of one origin, unless each has credentials of its own."""
    secrets = config.request.sensitive_headers
    return f"{gate.home} {entity}" if secrets and holds(secrets.reveal(), ENTITY) else str(gate.home)
