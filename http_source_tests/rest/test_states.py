"""Connect's states, of connectors over a real Dagster instance."""

import logging
import time
from dataclasses import replace

import dagster as dg
import pytest

from http_source.assembly.loading import load_config
from http_source.model import Position
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.events import report_of
from http_source.orchestration.ledger.process import Process
from http_source.orchestration.pausing import pause
from http_source_tests.orchestration.stand import NAME, Stand
from http_source_tests.rest.served import Served


def polled(served: Served, **properties: object) -> Stand:
    """A connector whose sensor ticks and whose run is at work."""
    stand = served.make(**properties)
    for request in served.tick(stand):
        stand.live(request)
    return stand


def test_what_a_run_polls_is_running(served: Served) -> None:
    polled(served, tasks_max="2")
    status = served.json(f"/connectors/{NAME}/status")
    assert list(status) == ["name", "connector", "tasks", "type"]
    assert (status["name"], status["type"], status["connector"]["state"]) == (NAME, "source", "RUNNING")
    assert [list(task) for task in status["tasks"]] == [["id", "state", "worker_id", "version"]] * 2
    assert {task["state"] for task in status["tasks"]} == {"RUNNING"}
    assert status["connector"]["worker_id"] == served.url.removeprefix("http://")
    assert served.json(f"/connectors/{NAME}/tasks/1/status") == status["tasks"][1]
    assert served.json("/connectors?expand=status") == {NAME: {"status": status}}


def test_the_states_of_several_connectors_are_each_ones_own(served: Served) -> None:
    polled(served)
    served.seen(served.make("idle"), ago=200)
    served.write("broken.json", {"name": "broken"})
    found = served.json("/connectors?expand=status&expand=info")
    assert {name: each["status"]["connector"]["state"] for name, each in found.items()} == {
        "broken": "FAILED", "idle": "UNASSIGNED", NAME: "RUNNING",
    }
    assert {name: len(each["info"]["tasks"]) for name, each in found.items()} == {"broken": 0, "idle": 1, NAME: 1}


def test_a_connector_that_dagster_has_not_seen_is_unassigned_and_the_log_says_why(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    served.make()
    with caplog.at_level(logging.INFO, "http_source.rest"):
        for _ in range(2):
            assert served.states() == ("UNASSIGNED", ["UNASSIGNED"])
    (said,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert said == ("Nothing polls orders (task 0), so it is UNASSIGNED: Dagster has not seen the sensor orders_sensor yet: start Dagster, "
                    "or reload the code location.")


def test_a_connector_whose_sensor_does_not_tick_is_unassigned(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    stand = served.make()
    for request in stand.tick():
        assert stand.run(request).success
    stand.tick()
    served.seen(stand)
    assert served.states() == ("RUNNING", ["RUNNING"])
    served.seen(stand, ago=100)
    assert served.states() == ("UNASSIGNED", ["UNASSIGNED"])
    assert "its last tick was 10" in caplog.text
    stand.cursor = None
    served.seen(stand, ago=None)
    served.states()
    assert served.states()[0] == "UNASSIGNED"


def test_a_run_whose_process_is_gone_is_unassigned(served: Served) -> None:
    stand = served.make()
    (request,) = stand.tick()
    stand.live(request, process=str(replace(Process.own(), started="0")))
    served.seen(stand)
    assert served.states() == ("UNASSIGNED", ["UNASSIGNED"])


def test_a_task_is_failed_as_soon_as_one_of_its_entities_is_and_says_which(served: Served) -> None:
    stand = served.make(entity_names="a,b,c", tasks_max="2")
    at = time.time() + 600
    stand.fail("a", reason="broken It starts again in 600 s.", retry_at=at)
    stand.fail("c", retry_at=None)
    for request in stand.tick():
        stand.live(request)
    served.seen(stand)
    status = served.json(f"/connectors/{NAME}/status")
    assert status["connector"]["state"] == "RUNNING"
    failed, other = status["tasks"]
    assert (failed["state"], other["state"]) == ("FAILED", "RUNNING")
    again = f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(at))} UTC."
    assert failed["trace"] == f"2 of 2 entities FAILED.\na: broken It starts again at {again}\nc: broken"
    assert "trace" not in other


def test_a_trace_names_twenty_entities_at_most(served: Served) -> None:
    stand = served.make(entity_names=",".join(f"e{n}" for n in range(25)))
    for entity in range(24):
        stand.fail(f"e{entity}", retry_at=None)
    lines = served.json(f"/connectors/{NAME}/tasks/0/status")["trace"].splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("24 of 25 entities FAILED; the others are not.", "… and 4 more", 22)


def test_a_connector_whose_tasks_all_failed_is_running_unless_nobody_can_start_them(served: Served) -> None:
    stand = served.make(entity_names="a")
    stand.fail("a", retry_at=None)
    stand.tick()
    served.seen(stand)
    assert served.states() == ("RUNNING", ["FAILED"])
    served.seen(stand, ago=200)
    assert served.states() == ("UNASSIGNED", ["FAILED"])


def test_a_connector_whose_sensor_is_switched_off_is_paused_and_what_failed_is_seen(served: Served) -> None:
    stand = served.make(entity_names="a,b", tasks_max="2")
    stand.fail("a", retry_at=None)
    stand.tick()
    served.seen(stand, on=False)
    assert served.states() == ("PAUSED", ["FAILED", "PAUSED"])
    assert served.put(f"/connectors/{NAME}/resume").status_code == 202
    served.tick(stand)
    assert served.states() == ("RUNNING", ["FAILED", "UNASSIGNED"])


def test_a_task_some_of_whose_entities_are_paused_is_running(served: Served) -> None:
    stand = polled(served, entity_names="a,b,c", tasks_max="2")
    connector = Connector(load_config(stand.config).config)
    pause(served.instance, connector, ["a"])
    assert served.states() == ("RUNNING", ["RUNNING", "RUNNING"])
    pause(served.instance, connector, ["c"])
    assert served.states() == ("RUNNING", ["PAUSED", "RUNNING"])
    pause(served.instance, connector, ["b"])
    assert served.states() == ("PAUSED", ["PAUSED", "PAUSED"])


def test_an_entity_that_kafka_keeps_waiting_or_that_retries_is_running(served: Served) -> None:
    stand = polled(served, entity_names="a,b")
    report = {"task": 0, "rank": 1, "outage": {"brokers": "kafka-1:9092", "said": "Connection refused"}}
    stand.instance.report_runless_asset_event(report_of(stand.key, 0, report, {}))
    assert served.states() == ("RUNNING", ["RUNNING"])


def test_the_first_run_that_starts_is_unassigned_and_one_that_starts_in_time_is_not(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    stand = served.make()
    (request,) = stand.tick()
    stand.live(request, phase="", status=dg.DagsterRunStatus.STARTING)
    served.seen(stand)
    assert served.states() == ("UNASSIGNED", ["UNASSIGNED"])
    assert "Its run is starting." in caplog.text
    stand.move("a", Position(10, sequence=1, mode="SIMPLE_INCREMENTING"))
    assert served.states() == ("RUNNING", ["RUNNING"])


def test_a_task_on_another_host_says_so(served: Served) -> None:
    stand = served.make()
    (request,) = stand.tick()
    stand.live(request, process="kafka-7:boot:namespace:12:99")
    served.seen(stand)
    status = served.json(f"/connectors/{NAME}/status")
    port = served.url.rpartition(":")[2]
    assert status["connector"]["worker_id"] == f"127.0.0.1:{port}"
    assert status["tasks"][0]["worker_id"] == f"kafka-7:{port}"


def test_a_connector_that_was_read_to_its_end_is_stopped(served: Served) -> None:
    stand = served.make(entity_names="a", http_offset_mode="CURSOR_PAGINATION", http_next_page_json_pointer="/next", http_cursor_end="stop")
    stand.move("a", Position("x", sequence=1, done=True, mode="CURSOR_PAGINATION"))
    stand.tick()
    served.seen(stand)
    assert served.states() == ("STOPPED", [])
    assert served.json(f"/connectors/{NAME}")["tasks"] == []
