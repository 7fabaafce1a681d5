"""Tells Dagster, and so a person, what a run has to say: notices as they come, and a summary at the end."""

import logging
import queue
import time
from functools import cached_property
from typing import Any

import dagster as dg

from http_source.edges.kafka.transactions import Fenced
from http_source.errors import OUT_OF_MEMORY, DeliveryFailed
from http_source.model import Notice, State
from http_source.orchestration.checkpoints import Checkpoints
from http_source.orchestration.connector import Connector
from http_source.orchestration.history import STATE, SUMMARY, last_summaries, restarted_since, without
from http_source.orchestration.patience import patient
from http_source.orchestration.rivals import successor_of
from http_source.orchestration.states import States
from http_source.task import Task

_MOST_AT_ONCE = 20
_log = logging.getLogger(__name__)

Context = dg.OpExecutionContext | dg.AssetExecutionContext


class Reports:
    """The reports of one run; a line costs a write to Dagster's storage, so a flood is cut and counted."""

    def __init__(self, context: Context, connector: Connector, task: Task, checkpoints: Checkpoints) -> None:
        self._log = patient(context.log.log)
        self._write = patient(context.log_event)
        self._connector = connector
        self._task = task
        self._checkpoints = checkpoints
        self._instance = context.instance
        self._run_id = context.run.run_id

    @cached_property
    def _states(self) -> States:
        tasks = {self._connector.task_of(entity.name) or 0 for entity in self._task.entities}
        summaries = patient(last_summaries)(self._instance, self._connector.key, tasks)
        return States(self._connector.key, self._task.entities, self._write, next(iter(summaries.values()), {}))

    def pass_on(self) -> None:
        """Log the notices that have come, and tell the changes of state: most as events of their partition, see `states.py` for others."""
        notices = self._drain()
        for notice in notices:
            if notice.state is State.RETRYING:
                self._states.hear(notice)
            elif notice.entity:
                # First, because a checkpoint that comes after a failure says that the entity goes on.
                self._checkpoints.store(notice.entity)
                self._observe(notice)
        for notice in notices[:_MOST_AT_ONCE]:
            self._log(notice.level, notice.message)
        for notice in notices[_MOST_AT_ONCE:]:
            _log.log(notice.level, notice.message)
        if len(notices) > _MOST_AT_ONCE:
            self._log(logging.WARNING, f"{len(notices) - _MOST_AT_ONCE} more notices are in the process's own log only.")
        self._states.tell()

    def conclude(self, task: int | None, reason: str = "") -> None:
        """Write the summary that the next run and the sensor go by; a task that was ended by a failure has none.

        `reason` says in a sentence why the run ends early, if it does.
        """
        records = self._checkpoints.records
        self._log(logging.INFO, f"{records} records were delivered and their positions stored. {reason}".rstrip())
        if task is None or self._task.failure is not None:
            return
        summary = self._summary(task)
        self._write(dg.AssetObservation(self._connector.key, metadata={
            SUMMARY: dg.MetadataValue.json(summary),
            "http_source/run_records": dg.MetadataValue.int(records),
            "http_source/run_requests": dg.MetadataValue.int(sum(entity.traffic.requests for entity in self._task.entities)),
            "http_source/failed_entities": dg.MetadataValue.int(len(summary["failures"])),
        }))

    def _summary(self, task: int) -> dict[str, Any]:
        now, waits = time.time(), self._task.waits()
        summary = {
            "task": task,
            "next_poll": now + min(waits.values(), default=0.0),
            "due": {entity: now + wait for entity, wait in waits.items() if wait > 1},
            "failures": {entity.name: entity.failures for entity in self._task.entities if entity.failures},
            "attempts": self._attempts(),
            "retrying": self._states.retrying(),
            "caught_up": self._states.caught_up(),
        }
        restarted = patient(restarted_since)(self._instance, self._connector.key, self._run_id)
        if restarted := restarted.intersection(self._connector.entities_of(task)):
            return {**without(summary, restarted), "next_poll": now}
        return summary

    def raise_failures(self, *, unanswered: bool) -> None:
        """Raise dagster.Failure when Kafka or an entity failed, so that the run is shown as failed with the reason.

        With `unanswered`, an entity that was still to be asked again when the time was over has failed, too.
        """
        failure = self._task.failure
        if isinstance(failure, Fenced):
            raise dg.Failure(f"{failure} {self._successor()}", allow_retries=False)
        if isinstance(failure, DeliveryFailed):
            raise dg.Failure(str(failure), allow_retries=False)
        if isinstance(failure, MemoryError):
            raise dg.Failure(f"{OUT_OF_MEMORY} Nothing is lost: the next run goes on from the last checkpoint.", allow_retries=False)
        if failure is not None:
            raise dg.Failure(f"A defect of http-source ended the run: {failure!r}. Nothing is lost: the next run goes on from the last "
                             "checkpoint. Please report the error below.", allow_retries=False) from failure
        failed = [f"{entity.name}: {entity.failure}" for entity in self._task.entities if entity.failure]
        if unanswered:
            failed += [f"{name}: {count} attempt{'s' * (count > 1)} failed, and then the time of the run was over. Its log has the reasons."
                       for name, count in self._attempts().items()]
        if failed:
            raise dg.Failure(f"{len(failed)} of {len(self._task.entities)} entities FAILED. " + " | ".join(failed[:10]),
                             allow_retries=False)

    def _attempts(self) -> dict[str, int]:
        return {entity.name: entity.failed_attempts for entity in self._task.entities if entity.failed_attempts}

    def _successor(self) -> str:
        """Who took over."""
        entities = self._connector.excluding([entity.name for entity in self._task.entities])
        if run := patient(successor_of)(self._instance, self._run_id, self._connector, entities):
            return f"It was run {run}."
        return (f"No run of this Dagster instance did: a connector named {self._connector.name} runs elsewhere with the same Kafka "
                "cluster. Stop one of them, or give one another name.")

    def _observe(self, notice: Notice) -> None:
        retry_at = None if notice.retry_in is None else time.time() + notice.retry_in
        state = {"state": notice.state.value, "reason": notice.message, "failures": notice.failures, "retry_at": retry_at}
        self._write(dg.AssetObservation(self._connector.key, partition=notice.entity, metadata={STATE: dg.MetadataValue.json(state)}))

    def _drain(self) -> list[Notice]:
        notices = []
        while True:
            try:
                notices.append(self._task.notices.get_nowait())
            except queue.Empty:
                return notices
