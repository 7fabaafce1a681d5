"""What an entity does, judged by what Dagster's storage tells of its connector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import inf
from typing import Any

import dagster as dg

from http_source.config.numbers import plain
from http_source.entity.words import STARTS_AGAIN
from http_source.orchestration.cursor import Cursor, Failed, TaskState
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.lease import LeasePhase
from http_source.orchestration.ledger.runs import LiveRun
from http_source.orchestration.limits import cut_short
from http_source.orchestration.reported_doubts import sentences_of
from http_source.orchestration.states import Retrying, still_there
from http_source.polling.standing import is_done

_OVERDUE_S = 30.0
_LOOK_THERE = "Its ticks in the UI say why; check that Dagster's daemon runs, and reload the code location."
_IN_THE_LOG = "Its last request failed; the log of the run says why."
_JUST_QUEUED_S = 15.0
_JUST_QUEUED = "Its run was just queued; Dagster takes it out of its queue within seconds."
_IN_THE_QUEUE = ("Its run waits in Dagster's queue: `concurrency.runs` in dagster.yaml (max_concurrent_runs, tag_concurrency_limits), or a "
                 "pool, limits how many runs are at work.")


class Condition(StrEnum):
    """What an entity does."""

    RUNNING = "RUNNING"
    CAUGHT_UP = "CAUGHT_UP"
    RETRYING = "RETRYING"
    WAITING = "WAITING"
    WAITING_FOR_KAFKA = "WAITING_FOR_KAFKA"
    RATE_LIMITED = "RATE_LIMITED"
    QUEUED = "QUEUED"
    NOT_ASKED = "NOT_ASKED"
    STOPPED = "STOPPED"
    PAUSED = "PAUSED"
    FAILED = "FAILED"
    NEVER_RUN = "NEVER_RUN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """How an entity fares, and why.

    Attributes:
        reason: why it is in that condition, where that needs words; else empty.
        failures: times it failed in a row, or attempts of what is RETRYING.
        of: attempts of what is RETRYING before the entity is FAILED; 0 where time decides, or nothing is RETRYING.
        next_poll: when it is asked next, in seconds since the epoch; None when its run knows, or when that takes a person.
    """

    condition: Condition
    reason: str = ""
    failures: int = 0
    of: int = 0
    next_poll: float | None = None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was read about a connector.

    Attributes:
        now: in seconds since the epoch.
        cursor: the sensor's, with all that happened since its last tick.
        off: whether the sensor is off.
        unattended: why nobody starts runs, as a sentence; empty while the sensor does.
        runs: the runs in progress.
        silent: why a run among them cannot be counted on, by its id.
        reports: what was said last of each task.
        reasons: why the last run of a task ended without a report.
        checkpoints: when the position of each entity was stored last, in seconds since the epoch.
    """

    connector: Connector
    now: float
    cursor: Cursor
    off: bool = False
    unattended: str = ""
    runs: Sequence[LiveRun] = ()
    silent: Mapping[str, str] = field(default_factory=dict)
    reports: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    checkpoints: Mapping[str, float] = field(default_factory=dict)

    def diagnose(self, entity: str) -> Diagnosis:
        """How an entity fares: the first of what may be said."""
        failed, position = self.cursor.failed.get(entity), self.cursor.positions.get(entity)
        if (rested := self._rested(entity)) is not None:
            return rested
        if failed is not None:
            return _failed(failed)
        if position is not None and is_done(self.connector.config.offsets, position):
            name = self.connector.name
            return Diagnosis(condition=Condition.STOPPED, reason="It was read to its last page (http.cursor.end=stop). "
                                                            f"`http-source offsets reset {name} {entity}` starts it from the beginning.")
        runs = [run for run in self.runs if run.shares(frozenset({entity}))]
        in_runs = (self._in_a_run(run, entity) for run in reversed(runs))
        return next(filter(None, in_runs), None) or self._without_a_run(runs, entity)

    def _rested(self, entity: str) -> Diagnosis | None:
        """What a person has laid to rest."""
        named = self.cursor.rested.get(entity) or self.cursor.rested.get("")
        if named is None:
            return None
        what = f"{self.connector.name} {entity}" if entity in self.cursor.rested else self.connector.name
        return Diagnosis(condition=Condition(named), reason=f"By hand, until `http-source resume {what}`.")

    def _in_a_run(self, run: LiveRun, entity: str) -> Diagnosis | None:
        """What a run does with it; None for one that does nothing with it yet, or that cannot be counted on."""
        if not run.is_at_work or run.phase not in (LeasePhase.POLLING, LeasePhase.ENDING) or run.id in self.silent:
            return None
        report = self._report(entity)
        if report.get("run") not in (run.id, ""):
            report = {}  # what another run said of its own troubles is over
        if outage := report.get("outage"):
            return Diagnosis(condition=Condition.WAITING_FOR_KAFKA, reason=_outage(outage))
        if (limited := self._limited(report, entity)) is not None:
            return limited
        # A report may be a minute old: what came after it says more.
        if (since := report.get("late", {}).get(entity)) is not None and self.checkpoints.get(entity, 0.0) < since:
            return self._late(since, paced=bool(report.get("paced")))
        if (said := report.get("retrying", {}).get(entity)) is not None:
            return _retrying(Retrying.read(said))
        return Diagnosis(condition=Condition.CAUGHT_UP if self._has_caught_up(entity) else Condition.RUNNING)

    def _late(self, since: float, *, paced: bool) -> Diagnosis:
        """What an entity that waits for its turn waits for."""
        ago = f"It should have been polled {self.now - since:.0f} s ago"
        if paced:
            budget = plain(self.connector.config.pace.requests_per_second or 0)
            return Diagnosis(condition=Condition.RATE_LIMITED, reason=f"{ago}, and waits for its turn: http.requests.per.second="
                                                                 f"{budget} is less than its entities need.")
        return Diagnosis(condition=Condition.NOT_ASKED, reason=f"{ago}: its run is held up, by Kafka, by Dagster's storage, or by "
                                                          "slow entities.")

    def _without_a_run(self, runs: Sequence[LiveRun], entity: str) -> Diagnosis:
        """What follows from runs that are on their way or out of reach, and from the last one of the entity's task."""
        if self.off and not any(run.is_at_work for run in runs):
            return self._crashed(entity) or self._paused()
        for run in runs:
            if run.status is dg.DagsterRunStatus.QUEUED:
                waits = self.now - run.created > _JUST_QUEUED_S
                return Diagnosis(condition=Condition.QUEUED, reason=_IN_THE_QUEUE if waits else _JUST_QUEUED)
            if run.id in self.silent:
                return Diagnosis(condition=Condition.NOT_ASKED, reason=self.silent[run.id])
        return self._crashed(entity) or self._between_runs(entity, begins=bool(runs))

    def _paused(self) -> Diagnosis:
        switch = f"`http-source resume {self.connector.name}` switches it on."
        return Diagnosis(condition=Condition.PAUSED, reason=f"Its sensor {self.connector.sensor_name} is off; {switch}")

    def _crashed(self, entity: str) -> Diagnosis | None:
        """What a task whose runs end without a report makes of its entities."""
        task = self.connector.task_of(entity) or 0
        state = self.cursor.tasks.get(str(task))
        return _failed(Failed(self.reasons.get(task, ""), state.failures, state.next)) if state and state.failures else None

    def _between_runs(self, entity: str, *, begins: bool) -> Diagnosis:
        task, position = self.connector.task_of(entity) or 0, self.cursor.positions.get(entity)
        report = self._report(entity)
        state = self.cursor.tasks.get(str(task), TaskState(next=float(report.get("next_poll", 0.0))))
        if not report and position is None and not begins:
            return Diagnosis(condition=Condition.NEVER_RUN, reason=self.unattended)
        due = max(float(report.get("due", {}).get(entity, 0.0)), state.next) or self.now
        if self.unattended:
            return Diagnosis(condition=Condition.NOT_ASKED, reason=self.unattended)
        if begins:
            return Diagnosis(condition=Condition.NOT_ASKED, reason="Its run is starting.", next_poll=due)
        return self._at_rest(report, entity, due)

    def _at_rest(self, report: Mapping[str, Any], entity: str, due: float) -> Diagnosis:
        """What an entity is that no run is needed for until it is due."""
        if (limited := self._limited(report, entity)) and limited.next_poll:
            return limited
        if self.now - due > _OVERDUE_S + self.connector.tick_seconds:
            reason = f"It should have been polled {self.now - due:.0f} s ago, and its sensor started no run. {_LOOK_THERE}"
            return Diagnosis(condition=Condition.NOT_ASKED, reason=reason, next_poll=due)
        if attempts := report.get("attempts", {}).get(entity, 0):
            said = Retrying.read(report.get("retrying", {}).get(entity, {}))
            return _retrying(Retrying(attempts, self.connector.config.retry.max_retries + 1, due, said.reason))
        return Diagnosis(condition=Condition.CAUGHT_UP if self._has_caught_up(entity) else Condition.WAITING, next_poll=due)

    def _limited(self, report: Mapping[str, Any], entity: str) -> Diagnosis | None:
        """What the API's rate limit does with it; None once the time that was said is over, or a page came since."""
        limited = _limited(report, entity)
        if limited is None or (limited.next_poll is None and self.checkpoints.get(entity, 0.0) > report.get("at", inf)):
            return None
        return None if limited.next_poll is not None and limited.next_poll <= self.now else limited

    @cached_property
    def doubts(self) -> Mapping[str, Sequence[str]]:
        """What may be lost or repeated, in sentences, of the entities of which something is."""
        return {entity: sentences_of(held) for entity, held in self.cursor.doubts(self.connector.task_of, self.now).items()}

    def _report(self, entity: str) -> Mapping[str, Any]:
        return self.reports.get(self.connector.task_of(entity) or 0, {})

    def _has_caught_up(self, entity: str) -> bool:
        """Whether it has not moved since it was last said that it had caught up."""
        return still_there(self._report(entity).get("caught_up", {}).get(entity), self.cursor.positions.get(entity))


def _failed(failed: Failed) -> Diagnosis:
    reason = failed.reason if failed.retry_at is None else failed.reason.partition(STARTS_AGAIN)[0]
    return Diagnosis(condition=Condition.FAILED, reason=reason, failures=failed.failures, next_poll=failed.retry_at)


def _retrying(said: Retrying) -> Diagnosis:
    reason = said.reason or _IN_THE_LOG
    return Diagnosis(condition=Condition.RETRYING, reason=reason, failures=said.attempt, of=said.of, next_poll=said.next_poll)


def _limited(report: Mapping[str, Any], entity: str) -> Diagnosis | None:
    """What an entity waits for that the API's rate limit holds back, as its own headers say."""
    said = next((each for each in report.get("limited", ()) if entity in each["entities"]), None)
    if said is None:
        return None
    until = said["until"]
    when = "until then" if until else "until one on its way is answered"
    reason = f"The API's rate limit is used up ({said['said']}); no further request is sent {when}.{cut_short(said)}"
    return Diagnosis(condition=Condition.RATE_LIMITED, reason=reason, next_poll=until)


def _outage(outage: Mapping[str, Any]) -> str:
    said = f" The client says: {outage['said']}" if outage.get("said") else ""
    return f"Kafka at {outage.get('brokers', '')} accepts nothing; polling resumes when it does.{said}"
