"""What `status` says of an entity, over a real Dagster instance on disk; of one in a run: see `orchestration/test_states.py`."""

import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import dagster as dg

from http_source.model import Position
from http_source.orchestration.ledger.events import report_of
from http_source.orchestration.ledger.process import Process
from http_source.orchestration.refusals import with_refusal
from http_source_tests.commands.folder import Make, Show, broken, entities
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.home import dagster, seen
from http_source_tests.orchestration.stand import LEASE, NAME, PAGES
from http_source_tests.waiting import until


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_connector_that_never_ran_says_so(make: Make, show: Show) -> None:
    make()
    assert {each["state"] for each in entities(show).values()} == {"NEVER_RUN"}
    assert "orders: sensor not seen by Dagster yet" in show()[1]


def test_one_whose_file_had_mistakes_when_dagster_read_it_says_to_reload_it(make: Make, show: Show) -> None:
    # As the sensor of a file with mistakes leaves it: it ticks, and its cursor has them.
    seen(make(), cursor=with_refusal(None, "what it was", "url: a value is missing."), ago=0)
    found = entities(show, expected=1)["a"]
    assert found["state"] == "NEVER_RUN"
    for said in (found["reason"], show()[1]):
        assert "reload the code location: url: a value is missing." in " ".join(said.split())


def test_after_a_run_each_entity_tells_its_offset_its_checkpoint_and_when_it_is_asked_next(make: Make, show: Show) -> None:
    make(request_interval_ms="60000", run_max_seconds="900", run_linger_ms="0").poll()
    found = entities(show)["a"]
    assert (found["state"], found["offset"], found["records"], found["reason"], found["failures"]) == ("WAITING", 10, 10, "", 0)
    assert abs(seconds(found["checkpoint"]) - time.time()) < 30
    assert 20 < seconds(found["next_poll"]) - time.time() <= 60
    line = next(line.split() for line in show()[1].splitlines() if line.startswith("  a "))
    assert (line[0], line[1], line[4], line[7]) == ("a", "WAITING", "10", "10")


def test_an_entity_whose_time_is_over_is_due(make: Make, show: Show) -> None:
    make(request_interval_ms="1000", run_max_seconds="900", run_linger_ms="0").poll()
    due = seconds(entities(show)["a"]["next_poll"])
    until(lambda: due <= time.time())
    line = next(line.split() for line in show()[1].splitlines() if line.startswith("  a "))
    assert line[1:4] == ["WAITING", "due", "10"]


def test_an_entity_that_is_failed_tells_why_how_often_and_its_next_attempt(make: Make, api: Api, show: Show) -> None:
    api.answer = lambda entity, start: broken(entity, start) if entity == "a" else api.page(entity, start)
    make().poll()
    found = entities(show, expected=1)
    assert (found["a"]["state"], found["a"]["failures"], found["b"]["state"]) == ("FAILED", 1, "WAITING")
    assert "500 Internal Server Error" in found["a"]["reason"]
    assert seconds(found["a"]["next_poll"]) > time.time() - 30
    assert "FAILED (1)" in show()[1]


def test_one_that_waits_for_a_person_has_no_next_attempt(make: Make, api: Api, show: Show) -> None:
    api.answer = broken
    make(auto_restart_on_user_error="false").poll()
    assert [(each["state"], each["next_poll"]) for each in entities(show, expected=1).values()] == [("FAILED", None)] * 2


def test_a_request_that_the_end_of_a_run_cut_short_is_retrying(make: Make, api: Api, show: Show) -> None:
    api.answer = broken
    make(entity_names="a", max_retries="1000", retry_backoff_ms="100", run_max_seconds="1").poll()
    found = entities(show)["a"]
    assert (found["state"], found["offset"], found["of"]) == ("RETRYING", None, 1001)
    assert "500 Internal Server Error" in found["reason"]
    assert f"RETRYING ({found['failures']} of 1001)" in show()[1]


def test_a_run_that_polls_on_while_nothing_starts_the_next_one_is_running_with_a_warning(make: Make, show: Show) -> None:
    stand = seen(make(entity_names="a"), ago=200)
    stand.live(stand.wanted())
    assert entities(show, expected=1)["a"]["state"] == "RUNNING"
    assert "WARNING: Nothing starts its runs. The sensor orders_sensor is on, but its last tick was 20" in show()[1]


def test_an_entity_in_a_run_is_running(make: Make, show: Show) -> None:
    stand = make(entity_names="a,b", tasks_max="2")
    stand.live(stand.tick()[0])
    assert {entity: each["state"] for entity, each in entities(show).items()} == {"a": "RUNNING", "b": "NEVER_RUN"}


def test_an_entity_whose_pages_ended_is_stopped_and_says_how_to_start_it_again(make: Make, show: Show) -> None:
    make(**PAGES, http_cursor_end="stop").move("a", Position("last", sequence=7, done=True))
    found = entities(show)["a"]
    assert (found["state"], found["offset"], found["next_poll"]) == ("STOPPED", "last", None)
    assert "http-source offsets reset orders a" in found["reason"]


def test_it_stays_stopped_while_a_run_polls_the_others(make: Make, show: Show) -> None:
    stand = make(**PAGES, http_cursor_end="stop")
    stand.move("a", Position("last", sequence=7, done=True))
    stand.live(stand.tick()[0])
    assert {entity: each["state"] for entity, each in entities(show).items()} == {"a": "STOPPED", "b": "RUNNING"}


def test_between_runs_an_entity_whose_last_page_led_on_waits_and_one_that_got_nothing_new_has_caught_up(
    make: Make, api: Api, show: Show
) -> None:
    api.answer = lambda entity, start: api.page(entity, start if entity == "a" else 25)
    stand = make(request_interval_ms="60000", run_max_seconds="900", run_linger_ms="0")
    stand.poll()
    found = entities(show)
    assert {entity: each["state"] for entity, each in found.items()} == {"a": "WAITING", "b": "CAUGHT_UP"}
    assert 20 < seconds(found["b"]["next_poll"]) - time.time() <= 60


def test_a_backlog_that_is_drained_has_caught_up_until_the_entity_is_moved(make: Make, show: Show) -> None:
    stand = make(entity_names="a", run_max_seconds="2")
    stand.poll()
    assert (entities(show)["a"]["state"], entities(show)["a"]["offset"]) == ("CAUGHT_UP", 25)
    stand.move("a", Position(5, epoch=1, sequence=9))
    assert entities(show)["a"]["state"] == "WAITING"


def test_what_had_caught_up_still_has_after_a_run_that_did_not_ask_it(make: Make, api: Api, show: Show) -> None:
    api.total = 0
    stand = make(request_interval_ms="900000")
    stand.poll()
    stand.hurry()
    stand.poll()
    assert [each["state"] for each in entities(show).values()] == ["CAUGHT_UP"] * 2
    assert len(api.asked) == 2


def test_a_kafka_that_is_gone_fails_every_entity_with_the_reason(make: Make, show: Show) -> None:
    stand = make(brokers="127.0.0.1:1")
    stand.poll()
    stand.tick()
    seen(stand)
    for each in entities(show, expected=1).values():
        assert (each["state"], each["failures"]) == ("FAILED", 1)
        assert "cannot be reached" in each["reason"]


def test_with_its_sensor_stopped_a_connector_is_paused_and_the_newest_position_counts(make: Make, show: Show) -> None:
    stand = make()
    stand.poll()
    stand.tick()
    seen(stand, on=False)
    stand.move("a", Position(99, epoch=1, sequence=9))
    found = entities(show)
    assert [(each["state"], each["offset"], each["next_poll"]) for each in found.values()] == [("PAUSED", 99, None), ("PAUSED", 10, None)]
    assert found["a"]["records"] is None
    assert "sensor STOPPED" in show()[1]


# Runs that poll nothing, or cannot be counted on


def seconds_ago(run: dg.DagsterRun, seconds: float) -> None:
    """Let the run have renewed its lease for the last time so many seconds ago, by the storage's clock."""
    assert stored("UPDATE runs SET update_timestamp = datetime('now', ?) WHERE run_id = ?", f"-{seconds} seconds", run.run_id) == 1


def stored(change: str, *values: str) -> int:
    """How many runs a change of Dagster's storage met."""
    (file,) = Path.cwd().rglob("runs.db")
    with closing(sqlite3.connect(file)) as storage, storage:
        return storage.execute(change, values).rowcount


def test_b182_an_entity_whose_run_waits_in_the_queue_is_queued_and_says_what_limits_it(make: Make, home: Path, show: Show) -> None:
    """No daemon takes it out."""
    make()
    dagster(home, "job", "launch", "--job", f"{NAME}_poll")
    for each in entities(show).values():
        assert (each["state"], each["reason"]) == ("QUEUED", "Its run was just queued; Dagster takes it out of its queue within seconds.")
    assert stored("UPDATE runs SET create_timestamp = datetime('now', '-1 minute')") == 1
    for each in entities(show).values():
        assert each["state"] == "QUEUED"
        assert "max_concurrent_runs" in each["reason"]


def test_b179_a_run_that_gives_no_sign_of_life_is_not_called_running(make: Make, show: Show) -> None:
    stand = make()
    seconds_ago(stand.live(stand.wanted()), 30)
    assert {each["state"] for each in entities(show).values()} == {"NOT_ASKED"}
    assert "gave no sign of life since" in show()[1]


def test_b179_a_run_whose_process_is_gone_says_so_at_once_with_its_last_sign_of_life(make: Make, show: Show) -> None:
    stand = make()
    stand.live(stand.wanted(), process=str(replace(Process.own(), started="0")))
    for each in entities(show).values():
        assert each["state"] == "NOT_ASKED"
        assert "The process of this run is gone" in each["reason"]
        assert "Its last sign of life was" in each["reason"]


def test_b180_a_run_whose_clock_is_behind_is_running_if_it_renews_its_lease_meanwhile(make: Make, show: Show) -> None:
    stand = make()
    run = stand.live(stand.wanted())
    seconds_ago(run, 3600)
    renewed = threading.Timer(1, lambda: stand.instance.add_run_tags(run.run_id, {LEASE: f"{run.run_id} polling 4 "}))
    renewed.start()
    assert {each["state"] for each in entities(show).values()} == {"RUNNING"}
    renewed.join()


def test_a_kafka_that_takes_nothing_is_waited_for_and_named(make: Make, show: Show) -> None:
    stand = make(entity_names="a")
    stand.live(stand.wanted())
    report = {"task": 0, "rank": 1, "outage": {"brokers": "kafka-1:9092", "said": "Connection refused"}}
    stand.instance.report_runless_asset_event(report_of(stand.key, 0, report, {}))
    fare = entities(show)["a"]
    assert fare["state"] == "WAITING_FOR_KAFKA"
    assert "Kafka at kafka-1:9092 accepts nothing" in fare["reason"]


def test_an_entity_that_its_run_does_not_ask_in_time_is_not_called_running(make: Make, show: Show) -> None:
    stand = make()
    stand.live(stand.wanted())
    report = {"task": 0, "rank": 1, "late": {"a": time.time() - 60}}
    stand.instance.report_runless_asset_event(report_of(stand.key, 0, report, {}))
    assert {entity: each["state"] for entity, each in entities(show).items()} == {"a": "NOT_ASKED", "b": "RUNNING"}


def test_what_is_said_of_many_entities_is_said_once(make: Make, show: Show) -> None:
    seen(make(entity_names="a,b,c,d,e"), on=False)
    assert "  a, b, c and 2 more: Its sensor orders_sensor is off;" in show()[1]


# What is in doubt


def test_b191_a_pointer_that_never_matched_is_told_beside_the_state_which_is_not_caught_up(make: Make, show: Show) -> None:
    make(entity_names="a", http_response_data_json_pointer="/results").poll()
    found = entities(show)["a"]
    assert (found["state"], found["offset"]) == ("WAITING", None)
    (doubt,) = found["doubts"]
    assert "finds no 'results' in the whole answer" in doubt
    assert " (Since 20" in doubt
    assert "  a: WARNING: `http.response.data.json.pointer` finds no 'results'" in show()[1]


def test_b193_an_api_that_does_not_look_at_the_offset_is_told_and_its_records_come_once(make: Make, api: Api, show: Show) -> None:
    page = api.page
    api.answer = lambda entity, _start: page(entity, 0)
    stand = make(entity_names="a", http_offset_mode="CHAINING", http_offset_json_pointer="/id", run_max_seconds="1")
    stand.poll()
    found = entities(show)["a"]
    assert (found["state"], found["offset"]) == ("CAUGHT_UP", "9")
    assert "the API ignores `${offset}`" in found["doubts"][0]
    assert len(stand.stored("a")) == 1
