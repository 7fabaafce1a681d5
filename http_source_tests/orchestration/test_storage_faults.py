"""What may happen to Dagster's storage, and to a tick that it keeps from ending: nothing is lost, and the next one goes on."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import dagster as dg
import psutil
import pytest
from sqlalchemy.exc import OperationalError

from http_source.model import Position
from http_source.orchestration.ledger.process import Process
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.orchestration.api import Answer, Api
from http_source_tests.orchestration.stand import COUNTING, NAME, Stand, configuration, ids_in
from http_source_tests.orchestration.workers import at_work, instance_in, page_after, told, worker
from http_source_tests.waiting import until

EVENTS, RUNS = "history/runs/index.db", "history/runs.db"
TOPIC = "orders-a"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """One that keeps its storage in files, and several processes use."""
    with instance_in(tmp_path) as instance:
        yield instance


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as cluster:
        yield cluster


@pytest.fixture
def stand(instance: dg.DagsterInstance, api: Api, cluster: Cluster) -> Stand:
    """A connector whose runs poll on, page after page, to the last one."""
    config = configuration(api.url, entity_names="a", run_max_seconds="900", run_linger_ms="0", request_interval_ms="3600000",
                           catchup_interval_ms="0", max_in_flight_requests="1")
    return Stand(instance, config, cluster.bootstrap)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """A database that another connection writes to."""
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


# A run


def test_b133_a_run_polls_on_while_the_storage_is_locked_and_stores_what_came(
    stand: Stand, api: Api, cluster: Cluster, tmp_path: Path
) -> None:
    holding = threading.Event()
    api.answer = lambda entity, start: page_after(holding, api, entity, start) if start else api.page(entity, start)
    with worker(stand, stand.tick()[0], tmp_path) as process:
        until(lambda: 10 in api.offsets("a"))
        with locked(tmp_path / EVENTS):
            holding.set()
            until(lambda: len(cluster.values(TOPIC)) == api.total)
            assert stand.stored("a") in ([], [{"offset": 10, "sequence": 1, **COUNTING}])
        assert process.wait() == 0
    assert stand.stored("a")[0]["offset"] == api.total
    assert ids_in(cluster.bootstrap, TOPIC) == list(range(api.total))


@pytest.mark.skipif(not hasattr(psutil, "RLIMIT_FSIZE"), reason="The system cannot limit the files of a process that runs (prlimit).")
def test_b139_a_run_that_finds_the_disk_full_at_a_checkpoint_is_taken_over_and_what_came_since_is_repeated(
    stand: Stand, api: Api, cluster: Cluster, tmp_path: Path
) -> None:
    """It waits for room, and cannot say that it lives."""
    with worker(stand, stand.wanted(), tmp_path) as process:
        api.answer = lambda entity, start: page_then_no_room(stand, api, psutil.Process(process.pid), entity, start)
        until(lambda: len(cluster.values(TOPIC)) == api.total)
        run = at_work(stand.instance)
        until(lambda: stand.tick() is not None and "gave no sign of life" in told(stand.instance, run))
        assert stand.stored("a") == [{"offset": 10, "sequence": 1, **COUNTING}]
        stand.hurry()
        assert [run.success for run in stand.poll()] == [True]
    assert ids_in(cluster.bootstrap, TOPIC) == [*range(25), *range(10, 25)]


def page_then_no_room(stand: Stand, api: Api, process: psutil.Process, entity: str, start: int) -> Answer:
    """One page that is stored, and then others when no file may grow any more."""
    if start == 10 and len(api.asked) == 2:
        until(lambda: stand.stored("a"))
        process.rlimit(psutil.RLIMIT_FSIZE, (0, psutil.RLIM_INFINITY))
    return api.page(entity, start)


# A tick


def test_b130_b133_a_tick_that_the_storage_fails_keeps_its_cursor_and_the_next_one_heals(stand: Stand, tmp_path: Path) -> None:
    """It fails where it writes: it marks a run as failed whose process is gone."""
    (request,) = stand.tick()
    own = Process.own()
    run = stand.live(request, process=str(Process(own.host, own.boot, own.namespace, own.number, "another start")))
    stand.move("a", Position(10, sequence=1))
    before = stand.cursor
    with locked(tmp_path / RUNS), pytest.raises(OperationalError, match="locked"):
        stand.tick()
    assert stand.cursor == before
    stand.hurry()
    assert len(stand.tick()) == 1
    assert stand.remembered()["offsets"] == {"a": 10}
    assert "The process of this run is gone" in told(stand.instance, run)


def test_b130_what_a_person_asked_for_outlives_a_tick_that_timed_out(make: Callable[..., Stand]) -> None:
    """All that it returned is thrown away: its requests, its cursor and its events."""
    stand = make()
    stand.move("a", Position(10, sequence=1))
    stand.tick()
    stand.edit(offsets={"a": 5})
    context = dg.build_sensor_context(instance=stand.instance, cursor=stand.cursor, definitions=stand.definitions)
    said = stand.definitions.resolve_sensor_def(f"{NAME}_sensor")(context)
    assert isinstance(said, dg.SensorResult)
    assert said.asset_events
    stand.tick()
    assert stand.stored("a") == [{"offset": 5, "epoch": 1, "sequence": 2, **COUNTING}, {"offset": 10, "sequence": 1}]
