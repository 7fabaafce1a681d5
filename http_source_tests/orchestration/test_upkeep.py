"""The daily upkeep: old runs go, the positions stay."""

from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from http_source.loading import load_config
from http_source.model import Position
from http_source.orchestration.connector import Connector
from http_source.orchestration.upkeep import build_upkeep
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import Stand, configuration, message_of


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
def tidy(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dg.ExecuteInProcessResult]:
    """Does the upkeep, keeping runs for so many days."""
    job = build_upkeep([Connector(load_config(stand.config).config)]).resolve_job_def("http_source_upkeep")

    def tidy(days: str) -> dg.ExecuteInProcessResult:
        monkeypatch.setenv("HTTP_SOURCE_KEEP_RUNS_DAYS", days)
        return job.execute_in_process(instance=stand.instance, raise_on_error=False)

    return tidy


def polling_runs(stand: Stand) -> list[str]:
    return [run.run_id for run in stand.instance.get_runs(dg.RunsFilter(tags={"http_source/connector": "orders"}))]


def test_old_runs_go_but_for_those_that_hold_the_newest_positions(stand: Stand, tidy: Callable[[str], object]) -> None:
    (request,) = stand.tick()
    runs = [stand.run(request).run_id for _ in range(3)]
    stand.move("b", Position(5, epoch=1, sequence=1))
    newest = stand.stored("a")[0]
    tidy("0")
    assert polling_runs(stand) == [runs[-1]]
    assert stand.stored("a") == [newest]


def test_the_upkeep_s_own_runs_go_too(stand: Stand, tidy: Callable[[str], dg.ExecuteInProcessResult]) -> None:
    first, second = tidy("0"), tidy("0")
    assert [run.run_id for run in stand.instance.get_runs()] == [second.run_id] != [first.run_id]


def test_a_removed_run_leaves_no_file(stand: Stand, tidy: Callable[[str], object], tmp_path: Path) -> None:
    (request,) = stand.tick()
    first, _ = (stand.run(request).run_id for _ in range(2))
    assert list(tmp_path.rglob(f"*{first}*"))
    tidy("0")
    assert list(tmp_path.rglob(f"*{first}*")) == []


def test_runs_that_are_not_old_or_not_ended_stay(stand: Stand, tidy: Callable[[str], object]) -> None:
    (request,) = stand.tick()
    for _ in range(2):
        stand.run(request)
    tidy("7")
    assert len(polling_runs(stand)) == 2
    started = stand.instance.add_run(dg.DagsterRun(job_name="orders_poll", status=dg.DagsterRunStatus.STARTED, tags=dict(request.tags)))
    tidy("0")
    assert started.run_id in polling_runs(stand)


def test_a_lost_cursor_is_restored_after_the_upkeep(stand: Stand, tidy: Callable[[str], object]) -> None:
    (request,) = stand.tick()
    for _ in range(2):
        stand.run(request)
    tidy("0")
    stand.cursor = None
    stand.tick()
    assert stand.remembered()["offsets"] == {"a": 20, "b": 20}


def test_a_number_of_days_that_is_none_is_refused(tidy: Callable[[str], dg.ExecuteInProcessResult]) -> None:
    assert message_of(tidy("a week")).startswith("HTTP_SOURCE_KEEP_RUNS_DAYS is 'a week', but it is a number of days")
