"""The live part: what has arrived, where the entities stand, what became of them, and when that is enough."""

import time
from collections.abc import Mapping, Sequence

from http_source.demo.feed import Arrivals, Change, Known, Webserver
from http_source.demo.processes import Service
from http_source.demo.screen import Row, Screen
from http_source.demo.services import Services
from http_source.demo.workplace import DemoEntity
from http_source.model import State

_KNOWN_SECONDS = 2.0
_ARRIVAL_SECONDS = 0.1
_RECENT_SECONDS = 10.0


class Watch:
    """Follows the entities until a goal is reached, or for ever."""

    def __init__(self, entities: Sequence[DemoEntity], arrivals: Arrivals, webserver: Webserver) -> None:
        self._entities = entities
        self._arrivals = arrivals
        self._webserver = webserver
        self._known = Known()
        self._last: dict[tuple[str, str], Change] = {}
        self._read_again = time.monotonic()

    def follow(self, screen: Screen, services: Services, dagster: Service, goal: int | None) -> None:
        """Show what arrives and which entities fail and recover; return when every topic has `goal` records and nothing is FAILED.

        Raises:
            ServiceFailed: a service ended, or the goal was not reached in time.
        """
        while self._look(screen, goal):
            screen.show(self.rows())
            if goal and services.late:
                raise dagster.failed(f"brought too few records in time: {self._shortage(goal)}")
            services.breathe()
        screen.show(self.rows(), last=True)

    def rows(self) -> list[Row]:
        """Return one row per entity, as things stand."""
        return [self._row(entity) for entity in self._entities]

    def _look(self, screen: Screen, goal: int | None) -> bool:
        """Take in what is new, and return whether there is more to wait for, as there always is without a goal."""
        self._arrivals.poll(_ARRIVAL_SECONDS)
        if time.monotonic() >= self._read_again:
            self._known = self._webserver.read() or self._known
            self._read_again = time.monotonic() + _KNOWN_SECONDS
            self._report(screen)
        return goal is None or bool(self._lacking(goal) or self._failed())

    def _report(self, screen: Screen) -> None:
        """Report each change of an entity's state once."""
        for change in self._known.changes:
            whose = (change.connector, change.entity)
            if whose not in self._last or self._last[whose] < change:
                self._last[whose] = change
                screen.report(f"{change.connector}: {change.reason}")

    def _lacking(self, goal: int) -> Mapping[str, int]:
        return {topic: goal - count for topic, count in self._arrivals.counts.items() if count < goal}

    def _failed(self) -> Sequence[Change]:
        return [change for change in self._last.values() if change.failed]

    def _shortage(self, goal: int) -> str:
        lacks = [f"topic {topic} lacks {count}" for topic, count in sorted(self._lacking(goal).items())]
        return ", ".join([*lacks, *(f"{change.connector}: {change.reason}" for change in self._failed())])

    def _row(self, entity: DemoEntity) -> Row:
        offset = self._known.offsets.get(entity.sensor, {}).get(entity.name, "")
        records, newest = self._arrivals.counts[entity.topic], self._arrivals.newest.get(entity.topic, "")
        return Row(entity.connector, entity.name, entity.topic, records, str(offset), newest, self._state(entity))

    def _state(self, entity: DemoEntity) -> str:
        """FAILED from when that was reported until its end was reported; RUNNING only as long as records arrive."""
        change = self._last.get((entity.connector, entity.name))
        if change and change.failed:
            return change.state
        arrived = self._arrivals.at.get(entity.topic)
        return State.RUNNING if arrived and time.monotonic() - arrived < _RECENT_SECONDS else ""
