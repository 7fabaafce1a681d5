"""Daily upkeep: removes old runs, which Dagster would keep for ever."""

import os
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from http_source.config.slug import REMOVE_OLD_RUNS, UPKEEP, UPKEEP_SCHEDULE
from http_source.orchestration.connector import CONNECTOR_TAG, Connector
from http_source.orchestration.history import recent_events

KEEP_DAYS = "HTTP_SOURCE_KEEP_RUNS_DAYS"
_DEFAULT_DAYS = "7"
_MOST_AT_ONCE = 1_000
_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def build_upkeep(connectors: Sequence[Connector]) -> dg.Definitions:
    """A job and its daily schedule."""

    @dg.op(name=REMOVE_OLD_RUNS, description=f"Removes finished runs older than {KEEP_DAYS} (default {_DEFAULT_DAYS}) days.")
    def remove_old_runs(context: dg.OpExecutionContext) -> None:
        before = _now(context) - timedelta(days=_days_kept())
        ours = [run_id for connector in connectors for run_id in _remove_polling(context.instance, connector, before)]
        jobs = [UPKEEP, *(connector.offsets_job_name for connector in connectors)]
        removed = [*ours, *(run_id for job in jobs for run_id in _remove(context.instance, before, job_name=job))]
        context.log.info(f"{len(removed)} runs that began before {before:%Y-%m-%d %H:%M} were removed.")

    @dg.job(name=UPKEEP, executor_def=dg.in_process_executor, description="Keeps Dagster's storage from growing for ever.")
    def upkeep() -> None:
        remove_old_runs()

    daily = "17 3 * * *"
    schedule = dg.ScheduleDefinition(UPKEEP_SCHEDULE, job=upkeep, cron_schedule=daily, default_status=dg.DefaultScheduleStatus.RUNNING)
    return dg.Definitions(jobs=[upkeep], schedules=[schedule])


def _now(context: dg.OpExecutionContext) -> datetime:
    """When this run was created, by the clock that the other runs were dated by."""
    records = context.instance.get_run_records(dg.RunsFilter(run_ids=[context.run_id]))
    return records[0].create_timestamp


def _days_kept() -> float:
    text = os.environ.get(KEEP_DAYS, _DEFAULT_DAYS)
    try:
        return float(text)
    except ValueError:
        raise dg.Failure(f"{KEEP_DAYS} is {text!r}, but it is a number of days, such as 7 or 0.5.", allow_retries=False) from None


def _remove_polling(instance: dg.DagsterInstance, connector: Connector, before: datetime) -> Iterator[str]:
    """Those that polled a connector, but for those that hold its positions."""
    return _remove(instance, before, needed=set(_holders(instance, connector)), tags={CONNECTOR_TAG: connector.identity})


def _remove(instance: dg.DagsterInstance, before: datetime, needed: Collection[str] = (), **of: Any) -> Iterator[str]:
    """Those that have ended; `of` are further fields of Dagster's filter."""
    filters = dg.RunsFilter(statuses=_FINISHED, created_before=before, **of)
    for record in instance.get_run_records(filters, limit=_MOST_AT_ONCE, ascending=True):
        run_id = record.dagster_run.run_id
        if run_id not in needed:
            instance.delete_run(run_id)
            instance.compute_log_manager.delete_logs(prefix=[run_id])
            _remove_database(instance, run_id)
            yield run_id


def _remove_database(instance: dg.DagsterInstance, run_id: str) -> None:
    """Remove the file that SQLite storage keeps for each run and `delete_run` leaves behind, empty.

    It is looked for where Dagster puts it by default and in the shipped dagster.yaml: beside the artifacts' folder.
    """
    for ending in (".db", ".db-wal", ".db-shm"):
        (Path(instance.storage_directory()).parent / "history" / "runs" / f"{run_id}{ending}").unlink(missing_ok=True)


def _holders(instance: dg.DagsterInstance, connector: Connector) -> Iterator[str]:
    """The runs that hold the newest position of an entity: removing a run removes its checkpoints, too."""
    for entity in connector.entities:
        if events := recent_events(instance, connector.key, entity):
            yield max(events, key=lambda event: event.position.order if event.position else (-1, -1)).run_id
