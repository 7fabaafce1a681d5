"""The runs that may poll the entities of a connector: filtered by the connector first, and read to the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import dagster as dg

from http_source.orchestration.ledger.lease import Lease, LeasePhase
from http_source.orchestration.ledger.names import (
    CONFIGURED_TAG,
    CONNECTOR_TAG,
    END_TAG,
    KIND_TAG,
    LEASE_TAG,
    PARTITION_TAG,
    POLLS,
    REPOSITORY_TAG,
    REQUESTED_TAG,
    TASK_TAG,
    TOTALS_TAG,
    by_tag,
    value_of,
)

ACTIVE = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
"""Runs in these states may still write."""

FINISHED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
_LAST = 5
_AT_WORK = (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)


@dataclass(frozen=True)
class LiveRun:
    """A run that Dagster believes to be in progress, by what it has stored of itself."""

    record: dg.RunRecord

    @property
    def run(self) -> dg.DagsterRun:
        """As Dagster has it."""
        return self.record.dagster_run

    @property
    def id(self) -> str:
        """Its id."""
        return self.run.run_id

    @property
    def number(self) -> int:
        """Grows with every run that is created: of two that want the same entities, the one with the higher number gets them."""
        return self.record.storage_id

    @property
    def created(self) -> float:
        """When it was requested, in seconds since the epoch."""
        return self.record.create_timestamp.timestamp()

    @property
    def status(self) -> dg.DagsterRunStatus:
        """Dagster's status."""
        return self.run.status

    @cached_property
    def lease(self) -> Lease | None:
        """What it says of itself; None before it began."""
        return Lease.parse(self.run.tags.get(LEASE_TAG, ""), self.id)

    @property
    def phase(self) -> LeasePhase:
        """How far it is."""
        return self.lease.phase if self.lease else LeasePhase.STARTING

    @property
    def is_at_work(self) -> bool:
        """Whether it may ask and write now."""
        return self.status in _AT_WORK and self.phase is not LeasePhase.RELEASED

    @property
    def connector(self) -> str:
        """The identity of the connector."""
        return value_of(self.run.tags, CONNECTOR_TAG)

    @property
    def repository(self) -> str:
        """Its code location, as Dagster labels it; empty for a run outside of any."""
        origin = self.run.remote_job_origin
        return "" if origin is None else str(origin.repository_origin.get_label())

    @property
    def task(self) -> str:
        """The tag of its task; empty for a materialization by hand."""
        return value_of(self.run.tags, TASK_TAG)

    @property
    def requested(self) -> str:
        """The mark of the configuration that it was requested by; empty for a materialization by hand."""
        return str(self.run.tags.get(REQUESTED_TAG, ""))

    @property
    def marks(self) -> set[str]:
        """The configurations that it was requested by, and that it read."""
        return {self.requested, _own(self.run, CONFIGURED_TAG)} - {""}

    @property
    def told_to_end(self) -> str:
        """Why somebody told it to end, as a sentence; empty when nobody did."""
        return _own(self.run, END_TAG)

    @property
    def totals(self) -> str:
        """What it has counted, as it is stored (`orchestration/totals.py`); empty for one that has said nothing."""
        return _own(self.run, TOTALS_TAG)

    @cached_property
    def entities(self) -> frozenset[str] | None:
        """The entities it polls, or is about to; None for all of the connector's."""
        if partition := self.run.tags.get(PARTITION_TAG):
            return frozenset({partition})
        named = _config_of(self.run).get("entities")
        return frozenset(named) if named else None

    def shares(self, entities: frozenset[str]) -> bool:
        """Whether it has one of these entities."""
        return bool(entities) if self.entities is None else not self.entities.isdisjoint(entities)


def live_runs(instance: dg.DagsterInstance, connector: str) -> list[LiveRun]:
    """The runs that may write for a connector, oldest first: its own, and materializations by hand once they have begun."""
    return live_runs_of(instance, [connector])


def live_runs_of(instance: dg.DagsterInstance, connectors: Sequence[str]) -> list[LiveRun]:
    """Those of several connectors, by one question."""
    found = {run.id: run for tags in by_tag(CONNECTOR_TAG, *connectors) for run in _found(instance, tags)}
    return sorted(found.values(), key=lambda run: run.number)


def live_runs_of_location(instance: dg.DagsterInstance, repository: str) -> list[LiveRun]:
    """Those of every connector of a code location; `repository` as Dagster labels it."""
    return _found(instance, {KIND_TAG: POLLS, REPOSITORY_TAG: repository})


def live_runs_of_instance(instance: dg.DagsterInstance) -> list[LiveRun]:
    """Those of every connector."""
    return _found(instance, {KIND_TAG: POLLS})


def live_run(instance: dg.DagsterInstance, run_id: str) -> LiveRun | None:
    """One run, ended or not; None when it was deleted."""
    return runs_by_id(instance, [run_id]).get(run_id)


def runs_by_id(instance: dg.DagsterInstance, run_ids: Sequence[str]) -> Mapping[str, LiveRun]:
    """Those of these runs that were not deleted, ended or not, by one question."""
    found = map(LiveRun, instance.get_run_records(dg.RunsFilter(run_ids=list(run_ids))))
    return {run.id: run for run in found}


def last_run_of_task(instance: dg.DagsterInstance, task: str) -> dg.RunRecord | None:
    """The newest run of a task, by its tag."""
    found = (record for tags in by_tag(TASK_TAG, task) for record in instance.get_run_records(dg.RunsFilter(tags=tags), limit=1))
    return next(found, None)


def runs_of_task(instance: dg.DagsterInstance, task: str) -> list[LiveRun]:
    """The last runs of a task, by its tag, ended or not, the newest first."""
    return [LiveRun(record) for record in instance.get_run_records(dg.RunsFilter(tags={TASK_TAG: task}), limit=_LAST)]


def successor_of(instance: dg.DagsterInstance, connector: str, mine: LiveRun, entities: frozenset[str]) -> str | None:
    """The newest run that was at work on any of these entities after `mine`; None when this instance has none."""
    after = mine.record.create_timestamp
    later = (dg.RunsFilter(tags=tags, created_after=after) for tags in by_tag(CONNECTOR_TAG, connector))
    for other in (LiveRun(record) for each in later for record in instance.get_run_records(each)):
        record = other.record
        if other.id != mine.id and record.start_time and other.shares(entities):
            return other.id
    return None


def tell_to_end(instance: dg.DagsterInstance, run: LiveRun, reason: str) -> None:
    """Let a run end, stored, as soon as it looks; what it was told first stays."""
    if not run.told_to_end:
        instance.add_run_tags(run.id, {END_TAG: f"{run.id} {reason}"})


def _found(instance: dg.DagsterInstance, tags: Mapping[str, str | list[str]]) -> list[LiveRun]:
    records: Sequence[dg.RunRecord] = instance.get_run_records(dg.RunsFilter(statuses=list(ACTIVE), tags={**tags}), ascending=True)
    return [LiveRun(record) for record in records]


def _own(run: dg.DagsterRun, tag: str) -> str:
    """What a tag says of this very run."""
    owner, _, said = run.tags.get(tag, "").partition(" ")
    return said if owner == run.run_id else ""


def _config_of(run: dg.DagsterRun) -> dict[str, Any]:
    """What the run was told to do."""
    found: Any = run.run_config
    for name in ("ops", "poll_entities", "config"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def failure_of(instance: dg.DagsterInstance, run_id: str) -> str:
    """What a run that ended without a report said; for one whose process was lost, what its end was noted with."""
    kinds = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    records = instance.get_records_for_run(run_id, of_type=kinds).records
    events = [record.event_log_entry.dagster_event for record in records if record.event_log_entry.dagster_event]
    failures = [event.step_failure_data.user_failure_data for event in events if event.is_step_failure]
    said = [failure.description for failure in failures if failure and failure.description]
    return next(iter(said), "") or next((event.message for event in events if event.message), "The run's page in the UI has its log.")
