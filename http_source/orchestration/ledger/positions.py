"""Where a connector's entities stand, by what Dagster has stored; the newest position is the truth, wherever it was read."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from http_source.model import Position
from http_source.orchestration.ledger.events import Event
from http_source.orchestration.ledger.log import EventLog


class PositionSource(StrEnum):
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
    source: PositionSource = PositionSource.LOG
    at: float | None = None
    records: int | None = None
    run_id: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether a person wrote it, and no run since."""
        return self.source is PositionSource.LOG and not self.run_id

    def to_json(self) -> dict[str, object]:
        """As KIP-875 has it."""
        return {"partition": {"entity": self.entity}, "offset": self.position.to_json()}


def past(log: EventLog, entity: str | None = None) -> Iterator[Stored]:
    """The positions in the event log, newest first: of one entity, or of all."""
    return (stored for event in log.positioned(entity) if (stored := _read(event)))


def logged(log: EventLog, entities: Collection[str], known: Mapping[str, tuple[int, int]] | None = None) -> dict[str, Stored]:
    """The newest position of each of these entities in the event log.

    What was written last is the newest, unless an old run wrote late. Where the epoch and sequence that are `known` are above what was
    written last, or nothing is known, the entity's last events are read, too. Nothing is read of those that no position is stored of.
    """
    last = {entity: _read(event) for entity, event in log.last_checkpoints().items() if entity in entities}
    found: dict[str, Stored] = {}
    for entity in filter(log.partitions().__contains__, entities):
        stored, order = last.get(entity), (known or {}).get(entity)
        if stored is None or order is None or order > stored.position.order:
            stored = newest_stored(*filter(None, map(_read, log.recent(entity))))
        if stored:
            found[entity] = stored
    return found


def newest_of(*sources: Mapping[str, Stored]) -> dict[str, Stored]:
    """The truth about each entity; of equal positions the first source's."""
    entities = dict.fromkeys(entity for source in sources for entity in source)
    found = ((entity, newest_stored(*(source[entity] for source in sources if entity in source))) for entity in entities)
    return {entity: stored for entity, stored in found if stored}


def newest_stored(*stored: Stored) -> Stored | None:
    """The newest of several positions of one entity."""
    return max(stored, key=lambda each: each.position.order, default=None)


def _read(event: Event) -> Stored | None:
    if event.position is None:
        return None
    return Stored(event.entity, event.position, at=event.time, records=event.records, run_id=event.run_id)
