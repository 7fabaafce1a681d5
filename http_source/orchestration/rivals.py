"""Which runs poll which entities: there is never more than one for an entity."""

from collections.abc import Collection, Iterable, Iterator

import dagster as dg

from http_source.orchestration.connector import ACTIVE, CONNECTOR_TAG, PLAN_TAG, PROCESS_TAG, TASK_TAG, Connector
from http_source.orchestration.process import is_gone

_MOST_RUNS = 1_000
_PARTITION_TAG = "dagster/partition"
_AT_WORK = (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)


def active_runs(instance: dg.DagsterInstance, connector: Connector) -> list[dg.RunRecord]:
    """The runs that may write for a connector: its own and those that materialize its asset by hand."""
    records = instance.get_run_records(dg.RunsFilter(statuses=list(ACTIVE)), limit=_MOST_RUNS)
    return [record for record in records if _concerns(record.dagster_run, connector)]


def dead_runs(records: Iterable[dg.RunRecord]) -> Iterator[dg.DagsterRun]:
    """Runs that Dagster believes to be at work, but whose process on this machine is gone."""
    return (record.dagster_run for record in records
            if record.dagster_run.status in _AT_WORK and is_gone(record.dagster_run.tags.get(PROCESS_TAG, "")))


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
    gone = {run.run_id for run in dead_runs(records.values())}
    for other, record in records.items():
        run = record.dagster_run
        shared = set(entities_of(run, connector)).intersection(entities)
        if run.status in _AT_WORK and other not in gone and shared and _seniority(record) < mine:
            return other
    return None


def _concerns(run: dg.DagsterRun, connector: Connector) -> bool:
    return run.tags.get(CONNECTOR_TAG) == connector.name or connector.key in (run.asset_selection or ())


def _seniority(record: dg.RunRecord) -> tuple[float, int]:
    return (record.start_time or float("inf"), record.storage_id)
