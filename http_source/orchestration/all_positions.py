"""Where a connector's entities stand, by all that was stored: the event log, the sensor's cursor and, with exactly once, a topic."""

from collections.abc import Collection, Mapping

import dagster as dg

from http_source.assembly.deliveries import position_topic
from http_source.edges.kafka.contents import TopicReader
from http_source.foreign.redactor import Redactor
from http_source.model import Position
from http_source.orchestration.cursor import Cursor
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.lease import FailureDetector
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.positions import PositionSource, Stored, logged, newest_of
from http_source.orchestration.ledger.runs import live_runs
from http_source.orchestration.ledger.sensors import sensor_state
from http_source.orchestration.resources import KafkaResource


def cursor_of(instance: dg.DagsterInstance, connector: Connector) -> Cursor | None:
    """What the sensor of a connector remembers; None when that cannot be read."""
    try:
        return Cursor.parse(sensor_state(instance, connector.sensor_name, connector.prefixed).cursor or "{}")
    except ValueError:
        return None


def remembered(cursor: Cursor | None) -> Mapping[str, Stored]:
    """The positions that a cursor has whole."""
    known = cursor.whole() if cursor else {}
    return {entity: Stored(entity, position, PositionSource.CURSOR) for entity, position in known.items()}


def committed(connector: Connector, kafka: KafkaResource) -> dict[str, Stored]:
    """The positions in the offsets topic; none without exactly once, or before the first run. Raises DeliveryFailed."""
    config = connector.config
    if not config.delivery.exactly_once:
        return {}
    settings = kafka.settings(config, f"{connector.name}-offsets")
    redact = Redactor()
    with TopicReader(settings, redact) as reader:
        if reader.size(config.delivery.offsets_topic(connector.name)) is None:
            return {}
    positions = position_topic(config, settings, redact, connector.identity).read().positions
    return {entity: Stored(entity, position, PositionSource.TOPIC) for entity, position in positions.items()}


def known_positions(
    instance: dg.DagsterInstance, connector: Connector, kafka: KafkaResource, entities: Collection[str]
) -> dict[str, Stored]:
    """Where these entities stand, by all that is stored. Raises DeliveryFailed when the offsets topic cannot be read."""
    log, cursor = EventLog(instance, connector.key), cursor_of(instance, connector)
    stored = newest_of(logged(log, entities, cursor.orders if cursor else {}), committed(connector, kafka), remembered(cursor))
    return {entity: each for entity, each in stored.items() if entity in entities}


def positions_of(stored: Mapping[str, Stored]) -> dict[str, Position]:
    """The positions alone."""
    return {entity: each.position for entity, each in stored.items()}


def busy_entities(instance: dg.DagsterInstance, connector: Connector) -> frozenset[str]:
    """The entities that a run polls now."""
    runs = live_runs(instance, connector.identity)
    dead = FailureDetector({}).deaths(runs)
    at_work = [run for run in runs if run.is_at_work and run.id not in dead]
    return frozenset(entity for run in at_work for entity in (run.entities or connector.entities))
