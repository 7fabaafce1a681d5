"""The supervisor's ticks: what it remembers, what it requests, and what a person may do to its cursor."""

import json
import time
from collections.abc import Callable
from typing import Any

import dagster as dg
import pytest

from http_source.model import Position
from http_source.orchestration.cursor import Cursor
from http_source_tests.orchestration.stand import COUNTING, KEY, NAME, PAGES, Stand, configuration


def asked_to_poll(request: dg.RunRequest) -> dict[str, Any]:
    return dict(request.run_config["ops"]["poll_entities"]["config"])


# What it requests


def test_the_first_tick_requests_a_run_for_each_task(instance: dg.DagsterInstance) -> None:
    stand = Stand(instance, configuration(tasks_max="2"))
    assert [request.tags[".dagster/http_source_task"] for request in stand.tick()] == ["orders/0", "orders/1"]


def test_b131_a_request_can_be_run_and_has_no_key_that_would_make_it_the_last_of_its_kind(idle: Stand) -> None:
    (request,) = idle.tick()
    assert request.run_key is None
    assert dg.validate_run_config(idle.job, dict(request.run_config))


def test_a_run_is_bounded_and_restarted_by_nobody_else(idle: Stand) -> None:
    tags = idle.wanted().tags
    assert int(tags["dagster/max_runtime"]) > 900
    assert tags["dagster/max_retries"] == "0"


def test_a_task_that_is_being_polled_is_left_alone(idle: Stand) -> None:
    idle.live(idle.wanted())
    assert idle.tick() == []
    assert idle.reason == "Task 0 is polling."


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED])
def test_a_run_that_is_about_to_poll_is_waited_for(idle: Stand, status: dg.DagsterRunStatus) -> None:
    run = idle.live(idle.wanted(), phase="", status=status)
    assert idle.tick() == []
    assert idle.reason == f"Task 0: run {run.run_id} is starting."


def test_only_the_entity_that_is_materialized_by_hand_waits(idle: Stand) -> None:
    by_hand = dg.RunRequest(tags={"dagster/partition": "b", ".dagster/http_source_connector": NAME})
    idle.live(by_hand, asset_selection=frozenset({KEY}))
    (request,) = idle.tick()
    assert asked_to_poll(request)["entities"] == ["a"]


def test_the_run_of_another_connector_is_nobodys_business(idle: Stand) -> None:
    request = idle.wanted()
    idle.live(dg.RunRequest(tags={**request.tags, ".dagster/http_source_connector": "customers"}, run_config=request.run_config))
    assert len(idle.tick()) == 1


# What it remembers


def test_the_cursor_shows_the_offset_of_each_entity(idle: Stand) -> None:
    idle.move("a", Position(30, sequence=3))
    idle.move("b", Position(10, sequence=1))
    idle.tick()
    assert idle.remembered()["offsets"] == {"a": 30, "b": 10}


def test_a_run_is_told_the_newest_position_not_the_last_one_written(idle: Stand) -> None:
    idle.tick()
    idle.move("a", Position(30, sequence=3))
    idle.move("a", Position(20, sequence=2))
    (request,) = idle.tick()
    assert asked_to_poll(request)["positions"] == {"a": {"offset": 30, "sequence": 3}}


@pytest.mark.parametrize("cursor", [None, "", "{}", "garbage", '{"positions": 3}', '{"tasks": {"0": {"next": "soon"}}}'])
def test_b134_a_cursor_that_is_lost_or_garbage_is_restored_from_the_event_log(idle: Stand, cursor: str | None) -> None:
    idle.move("a", Position(30, sequence=3))
    idle.fail("b", retry_at=None)
    idle.cursor = cursor
    idle.tick()
    assert idle.remembered()["offsets"] == {"a": 30}
    assert list(idle.remembered()["failed"]) == ["b"]


def test_a_materialization_without_a_position_hides_none(idle: Stand) -> None:
    """Dagster's UI can report any number of them."""
    idle.move("a", Position(30, sequence=3))
    for _ in range(12):
        idle.instance.report_runless_asset_event(dg.AssetMaterialization(KEY, partition="a"))
    idle.tick()
    assert idle.remembered()["offsets"] == {"a": 30}


def test_b134_that_garbage_was_found_is_said(idle: Stand) -> None:
    idle.live(idle.wanted())
    idle.cursor = "garbage"
    idle.tick()
    assert "cannot be read" in idle.reason
    assert "restored from the event log" in idle.reason


def test_b140_an_entity_that_is_removed_and_added_again_keeps_its_offset(instance: dg.DagsterInstance) -> None:
    both, one = Stand(instance, configuration()), Stand(instance, configuration(entity_names="a"))
    both.move("b", Position(30, sequence=3))
    both.tick()
    one.cursor = both.cursor
    one.tick()
    both.cursor = one.cursor
    assert asked_to_poll(both.tick()[0])["positions"]["b"]["offset"] == 30


# What a person may do


def edited(stand: Stand, offset: object) -> Stand:
    """`a` at 30, then its offset edited."""
    stand.move("a", Position(30, sequence=3))
    stand.tick()
    stand.edit(offsets={"a": offset})
    stand.tick()
    return stand


@pytest.mark.parametrize(("offset", "meant"), [(5, 5), ("7", 7), (None, 0)])
def test_an_edited_offset_is_a_reset_that_every_run_learns_of(idle: Stand, offset: object, meant: int) -> None:
    edited(idle, offset)
    assert idle.remembered()["offsets"] == {"a": meant}
    assert idle.stored("a")[0] == {"offset": meant, "epoch": 1, "sequence": 4, **COUNTING} | ({"deleted": True} if offset is None else {})


def test_an_edit_is_taken_once(idle: Stand) -> None:
    edited(idle, 5).tick()
    assert len(idle.stored("a")) == 2


def test_an_edit_wins_over_what_a_run_stored_meanwhile(idle: Stand) -> None:
    idle.move("a", Position(30, sequence=3))
    idle.tick()
    idle.edit(offsets={"a": 5})
    idle.move("a", Position(40, sequence=4))
    idle.tick()
    idle.move("a", Position(50, sequence=9))
    idle.tick()
    assert idle.remembered()["offsets"] == {"a": 5}


@pytest.mark.parametrize("offset", ["x", True, 1.5, {"a": 1}, [], ""])
def test_an_offset_that_cannot_be_is_refused_and_healed(idle: Stand, offset: object) -> None:
    edited(idle, offset)
    assert idle.remembered()["offsets"] == {"a": 30}
    assert len(idle.stored("a")) == 1


def test_an_offset_that_was_overwritten_and_that_the_event_log_lost_is_asked_for(idle: Stand) -> None:
    edited(idle, 30)
    idle.instance.wipe_assets([KEY])
    idle.edit(offsets={"a": "x"})
    idle.tick()
    assert "its offset in the sensor's cursor was overwritten" in idle.remembered()["failed"]["a"]["reason"]


def test_a_refused_offset_does_not_keep_the_others_from_being_moved(idle: Stand) -> None:
    idle.live(idle.wanted(), phase="")
    idle.cursor = json.dumps({"offsets": {"a": "x", "b": 8, "c": 1}})
    idle.tick()
    assert idle.remembered()["offsets"] == {"b": 8}
    assert "The edited offset of a is refused: SIMPLE_INCREMENTING counts" in idle.reason
    assert "The edited offset of c is refused: the connector has no such entity, but a, b" in idle.reason


def test_an_entity_that_waits_for_a_person_is_left_out(idle: Stand) -> None:
    idle.fail("a", retry_at=None)
    (request,) = idle.tick()
    assert asked_to_poll(request)["entities"] == ["b"]


def test_an_entity_that_restarts_by_itself_is_not_left_out(idle: Stand) -> None:
    idle.fail("a", retry_at=time.time() + 100)
    (request,) = idle.tick()
    assert asked_to_poll(request)["entities"] == ["a", "b"]


def test_an_entity_that_is_done_is_left_out_until_it_is_reset(instance: dg.DagsterInstance) -> None:
    stand = Stand(instance, configuration(**PAGES, http_cursor_end="stop"))
    stand.move("a", Position("last", sequence=3, done=True))
    assert asked_to_poll(stand.tick()[0])["entities"] == ["b"]
    stand.edit(offsets={"a": None})
    assert asked_to_poll(stand.tick()[0])["entities"] == ["a", "b"]


def test_b141_without_an_entity_to_poll_no_run_is_requested(idle: Stand) -> None:
    for entity in "ab":
        idle.fail(entity, retry_at=None)
    assert idle.tick() == []
    assert idle.reason == "Task 0 has no entity left to poll: they are done, paused, stopped, or FAILED until a person acts."


def act_offset(stand: Stand) -> None:
    stand.edit(offsets={"a": 0})


def act_failed(stand: Stand) -> None:
    stand.edit(failed={})


def act_materialize(stand: Stand) -> None:
    stand.move("a", Position(0))


@pytest.mark.parametrize("act", [act_offset, act_failed, act_materialize])
def test_a_person_restarts_an_entity_by_its_offset_its_entry_or_its_partition(idle: Stand, act: Any) -> None:
    idle.fail("a", retry_at=None)
    idle.tick()
    act(idle)
    assert asked_to_poll(idle.tick()[0])["entities"] == ["a", "b"]
    assert asked_to_poll(idle.tick()[0])["entities"] == ["a", "b"]


def test_an_edited_offset_does_not_wait_for_the_tasks_next_turn(idle: Stand) -> None:
    idle.tick()
    idle.edit(offsets={"a": 5}, tasks={"0": {"next": time.time() + 3600}})
    assert len(idle.tick()) == 1


def test_a_task_is_polled_when_it_is_due(idle: Stand) -> None:
    idle.edit(tasks={"0": {"next": time.time() + 100}})
    assert idle.tick() == []
    assert idle.reason in {"Task 0 is due in 100 s.", "Task 0 is due in 99 s."}


def test_b138_a_time_beyond_every_pause_is_no_plan_but_a_clock_that_was_set_back(idle: Stand) -> None:
    idle.edit(tasks={"0": {"next": time.time() + 86_400}})
    idle.tick()
    assert idle.remembered()["tasks"]["0"]["next"] <= time.time() + 900


def windowed(make: Callable[..., Stand], length_ms: int) -> Stand:
    """One whose first window begins now."""
    within = {"http_window_offset_mode": "SIMPLE_INCREMENTING", "http_window_length_ms": length_ms}
    url = "http://127.0.0.1:1/?at=${windowStart}/${windowEnd}"
    return make(entity_names="a", url=url, http_offset_mode="TIME_WINDOW", http_window_start=int(time.time()), **within)


@pytest.mark.parametrize(("length_ms", "longest"), [(86_400_000, 86_400), (60_000, 900)])
def test_the_end_of_a_window_is_waited_for_and_not_that_of_one_that_is_configured_no_more(
    make: Callable[..., Stand], length_ms: int, longest: int
) -> None:
    stand = windowed(make, length_ms)
    stand.edit(tasks={"0": {"next": time.time() + 200_000}})
    stand.tick()
    assert longest - 60 < stand.remembered()["tasks"]["0"]["next"] - time.time() <= longest


def test_a_run_asks_nothing_of_a_window_that_is_not_over_and_the_next_one_comes_when_it_is(make: Callable[..., Stand]) -> None:
    stand = windowed(make, 86_400_000)
    (run,) = stand.poll()
    assert run.success
    for _ in range(2):
        assert stand.tick() == []
        assert 86_300 < stand.remembered()["tasks"]["0"]["next"] - time.time() <= 86_400


def test_an_event_log_that_lost_its_newest_events_is_read_on(idle: Stand) -> None:
    idle.move("a", Position(30, sequence=3))
    idle.tick()
    idle.edit(bookmark={"settled": 100_000, "newest": 100_000, "at": time.time()})
    idle.tick()
    idle.move("a", Position(40, sequence=4))
    idle.fail("b", retry_at=None)
    idle.tick()
    assert idle.remembered()["offsets"]["a"] == 40
    assert list(idle.remembered()["failed"]) == ["b"]


def test_one_run_polls_a_thousand_entities_from_where_they_stand(instance: dg.DagsterInstance) -> None:
    stand = Stand(instance, configuration(entity_names=",".join(f"e{n}" for n in range(1000))))
    stand.cursor = Cursor(positions={f"e{n}": Position(n, sequence=1, mode=COUNTING["mode"]) for n in range(1000)}).dump()
    (request,) = stand.tick()
    assert [position["offset"] for position in asked_to_poll(request)["positions"].values()] == list(range(1000))
