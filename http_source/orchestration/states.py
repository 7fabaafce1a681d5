"""What a run in progress says of its entities, in one event for all of them, and rarely.

A write to Dagster's storage costs 10 to 20 ms and a few kilobytes, and a thousand entities may retry every few seconds. So there
is no event for each: the report of the task says it of all, when something changed, and more rarely while it goes on.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from http_source.entity import Entity
from http_source.model import Notice, Position
from http_source.orchestration.reported_doubts import after_an_edit, write_doubts

_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 60.0
_MOST_REASONS = 100
_LONGEST_REASON = 500
_UNMOVED = (0, 0)
_KEPT = {"caught_up", "doubts"}
"""What a person ends by a move, and not by a restart."""

_MERGED = ("due", "failures", "attempts", "retrying", "caught_up", "doubts", "turns", "left")

Clock = Callable[[], float]
Tell = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Retrying:
    """A request, or a conversion, that failed and is tried again.

    Attributes:
        attempt: how often it was tried.
        of: how often it is tried before its entity is FAILED; 0 where time decides.
        next_poll: when it is tried again, in seconds since the epoch; None when that is not known.
        reason: why it failed last; empty where only the run's log has it.
    """

    attempt: int = 0
    of: int = 0
    next_poll: float | None = None
    reason: str = ""

    @classmethod
    def noticed(cls, notice: Notice) -> Self:
        """What a notice tells."""
        due = None if notice.retry_in is None else time.time() + notice.retry_in
        return cls(notice.attempt, notice.of, due, notice.message[:_LONGEST_REASON])

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """What `to_json` gave."""
        return cls(said.get("attempt", 0), said.get("of", 0), said.get("next_poll"), said.get("reason", ""))

    def to_json(self) -> dict[str, object]:
        """What is stored; nothing of one whose reason is not."""
        return {"attempt": self.attempt, "of": self.of, "next_poll": self.next_poll, "reason": self.reason} if self.reason else {}


@dataclass(frozen=True, slots=True)
class Memory:
    """What former runs said of the entities of a task.

    Attributes:
        rank: of the newest report that was read.
        due: when they are asked next, in seconds since the epoch.
        failures: how often they failed in a row.
        attempts: how often the request that is next was sent.
        retrying: why.
        caught_up: where they had caught up, as epoch and sequence.
        doubts: what may be loss or repetition.
        turns: since when they wait for their turn, in seconds since the epoch, where `due` says when the API allows it.
        left: what the API had left of its rate limits.
        spent_until: until when the budget of requests was spent, in seconds since the epoch.
    """

    rank: int = 0
    due: Mapping[str, float] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    attempts: Mapping[str, int] = field(default_factory=dict)
    retrying: Mapping[str, Any] = field(default_factory=dict)
    caught_up: Mapping[str, Any] = field(default_factory=dict)
    doubts: Mapping[str, Any] = field(default_factory=dict)
    turns: Mapping[str, float] = field(default_factory=dict)
    left: Mapping[str, Any] = field(default_factory=dict)
    spent_until: float = 0.0

    @classmethod
    def of(cls, reports: Sequence[Mapping[str, Any]], *, mark: str = "", without: Sequence[str] = ()) -> Self:
        """What these reports say, the newest last; nothing that holds back what is to begin anew (`without`).

        `mark` is that of the configuration: what held under another one is over.
        """
        merged: dict[str, dict[str, Any]] = {name: {} for name in _MERGED}
        for report in reports:
            doubts = report.get("doubts", {})
            left = {entity: each for each in report.get("left", ()) for entity in each["entities"]}
            by_entity = {**report, "doubts": doubts if report.get("mark") == mark else after_an_edit(doubts), "left": left}
            for name, known in merged.items():
                known.update(by_entity.get(name, {}))
        for name, known in merged.items():
            merged[name] = {entity: each for entity, each in known.items() if entity not in without or name in _KEPT}
        rank = max((int(report.get("rank", 0)) for report in reports), default=0)
        return cls(rank=rank, spent_until=max((float(report.get("spent_until", 0)) for report in reports), default=0.0), **merged)


class States:
    """What one run says of its entities."""

    def __init__(self, entities: Sequence[Entity], tell: Tell, before: Memory, clock: Clock = time.monotonic) -> None:
        """`tell` writes a report; what `before` says of entities at rest is not said again. `clock` counts seconds."""
        names = {entity.name for entity in entities}
        self._entities = entities
        self._tell = tell
        self._clock = clock
        self._caught_up = {name: list(at) for name, at in before.caught_up.items() if name in names}
        self._reasons = {name: Retrying.read(said) for name, said in before.retrying.items()}
        self._told: Mapping[str, Any] = self.said({})
        self._pause = _SHORTEST_PAUSE_S
        # What is over before that needs no telling.
        self._not_before = clock() + _SHORTEST_PAUSE_S

    def hear(self, notice: Notice) -> None:
        """Remember why an entity retries."""
        self._reasons[notice.entity] = Retrying.noticed(notice)

    def tell(self, further: Mapping[str, Any], *, urgent: bool = False) -> None:
        """Write how things are, if that changed, and not sooner than the pause after the last time allows, unless it is urgent.

        `further` is what else is to be said of the task.
        """
        calm = self._clock() - self._not_before
        if (calm >= 0 or urgent) and (said := self.said(further)) != self._told:
            self._tell(said)
            self._told = said
            self._pause = _SHORTEST_PAUSE_S if calm > self._pause else min(2 * self._pause, _LONGEST_PAUSE_S)
            self._not_before = self._clock() + self._pause

    def said(self, further: Mapping[str, Any]) -> dict[str, Any]:
        """How things are."""
        doubts = write_doubts({entity.name: entity.doubts for entity in self._entities if entity.doubts})
        return {"retrying": self.retrying(), "caught_up": {**self.caught_up()}, **({"doubts": doubts} if doubts else {}), **further}

    def retrying(self) -> dict[str, Any]:
        """The entities that retry, the first hundred with their reasons."""
        names = [entity.name for entity in self._entities if entity.failed_attempts or entity.held]
        reasons = {name: self._reasons[name].to_json() for name in names[:_MOST_REASONS] if name in self._reasons}
        return {name: reasons.get(name, {}) for name in names}

    def caught_up(self) -> dict[str, list[int]]:
        """Where entities had caught up last, as epoch and sequence: it holds for those that have not moved since."""
        for entity in self._entities:
            if position := entity.caught_up:
                self._caught_up[entity.name] = list(position.order)
        return self._caught_up


def still_there(at: object, position: Position | None) -> bool:
    """Whether an entity has not moved since it had caught up; `position` is None for one that never moved."""
    return at == list(position.order if position else _UNMOVED)
