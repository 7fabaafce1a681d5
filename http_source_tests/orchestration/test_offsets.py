"""Moves by a person: whoever makes one, by whatever way, it is the truth for everybody."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.neighbors import taken
from http_source.model import Position, newest
from http_source.orchestration.ledger.names import POSITION
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import COUNTING, KEY, NAME, PAGES, Stand, configuration, ids_in, message_of
from http_source_tests.waiting import until

POSITIONS = st.none() | st.builds(Position, st.integers() | st.text(), st.integers(0, 9), st.integers(0, 9))


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """On disk: an ephemeral one stores nothing of sensors."""
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides={"telemetry": {"enabled": False}}) as instance:
        yield instance


def order(position: Position | None) -> tuple[int, int] | None:
    return None if position is None else position.order


def asked_to_poll(request: dg.RunRequest) -> dict[str, Any]:
    return dict(request.run_config["ops"]["poll_entities"]["config"])


def move(stand: Stand, **config: object) -> dg.ExecuteInProcessResult:
    """A run of the connector's job, with what a person filled in."""
    job = stand.definitions.resolve_job_def(f"{NAME}_offsets")
    run_config = {"ops": {"move_offsets": {"config": config}}}
    return job.execute_in_process(instance=stand.instance, run_config=run_config, raise_on_error=False)


# The one rule


@given(POSITIONS, POSITIONS)
def test_which_of_two_positions_is_the_truth_does_not_depend_on_which_was_read_first(one: Position | None, other: Position | None) -> None:
    assert order(newest(one, other)) == order(newest(other, one))


@given(POSITIONS, POSITIONS, POSITIONS)
def test_nor_on_which_are_compared_first(a: Position | None, b: Position | None, c: Position | None) -> None:
    assert newest(newest(a, b), c) == newest(a, newest(b, c)) == newest(a, b, c)


@given(POSITIONS)
def test_nor_on_how_often_one_is_read(position: Position | None) -> None:
    assert newest(position, position) == newest(position) == position


@given(st.lists(POSITIONS))
def test_a_reset_beats_everything_before_it(before: list[Position | None]) -> None:
    last = newest(*before) or Position(0)
    reset = Position("start", epoch=last.epoch + 1, sequence=last.sequence + 1)
    assert newest(*before, reset) == newest(reset, *before) == reset


# The job


def test_the_job_sets_offsets(idle: Stand) -> None:
    idle.move("a", Position(30, epoch=2, sequence=3))
    assert move(idle, action="set", offsets={"a": 5, "b": "7"}).success
    assert idle.stored("a")[0] == {"offset": 5, "epoch": 3, "sequence": 4, **COUNTING}
    assert idle.stored("b")[0] == {"offset": 7, "epoch": 1, "sequence": 1, **COUNTING}
    idle.tick()
    assert idle.remembered()["offsets"] == {"a": 5, "b": 7}


@pytest.mark.parametrize("action", ["reset", "delete"])
def test_the_job_lets_an_entity_start_again(idle: Stand, action: str) -> None:
    idle.move("a", Position(30, sequence=3))
    assert move(idle, action=action, entities=["a"]).success
    assert idle.stored("a")[0] == {"offset": 0, "epoch": 1, "sequence": 4, "deleted": True, **COUNTING}


def test_a_dry_run_of_the_job_changes_nothing(idle: Stand) -> None:
    assert move(idle, action="set", offsets={"a": 5}, dry_run=True).success
    assert idle.stored("a") == []


@pytest.mark.parametrize(("config", "reason"), [
    ({"action": "move", "entities": ["a"]}, "action: It is 'move', but set, reset or delete is expected."),
    ({"action": "set", "offsets": {"c": 1, "a": "x"}}, "c: the connector has no such entity, but a, b. a: SIMPLE_INCREMENTING counts"),
    ({"action": "set"}, "set: No offset is given."),
    ({"action": "set", "offsets": {"a": 1}, "entities": ["a"]}, "set: It takes offsets, not entities."),
    ({"action": "reset"}, "reset: No entity is named."),
    ({"action": "reset", "entities": ["a"], "offsets": {"a": 1}}, "reset: It takes entities, not offsets."),
    ({"action": "delete", "entities": ["c"]}, "c: the connector has no such entity"),
])
def test_the_job_says_what_is_wrong_in_one_line_and_changes_nothing(idle: Stand, config: dict[str, object], reason: str) -> None:
    failed = move(idle, **config)
    assert not failed.success
    assert message_of(failed).startswith(reason)
    assert message_of(failed).endswith("Nothing was changed.")
    assert idle.stored("a") == []


def test_a_run_of_the_job_is_no_run_that_polls(idle: Stand) -> None:
    move(idle, action="reset", entities=["a"])
    assert [run.tags.get(".dagster/http_source_connector") for run in idle.instance.get_runs()] == [None]


@pytest.mark.parametrize("other", ["orders_offsets", "orders_move_offsets"])
def test_no_other_connector_takes_the_name_of_the_job(other: str) -> None:
    assert len(taken({Path("1.json"): "orders", Path("2.json"): other})) == 2


# What follows


def test_who_was_moved_does_not_wait_for_the_next_turn_of_its_task(idle: Stand) -> None:
    idle.tick()
    idle.edit(tasks={"0": {"next": 1e12}})
    move(idle, action="set", offsets={"a": 5})
    (request,) = idle.tick()
    assert asked_to_poll(request)["positions"] == {"a": {"offset": 5, "epoch": 1, "sequence": 1, **COUNTING}}


def test_who_was_moved_is_no_longer_failed(idle: Stand) -> None:
    idle.fail("a", retry_at=None)
    idle.tick()
    move(idle, action="set", offsets={"a": 5})
    assert asked_to_poll(idle.tick()[0])["entities"] == ["a", "b"]


def test_a_run_in_progress_is_relieved_by_one_that_goes_on_from_the_set_offset(make: Callable[..., Stand], api: Api) -> None:
    stand = make(entity_names="a", run_max_seconds="900")
    run = stand.start(*stand.tick())
    until(lambda: stand.stored("a"))
    assert move(stand, action="set", offsets={"a": 15}).success
    (request,) = stand.tick()
    assert asked_to_poll(request)["positions"]["a"]["offset"] == 15
    successor = Stand(stand.instance, stand.config | {"run.max.seconds": "0"}, stand.brokers)
    assert successor.run(request).success
    run.join()
    assert api.offsets("a")[-1] == 15


def test_an_old_run_that_writes_late_does_not_win(make: Callable[..., Stand]) -> None:
    stand = make(entity_names="a")
    stand.move("a", Position(5, sequence=3))
    move(stand, action="set", offsets={"a": 15})
    stand.move("a", Position(20, sequence=99))
    stand.poll()
    assert stand.stored("a")[0] == {"offset": 25, "epoch": 1, "sequence": 5, **COUNTING}


def test_a_reset_entity_starts_where_the_configuration_says_when_it_is_polled(make: Callable[..., Stand]) -> None:
    stand = make(entity_names="a")
    stand.poll()
    move(stand, action="reset", entities=["a"])
    now = Stand(stand.instance, stand.config | {"http.initial.offset": "20"}, stand.brokers, cursor=stand.cursor)
    now.poll()
    assert now.stored("a")[0] == {"offset": 25, "epoch": 1, "sequence": 3, **COUNTING}


def test_an_entity_that_was_deleted_while_it_was_away_starts_again(make: Callable[..., Stand]) -> None:
    both = make(entity_names="a,b")
    both.poll()
    one = Stand(both.instance, both.config | {"entity.names": "a"}, both.brokers, cursor=both.cursor)
    assert move(one, action="delete", entities=["b"]).success
    again = Stand(both.instance, both.config, both.brokers, cursor=one.cursor)
    again.poll()
    assert again.stored("b")[0] == {"offset": 10, "epoch": 1, "sequence": 3, **COUNTING}


@pytest.mark.parametrize("garbage", [[3], {}, {"offset": [1]}, {"offset": 1, "epoch": "two"}])
def test_b135_an_entity_whose_stored_position_is_garbage_waits_for_a_person_who_is_told_what_to_do(idle: Stand, garbage: Any) -> None:
    stored = {POSITION: dg.MetadataValue.json(garbage)}
    idle.instance.report_runless_asset_event(dg.AssetMaterialization(KEY, partition="a", metadata=stored))
    assert asked_to_poll(idle.tick()[0])["entities"] == ["b"]
    assert "`http-source offsets set` or `reset`" in idle.remembered()["failed"]["a"]["reason"]
    assert idle.verdicts == [False]
    assert "`http-source offsets set` or `reset`" in message_of(idle.materialize("a"))
    move(idle, action="reset", entities=["a"])
    assert asked_to_poll(idle.tick()[0])["entities"] == ["a", "b"]


def test_b135_a_position_of_another_mode_fails_its_entity_with_the_way_out(make: Callable[..., Stand]) -> None:
    stand = make(entity_names="a", http_request_parameters="start=0&since=${offset}")
    stand.move("a", Position("2026-01-01", sequence=3))
    (run,) = stand.poll()
    assert "`http-source offsets reset`" in message_of(run)
    assert stand.stored("a") == [{"offset": "2026-01-01", "sequence": 3}]


def test_b168_an_offset_of_the_mode_before_is_never_sent_and_its_entity_says_how_to_go_on(make: Callable[..., Stand], api: Api) -> None:
    counting = make(entity_names="a")
    counting.poll()
    asked, stored = len(api.asked), counting.stored("a")
    config = counting.config | {name.replace("_", "."): value for name, value in PAGES.items()}
    paging = Stand(counting.instance, config, counting.brokers, cursor=counting.cursor)
    paging.hurry()
    (run,) = paging.poll()
    assert "of http.offset.mode=SIMPLE_INCREMENTING, but the mode is now CURSOR_PAGINATION" in message_of(run)
    assert (len(api.asked), paging.stored("a")) == (asked, stored)
    move(paging, action="reset", entities=["a"])
    paging.poll()
    assert api.offsets("a")[asked:] == [0]
    assert paging.stored("a")[0]["mode"] == "CURSOR_PAGINATION"


def test_b177_a_position_that_is_too_long_for_the_cursor_is_read_from_the_event_log_and_asked_for_where_it_is_gone(
    make: Callable[..., Stand], api: Api
) -> None:
    long = Position("7".rjust(400, "0"), sequence=7, mode="CURSOR_PAGINATION")
    stand = make(entity_names="a", **PAGES)
    stand.move("a", long)
    stand.tick()
    stand.instance.wipe_assets([stand.key])
    stand.hurry()
    (request,) = stand.tick()
    config = dict(request.run_config)["ops"]["poll_entities"]["config"]
    assert (config["positions"], config["orders"]) == ({}, {"a": list(long.order)})
    assert "The position of a is lost" in message_of(stand.run(request))
    assert api.asked == []
    stand.move("a", long)
    stand.run(request)
    assert api.offsets("a") == [7]


@pytest.mark.parametrize("end", ["follow", "restart"])
def test_b168_an_entity_that_was_done_is_polled_when_http_cursor_end_is_changed(make: Callable[..., Stand], api: Api, end: str) -> None:
    api.total = 3
    ended = make(entity_names="a", http_cursor_end="stop", **PAGES)
    ended.poll()
    assert ended.tick() == []
    api.total = 5
    stand = Stand(ended.instance, ended.config | {"http.cursor.end": end}, ended.brokers, cursor=ended.cursor)
    stand.hurry()
    stand.poll()
    assert api.offsets("a") == [0, 0]
    topic = str(stand.config["topic.name.pattern"]).replace("${entityName}", "a")
    assert sorted(ids_in(stand.brokers, topic)) == [0, 1, 2, 3, 4]


def test_b134_an_entity_whose_cursor_was_garbage_goes_on_from_where_it_was_set(instance: dg.DagsterInstance) -> None:
    stand = Stand(instance, configuration())
    move(stand, action="set", offsets={"a": 5})
    stand.cursor = "garbage"
    stand.tick()
    assert stand.remembered()["offsets"] == {"a": 5}
