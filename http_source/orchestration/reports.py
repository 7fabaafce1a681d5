"""Tells Dagster, and so a person, what a run has to say: notices as they come, and how its task fares, now and then and at the end."""

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import dagster as dg

from http_source.config.findings import some
from http_source.edges.kafka.transactions import Fenced
from http_source.errors import OUT_OF_MEMORY, Defect, HttpSourceError
from http_source.foreign.chains import apart, trace
from http_source.foreign.text import readable
from http_source.logs.lines import working_on
from http_source.model import Notice, State
from http_source.orchestration.checkpoints import Checkpoints
from http_source.orchestration.identity import RunnableConnector
from http_source.orchestration.ledger.events import next_rank, rank_after, report_of, state_of
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.runs import LiveRun, successor_of
from http_source.orchestration.limits import cut_short, said_of_limits
from http_source.orchestration.patience import StoragePatience
from http_source.orchestration.run_events import Context, log_event
from http_source.orchestration.states import Memory, States
from http_source.task import Task

_MOST_AT_ONCE = 20
_LATE_S = 10.0
_log = logging.getLogger(__name__)

class Reports:
    """The reports of one run; a line costs a write to Dagster's storage, so a flood is cut and counted."""

    def __init__(  # noqa: PLR0913 - what a run is made of
        self, context: Context, connector: RunnableConnector, task: Task, checkpoints: Checkpoints, *, memory: Memory,
        patience: StoragePatience, number: int | None,
    ) -> None:
        """`number` is the task's; None for a materialization by hand, which reports nothing of a task."""
        self._log = patience(context.log.log)
        self._write: Callable[[Any], None] = patience(partial(log_event, context))
        self._patience = patience
        self._connector = connector
        self._task = task
        self._number = number
        self._checkpoints = checkpoints
        self._instance = context.instance
        self._rank = memory.rank
        self._states = States(task.entities, self._report, memory)
        self._outage: Any = None
        self._was_limited = False

    def pass_on(self) -> None:
        """Log the notices that have come, and tell the changes of state: most as events of their partition, see `states.py` for others."""
        notices = self._drain()
        for notice in notices:
            if notice.state is State.RETRYING:
                self._states.hear(notice)
            elif notice.entity:
                self._checkpoints.store(notice.entity)
                self._observe(notice)
        for notice in notices[:_MOST_AT_ONCE]:
            self._log(notice.level, notice.message, extra={"entity": notice.entity})
        for notice in notices[_MOST_AT_ONCE:]:
            _log.log(notice.level, notice.message, extra={"entity": notice.entity})
        if len(notices) > _MOST_AT_ONCE:
            self._log(logging.WARNING, f"{len(notices) - _MOST_AT_ONCE} more notices are in the process's own log only.")
        outage = self._kafka_away()
        further = self._further(outage)
        if not self._was_limited and (limited := further.get("limited")):
            self._was_limited = True  # once per run: it may come every minute
            self._log(logging.INFO, _used_up(limited[0]))
        self._states.tell(further, urgent=(outage is None) != (self._outage is None))
        self._outage = outage

    def conclude(self, reason: str = "") -> None:
        """Write the report that the next run and the sensor go by; a task that was ended by a failure has none.

        `reason` says in a sentence why the run ends early, if it does.
        """
        records = self._checkpoints.records
        self._log(logging.INFO, f"{records} records were delivered and their positions stored. {reason}".rstrip())
        if self._task.failure is None:
            self._report(self._states.said(self._ended()))

    def _ended(self) -> dict[str, Any]:
        now, waits = time.time(), self._task.outlook.waits()
        return {
            **self._further(None),
            "ended": True,
            "next_poll": now + min(waits.values(), default=0.0),
            "due": {entity: now + wait for entity, wait in waits.items() if wait > 1},
            "attempts": self._attempts(),
            **said_of_limits(self._task),
            **({"spent_until": now + spent} if (spent := self._task.asking.admission.spent_for) else {}),
        }

    def _further(self, outage: Any) -> dict[str, Any]:
        failures = {entity.name: entity.failures for entity in self._task.entities if entity.failures}
        late = {} if outage else {name: 10 * round((time.time() - late) / 10) for name, late in self._task.outlook.overdue(_LATE_S).items()}
        paced = bool(late) and self._task.asking.admission.spent_for > 0
        limited = [] if outage else self._limited()
        said = {"failures": failures, "late": late, "outage": outage, "limited": limited, "paced": paced}
        return {name: each for name, each in said.items() if each}

    def _limited(self) -> list[dict[str, Any]]:
        """What the API's rate limit holds back; times in seconds since the epoch, whole ones, so that the same is said the same way."""
        ahead = time.time() - time.monotonic()
        return [{
            "until": None if each.shut.until is None else round(each.shut.until + ahead),
            "said": readable(each.shut.said, self._task.redact),
            "entities": list(each.entities),
            **({"resets": round(each.shut.resets + ahead)} if each.shut.until and each.shut.resets > each.shut.until else {}),
        } for each in self._task.outlook.limited(_LATE_S)]

    def _kafka_away(self) -> Any:
        outage = self._task.outage
        return None if outage is None else {"brokers": ", ".join(outage.brokers), "said": outage.said}

    def _report(self, said: Mapping[str, Any]) -> None:
        if self._number is None:
            return
        self._rank = rank_after(self._rank)
        report = {"task": self._number, "plan": self._connector.plan, "rank": self._rank, "mark": self._connector.mark, **said}
        numbers = {"retrying_entities": len(said["retrying"]), "failed_entities": len(said.get("failures", {}))}
        if said.get("ended"):
            requests = sum(entity.traffic.requests for entity in self._task.entities)
            numbers |= {"run_records": self._checkpoints.records, "run_requests": requests}
        self._write(report_of(self._connector.key, self._number, report, numbers))

    def _observe(self, notice: Notice) -> None:
        retry_at = None if notice.retry_in is None else time.time() + notice.retry_in
        log = EventLog(self._instance, self._connector.key)
        known = self._patience(log.state)(notice.entity)
        if known and known.state.get("rested"):
            return  # what a person paused or stopped stays so, however its last request ended
        epoch = next((entity.position.epoch for entity in self._task.entities if entity.name == notice.entity), 0)
        state = {"state": notice.state.value, "rank": next_rank(known), "reason": notice.message,
                 "failures": notice.failures, "retry_at": retry_at, "epoch": epoch}
        self._write(state_of(self._connector.key, notice.entity, state))

    def _attempts(self) -> dict[str, int]:
        return {entity.name: entity.failed_attempts for entity in self._task.entities if entity.failed_attempts}

    def _drain(self) -> list[Notice]:
        # Nobody else takes any.
        return [self._task.notices.get_nowait() for _ in range(self._task.notices.qsize())]

    # How it ends for Dagster

    def raise_failures(self, mine: LiveRun) -> None:
        """Raise dagster.Failure when Kafka or an entity failed, so that the run is shown as failed with the reason.

        In a materialization by hand an entity that was still to be asked again when the time was over has failed, too.
        """
        if self._task.failure is not None:
            raise _as_failure(self._task.failure, lambda: self._successor(mine))
        failed = [f"{entity.name}: {entity.failure}" for entity in self._task.entities if entity.failure]
        if self._number is None:
            failed += [f"{name}: {count} attempt{'s' * (count > 1)} failed, and then the time of the run was up. Its log has the reasons."
                       for name, count in self._attempts().items()]
        if failed:
            raise dg.Failure(f"{len(failed)} of {len(self._task.entities)} entities FAILED. " + " | ".join(failed[:10]),
                             allow_retries=False)

    def _successor(self, mine: LiveRun) -> str:
        """Who took over."""
        entities = frozenset(self._connector.excluding([entity.name for entity in self._task.entities]))
        if run := self._patience(successor_of)(self._instance, self._connector.identity, mine, entities):
            return f"It was run {run}."
        return (f"No run of this Dagster instance did: a connector named {self._connector.name} runs elsewhere with the same Kafka "
                "cluster. Stop one of them, or give one another name.")


def _used_up(limited: Mapping[str, Any]) -> str:
    """What the API's rate limit holds back, for the log."""
    until = f" until {time.strftime('%H:%M:%S', time.gmtime(limited['until']))} UTC" if limited["until"] else ""
    return (f"The API's rate limit is used up ({limited['said']}), so nothing is requested{until} for {some(limited['entities'])}."
            f"{cut_short(limited)} If it happens again, `http-source status` shows it; with http.rate.limit.headers=false such headers are "
            "ignored.")


def in_words(run: Callable[[], None], /, **about: str) -> None:
    """Run; what nobody expected is raised as dagster.Failure, without anybody else's exception and frames: Dagster stores both.

    Its words are not shown, since it may come from a resource of somebody else's, whose secrets nobody here knows. Meanwhile lines in the
    process's log are `about` this.
    """
    with working_on(**about):
        apart(run, Exception, lambda error: _as_failure(Defect(trace(error, None)), str), dg.Failure)


def _as_failure(failure: HttpSourceError | MemoryError, successor: Callable[[], str]) -> dg.Failure:
    """What ended a task, in words for a person."""
    if isinstance(failure, MemoryError):
        return dg.Failure(f"{OUT_OF_MEMORY} Nothing is lost: the next run resumes from the last checkpoint.", allow_retries=False)
    if isinstance(failure, Defect):
        return dg.Failure("A defect of http-source ended the run. Nothing is lost: the next run resumes from the last checkpoint. Please "
                          f"report this: {failure}", allow_retries=False)
    return dg.Failure(f"{failure} {successor()}" if isinstance(failure, Fenced) else str(failure), allow_retries=False)
