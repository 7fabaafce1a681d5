"""The sensor's cursor: each entity's offset where a person sees it, and what the sensor must remember.

Each tick keeps a copy of it, so its bytes count: no offset stands in it twice, and a long one is cut short; the event log has it whole.
`positions` has a fingerprint of each offset, so an offset that a person has edited is recognized, and is a move of the entity.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Self

from msgspec import convert, to_builtins

from http_source.config.properties import OffsetOptions
from http_source.errors import PositionRefused
from http_source.model import Position
from http_source.orchestration.ledger.events import Event
from http_source.orchestration.ledger.lease import Sign
from http_source.orchestration.ledger.log import Bookmark
from http_source.polling.offsets import is_done

_LONGEST_OFFSET = 100
_SHOWN = 40
_KEPT = ("failed", "rested", "ranks", "tasks", "bookmark", "signs", "orphans", "swept", "anew", "relieved", "verdict")


@dataclass(slots=True)
class TaskState:
    """How a task's last run ended.

    Attributes:
        next: when the task is due, in seconds since the epoch.
        failures: runs in a row that ended without a report of their end.
        run: the last run that was judged.
        rank: of the last report that was taken in.
    """

    next: float = 0.0
    failures: int = 0
    run: str = ""
    rank: int = 0


@dataclass(slots=True)
class Failed:
    """An entity that is FAILED.

    Attributes:
        reason: why, and what to do.
        failures: times in a row.
        retry_at: when it starts again, in seconds since the epoch; None when it waits for a person.
    """

    reason: str
    failures: int = 1
    retry_at: float | None = None


@dataclass(slots=True)
class Cursor:
    """What the sensor remembers from tick to tick.

    Attributes:
        offsets: as they stand in the cursor, for people.
        positions: where entities stand; those in `cut` without their whole offset.
        cut: the entities whose offset is too long for the cursor.
        failed: what is FAILED.
        rested: the entities that a person paused or stopped, and which of the two; the whole connector under an empty name.
        ranks: the rank of each entity's state that was taken in; an empty name for the connector's.
        tasks: how the tasks fare, by their numbers.
        bookmark: how far the event log was read.
        signs: what was last seen of runs in progress, by their ids.
        anew: entities that a person moved or started again, and that no run was requested for since.
        relieved: runs in progress that another is to take over from, because of these.
        orphans: what was last seen of runs without a definition, by their ids.
        swept: when no old run was left, in seconds since the epoch.
        verdict: what the asset's check was last told, while no run did.
    """

    offsets: dict[str, Any] = field(default_factory=dict)
    failed: dict[str, Failed] = field(default_factory=dict)
    rested: dict[str, str] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    ranks: dict[str, int] = field(default_factory=dict)
    tasks: dict[str, TaskState] = field(default_factory=dict)
    bookmark: Bookmark = field(default_factory=Bookmark)
    signs: dict[str, Sign] = field(default_factory=dict)
    anew: set[str] = field(default_factory=set)
    relieved: set[str] = field(default_factory=set)
    orphans: dict[str, Sign] = field(default_factory=dict)
    swept: float = 0.0
    verdict: str | None = None
    _edits: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a cursor as the sensor, or a person, wrote it. Raises ValueError saying what cannot be read."""
        try:
            stored = json.loads(text)
            places = dict(stored.pop("positions", {})) if isinstance(stored, dict) else {}
            cursor = convert({name: each for name, each in stored.items() if not name.startswith("_")}, cls)
            cursor.place(places)
        except (ValueError, LookupError, RecursionError, TypeError, AttributeError, PositionRefused) as error:
            raise ValueError(f"The sensor's cursor cannot be read: {error}") from error
        return cursor

    def dump(self) -> str:
        """The cursor as readable JSON, offsets first; what is empty is left out."""
        shown = {entity: shortened(position.offset) for entity, position in self.positions.items()}
        kept = {name: getattr(self, name) for name in _KEPT} | {"cut": self._cut()}
        places = {entity: _place_of(position, shown[entity]) for entity, position in self.positions.items()}
        # An empty verdict was told, too: that nothing is FAILED.
        said = {name: to_builtins(each) for name, each in kept.items() if each or each == ""}
        document = {"offsets": shown, **said, "positions": places}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    def edits(self) -> Mapping[str, Any]:
        """The offsets that a person changed since the sensor wrote the cursor."""
        return self._edits

    def whole(self) -> Mapping[str, Position]:
        """The positions that the cursor has whole."""
        return {entity: position for entity, position in self.positions.items() if entity not in self.cut}

    def pollable(self, entity: str, options: OffsetOptions) -> bool:
        """Whether an entity of a connector with these options is to be polled, now or at its time."""
        failed, position = self.failed.get(entity), self.positions.get(entity)
        waits_for_a_person = (failed is not None and failed.retry_at is None) or self.rests(entity)
        return not waits_for_a_person and not (position and is_done(options, position))

    def rests(self, entity: str) -> bool:
        """Whether a person paused or stopped an entity, or the whole connector."""
        return entity in self.rested or "" in self.rested

    def wake(self, task: str) -> None:
        """Let a task be due at once; each entity in it keeps its own pause."""
        self.tasks.setdefault(task, TaskState()).next = 0.0

    def move(self, entity: str, position: Position) -> None:
        """Let an entity stand where a person said: it starts as if it had not failed."""
        self.positions[entity] = position
        self.cut.discard(entity)
        self.failed.pop(entity, None)

    def forget(self, entities: Sequence[str]) -> None:
        """Drop what is said of the state of entities that the connector does not have; their positions stay."""
        for known in (self.failed, self.rested, self.ranks):
            for entity in known.keys() - {*entities, ""}:
                del known[entity]
        self.anew.intersection_update(entities)

    # What happened

    def fold(self, events: Sequence[Event]) -> set[str]:
        """Take in what happened, in any order, any number of times; the entities that a person moved or started again."""
        # In the order of the log: what a person moved after it FAILED is not FAILED.
        ordered = sorted(events, key=lambda event: event.id)
        return {entity for event in ordered for entity in self._fold(event)}

    def _fold(self, event: Event) -> set[str]:
        moved = event.position is not None and self._fold_position(event, event.position)
        if event.report:
            self._fold_report(event)
        changed = bool(event.state) and self._fold_state(event)
        return {event.entity} if not event.run_id and (moved or changed) else set()

    def _fold_position(self, event: Event, position: Position) -> bool:
        known = self.positions.get(event.entity)
        is_newer = known is None or position.order > known.order
        if is_newer or (event.entity in self.cut and known is not None and position.order == known.order):
            self.positions[event.entity] = position
            self.cut.discard(event.entity)
        if is_newer and not event.run_id:
            self.failed.pop(event.entity, None)
        return is_newer

    def _fold_state(self, event: Event) -> bool:
        rank, entity, state = event.rank[0], event.entity, event.state
        if rank <= self.ranks.get(entity, 0) and not (rank == 0 and entity not in self.ranks):
            return False
        self.ranks[entity] = rank
        self.failed.pop(entity, None)
        self.rested.pop(entity, None)
        if event.failed:
            self.failed[entity] = Failed(str(state.get("reason")), int(state.get("failures", 1)), state.get("retry_at"))
        elif state.get("rested"):
            self.rested[entity] = str(state["state"])
        return True

    def _fold_report(self, event: Event) -> None:
        report = event.report
        known = self.tasks.setdefault(str(report["task"]), TaskState())
        if report.get("ended") and event.rank[0] > known.rank:
            known.next, known.failures, known.run, known.rank = float(report["next_poll"]), 0, event.run_id, event.rank[0]

    # Offsets

    def place(self, places: Mapping[str, Any]) -> None:
        """Put each offset to the rest of its position, unless a person has edited it."""
        for entity, place in places.items():
            # The version before wrote whole positions.
            epoch, sequence, mark, rest = place if isinstance(place, list) else (0, 0, _fingerprint(place["offset"]), place)
            written = self.offsets.get(entity, rest.get("offset"))
            untouched = _fingerprint(written) == mark
            self.positions[entity] = Position.from_json({
                "offset": written if untouched else "", "epoch": epoch, "sequence": sequence, **rest,
            })
            if entity in self.offsets and not untouched:
                self._edits[entity] = written
        self._edits |= {entity: offset for entity, offset in self.offsets.items() if entity not in places}

    def _cut(self) -> set[str]:
        return self.cut | {entity for entity, position in self.positions.items() if shortened(position.offset) != position.offset}


def shortened(offset: str | int) -> str | int:
    """An offset as it stands in the cursor: whole, or where it is long its beginning."""
    if len(str(offset)) <= _LONGEST_OFFSET:
        return offset
    return f"{str(offset)[:_SHOWN]}… ({len(str(offset))} characters; `http-source offsets show` has them)"


def _place_of(position: Position, shown: str | int) -> list[Any]:
    """What there is to a position beside its offset, in few bytes."""
    rest = replace(position, epoch=0, sequence=0).to_json()
    del rest["offset"]
    return [position.epoch, position.sequence, _fingerprint(shown), rest]


def _fingerprint(offset: object) -> str:
    return blake2b(json.dumps(offset, ensure_ascii=True).encode(), digest_size=4).hexdigest()
