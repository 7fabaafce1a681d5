"""Who polls what after a change: a run that is out of date is relieved by another, or told to end where nobody succeeds it."""

import time
from collections.abc import Callable
from uuid import uuid4

import dagster as dg
import pytest

from http_source.model import Position
from http_source_tests.orchestration.stand import Stand, configuration

Change = Callable[[Stand], None]


def changed(stand: Stand, **properties: str) -> Stand:
    """The connector after its file was edited and the code location reloaded."""
    config: dict[str, object] = {name.replace("_", "."): value for name, value in properties.items()}
    return Stand(stand.instance, configuration() | config, cursor=stand.cursor)


def tasks_of(requests: object) -> list[str]:
    return [request.tags[".dagster/http_source_task"] for request in requests] if isinstance(requests, list) else []


# Edited


@pytest.mark.parametrize("properties", [
    {"request_interval_ms": "200"}, {"http_request_headers": "X-Version:2"}, {"tasks_max": "2"}, {"entity_names": "a,b,c"},
    {"auth_type": "bearer", "bearer_token": "s3cret"},
])
def test_b161_a_run_of_another_configuration_is_succeeded_at_once(idle: Stand, properties: dict[str, str]) -> None:
    old = idle.live(idle.wanted())
    new = changed(idle, **properties)
    assert len(new.tick()) == int(properties.get("tasks_max", "1"))
    assert new.told_to_end(old) == ""


def test_b161_a_run_of_the_same_configuration_is_left_alone(idle: Stand) -> None:
    idle.live(idle.wanted())
    assert changed(idle).tick() == []


def test_a_successor_is_requested_once(idle: Stand) -> None:
    idle.live(idle.wanted())
    new = changed(idle, request_interval_ms="200")
    (request,) = new.tick()
    run = new.live(request, phase="starting")
    assert new.tick() == []
    assert new.reason == f"Task 0: run {run.run_id} is starting."


def test_a_run_that_read_the_edited_file_before_the_reload_stays(idle: Stand) -> None:
    new = changed(idle, request_interval_ms="200")
    run_id = str(uuid4())
    request = idle.wanted()
    mark = new.wanted().tags[".dagster/http_source_requested"]
    tags = {**request.tags, ".dagster/http_source_configured": f"{run_id} {mark}"}
    idle.live(dg.RunRequest(tags=tags, run_config=request.run_config), run_id=run_id)
    assert new.tick() == []
    assert idle.tick() == []


@pytest.mark.parametrize(("seconds", "ends"), [(20, False), (40, True)])
def test_b244_an_outdated_run_ends_when_its_successor_waits_for_a_worker_with_a_free_slot(idle: Stand, seconds: int, *, ends: bool) -> None:
    """As with Celery, where the outdated run may have the last one."""
    old = idle.live(idle.wanted())
    new = changed(idle, request_interval_ms="200")
    (request,) = new.tick()
    launched = new.live(request, phase="", status=dg.DagsterRunStatus.STARTING)
    new.tick()
    signs = new.remembered()["signs"]
    new.edit(signs=signs | {launched.run_id: signs[launched.run_id] | {"silent": seconds}})
    assert new.tick() == []
    assert (new.told_to_end(old) == "The configuration was changed.") is ends


def test_b162_a_run_that_nobody_succeeds_is_told_to_end(idle: Stand) -> None:
    old = idle.live(idle.wanted())
    changed(idle, entity_names="x,y").tick()
    assert idle.told_to_end(old) == "The configuration was changed."


def test_b163_entities_of_another_plan_do_not_rest(idle: Stand) -> None:
    """Two tasks, of which one polls; then there is an entity more."""
    two = changed(idle, tasks_max="2", entity_names="a,b,c,d")
    two.live(two.tick()[0])
    more = changed(idle, tasks_max="2", entity_names="a,b,c,d,e")
    assert tasks_of(more.tick()) == ["orders/0", "orders/1"]


def test_a_run_that_has_all_entities_of_the_others_plan_is_succeeded_by_each(idle: Stand) -> None:
    idle.live(idle.wanted())
    assert tasks_of(changed(idle, tasks_max="2").tick()) == ["orders/0", "orders/1"]


def test_a_run_is_out_of_date_though_nothing_is_due(idle: Stand) -> None:
    old = idle.live(idle.wanted())
    new = changed(idle, request_interval_ms="200")
    new.tick()
    for entity in "ab":
        new.fail(entity, retry_at=None)
    new.tick()
    assert new.told_to_end(old) == "The configuration was changed."


# Its time is over


def test_b165_a_run_whose_time_is_over_is_succeeded_while_it_polls(idle: Stand) -> None:
    old = idle.live(idle.wanted(), phase="ending")
    assert len(idle.tick()) == 1
    assert idle.told_to_end(old) == ""


def test_a_successor_that_crashed_is_not_replaced_at_once(idle: Stand) -> None:
    idle.live(idle.wanted(), phase="ending")
    (request,) = idle.tick()
    idle.instance.report_run_failed(idle.live(request, phase="starting"))
    assert idle.tick() == []
    assert idle.reason.startswith("Task 0 is due in ")


# A person


def move(stand: Stand) -> None:
    stand.move("a", Position(5, epoch=1, sequence=9))


def restart(stand: Stand) -> None:
    state = {"state": "RUNNING", "rank": 2, "reason": "by hand"}
    metadata = {"http_source/state": dg.MetadataValue.json(state)}
    stand.instance.report_runless_asset_event(dg.AssetObservation(stand.key, partition="a", metadata=metadata))


@pytest.mark.parametrize("act", [move, restart])
def test_what_a_person_does_is_taken_up_by_another_run(idle: Stand, act: Change) -> None:
    idle.move("a", Position(30, sequence=3))
    idle.live(idle.wanted())
    assert idle.tick() == []
    act(idle)
    (request,) = idle.tick()
    assert request.run_config["ops"]["poll_entities"]["config"]["anew"] == ["a"]
    idle.live(request, phase="starting")
    assert idle.tick() == []


def test_b172_a_restart_that_is_read_before_the_failure_it_answers_counts(idle: Stand) -> None:
    """As PostgreSQL may commit them."""
    idle.move("a", Position(30, sequence=3))
    restart(idle)
    idle.tick()
    idle.fail("a", retry_at=None, rank=1)
    idle.tick()
    assert "failed" not in idle.remembered()


# Crashes


def test_b142_runs_that_crash_come_back_with_growing_pauses_and_a_success_ends_them(idle: Stand) -> None:
    request, pauses = idle.wanted(), []
    for _ in range(5):
        idle.instance.report_run_failed(idle.live(request))
        assert idle.tick() == []
        pauses.append(idle.remembered()["tasks"]["0"]["next"] - time.time())
    assert all(longest - 3 < pause <= longest for pause, longest in zip(pauses, (5, 10, 20, 40, 60), strict=True)), pauses
    idle.live(request, status=dg.DagsterRunStatus.SUCCESS, phase="released")
    idle.tick()
    assert idle.remembered()["tasks"]["0"]["failures"] == 0


# Many


def test_b170_a_run_is_found_among_any_number_of_runs_of_others(idle: Stand) -> None:
    idle.live(idle.wanted())
    for _ in range(1_100):
        idle.instance.add_run(dg.DagsterRun(job_name="theirs", status=dg.DagsterRunStatus.STARTED))
    assert idle.tick() == []
    assert idle.reason == "Task 0 is polling."


def test_b169_what_is_said_of_entities_that_are_gone_is_forgotten(idle: Stand) -> None:
    idle.fail("b", retry_at=None)
    idle.tick()
    assert list(idle.remembered()["failed"]) == ["b"]
    one = changed(idle, entity_names="a")
    one.tick()
    assert "failed" not in one.remembered()
    assert one.verdicts == [True]
    assert one.check()


def test_what_a_person_does_first_of_all_is_taken_up_too(idle: Stand) -> None:
    """Nothing was in the event log before."""
    idle.live(idle.wanted())
    idle.tick()
    move(idle)
    (request,) = idle.tick()
    assert request.run_config["ops"]["poll_entities"]["config"]["anew"] == ["a"]
