"""The sensor's cursor: each entity's offset where a person sees it, and what the sensor must remember.

Each tick keeps a copy of it, so its bytes count: no offset stands in it twice, and a long one is cut short; the event log has it whole.
`positions` has a fingerprint of each offset, so an offset that a person has edited is recognized, and is a move of the entity.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from msgspec import convert, to_builtins

from http_source.config.properties import OffsetOptions
from http_source.entity import Doubted
from http_source.errors import PositionRefused
from http_source.foreign.text import Foreign, readable
from http_source.model import Position
from http_source.orchestration.ledger.events import Event
from http_source.orchestration.ledger.lease import Sign
from http_source.orchestration.ledger.log import Bookmark
from http_source.orchestration.places import fingerprint, place_of, read_place, shortened, slim
from http_source.orchestration.reported_doubts import after_an_edit, read_doubts
from http_source.polling.standing import is_done

_KEPT = ("failed", "rested", "ranks", "tasks", "bookmark", "signs", "orphans", "swept", "anew", "relieved", "verdict", "connector")


@dataclass(slots=True)
class TaskState:
    """How a task's last run ended.

    Attributes:
        next: when the task is due, in seconds since the epoch.
        failures: runs in a row that ended without a report of their end.
        run: the last run that was judged.
        rank: of the last report of an end that was taken in.
        heard: the rank of the last report.
        doubts: what it says that may be loss or repetition.
        mark: that of the configuration under which it was said.
    """

    next: float = 0.0
    failures: int = 0
    run: str = ""
    rank: int = 0
    heard: int = 0
    doubts: dict[str, dict[str, Any]] = field(default_factory=dict)
    mark: str = ""


@dataclass(slots=True)
class Failed:
    """An entity that is FAILED.

    Attributes:
        reason: why, and what to do.
        failures: times in a row.
        retry_at: when it starts again, in seconds since the epoch; None when it waits for a person.
        epoch: that of the position at which it failed; a move by a person, which begins another one, ends the failure.
    """

    reason: str
    failures: int = 1
    retry_at: float | None = None
    epoch: int = -1


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
        verdict: what the asset's check was last told.
        connector: whose cursor it is, where two code locations may have connectors of one name; see `Connector.prefixed`.
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
    connector: str | None = None
    _edits: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a cursor as the sensor, or a person, wrote it. Raises ValueError saying what cannot be read."""
        try:
            stored = json.loads(text)
            places = dict(stored.pop("positions", {})) if isinstance(stored, dict) else {}
            mode = str(stored.pop("mode", ""))
            cursor = convert({name: each for name, each in stored.items() if not name.startswith("_")}, cls)
            cursor.place(places, mode)
        except (ValueError, LookupError, RecursionError, TypeError, AttributeError, PositionRefused) as error:
            raise ValueError(f"The sensor's cursor cannot be read: {readable(Foreign.of(error), str)}") from None
        return cursor

    def dump(self) -> str:
        """The cursor as readable JSON, offsets first; what is empty is left out."""
        shown = {entity: shortened(position.offset) for entity, position in self.positions.items()}
        kept = {name: getattr(self, name) for name in _KEPT}
        modes, cut = Counter(position.mode for position in self.positions.values()), self._cut()
        mode = next((most for most, _ in modes.most_common(1)), "")
        places = {entity: place_of(position, shown[entity], mode, entity in cut) for entity, position in self.positions.items()}
        said = {name: to_builtins(each) for name, each in kept.items() if each or each == ""}
        document = {"offsets": shown, **({"mode": mode} if mode else {}), **said, "positions": places}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    def edits(self) -> Mapping[str, Any]:
        """The offsets that a person changed since the sensor wrote the cursor."""
        return self._edits

    @property
    def orders(self) -> dict[str, tuple[int, int]]:
        """Epoch and sequence of where each entity stands."""
        return {entity: position.order for entity, position in self.positions.items()}

    def whole(self) -> Mapping[str, Position]:
        """The positions that the cursor has whole."""
        return {entity: slim(position) for entity, position in self.positions.items() if entity not in self.cut}

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
        return {entity for event in events for entity in self._fold(event)}

    def _fold(self, event: Event) -> set[str]:
        moved = event.position is not None and self._fold_position(event, event.position)
        if event.report:
            self._fold_report(event)
        changed = bool(event.state) and self._fold_state(event)
        return {event.entity} if not event.run_id and (moved or (changed and not event.failed)) else set()

    def _fold_position(self, event: Event, position: Position) -> bool:
        known = self.positions.get(event.entity)
        is_newer = known is None or position.order > known.order
        if is_newer or (event.entity in self.cut and known is not None and position.order == known.order):
            self.positions[event.entity] = position
            self.cut.discard(event.entity)
        failed = self.failed.get(event.entity)
        if is_newer and not event.run_id and failed and (known is None or failed.epoch < position.epoch):
            del self.failed[event.entity]
        return is_newer

    def _fold_state(self, event: Event) -> bool:
        rank, entity, state = event.rank[0], event.entity, event.state
        if rank <= self.ranks.get(entity, 0) and not (rank == 0 and entity not in self.ranks):
            return False
        self.ranks[entity] = rank
        self.failed.pop(entity, None)
        self.rested.pop(entity, None)
        if event.failed and not self._was_moved_since(entity, int(state.get("epoch", -1))):
            self.failed[entity] = Failed(str(state.get("reason")), int(state.get("failures", 1)), state.get("retry_at"),
                                         int(state.get("epoch", -1)))
        elif state.get("rested"):
            self.rested[entity] = str(state["state"])
        return True

    def _was_moved_since(self, entity: str, epoch: int) -> bool:
        position = self.positions.get(entity)
        return position is not None and 0 <= epoch < position.epoch

    def _fold_report(self, event: Event) -> None:
        report = event.report
        known = self.tasks.setdefault(str(report["task"]), TaskState())
        if event.rank[0] > known.heard:
            known.heard, known.doubts, known.mark = event.rank[0], report.get("doubts", {}), report.get("mark", "")
        if report.get("ended") and event.rank[0] > known.rank:
            known.next, known.failures, known.run, known.rank = float(report["next_poll"]), 0, event.run_id, event.rank[0]

    def doubts(self, task_of: Callable[[str], int | None], now: float) -> dict[str, dict[str, Doubted]]:
        """What may be loss or repetition of entities, by its sentence.

        What a task has said of an entity that another one polls now (`task_of`) is over. `now` is in seconds since the epoch of clocks.
        """
        found = {}
        for task, state in self.tasks.items():
            for entity, said in read_doubts(state.doubts).items():
                position = self.positions.get(entity)
                held = {each: doubt for each, doubt in said.items() if doubt.counts(position.epoch if position else 0, now)}
                if held and str(task_of(entity)) == task:
                    found[entity] = held
        return found

    def outdate(self, mark: str) -> None:
        """Let what held under another configuration than the marked one be in doubt no longer."""
        for state in self.tasks.values():
            if state.doubts and state.mark != mark:
                state.doubts = after_an_edit(state.doubts)

    # Offsets

    def place(self, places: Mapping[str, Any], mode: str) -> None:
        """Put each offset to the rest of its position, unless a person has edited it; `mode` is that of those that name none."""
        for entity, place in places.items():
            epoch, sequence, mark, rest, cut = read_place(place, mode)
            if cut:
                self.cut.add(entity)
            written = self.offsets.get(entity, rest.get("offset"))
            untouched = fingerprint(written) == mark
            self.positions[entity] = Position.from_json({
                "offset": written if untouched else "", "epoch": epoch, "sequence": sequence, **rest,
            })
            if entity in self.offsets and not untouched:
                self._edits[entity] = written
        self._edits |= {entity: offset for entity, offset in self.offsets.items() if entity not in places}

    def _cut(self) -> set[str]:
        return self.cut | {entity for entity, position in self.positions.items() if shortened(position.offset) != position.offset}
