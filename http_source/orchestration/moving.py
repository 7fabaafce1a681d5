"""Moves entities where a person says: the one way for the sensor's cursor, the command line and the job of a connector.

A move is a position with the next epoch and sequence, written into the event log without a run. Whoever reads it knows it for the
newest: a run in progress ends, the sensor takes it over, and what an old run writes late does not count.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import dagster as dg

from http_source.config.findings import did_you_mean, shown, some
from http_source.errors import HttpSourceError
from http_source.foreign.text import escape
from http_source.model import Position
from http_source.orchestration.all_positions import known_positions, positions_of
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.names import POSITION
from http_source.orchestration.resources import KafkaResource
from http_source.polling.standing import beginning, moved_by_hand

ACTIONS = ("set", "reset", "delete")


class OffsetsRefused(HttpSourceError):
    """Moves of which some cannot be made, so that none was; each mistake is a line."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join([*self.mistakes, "Nothing was changed."]))


@dataclass(frozen=True, slots=True)
class Move:
    """An entity and where it goes.

    Attributes:
        before: where it stands; None when nothing is stored.
    """

    entity: str
    before: Position | None
    after: Position

    def __str__(self) -> str:
        return f"{shown(self.entity)}: {told(self.before)} → {told(self.after)}"

    def event(self, key: dg.AssetKey) -> dg.AssetMaterialization:
        """What makes the move the truth for everybody."""
        offset = self.after.offset
        metadata = {
            "http_source/offset": dg.MetadataValue.int(offset) if isinstance(offset, int) else dg.MetadataValue.text(offset),
            POSITION: dg.MetadataValue.json(self.after.to_json()),
        }
        return dg.AssetMaterialization(key, partition=self.entity, description="Moved by hand", metadata=metadata)


def told(position: Position | None) -> str:
    """Where an entity stands, for people."""
    if position is None:
        return "nothing stored"
    return beginning(position.mode) if position.deleted else shown(str(position.offset)) or "an empty offset"


def move_of(connector: Connector, entity: str, wanted: object, before: Position | None) -> Move:
    """The move of one entity of the connector; `wanted` as in `moved_by_hand`. Raises ValueError saying why there is none."""
    if entity not in connector.entities:
        raise ValueError(f"the connector has no such entity, but {some(connector.entities)}.{did_you_mean(entity, connector.entities)}"
                         .removesuffix("."))
    return Move(entity, before, moved_by_hand(connector.config.offsets, before, wanted))


def plan_set(
    connector: Connector, wanted: Mapping[str, object], known: Mapping[str, Position], mistakes: Sequence[str] = ()
) -> list[Move]:
    """The moves to these offsets. Raises OffsetsRefused with all mistakes, those that were found before included."""
    moves, mistakes = [], [*mistakes]
    for entity, offset in wanted.items():
        try:
            moves.append(move_of(connector, entity, offset, known.get(entity)))
        except ValueError as error:
            mistakes.append(f"{shown(entity)}: {escape(str(error))}{'' if str(error).endswith('?') else '.'}")
    if mistakes:
        raise OffsetsRefused(mistakes)
    return moves


def plan_reset(connector: Connector, entities: Collection[str], known: Mapping[str, Position]) -> list[Move]:
    """The moves to `http.initial.offset`. Raises OffsetsRefused with all mistakes."""
    return plan_set(connector, dict.fromkeys(entities), known)


def plan_delete(connector: Connector, entities: Collection[str], known: Mapping[str, Position]) -> list[Move]:
    """The same, also of entities that the connector no longer has but something is stored of. Raises OffsetsRefused with all mistakes."""
    former = [entity for entity in entities if entity not in connector.entities and entity in known]
    moves = plan_reset(connector, [entity for entity in entities if entity not in former], known)
    options = connector.config.offsets
    return moves + [Move(entity, known[entity], moved_by_hand(options, known[entity], None)) for entity in former]


def former_entities(instance: dg.DagsterInstance, connector: Connector) -> list[str]:
    """The entities that something is stored of, but that the connector no longer has."""
    return sorted(EventLog(instance, connector.key).partitions() - set(connector.entities))


def write(instance: dg.DagsterInstance, connector: Connector, moves: Sequence[Move]) -> None:
    """Make the moves."""
    for move in moves:
        instance.report_runless_asset_event(move.event(connector.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person wants.

    Attributes:
        action: set, reset or delete.
        offsets: for set: where each entity goes.
        entities: for reset and delete.
        mistakes: what could not be understood of it.
    """

    action: str
    offsets: Mapping[str, object] = field(default_factory=dict)
    entities: Collection[str] = ()
    mistakes: Sequence[str] = ()

    def plan(self, instance: dg.DagsterInstance, connector: Connector, kafka: KafkaResource) -> list[Move]:
        """The moves. Raises OffsetsRefused with all mistakes, DeliveryFailed when the offsets topic cannot be read."""
        known = positions_of(known_positions(instance, connector, kafka, {*self.offsets, *self.entities}))
        if misplaced := self._misplaced:
            raise OffsetsRefused([misplaced])
        if self.action == "set":
            return plan_set(connector, self.offsets, known, self.mistakes)
        return (plan_reset if self.action == "reset" else plan_delete)(connector, list(dict.fromkeys(self.entities)), known)

    @property
    def _misplaced(self) -> str:
        """What is missing or too much, as a sentence; empty for nothing."""
        sets = self.action == "set"
        if self.entities if sets else self.offsets:
            return f"{self.action}: It takes {'offsets, not entities' if sets else 'entities, not offsets'}."
        given = self.offsets or self.entities or self.mistakes
        return "" if given else f"{self.action}: No {'offset is given' if sets else 'entity is named'}."
