"""What an entity does, judged by what Dagster's storage tells of its connector."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from http_source.model import State
from http_source.orchestration.connector import Connector
from http_source.orchestration.cursor import Cursor, Failed, TaskState
from http_source.orchestration.states import Retrying, still_there
from http_source.polling.offsets import is_done

_IN_THE_LOG = "Its last request failed; the log of the run says why."


class Condition(StrEnum):
    """What an entity does."""

    RUNNING = "RUNNING"
    RETRYING = "RETRYING"
    CAUGHT_UP = "CAUGHT_UP"
    WAITING = "WAITING"
    STOPPED = "STOPPED"
    PAUSED = "PAUSED"
    FAILED = "FAILED"
    NEVER_RUN = "NEVER_RUN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """How an entity fares.

    Attributes:
        reason: why it is FAILED, RETRYING or STOPPED; else empty.
        failures: times it failed in a row, or attempts of what is RETRYING.
        of: attempts of what is RETRYING before the entity is FAILED; 0 where time decides, or nothing is RETRYING.
        next_poll: when it is asked next, in seconds since the epoch; None when its run knows, or when that takes a person.
    """

    condition: Condition
    reason: str = ""
    failures: int = 0
    of: int = 0
    next_poll: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was read about a connector.

    Attributes:
        now: in seconds since the epoch.
        cursor: the sensor's, with all that happened since its last tick.
        off: whether the sensor is off.
        busy: the entities that a run in progress polls.
        said: what runs in progress say of entities that retry or have caught up.
        summaries: what the last run of each task said at its end.
        reasons: why the last run of a task ended without a summary.
    """

    connector: Connector
    now: float
    cursor: Cursor
    off: bool = False
    busy: frozenset[str] = frozenset()
    said: Mapping[str, Any] = field(default_factory=dict)
    summaries: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)

    def fare(self, entity: str) -> Fare:
        """How an entity fares: the first of what may be said."""
        failed, position = self.cursor.failed.get(entity), self.cursor.positions.get(entity)
        if failed is not None:
            return _failed(failed)
        if position is not None and is_done(self.connector.config.offsets, position):
            name = self.connector.name
            return Fare(condition=Condition.STOPPED, reason="It was read to its last page (http.cursor.end=stop). "
                                                            f"`http-source offsets reset {name} {entity}` starts it from the beginning.")
        return self._in_a_run(entity) if entity in self.busy else self._between_runs(entity)

    def _in_a_run(self, entity: str) -> Fare:
        said = self.said.get(entity, {})
        if said.get("state") == State.RETRYING:
            return _retrying(Retrying.read(said))
        return Fare(condition=Condition.CAUGHT_UP if self._has_caught_up(entity) else Condition.RUNNING)

    def _between_runs(self, entity: str) -> Fare:
        """What follows from the last run of the entity's task, or from its failing to say anything."""
        task, position = self.connector.task_of(entity) or 0, self.cursor.positions.get(entity)
        summary = self.summaries.get(task, {})
        state = self.cursor.tasks.get(str(task), TaskState(next=float(summary.get("next_poll", 0.0))))
        if state.failures:
            return _failed(Failed(self.reasons.get(task, ""), state.failures, state.next))
        if self.off:
            return Fare(condition=Condition.PAUSED)
        if not summary and position is None:
            return Fare(condition=Condition.NEVER_RUN)
        due = max(float(summary.get("due", {}).get(entity, 0.0)), state.next) or self.now
        if attempts := summary.get("attempts", {}).get(entity, 0):
            said = Retrying.read(summary.get("retrying", {}).get(entity, {}))
            return _retrying(Retrying(attempts, self.connector.config.retry.max_retries + 1, due, said.reason))
        return Fare(condition=Condition.CAUGHT_UP if self._has_caught_up(entity) else Condition.WAITING, next_poll=due)

    def _has_caught_up(self, entity: str) -> bool:
        """Whether it has not moved since it was last said that it had caught up."""
        ended = self.summaries.get(self.connector.task_of(entity) or 0, {}).get("caught_up", {})
        said = self.said.get(entity, {}).get("at", ended.get(entity))
        return still_there(said, self.cursor.positions.get(entity))


def _failed(failed: Failed) -> Fare:
    return Fare(condition=Condition.FAILED, reason=failed.reason, failures=failed.failures, next_poll=failed.retry_at)


def _retrying(said: Retrying) -> Fare:
    reason = said.reason or _IN_THE_LOG
    return Fare(condition=Condition.RETRYING, reason=reason, failures=said.attempt, of=said.of, next_poll=said.next_poll)
