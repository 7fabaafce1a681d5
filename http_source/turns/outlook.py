"""When the entities of a task are asked next, and what they wait for; the main thread looks."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from http_source.entity import Entity, Phase
from http_source.polling.allowance import Shut
from http_source.turns.admission import Admission

_WORTH_TELLING_S = 5.0
"""Shorter waits are over before anybody reads of them."""
_AT_REST = (Phase.PLANNED, Phase.AWAY)


@dataclass(frozen=True, slots=True)
class Limited:
    """Entities that the API's rate limit holds back, by their names: why, and until when."""

    shut: Shut
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is ahead of the entities."""

    entities: Sequence[Entity]
    admission: Admission

    def rests(self, seconds: float) -> bool:
        """Whether nothing is on its way, no request is being retried, and nothing is due, and allowed by the API, within `seconds`."""
        moment, shut = time.monotonic() + seconds, self.admission.shut()
        longer = {crowd for crowd, each in shut.items() if each.until is not None and each.until >= moment}
        return all(entity.rests_until(-inf if entity.crowd in longer else moment) for entity in self.entities)

    def waits(self) -> dict[str, float]:
        """Seconds until the next turn of each entity that has one, in this run or a later one; the API's limits reach over its end."""
        now, shut = time.monotonic(), self.admission.shut()
        opens = {crowd: each.until or now for crowd, each in shut.items()}
        dues = ((entity, due) for entity in self.entities if (due := entity.due) is not None)
        return {entity.name: max(0.0, due - now, opens.get(entity.crowd, now) - now) for entity, due in dues}

    def overdue(self, seconds: float) -> dict[str, float]:
        """By how many seconds entities are late that are late by more than `seconds`, and not held back by the API.

        They are held, wait for a thread, for the budget, or for Kafka: with pages enough at it, or with one for which there is no room.
        """
        now, shut = time.monotonic(), self.admission.shut()
        late = ((entity, entity.late(now)) for entity in self.entities if entity.crowd not in shut or entity.phase is not Phase.PLANNED)
        return {entity.name: each for entity, each in late if each > seconds}

    def limited(self, seconds: float) -> list[Limited]:
        """The entities that the API holds back: for a while, or already for more than `seconds`."""
        now, shut = time.monotonic(), self.admission.shut()
        found: dict[str, list[str]] = {}
        for entity in self.entities:
            if entity.phase in _AT_REST and (each := shut.get(entity.crowd)) and self._waits(entity, each, now, seconds):
                found.setdefault(entity.crowd, []).append(entity.name)
        return [Limited(shut[crowd], tuple(names)) for crowd, names in found.items()]

    def _waits(self, entity: Entity, shut: Shut, now: float, seconds: float) -> bool:
        due = inf if entity.due is None else entity.due
        if shut.until is not None and shut.until - shut.since >= _WORTH_TELLING_S:
            return due < shut.until
        return now - due > seconds
