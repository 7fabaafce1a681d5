"""Two runs of one task, however that came about: one of them polls, and no older position takes the place of a newer one."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest

from http_source.assembly.loading import load_config
from http_source.orchestration.claim import Claim
from http_source.orchestration.cursor import Cursor
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.runs import LiveRun, live_run
from http_source_tests.orchestration.api import Answer, Api
from http_source_tests.orchestration.stand import LEASE, Stand, configuration, ids_in
from http_source_tests.orchestration.workers import Worker, at_work, instance_in, told, worker
from http_source_tests.waiting import until

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
        until(lambda: psutil.Process(old.pid).status() == psutil.STATUS_STOPPED)
        frozen = at_work(shared)
        # What Dagster's run monitoring does when `dagster/max_runtime` is over.
        shared.report_run_failed(frozen, "Exceeded maximum runtime")
        succeed(stand, api)
        before = truth(stand)

        os.kill(old.pid, signal.SIGCONT)
        assert old.wait() == 1
    assert "This run was marked as FAILURE while it was polling, so it ended: another run may be at work" in told(shared, frozen)
    assert truth(stand) == before == {"a": (25, (0, 3))}
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
    while truth(successor).get("a", (0,))[0] != api.total:
        successor.hurry()
        assert [run.success for run in successor.poll()] == [True]


def truth(stand: Stand) -> dict[str, tuple[object, tuple[int, int]]]:
    """Where the entities stand, as a sensor that remembers nothing finds it: offset, and epoch and sequence."""
    fresh = Stand(stand.instance, stand.config)
    fresh.tick()
    return {entity: (position.offset, position.order) for entity, position in Cursor.parse(fresh.cursor or "{}").positions.items()}


# Two at once


def test_b128_of_two_runs_that_start_at_once_one_gives_up_or_hands_over_and_nothing_is_polled_twice(
    shared: dg.DagsterInstance, api: Api, brokers: str, tmp_path: Path
) -> None:
    stand = stand_at(shared, api, brokers, "twins")
    request = stand.wanted()
    with worker(stand, request, tmp_path) as one, worker(stand, request, tmp_path) as other:
        assert (one.wait(), other.wait()) == (0, 0)
    given_up = "is already polling a; nothing is polled twice. This run ends."
    ends = [given_up in told(shared, run) or "takes over. Nothing was polled." in told(shared, run) for run in shared.get_runs()]
    assert api.offsets("a") == ([0] if any(ends) else [0, 10])
    assert sorted(ids_in(brokers, "twins")) == list(range(10 * len(api.asked)))


def test_b128_of_two_runs_the_newer_one_polls(idle: Stand) -> None:
    request = idle.wanted()
    older, newer = (idle.live(request, phase=phase) for phase in ("polling", "starting"))
    assert not claim(idle, newer).settle()
    assert idle.told_to_end(older) == f"Run {newer.run_id} takes over."
    former = claim(idle, older)
    assert former.settle()
    assert former.given_up == f"Run {newer.run_id} is already polling a, b; nothing is polled twice. This run ends."
    assert idle.told_to_end(newer) == ""


def test_b128_who_takes_over_waits_until_the_other_has_stored_everything(idle: Stand) -> None:
    request = idle.wanted()
    older, newer = (idle.live(request, phase=phase) for phase in ("polling", "starting"))
    mine = claim(idle, newer)
    assert not mine.settle()
    idle.instance.add_run_tags(older.run_id, {LEASE: f"{older.run_id} released 9 "})
    assert mine.settle()
    assert mine.given_up == ""


def claim(stand: Stand, run: dg.DagsterRun) -> Claim:
    """What a run claims: the entities of its connector."""
    return Claim(stand.instance, Connector(load_config(stand.config).config), seen(stand, run), ["a", "b"])


def seen(stand: Stand, run: dg.DagsterRun) -> LiveRun:
    found = live_run(stand.instance, run.run_id)
    assert found is not None
    return found


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
    run = idle.live(idle.wanted(), phase="", status=dg.DagsterRunStatus.NOT_STARTED)
    idle.cursor = None
    assert idle.tick() == []
    assert idle.reason == f"Task 0: run {run.run_id} is starting."


# A queue of old requests


def test_b137_nothing_is_added_to_a_queue_of_stale_runs(idle: Stand) -> None:
    request = idle.wanted()
    for _ in range(QUEUE):
        idle.live(request, phase="", status=dg.DagsterRunStatus.NOT_STARTED)
    assert idle.tick() == []


@pytest.mark.parametrize("seconds", ["0", "900"])
def test_b137_stale_runs_end_at_once_one_after_the_other(make: Callable[..., Stand], api: Api, seconds: str) -> None:
    """The pause after the last request reaches over the end of the run that sent it, so they find nothing due."""
    stand = make(entity_names="a", request_interval_ms="3600000", catchup_interval_ms="3600000", run_max_seconds=seconds)
    (request,) = stand.tick()
    assert all(stand.run(request).success for _ in range(QUEUE // 10))
    assert api.offsets("a") == [0]


def test_b137_stale_runs_end_at_once_beside_one_that_polls(idle: Stand) -> None:
    """They were requested before it."""
    request = idle.wanted()
    stale = [idle.live(request, phase="starting") for _ in range(QUEUE // 10)]
    polls = idle.live(request)
    for run in stale:
        stale_claim = claim(idle, run)
        assert stale_claim.settle()
        assert stale_claim.given_up.startswith(f"Run {polls.run_id} is already polling a, b")
    assert idle.told_to_end(polls) == ""
