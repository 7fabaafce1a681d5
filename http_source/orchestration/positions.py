"""Where a connector's entities stand, by all that was stored: the event log, the sensor's cursor and, with exactly once, a topic."""

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import dagster as dg

from http_source.delivering import position_topic
from http_source.edges.kafka.contents import TopicReader
from http_source.errors import PositionRefused
from http_source.model import Position
from http_source.orchestration.connector import Connector
from http_source.orchestration.cursor import Cursor
from http_source.orchestration.history import POSITION, Event, positioned_events, recent_events
from http_source.orchestration.resources import KafkaResource
from http_source.orchestration.rivals import active_runs, dead_runs, entities_of

_RECENT = 20
"""Somebody else's events may come between: Dagster's UI can report any number of them."""


class Source(StrEnum):
    """Where a position was read."""

    LOG = "event log"
    CURSOR = "sensor's cursor"
    TOPIC = "offsets topic"


@dataclass(frozen=True, slots=True)
class Stored:
    """A position as it was read.

    Attributes:
        at: when it was stored, in seconds since the epoch; None where that is not kept.
        records: how many came with it; None when a person moved the entity.
        run_id: the run that stored it; empty for a person.
    """

    entity: str
    position: Position
    source: Source = Source.LOG
    at: float | None = None
    records: int | None = None
    run_id: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether a person wrote it, and no run since."""
        return self.source is Source.LOG and not self.run_id


@dataclass(frozen=True, slots=True)
class SensorState:
    """A connector's sensor as it is stored.

    Attributes:
        running: whether it is on; None when Dagster has not seen it yet.
        cursor: what it remembers; None when that cannot be read.
    """

    running: bool | None = None
    cursor: Cursor | None = None

    @property
    def positions(self) -> Mapping[str, Stored]:
        """The positions in the cursor."""
        known = self.cursor.positions if self.cursor else {}
        return {entity: Stored(entity, position, Source.CURSOR) for entity, position in known.items()}


def past(instance: dg.DagsterInstance, key: dg.AssetKey, entity: str | None = None) -> Iterator[Stored]:
    """The positions in the event log, newest first: of one entity, or of all."""
    return (stored for event in positioned_events(instance, key, entity) if (stored := _read(event)))


def logged(instance: dg.DagsterInstance, key: dg.AssetKey, entities: Collection[str]) -> dict[str, Stored]:
    """The newest position of each of these entities in the event log."""
    found = (map(_read, recent_events(instance, key, entity)) for entity in entities)
    return {each.entity: each for recent in found if (each := _newest(*filter(None, recent)))}


def unreadable(instance: dg.DagsterInstance, key: dg.AssetKey, entity: str) -> str:
    """Why the position that was stored last of an entity cannot be read; empty when it can, or nothing is stored."""
    of = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[entity])
    written = (record.asset_materialization for record in instance.fetch_materializations(of, limit=_RECENT).records)
    last = next((each.metadata[POSITION].value for each in written if each and POSITION in each.metadata), None)
    if last is not None:
        try:
            Position.from_json(last)
        except PositionRefused as refused:
            return str(refused)
    return ""


def sensor_state(instance: dg.DagsterInstance, connector: Connector) -> SensorState:
    """The sensor's switch and cursor. A code location that was renamed leaves its sensors behind: the one that looked last counts."""
    states = [state for state in instance.all_instigator_state() if state.instigator_name == connector.sensor_name]
    last = max(states, key=lambda state: getattr(state.instigator_data, "last_tick_timestamp", None) or 0.0, default=None)
    text = getattr(last and last.instigator_data, "cursor", None)
    try:
        return SensorState(last.is_running if last else None, Cursor.parse(text or "{}"))
    except ValueError:
        return SensorState(last.is_running if last else None)


def committed(connector: Connector, kafka: KafkaResource) -> dict[str, Stored]:
    """The positions in the offsets topic; none without exactly once, or before the first run. Raises DeliveryFailed."""
    config = connector.config
    if not config.delivery.exactly_once:
        return {}
    settings = kafka.settings(config, f"{connector.name}-offsets")
    with TopicReader(settings) as reader:
        if reader.extent(config.delivery.offsets_topic(connector.name)) is None:
            return {}
    positions = position_topic(config, settings, connector.identity).read().positions
    return {entity: Stored(entity, position, Source.TOPIC) for entity, position in positions.items()}


def busy_entities(instance: dg.DagsterInstance, connector: Connector) -> frozenset[str]:
    """The entities that a run polls now."""
    records = active_runs(instance, connector)
    dead = dead_runs(records, time.time())
    runs = (record.dagster_run for record in records if record.dagster_run.run_id not in dead)
    return frozenset(entity for run in runs for entity in entities_of(run, connector))


def newest_of(*sources: Mapping[str, Stored]) -> dict[str, Stored]:
    """The truth about each entity; of equal positions the first source's."""
    entities = dict.fromkeys(entity for source in sources for entity in source)
    found = ((entity, _newest(*(source[entity] for source in sources if entity in source))) for entity in entities)
    return {entity: stored for entity, stored in found if stored}


def _newest(*stored: Stored) -> Stored | None:
    return max(stored, key=lambda each: each.position.order, default=None)


def _read(event: Event) -> Stored | None:
    if event.position is None:
        return None
    return Stored(event.entity, event.position, at=event.time, records=event.records, run_id=event.run_id)
