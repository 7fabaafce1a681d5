"""However a run ends: what was acknowledged is stored, what was counted goes on, and the end has a name."""

import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType

import dagster as dg
import pytest

from http_source.assembly.loading import load_config
from http_source.config.properties import KnownConfig
from http_source.orchestration.http_resources import HttpAuthResource, TlsResource
from http_source.orchestration.identity import RunnableConnector
from http_source.orchestration.patience import StoragePatience
from http_source.orchestration.resources import KafkaResource
from http_source.orchestration.run import Assignment, PollingRun
from http_source.orchestration.run_resources import Resources
from http_source_tests.orchestration.api import Answer, Api
from http_source_tests.orchestration.stand import Stand, message_of
from http_source_tests.orchestration.workers import told
from http_source_tests.waiting import until

Stored = list[dg.AssetMaterialization]


def polling(
    stand: Stand, store: Callable[[dg.AssetMaterialization], None], patience: float = 5, kafka: KafkaResource | None = None
) -> dg.JobDefinition:
    """A job with a run that hands its checkpoints to `store`, and waits for it that many seconds."""
    connector = RunnableConnector(load_config(stand.config).config)

    @dg.op
    def poll(context: dg.OpExecutionContext) -> None:
        assignment = Assignment(entities=["a", "b"], task=0, once=True)
        run = PollingRun(context, connector, assignment, store=store, patience=StoragePatience(patience))
        run.execute(Resources(kafka or KafkaResource(bootstrap_servers=stand.brokers), HttpAuthResource(), TlsResource()))

    @dg.job
    def job() -> None:
        poll()

    return job


class Leaky(KafkaResource):
    """Somebody's own resource, which fails with what it knows."""

    def settings(self, config: KnownConfig, client_id: str) -> dict[str, object]:
        """Where Kafka is."""
        password = f"{client_id}-canary"
        raise LookupError(f"no {config.name} in {{'sasl.password': '{password}'}}")


def test_b222_what_nobody_expected_ends_the_run_in_words_and_leaves_its_frames_behind(make: Callable[..., Stand]) -> None:
    stand = make()
    result = polling(stand, Stored().append, kafka=Leaky()).execute_in_process(instance=stand.instance, raise_on_error=False)
    (failed,) = (event for event in result.all_events if event.is_step_failure)
    error = failed.step_failure_data.error
    assert error is not None
    assert "A defect of http-source ended the run. Nothing is lost" in error.to_string()
    assert "LookupError" in error.to_string()
    assert "test_run_ends.py" in error.to_string()
    assert "canary" not in str(stand.instance.all_logs(result.run_id))


def offsets_in(stored: Stored) -> dict[str | None, object]:
    return {each.partition: each.metadata["http_source/offset"].value for each in stored}


# Interrupts


def test_b126_interrupts_in_the_middle_of_every_checkpoint_end_the_run_and_lose_none(make: Callable[..., Stand]) -> None:
    stored: Stored = []

    def interrupted(checkpoint: dg.AssetMaterialization) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        stored.append(checkpoint)

    stand = make()
    with pytest.raises(dg.DagsterExecutionInterruptedError):
        polling(stand, interrupted).execute_in_process(instance=stand.instance)
    assert offsets_in(stored) == {"a": 10, "b": 10}
    (run,) = stand.instance.get_runs()
    assert "20 records were delivered and their positions stored. The run was stopped." in told(stand.instance, run)


def test_b244_the_signal_by_which_a_celery_worker_ends_its_runs_is_an_interrupt_like_others(make: Callable[..., Stand]) -> None:
    stored: Stored = []

    def quitted(checkpoint: dg.AssetMaterialization) -> None:
        signal.raise_signal(signal.SIGQUIT)
        stored.append(checkpoint)

    stand = make()
    before = signal.signal(signal.SIGQUIT, _leave)
    try:
        with pytest.raises(dg.DagsterExecutionInterruptedError):
            polling(stand, quitted).execute_in_process(instance=stand.instance)
        assert signal.getsignal(signal.SIGQUIT) is _leave
    finally:
        signal.signal(signal.SIGQUIT, before)
    assert offsets_in(stored) == {"a": 10, "b": 10}


def _leave(number: int, _frame: FrameType | None) -> None:
    """What Celery's pool does in its processes."""
    sys.exit(number - 256)


# Storage


class Locked:
    """A storage that fails some times before it takes anything."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.stored: Stored = []

    def __call__(self, checkpoint: dg.AssetMaterialization) -> None:
        self.times -= 1
        if self.times >= 0:
            raise OSError("database is locked")
        self.stored.append(checkpoint)


def test_b133_a_storage_that_is_locked_for_a_moment_costs_nothing(make: Callable[..., Stand]) -> None:
    stand, storage = make(), Locked(2)
    assert polling(stand, storage).execute_in_process(instance=stand.instance).success
    assert offsets_in(storage.stored) == {"a": 10, "b": 10}


def test_b133_a_storage_that_stays_away_ends_the_run_in_one_sentence(make: Callable[..., Stand]) -> None:
    stand, storage = make(), Locked(1_000_000)
    run = polling(stand, storage, patience=0.5).execute_in_process(instance=stand.instance, raise_on_error=False)
    assert message_of(run).startswith("Dagster's storage failed for 1 s: OSError: database is locked. Nothing is lost")
    (event,) = run.get_step_failure_events()
    assert event.step_failure_data.error is not None
    assert event.step_failure_data.error.context is None


def test_what_the_storage_says_is_told_without_the_statement(caplog: pytest.LogCaptureFixture) -> None:
    def ask() -> None:
        raise RuntimeError("no room\n[SQL: INSERT INTO event_logs]")

    with pytest.raises(dg.Failure) as failure:
        StoragePatience(0.1)(ask)()
    assert "RuntimeError: no room. Nothing" in str(failure.value.description)
    assert "It is retried for up to 0.1 s" in caplog.text


def test_b139_what_sqlite_says_of_a_disk_without_room_is_told_as_that(tmp_path: Path) -> None:
    def ask() -> None:
        with closing(sqlite3.connect(tmp_path / "runs.db")) as storage:
            storage.execute("PRAGMA max_page_count = 1")
            storage.execute("CREATE TABLE runs (run_id TEXT)")

    with pytest.raises(dg.Failure, match=r"OperationalError: database or disk is full; its disk may be full\. Nothing is lost"):
        StoragePatience(0.1)(ask)()


def test_a_run_keeps_no_checkpoint_in_its_memory_once_it_is_stored(make: Callable[..., Stand]) -> None:
    """A busy run stores tens of thousands."""
    stand = make()
    (run,) = stand.poll()
    assert run.get_asset_materialization_events() == []
    assert [len(stand.stored(entity)) for entity in "ab"] == [1, 1]


# Somebody else ends it


def test_b127_a_run_that_dagster_counts_as_ended_ends(make: Callable[..., Stand]) -> None:
    """As after `Force termination` in the UI, which leaves the process at work."""
    stand = make(run_max_seconds="900")
    (request,) = stand.tick()
    run = stand.start(request)
    until(lambda: stand.stored("a"))
    (record,) = stand.instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    stand.instance.report_run_canceled(record.dagster_run)
    run.join()
    assert run.result
    assert message_of(run.result).startswith("This run was marked as CANCELED while it was polling")


# In the middle of retries


def unavailable(_entity: str, _start: int) -> Answer:
    return 503, "text/plain", b""


def test_attempts_that_failed_count_on_in_the_next_run(make: Callable[..., Stand], api: Api) -> None:
    """Or an entity whose pauses are as long as a run would never become FAILED."""
    stand = make(entity_names="a", max_retries="1", retry_backoff_ms="3000", run_max_seconds="1")
    api.answer = unavailable
    (run,) = stand.poll()
    assert run.success
    while len(api.asked) < 2:
        stand.hurry()
        (run,) = stand.poll()
    assert "1 of 1 entities FAILED. a: The server answered 503" in message_of(run)


def test_a_materialization_by_hand_that_got_no_page_in_its_time_has_failed(make: Callable[..., Stand], api: Api) -> None:
    stand = make(entity_names="a", max_retries="1", retry_backoff_ms="60000", run_max_seconds="1")
    api.answer = unavailable
    run = stand.materialize("a")
    assert "a: 1 attempt failed" in message_of(run)
    assert stand.stored("a") == []
