"""Runs in processes of their own, and what they leave in the event log."""

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from http_source_tests.crash.worker import start_run
from http_source_tests.orchestration.api import Answer, Api
from http_source_tests.orchestration.stand import Stand

Worker = subprocess.Popen[str]


@contextmanager
def instance_in(folder: Path) -> Iterator[dg.DagsterInstance]:
    """An instance that keeps its storage in files, so that several processes can use it."""
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance


@contextmanager
def worker(stand: Stand, request: dg.RunRequest, folder: Path) -> Iterator[Worker]:
    """A process that executes what the sensor requested; gone at the end, whatever state it is in."""
    with start_run(stand, request, folder) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def page_after(event: threading.Event, api: Api, entity: str, start: int) -> Answer:
    """The page, as soon as the event has come."""
    event.wait()
    return api.page(entity, start)


def at_work(instance: dg.DagsterInstance) -> dg.DagsterRun:
    """The only run that Dagster believes to be at work."""
    (run,) = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    return run


def told(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """All that the run's page in the UI says: its log, and why it failed."""
    entries = instance.all_logs(run.run_id)
    events = [entry.dagster_event for entry in entries if entry.dagster_event is not None and entry.dagster_event.is_step_failure]
    data = [event.step_failure_data.user_failure_data for event in events]
    return "\n".join([*(entry.message for entry in entries), *(each.description or "" for each in data if each)])
