"""Removes old runs, which Dagster would keep for ever: a few at each tick of a connector's sensor, read to the end."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from http_source.orchestration.cursor import Cursor
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.names import CONNECTOR_TAG, by_tag
from http_source.orchestration.ledger.positions import logged
from http_source.orchestration.ledger.runs import FINISHED

KEEP_DAYS = "HTTP_SOURCE_KEEP_RUNS_DAYS"
_DEFAULT_DAYS = "7"
_SECONDS_PER_TICK = 0.5
_PAUSE_S = 600.0


def kept_days() -> float:
    """How many days a run is kept once it has ended. Raises ValueError, in a sentence, for a setting that is not a number."""
    try:
        return float(os.environ.get(KEEP_DAYS, _DEFAULT_DAYS))
    except ValueError:
        raise ValueError(f"{KEEP_DAYS} is {os.environ[KEEP_DAYS]!r}, but it is a number of days, such as 7 or 0.5.") from None


def remove_old_runs(instance: dg.DagsterInstance, connector: Connector, cursor: Cursor, now: float) -> str:
    """Remove finished runs of a connector that began long ago, but for those that hold its positions; a mistake in the setting, if any.

    It takes half a second at most, and goes on at the next tick where more are left. `now` is in seconds since the epoch.
    """
    if 0 <= now - cursor.swept < _PAUSE_S:
        return ""
    try:
        days = kept_days()
    except ValueError as mistake:
        return f"{mistake} No old run is removed."
    before = datetime.fromtimestamp(now, UTC) - timedelta(days=days)
    removable = _removable(instance, connector, cursor, before)
    deadline = time.monotonic() + _SECONDS_PER_TICK  # looking takes its own time, however long that is
    for run_id in removable:
        if time.monotonic() >= deadline:
            return ""
        _remove(instance, run_id)
    cursor.swept = now
    return ""


def _removable(instance: dg.DagsterInstance, connector: Connector, cursor: Cursor, before: datetime) -> Iterator[str]:
    filters = (
        *(dg.RunsFilter(statuses=list(FINISHED), created_before=before, tags=tags) for tags in by_tag(CONNECTOR_TAG, connector.identity)),
        dg.RunsFilter(statuses=list(FINISHED), created_before=before, job_name=connector.offsets_job_name),
    )
    old = [run_id for each in filters for run_id in instance.get_run_ids(each)]
    needed = _holders(instance, connector, cursor) if old else set()
    return (run_id for run_id in old if run_id not in needed)


def _holders(instance: dg.DagsterInstance, connector: Connector, cursor: Cursor) -> set[str]:
    """The runs that hold what is the newest of an entity or a task: removing a run removes its events, too.

    Without the last state, or report, the next one would begin again with a rank that everybody takes for old.
    """
    log = EventLog(instance, connector.key)
    entities = {*connector.entities, *log.partitions()}
    stored = logged(log, entities, cursor.orders)
    said = (event.run_id for event in [*log.last_states().values(), *log.last_reports()])
    return {*(each.run_id for each in stored.values()), *said}


def _remove(instance: dg.DagsterInstance, run_id: str) -> None:
    instance.delete_run(run_id)
    instance.compute_log_manager.delete_logs(prefix=[run_id])
    # The file that SQLite storage keeps for each run and `delete_run` leaves behind, empty: where Dagster puts it by default and in the
    # shipped dagster.yaml, beside the artifacts' folder.
    for ending in (".db", ".db-wal", ".db-shm"):
        (Path(instance.storage_directory()).parent / "history" / "runs" / f"{run_id}{ending}").unlink(missing_ok=True)
