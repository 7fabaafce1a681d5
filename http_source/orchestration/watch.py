"""Looks from time to time whether a run is still the one that polls its entities."""

import logging
import time
from collections.abc import Sequence

import dagster as dg

from http_source.entity import Entity
from http_source.orchestration.connector import TASK_TAG, Connector
from http_source.orchestration.history import Event, events_after

_PERIOD_S = 5.0
_log = logging.getLogger(__name__)


class Watch:
    """What somebody else did that ends a run.

    Attributes:
        moved: that an entity was moved, or started again, as a sentence; empty while none was.
        disowned: that Dagster counts the run as ended, as a sentence; empty while it does not.
    """

    def __init__(self, instance: dg.DagsterInstance, connector: Connector, run_id: str, event: int) -> None:
        """`event` is the newest event that the run has taken in."""
        self._instance = instance
        self._connector = connector
        self._run_id = run_id
        self._event = self._since = event
        self._looked_at = time.monotonic()
        self.moved = ""
        self.disowned = ""

    def ends(self, entities: Sequence[Entity]) -> bool:
        """Whether the run has to end; it looks every few seconds only, since a look costs queries."""
        if time.monotonic() - self._looked_at >= _PERIOD_S:
            self._looked_at = time.monotonic()
            try:
                self._look(entities)
            except Exception as error:  # noqa: BLE001 - each storage raises exceptions of its own
                _log.warning("Dagster's storage could not be read (%s); it is looked at again in %g s.", type(error).__name__, _PERIOD_S)
        return bool(self.moved or self.disowned)

    def _look(self, entities: Sequence[Entity]) -> None:
        run = self._instance.get_run_by_id(self._run_id)
        if run is None or run.is_finished:
            fate = "deleted" if run is None else f"marked as {run.status.value}"
            self.disowned = (f"This run was {fate} while it was polling, so it ended: another run may be at work. "
                             "The next run goes on from the last checkpoint.")
        ours = {entity.name: entity.acknowledged.position for entity in entities}
        at_work = {entity.name for entity in entities if entity.failure is None}
        task = run.tags.get(TASK_TAG) if run else None
        for event in events_after(self._instance, self._connector.key, self._event):
            mine = ours.get(event.entity)
            if mine and event.position and event.position.order > mine.order and event.run_id != self._run_id:
                self.moved = (f"Entity {event.entity} was moved to offset {event.position.offset} by somebody else: "
                              "this run ends, the next one goes on from there.")
            if event.entity not in at_work and self._restarts(event, task):
                self.moved = f"Entity {event.entity} was started again by hand: this run ends, the next one begins with it."
            self._event = max(self._event, event.id)

    def _restarts(self, event: Event, task: str | None) -> bool:
        """Whether an entity of this task is to start again, and this run does not know of it."""
        number = self._connector.task_of(event.entity)
        return event.restarted and event.id > self._since and number is not None and self._connector.task_tag(number) == task
