"""The live part: what has arrived, where the entities stand, and when that is enough."""

import time
from collections.abc import Mapping, Sequence

from http_source.demo.feed import Arrivals, Cursors, Offsets
from http_source.demo.processes import Service
from http_source.demo.screen import Row, Screen
from http_source.demo.services import Services
from http_source.demo.workplace import DemoEntity

_CURSOR_SECONDS = 2.0
_ARRIVAL_SECONDS = 0.1


class Watch:
    """Follows the entities until a goal is reached, or for ever."""

    def __init__(self, entities: Sequence[DemoEntity], arrivals: Arrivals, cursors: Cursors) -> None:
        self._entities = entities
        self._arrivals = arrivals
        self._cursors = cursors
        self._offsets: Offsets = {}
        self._read_again = time.monotonic()

    def follow(self, screen: Screen, services: Services, dagster: Service, goal: int | None) -> None:
        """Show what arrives; return when every topic has `goal` records.

        Raises:
            ServiceFailed: a service ended, or the goal was not reached in time.
        """
        while lacking := self._look(goal):
            screen.show(self.rows())
            if goal and services.late:
                raise dagster.failed(f"brought too few records in time: {_shortage(lacking)}")
            services.breathe()
        screen.show(self.rows(), last=True)

    def rows(self) -> list[Row]:
        """Return one row per entity, as things stand."""
        return [self._row(entity) for entity in self._entities]

    def _look(self, goal: int | None) -> Mapping[str, float]:
        """Take in what is new and tell how many records each topic lacks; without a goal there is always more to come."""
        self._arrivals.poll(_ARRIVAL_SECONDS)
        if time.monotonic() >= self._read_again:
            self._offsets = self._cursors.read() or self._offsets
            self._read_again = time.monotonic() + _CURSOR_SECONDS
        wanted = goal or float("inf")
        return {topic: wanted - count for topic, count in self._arrivals.counts.items() if count < wanted}

    def _row(self, entity: DemoEntity) -> Row:
        offset = self._offsets.get(entity.sensor, {}).get(entity.name, "")
        records, newest = self._arrivals.counts[entity.topic], self._arrivals.newest.get(entity.topic, "")
        return Row(entity.connector, entity.name, entity.topic, records, str(offset), newest)


def _shortage(lacking: Mapping[str, float]) -> str:
    return ", ".join(f"topic {topic} lacks {count:.0f}" for topic, count in sorted(lacking.items()))
