"""Two runs of one task, however that came about: one of them polls, and no older position takes the place of a newer one."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest

from http_source_tests.orchestration.api import Answer, Api
from http_source_tests.orchestration.stand import COUNTING, NAME, Stand, configuration, ids_in
from http_source_tests.orchestration.workers import Worker, at_work, instance_in, page_after, told, wait_for, worker

QUEUE = 50


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """An instance that several processes use."""
    with instance_in(tmp_path) as instance:
        yield instance


def stand_at(instance: dg.DagsterInstance, api: Api, brokers: str, topic: str, **properties: object) -> Stand:
    return Stand(instance, configuration(api.url, entity_names="a", topic_name_pattern=topic, **properties), brokers)


# A run that was frozen


def test_b127_a_frozen_run_that_was_replaced_ends_says_why_and_moves_nothing(
    shared: dg.DagsterInstance, api: Api, brokers: str, tmp_path: Path
) -> None:
    stand = stand_at(shared, api, brokers, "frozen", run_max_seconds="900")
    (request,) = stand.tick()
    with worker(stand, request, tmp_path) as old:
        api.answer = lambda entity, start: frozen_at(old, api, entity, start)
        wait_for(lambda: psutil.Process(old.pid).status() == psutil.STATUS_STOPPED)
        frozen = at_work(shared)
        # What Dagster's run monitoring does when `dagster/max_runtime` is over.
        shared.report_run_failed(frozen, "Exceeded maximum runtime")
        succeed(stand, api)
        before = truth(stand)

        os.kill(old.pid, signal.SIGCONT)
        assert old.wait() == 1
    assert "This run was marked as FAILURE while it was polling, so it ended: another run may be at work" in told(shared, frozen)
    assert truth(stand) == before == {"a": {"offset": 25, "sequence": 3, **COUNTING}}
    assert set(ids_in(brokers, "frozen")) == set(range(25))


def frozen_at(run: Worker, api: Api, entity: str, start: int) -> Answer:
    """Freeze the run while its second request is on its way."""
    if start == 10:
        run.send_signal(signal.SIGSTOP)
    return api.page(entity, start)


def succeed(stand: Stand, api: Api) -> None:
    """Let the sensor's next run poll until everything is there, in this process."""
    api.answer = api.page
    successor = Stand(stand.instance, stand.config | {"run.max.seconds": "0"}, stand.brokers)
    while truth(successor).get("a", {}).get("offset") != api.total:
        successor.hurry()
        assert [run.success for run in successor.poll()] == [True]


def truth(stand: Stand) -> dict[str, dict[str, object]]:
    """Where the entities stand, as a sensor that remembers nothing finds it."""
    fresh = Stand(stand.instance, stand.config)
    fresh.tick()
    return dict(fresh.remembered()["positions"])


# Two at once


def test_b128_of_two_runs_that_start_at_once_one_polls_and_the_other_says_why_it_does_not(
    shared: dg.DagsterInstance, api: Api, brokers: str, tmp_path: Path
) -> None:
    stand = stand_at(shared, api, brokers, "twins")
    (request,) = stand.tick()
    with worker(stand, request, tmp_path) as one, worker(stand, request, tmp_path) as other:
        api.answer = lambda entity, start: held_until_one_ends(one, other, api, entity, start)
        assert (one.wait(), other.wait()) == (0, 0)
    assert api.offsets("a") == [0]
    said = "is already polling a; nothing is polled twice. This run ends."
    assert [said in told(shared, run) for run in shared.get_runs()].count(True) == 1


def held_until_one_ends(one: Worker, other: Worker, api: Api, entity: str, start: int) -> Answer:
    wait_for(lambda: one.poll() is not None or other.poll() is not None or len(api.asked) > 1)
    return api.page(entity, start)


# A request that is made twice, since the daemon ended before it stored what the tick returned


def test_b129_a_tick_whose_cursor_was_lost_brings_a_second_run_that_repeats_nothing(make: Callable[..., Stand], api: Api) -> None:
    stand = make(entity_names="a")
    before = stand.cursor
    (first,) = stand.tick()
    stand.cursor = before
    (second,) = stand.tick()
    assert [stand.run(request).success for request in (first, second)] == [True, True]
    assert api.offsets("a") == [0, 10]


def test_b129_a_tick_whose_cursor_was_lost_requests_nothing_once_its_run_is_known(idle: Stand) -> None:
    (request,) = idle.tick()
    idle.instance.add_run(dg.DagsterRun(job_name=f"{NAME}_poll", status=dg.DagsterRunStatus.NOT_STARTED, tags=dict(request.tags)))
    idle.cursor = None
    assert idle.tick() == []
    assert idle.reason == "Task 0 is polling."


# A queue of old requests


def test_b137_nothing_is_added_to_a_queue_of_stale_runs(idle: Stand) -> None:
    (request,) = idle.tick()
    for _ in range(QUEUE):
        idle.instance.add_run(dg.DagsterRun(job_name=f"{NAME}_poll", status=dg.DagsterRunStatus.NOT_STARTED, tags=dict(request.tags)))
    assert idle.tick() == []


@pytest.mark.parametrize("seconds", ["0", "900"])
def test_b137_stale_runs_end_at_once_one_after_the_other(make: Callable[..., Stand], api: Api, seconds: str) -> None:
    """The pause after the last request reaches over the end of the run that sent it, so they find nothing due."""
    stand = make(entity_names="a", request_interval_ms="3600000", catchup_interval_ms="3600000", run_max_seconds=seconds)
    (request,) = stand.tick()
    assert all(stand.run(request).success for _ in range(QUEUE // 10))
    assert api.offsets("a") == [0]


def test_b137_stale_runs_end_at_once_beside_one_that_polls(make: Callable[..., Stand], api: Api) -> None:
    stand, go_on = make(entity_names="a"), threading.Event()
    api.answer = lambda entity, start: page_after(go_on, api, entity, start)
    (request,) = stand.tick()
    run = threading.Thread(target=stand.run, args=(request,))
    run.start()
    wait_for(lambda: api.asked)
    assert all(stand.run(request).success for _ in range(QUEUE // 10))
    assert len(api.asked) == 1
    go_on.set()
    run.join()
    assert api.offsets("a") == [0]
