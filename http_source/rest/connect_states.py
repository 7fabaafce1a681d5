"""Connect's states, by what is known of a connector: of its closed list, and RUNNING only for what is polled.

A task has many entities. It is FAILED as soon as one of them is, since that is what alerts look at; it is PAUSED when all of them rest;
it is RUNNING while one of them is polled; and UNASSIGNED when nothing polls it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version

from http_source.orchestration.conditions import Condition
from http_source.orchestration.identity import Connector
from http_source.orchestration.status import ConnectorStatus, EntityStatus

VERSION = version("http-source")
"""What Connect calls the version of a connector's plugin."""

_POLLED = frozenset({
    Condition.RUNNING, Condition.CAUGHT_UP, Condition.RETRYING, Condition.WAITING, Condition.WAITING_FOR_KAFKA, Condition.RATE_LIMITED,
})
_RESTS = frozenset({Condition.PAUSED, Condition.STOPPED})
_LATE_S = 30.0


@dataclass(frozen=True)
class ConnectStates:
    """The states of one connector whose file has no mistakes here, and of its tasks.

    Attributes:
        now: in seconds since the epoch.
        refused: the mistakes that Dagster finds in the file where it runs; empty for none.
    """

    connector: Connector
    status: ConnectorStatus
    now: float
    refused: str = field(default="", kw_only=True)

    @cached_property
    def tasks(self) -> Mapping[int, str]:
        """The state of each task; none of a connector that is STOPPED, or that Dagster refuses."""
        return {} if self.status.stopped or self.refused else {number: self._task(number) for number in self.connector.tasks}

    @property
    def state(self) -> str:
        """The connector's: it is RUNNING while its tasks are FAILED, as in Connect, if somebody starts them again."""
        if self.refused:
            return "FAILED"
        if self.status.stopped:
            return "STOPPED"
        states = set(self.tasks.values())
        polled = any(map(self._is_polled, self.status.entities))
        if states == {"PAUSED"} or (self.status.sensor is False and not polled):
            return "PAUSED"
        return "RUNNING" if polled or ("FAILED" in states and not self.unattended) else "UNASSIGNED"

    @property
    def trace(self) -> str:
        """Why the connector itself FAILED; empty for one that did not."""
        return f"Dagster refuses its file where it runs. Fix this, and reload the code location:\n{self.refused}" if self.refused else ""

    @property
    def unattended(self) -> str:
        """Why nothing can start its runs, as a sentence; empty while something does, or its sensor is off."""
        if self.refused:
            return self.trace
        if self.status.sensor is None:
            return f"Dagster has not seen the sensor {self.connector.sensor_name} yet: start Dagster, or reload the code location."
        return self.status.unattended

    def entities(self, task: int) -> Sequence[EntityStatus]:
        """Those of one task."""
        return [self._statuses[entity] for entity in self.connector.entities_of(task)]

    @cached_property
    def _statuses(self) -> Mapping[str, EntityStatus]:
        return {each.entity: each for each in self.status.entities}

    @cached_property
    def _in_runs(self) -> frozenset[str]:
        """The entities of tasks that have a run at work."""
        return frozenset(entity for task in self.status.hosts for entity in self.connector.entities_of(task))

    def _task(self, number: int) -> str:
        entities = self.entities(number)
        conditions = {each.diagnosis.condition for each in entities}
        if Condition.FAILED in conditions:
            return "FAILED"
        if conditions <= _RESTS:
            return "PAUSED"
        return "RUNNING" if any(map(self._is_polled, entities)) else "UNASSIGNED"

    def _is_polled(self, each: EntityStatus) -> bool:
        """Whether a run polls it, or will at its time because somebody starts it."""
        if self.status.sensor is None and each.entity not in self._in_runs:
            return False
        return each.diagnosis.condition in _POLLED or self._is_on_time(each)

    def _is_on_time(self, each: EntityStatus) -> bool:
        """Whether its next run is starting as planned."""
        due = each.diagnosis.next_poll
        starts = each.diagnosis.condition is Condition.NOT_ASKED and due is not None and each.checkpoint is not None
        return starts and self.now - (due or 0.0) <= _LATE_S + self.connector.tick_seconds
