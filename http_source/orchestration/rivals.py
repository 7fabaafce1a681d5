"""Which runs poll which entities: there is never more than one for an entity."""

import time
from collections.abc import Collection, Iterable

import dagster as dg

from http_source.orchestration.connector import ACTIVE, CONNECTOR_TAG, PLAN_TAG, PROCESS_TAG, RUNTIME_TAG, TASK_TAG, Connector
from http_source.orchestration.process import is_gone, is_marked

_MOST_RUNS = 1_000
_PARTITION_TAG = "dagster/partition"
_LONGEST_START_S = 900.0
_LONGEST_BEGINNING_S = 300.0
_AT_WORK = (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)
_STARTING = (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING)


def active_runs(instance: dg.DagsterInstance, connector: Connector) -> list[dg.RunRecord]:
    """The runs that may write for a connector: its own and those that materialize its asset by hand."""
    records = instance.get_run_records(dg.RunsFilter(statuses=list(ACTIVE)), limit=_MOST_RUNS)
    return [record for record in records if _concerns(record.dagster_run, connector)]


def dead_runs(records: Iterable[dg.RunRecord], now: float) -> dict[str, str]:
    """The ids of runs that Dagster believes to be alive, but that are not or should not be, and why; `now` is in seconds since the epoch.

    Dagster's own run monitoring, which is off by default, would find some of them. One that lives after all ends when it is marked failed.
    """
    return {record.dagster_run.run_id: reason for record in records if (reason := _death_of(record, now))}


def entities_of(run: dg.DagsterRun, connector: Connector) -> tuple[str, ...]:
    """The entities that a run polls; all of them for a run of another plan or without a partition."""
    if partition := run.tags.get(_PARTITION_TAG):
        return (partition,)
    if run.tags.get(PLAN_TAG) != connector.plan:
        return connector.entities
    task = next((task for task in connector.tasks if connector.task_tag(task) == run.tags.get(TASK_TAG)), None)
    return connector.entities if task is None else connector.entities_of(task)


def rival_of(instance: dg.DagsterInstance, run_id: str, connector: Connector, entities: Collection[str]) -> str | None:
    """The run that was at work on any of these entities before `run_id`; None when `run_id` may poll them."""
    records = {record.dagster_run.run_id: record for record in active_runs(instance, connector)}
    mine = _seniority(records.pop(run_id)) if run_id in records else (float("inf"), 0)
    gone = dead_runs(records.values(), time.time())
    for other, record in records.items():
        run = record.dagster_run
        shared = set(entities_of(run, connector)).intersection(entities)
        if run.status in _AT_WORK and other not in gone and shared and _seniority(record) < mine:
            return other
    return None


def successor_of(instance: dg.DagsterInstance, run_id: str, connector: Connector, entities: Collection[str]) -> str | None:
    """The newest run that was at work on any of these entities after `run_id`; None when this instance has none."""
    mine = instance.get_run_records(dg.RunsFilter(run_ids=[run_id]))[0]
    filters = dg.RunsFilter(tags={CONNECTOR_TAG: connector.identity}, created_after=mine.create_timestamp)
    for record in instance.get_run_records(filters, limit=_MOST_RUNS):
        run = record.dagster_run
        if run.run_id != run_id and record.start_time and set(entities_of(run, connector)).intersection(entities):
            return run.run_id
    return None


def _death_of(record: dg.RunRecord, now: float) -> str:
    run = record.dagster_run
    if run.status in _STARTING and now - record.update_timestamp.timestamp() > _LONGEST_START_S:
        return f"This run was not started within {_LONGEST_START_S:g} s."
    if run.status in _AT_WORK and is_gone(run.tags.get(PROCESS_TAG, ""), run.run_id):
        return "The process of this run is gone: it was killed, or ran out of memory or disk space."
    # Only our own job's: a run by hand may work on other assets before ours.
    is_silent = PLAN_TAG in run.tags and not is_marked(run.tags.get(PROCESS_TAG, ""), run.run_id)
    if run.status in _AT_WORK and is_silent and _age(record, now) > _LONGEST_BEGINNING_S:
        return f"This run did not begin to poll within {_LONGEST_BEGINNING_S:g} s of its start."
    if run.status in _AT_WORK and _age(record, now) > _longest_work(run):
        return f"This run took longer than its tag {RUNTIME_TAG} allows."
    return ""


def _age(record: dg.RunRecord, now: float) -> float:
    return now - record.start_time if record.start_time else 0.0


def _longest_work(run: dg.DagsterRun) -> float:
    """Seconds; with as much again as it has to end by itself."""
    text = run.tags.get(RUNTIME_TAG, "")
    return float(text) + _LONGEST_START_S if text.isdecimal() else float("inf")


def _concerns(run: dg.DagsterRun, connector: Connector) -> bool:
    return run.tags.get(CONNECTOR_TAG) == connector.identity or connector.key in (run.asset_selection or ())


def _seniority(record: dg.RunRecord) -> tuple[float, int]:
    return (record.start_time or float("inf"), record.storage_id)
