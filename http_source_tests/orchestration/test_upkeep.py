"""Old runs go, a few at each tick, and the positions stay."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from http_source.model import Position
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import NAME, Stand, configuration

Tidy = Callable[[str], None]
MANY, HOLDERS = 100, 50


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """One that keeps a file per run."""
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        yield instance


@pytest.fixture
def stand(instance: dg.DagsterInstance, api: Api, brokers: str) -> Stand:
    return Stand(instance, configuration(api.url), brokers)


@pytest.fixture
def tidy(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Tidy:
    """Ticks until nothing is left to be removed, keeping runs for so many days."""

    def tidy(days: str) -> None:
        monkeypatch.setenv("HTTP_SOURCE_KEEP_RUNS_DAYS", days)
        stand.edit(swept=0)
        ticks(stand)

    return tidy


def ticks(stand: Stand) -> int:
    """Tick until nothing is left to be removed; how often that was."""
    for number in range(1, 1_000):
        stand.tick()
        if stand.remembered().get("swept"):
            return number
    raise AssertionError(stand.cursor)


def polling_runs(stand: Stand) -> list[str]:
    return [run.run_id for run in stand.instance.get_runs(dg.RunsFilter(tags={".dagster/http_source_connector": NAME}))]


def test_old_runs_go_but_for_those_that_hold_the_newest_positions(stand: Stand, tidy: Tidy) -> None:
    request = stand.wanted()
    runs = [stand.run(request).run_id for _ in range(3)]
    stand.move("b", Position(5, epoch=1, sequence=1))
    newest = stand.stored("a")[0]
    tidy("0")
    assert polling_runs(stand) == [runs[-1]]
    assert stand.stored("a") == [newest]


def test_a_run_that_says_why_an_entity_is_failed_stays(stand: Stand, tidy: Tidy, api: Api) -> None:
    api.answer = lambda _entity, _start: (404, "text/plain", b"")
    failed = stand.run(stand.wanted()).run_id
    tidy("0")
    assert polling_runs(stand) == [failed]


def test_runs_that_moved_offsets_go_too(stand: Stand, tidy: Tidy) -> None:
    job = stand.definitions.resolve_job_def(f"{NAME}_offsets")
    for offset in (5, 6):
        config = {"ops": {"move_offsets": {"config": {"action": "set", "offsets": {"a": offset}}}}}
        assert job.execute_in_process(instance=stand.instance, run_config=config).success
    tidy("0")
    assert len(stand.instance.get_runs()) <= 1
    assert stand.stored("a")[0]["offset"] == 6


def test_a_removed_run_leaves_no_file(stand: Stand, tidy: Tidy, tmp_path: Path) -> None:
    request = stand.wanted()
    first, _ = (stand.run(request).run_id for _ in range(2))
    assert list(tmp_path.rglob(f"*{first}*"))
    tidy("0")
    assert list(tmp_path.rglob(f"*{first}*")) == []


def test_runs_that_are_not_old_or_not_ended_or_others_stay(stand: Stand, tidy: Tidy) -> None:
    request = stand.wanted()
    for _ in range(2):
        stand.run(request)
    theirs = stand.instance.add_run(dg.DagsterRun(job_name="theirs", status=dg.DagsterRunStatus.SUCCESS))
    tidy("7")
    assert len(polling_runs(stand)) == 2
    started = stand.live(request)
    tidy("0")
    assert started.run_id in polling_runs(stand)
    assert stand.instance.get_run_by_id(theirs.run_id)


def test_a_lost_cursor_is_restored_after_old_runs_went(stand: Stand, tidy: Tidy) -> None:
    request = stand.wanted()
    for _ in range(2):
        stand.run(request)
    tidy("0")
    stand.cursor = None
    stand.tick()
    assert stand.remembered()["offsets"] == {"a": 20, "b": 20}


def test_a_number_of_days_that_is_none_is_said_in_the_tick_and_nothing_goes(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    stand.run(stand.wanted())
    stand.live(stand.wanted())
    monkeypatch.setenv("HTTP_SOURCE_KEEP_RUNS_DAYS", "a week")
    stand.tick()
    assert stand.reason.startswith("HTTP_SOURCE_KEEP_RUNS_DAYS is 'a week', but it is a number of days")
    assert len(polling_runs(stand)) == 2


# Many


def test_b171_all_old_runs_go_also_if_the_oldest_hold_the_positions(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connector is defined in code, as everywhere in these tests."""
    stand = Stand(instance, configuration(entity_names=",".join(f"e{number}" for number in range(HOLDERS))))
    runs = [ended(stand, number) for number in range(MANY)]
    monkeypatch.setenv("HTTP_SOURCE_KEEP_RUNS_DAYS", "0")
    assert ticks(stand) > 1
    assert sorted(polling_runs(stand)) == sorted(runs[:HOLDERS])
    assert len(stand.remembered()["offsets"]) == HOLDERS


def ended(stand: Stand, number: int) -> str:
    """A run that has ended; the first ones have a position each."""
    run = stand.instance.add_run(dg.DagsterRun(
        job_name=f"{NAME}_poll", status=dg.DagsterRunStatus.SUCCESS, tags={".dagster/http_source_connector": NAME}
    ))
    if number < HOLDERS:
        stand.move(f"e{number}", Position(10, sequence=1))
        own(stand, f"e{number}", run.run_id)
    return run.run_id


def own(stand: Stand, entity: str, run_id: str) -> None:
    """Let a checkpoint be a run's own, without executing the run."""
    database = Path(stand.instance.storage_directory()).parent / "history" / "runs" / "index.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("update event_logs set run_id = ?, event = replace(event, '\"run_id\": \"\"', ?) where partition = ?",
                           (run_id, f'"run_id": "{run_id}"', entity))
        connection.commit()


def test_who_fails_after_its_old_runs_went_is_known_to_have_failed(stand: Stand, tidy: Tidy, api: Api) -> None:
    """The states that were said before are newer than none, so they stay as long as nothing newer is said."""
    api.answer = lambda _entity, _start: (404, "text/plain", b"")
    stand.poll()
    api.answer = api.page
    for _ in range(2):
        stand.hurry()
        stand.poll()
    tidy("0")
    assert "failed" not in stand.remembered()
    api.answer = lambda _entity, _start: (404, "text/plain", b"")
    stand.hurry()
    stand.poll()
    stand.tick()
    assert sorted(stand.remembered()["failed"]) == ["a", "b"]
