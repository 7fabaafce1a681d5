"""Runs that ended badly, or never do: none of them holds its task for ever."""

import os
import socket
import time
from typing import Any
from uuid import uuid4

import dagster as dg
import pytest

from http_source.orchestration.rivals import dead_runs
from http_source_tests.orchestration.stand import NAME, Stand

BUSY = dg.DagsterRunStatus.STARTED


def tags_of(stand: Stand) -> dict[str, str]:
    """The tags of the run that polls the only task."""
    (request,) = Stand(stand.instance, stand.config).tick()
    return dict(request.tags)


def add_run(stand: Stand, tags: dict[str, str], status: dg.DagsterRunStatus = BUSY, **more: Any) -> dg.DagsterRun:
    return stand.instance.add_run(dg.DagsterRun(job_name=f"{NAME}_poll", status=status, tags=tags, **more))


def ended(stand: Stand, run: dg.DagsterRun) -> bool:
    found = stand.instance.get_run_by_id(run.run_id)
    return found is not None and found.is_finished


def test_b125_a_run_whose_process_is_gone_is_marked_failed(idle: Stand) -> None:
    run_id = str(uuid4())
    run = add_run(idle, tags_of(idle) | {"http_source/process": f"{socket.gethostname()}:{os.getpid()}:0:{run_id}"}, run_id=run_id)
    idle.tick()
    assert ended(idle, run)


def test_a_run_on_another_machine_is_believed_to_live(idle: Stand) -> None:
    add_run(idle, tags_of(idle) | {"http_source/process": "elsewhere:1:1:run"})
    assert idle.tick() == []


def test_b136_a_run_that_takes_the_place_of_one_whose_process_is_gone_is_not_taken_for_it(idle: Stand) -> None:
    """Executed again from the UI it has the tags of the old one, until it begins."""
    run = add_run(idle, tags_of(idle) | {"http_source/process": f"{socket.gethostname()}:{os.getpid()}:0:{uuid4()}"})
    assert idle.tick() == []
    assert not ended(idle, run)


def test_b142_runs_that_crash_come_back_with_growing_pauses_and_a_success_ends_them(idle: Stand) -> None:
    tags, pauses = tags_of(idle), []
    for _ in range(5):
        idle.instance.report_run_failed(add_run(idle, tags))
        assert idle.tick() == []
        pauses.append(round(idle.remembered()["tasks"]["0"]["next"] - time.time()))
    assert pauses == [5, 10, 20, 40, 60]
    add_run(idle, tags, dg.DagsterRunStatus.SUCCESS)
    idle.tick()
    assert idle.remembered()["tasks"]["0"]["failures"] == 0


@pytest.mark.parametrize(("status", "longest"), [
    (dg.DagsterRunStatus.NOT_STARTED, 900),
    (dg.DagsterRunStatus.STARTING, 900),
    (dg.DagsterRunStatus.STARTED, 2_100),
])
def test_a_run_that_never_starts_or_never_ends_does_not_hold_its_task_for_ever(
    idle: Stand, status: dg.DagsterRunStatus, longest: float
) -> None:
    run_id = str(uuid4())
    tags = tags_of(idle) | {"http_source/process": f"elsewhere:1:1:{run_id}"}
    holds_its_task_for(idle, add_run(idle, tags, dg.DagsterRunStatus.NOT_STARTED, run_id=run_id), status, longest)


def test_a_run_that_was_killed_before_it_left_its_mark_does_not_hold_its_task_for_long(idle: Stand) -> None:
    holds_its_task_for(idle, add_run(idle, tags_of(idle), dg.DagsterRunStatus.NOT_STARTED), BUSY, 300)


def holds_its_task_for(idle: Stand, run: dg.DagsterRun, status: dg.DagsterRunStatus, longest: float) -> None:
    if status is BUSY:
        idle.instance.report_dagster_event(dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, idle.job.name), run.run_id)
    record = record_of(idle, run, status)
    assert dead_runs([record], time.time() + longest - 60) == {}
    assert list(dead_runs([record], time.time() + longest + 60)) == [run.run_id]


def record_of(stand: Stand, run: dg.DagsterRun, status: dg.DagsterRunStatus) -> dg.RunRecord:
    """The run's record, as it would be with this status since then."""
    record = stand.instance.get_run_records(dg.RunsFilter(run_ids=[run.run_id]))[0]
    return dg.RunRecord(
        storage_id=record.storage_id, dagster_run=record.dagster_run.with_status(status), create_timestamp=record.create_timestamp,
        update_timestamp=record.update_timestamp, start_time=record.start_time, end_time=None,
    )
