"""What a run in progress says of entities that retry or have caught up: one event for all of them.

A write to Dagster's storage costs 10 to 20 ms and a few kilobytes, and a thousand entities may retry every few seconds. So there
is no event for each: an AssetObservation of the whole asset says it of all, when something changed, and more rarely while it goes on.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import dagster as dg

from http_source.entity import Entity
from http_source.model import Notice, Position, State
from http_source.orchestration.history import STATES, observations_of

_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 60.0
_MOST_REASONS = 100
_LONGEST_REASON = 500
_UNMOVED = (0, 0)

Write = Callable[[dg.AssetObservation], None]
Clock = Callable[[], float]


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


class States:
    """What one run says of its entities."""

    def __init__(
        self, key: dg.AssetKey, entities: Sequence[Entity], write: Write, before: Mapping[str, Any], clock: Clock = time.monotonic
    ) -> None:
        """`before` is the last run's summary: what that says of entities at rest is not said again. `clock` counts seconds."""
        names = {entity.name for entity in entities}
        self._key = key
        self._entities = entities
        self._write = write
        self._clock = clock
        self._before = {name: at for name, at in before.get("caught_up", {}).items() if name in names}
        self._caught_up = dict(self._before)
        self._reasons = {name: Retrying.read(said) for name, said in before.get("retrying", {}).items()}
        self._told: dict[str, Any] = {}
        self._pause = _SHORTEST_PAUSE_S
        # What is over before that needs no telling.
        self._not_before = clock() + _SHORTEST_PAUSE_S

    def hear(self, notice: Notice) -> None:
        """Remember why an entity retries."""
        self._reasons[notice.entity] = Retrying.noticed(notice)

    def tell(self) -> None:
        """Write how things are, if that changed, and not sooner than the pause after the last time allows."""
        calm = self._clock() - self._not_before
        if calm >= 0 and (said := self._said()) != self._told:
            self._write(dg.AssetObservation(self._key, metadata=_metadata(said)))
            self._told = said
            self._pause = _SHORTEST_PAUSE_S if calm > self._pause else min(2 * self._pause, _LONGEST_PAUSE_S)
            self._not_before = self._clock() + self._pause

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

    def _said(self) -> dict[str, Any]:
        return {
            **{name: {"state": State.CAUGHT_UP.value, "at": at} for name, at in self.caught_up().items() if at != self._before.get(name)},
            **{name: {"state": State.RETRYING.value, **said} for name, said in self.retrying().items()},
        }


def states_of(instance: dg.DagsterInstance, run_id: str) -> Mapping[str, Any]:
    """What a run said last of entities that retry or have caught up; empty when it said nothing."""
    return next((event.states for event in observations_of(instance, run_id) if event.states is not None), {})


def still_there(at: object, position: Position | None) -> bool:
    """Whether an entity has not moved since it had caught up; `position` is None for one that never moved."""
    return at == list(position.order if position else _UNMOVED)


def _metadata(said: Mapping[str, Any]) -> dict[str, dg.MetadataValue]:
    retrying = sum(each["state"] == State.RETRYING for each in said.values())
    return {STATES: dg.MetadataValue.json(dict(said)), "http_source/retrying_entities": dg.MetadataValue.int(retrying)}
