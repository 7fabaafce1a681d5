"""What looking costs: a run asks for itself only, and a tick reads what is new, however much the event log holds."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from http_source.assembly.loading import load_config
from http_source.model import Position
from http_source.orchestration.cursor import Cursor
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.heartbeat import Heartbeat
from http_source.orchestration.ledger.log import EventLog
from http_source.orchestration.ledger.positions import logged
from http_source.orchestration.patience import StoragePatience
from http_source.orchestration.sizing.estimate import Estimate
from http_source_tests.orchestration.stand import Stand, configuration
from http_source_tests.queries import counted_queries

EVENTS = 20_000
COPIES = """with recursive number(n) as (select 1 union all select n + 1 from number where n < ?)
    insert into event_logs ({columns}) select {columns} from number cross join (select * from event_logs order by id desc limit 1)"""


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """On disk, where it can be filled."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


def fill(folder: Path) -> None:
    """Copies of the newest event, as if it were old."""
    with closing(sqlite3.connect(folder / "history" / "runs" / "index.db", timeout=60)) as connection:
        columns = ", ".join(name for _, name, *_ in connection.execute("pragma table_info(event_logs)") if name != "id")
        connection.execute(COPIES.format(columns=columns), (EVENTS,))
        connection.commit()


def settle(stand: Stand) -> None:
    """Let the next tick come a minute after the last events."""
    for _ in range(2):
        stand.tick()
        stand.edit(bookmark=stand.remembered()["bookmark"] | {"at": time.time() - 61})
    stand.tick()


def statements_of_a_tick(stand: Stand) -> list[str]:
    with counted_queries(Path(stand.instance.root_directory)) as statements:
        stand.tick()
    return statements


def test_b173_a_tick_reads_what_is_new_however_much_the_log_holds(idle: Stand, tmp_path: Path) -> None:
    idle.move("a", Position(30, sequence=3))
    settle(idle)
    few = statements_of_a_tick(idle)
    fill(tmp_path)
    settle(idle)
    assert len(statements_of_a_tick(idle)) == len(few)
    log, bookmark = EventLog(idle.instance, idle.key), Cursor.parse(idle.cursor or "").bookmark
    assert log.since(bookmark) == []
    idle.move("a", Position(40, sequence=4))
    assert len(log.since(bookmark)) == 1


def test_a_connector_that_begins_asks_no_more_for_many_entities_than_for_one(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    names = [f"e{number}" for number in range(200)]
    other, one, many = (Stand(instance, configuration(name=name, entity_names=",".join(each)))
                        for name, each in (("other", ["e0"]), ("one", ["e0"]), ("many", names)))
    other.tick()  # the storage's own beginning
    assert len(statements_of_a_tick(many)) == len(statements_of_a_tick(one))
    with counted_queries(tmp_path) as of_one:
        assert logged(EventLog(instance, one.key), ["e0"]) == {}
    with counted_queries(tmp_path) as of_many:
        assert logged(EventLog(instance, many.key), names) == {}
    assert len(of_many) == len(of_one)


def statements_in_a_code_server(stand: Stand, instance: dg.DagsterInstance) -> list[str]:
    """Those of a tick to which Dagster's daemon hands no instance, but the settings of one."""
    context = dg.build_sensor_context(instance_ref=instance.get_ref(), cursor=stand.cursor, definitions=stand.definitions)
    with counted_queries(Path(instance.root_directory)) as statements:
        stand.definitions.resolve_sensor_def(f"{stand.name}_sensor")(context)
    return statements


def test_b173_a_tick_in_a_code_server_opens_the_storage_once_for_all(idle: Stand) -> None:
    settle(idle)
    own = statements_of_a_tick(idle)
    first, second = (statements_in_a_code_server(idle, idle.instance) for _ in range(2))
    assert len(first) > len(own)
    assert second == own


def test_b173_a_tick_of_another_instance_reads_that_one(idle: Stand, tmp_path_factory: pytest.TempPathFactory) -> None:
    settle(idle)
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("other"))) as other:
        for instance in (idle.instance, other, idle.instance):
            assert statements_in_a_code_server(idle, instance)


def test_b173_a_run_reads_its_own_record_only(idle: Stand, tmp_path: Path) -> None:
    run = idle.live(idle.wanted(), phase="")
    idle.move("a", Position(30, sequence=3))
    fill(tmp_path)
    sensor, troubles = f"{idle.name}_sensor", StoragePatience()
    heartbeat = Heartbeat(idle.instance, run.run_id, connector=idle.name, mark="mark", sensor=sensor, troubles=troubles)
    heartbeat.begin()
    with counted_queries(tmp_path) as statements:
        threading.Event().wait(6)
    heartbeat.end()
    assert 0 < len(statements) < 60
    assert not [statement for statement in statements if "event_logs" in statement]


@pytest.mark.parametrize("entities", [1, 200])
def test_a_cursor_is_as_large_as_the_command_sizing_says(entities: int, instance: dg.DagsterInstance) -> None:
    stand = Stand(instance, configuration(entity_names=",".join(f"e{number}" for number in range(entities))))
    stand.live(stand.wanted(), process="host:0123456789ab:4026531836:12345:1234567")
    for entity in range(entities):
        stand.move(f"e{entity}", Position(1_000_000, sequence=100_000, mode="SIMPLE_INCREMENTING"))
    for _ in range(2):
        stand.tick()
    computed = Estimate.of(Connector(load_config(stand.config).config)).cursor_bytes
    assert len(json.dumps(stand.cursor)) == pytest.approx(computed, rel=0.2)
