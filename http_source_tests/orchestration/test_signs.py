"""Who asks about signs of life again remembers what he saw: only the first look at a doubtful run waits."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import dagster as dg
import pytest

from http_source.orchestration.ledger.runs import LiveRun, live_runs
from http_source.orchestration.signs import Signs
from http_source_tests.orchestration.stand import LEASE, NAME, Stand, configuration


@pytest.fixture
def doubtful(instance: dg.DagsterInstance, tmp_path: Path) -> Callable[[], list[LiveRun]]:
    """Looks at a run that renewed its lease an hour ago, by the storage's clock."""
    stand = Stand(instance, configuration())
    stand.live(stand.wanted())

    def look() -> list[LiveRun]:
        with closing(sqlite3.connect(next(tmp_path.rglob("runs.db")))) as storage, storage:
            storage.execute("UPDATE runs SET update_timestamp = datetime('now', '-1 hour')")
        return live_runs(instance, NAME)

    return look


def steps(*seconds: float) -> Callable[[], float]:
    """A clock that shows these, one look after the other, and then waits for nobody."""
    times: Iterator[float] = iter(seconds)
    return lambda: next(times)


def renew(instance: dg.DagsterInstance, run: LiveRun, beat: int) -> None:
    instance.add_run_tags(run.id, {LEASE: f"{run.id} polling {beat} "})


def test_a_run_is_silent_once_its_sign_was_awaited_and_stays_so_without_waiting(
    instance: dg.DagsterInstance, doubtful: Callable[[], list[LiveRun]]
) -> None:
    signs = Signs(steps(0, 1, 9, 60))
    (reason,) = signs.silent(instance, doubtful()).values()
    assert "gave no sign of life since" in reason
    assert len(signs.silent(instance, doubtful())) == 1


def test_a_run_that_renewed_since_somebody_looked_just_now_lives_without_waiting(
    instance: dg.DagsterInstance, doubtful: Callable[[], list[LiveRun]]
) -> None:
    signs = Signs(steps(0, 9, 10, 14, 30, 33))
    (run,) = doubtful()
    assert signs.silent(instance, [run])
    renew(instance, run, 4)
    assert not signs.silent(instance, doubtful())
    renew(instance, run, 5)
    assert not signs.silent(instance, doubtful())


def test_a_sign_that_changed_at_some_time_since_a_look_long_ago_is_awaited_again(
    instance: dg.DagsterInstance, doubtful: Callable[[], list[LiveRun]]
) -> None:
    signs = Signs(steps(0, 9, 100, 101, 109))
    (run,) = doubtful()
    assert signs.silent(instance, [run])
    renew(instance, run, 4)
    assert signs.silent(instance, doubtful())


def test_many_who_ask_at_once_wait_together(instance: dg.DagsterInstance, doubtful: Callable[[], list[LiveRun]]) -> None:
    """Each look takes a second of this clock: together they take as many as one."""
    looks = count()
    signs = Signs(lambda: float(next(looks)))
    runs = doubtful()
    found: list[object] = []
    asking = [threading.Thread(target=lambda: found.append(signs.silent(instance, runs))) for _ in range(5)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert [len(each) for each in found if isinstance(each, dict)] == [1] * 5
    assert next(looks) <= 5 + 8 + 5


def test_a_run_that_ended_meanwhile_is_not_silent(instance: dg.DagsterInstance, doubtful: Callable[[], list[LiveRun]]) -> None:
    (run,) = doubtful()
    instance.report_run_canceled(run.run)
    assert Signs(steps(0, 1)).silent(instance, [run]) == {}
