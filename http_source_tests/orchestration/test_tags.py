"""The tags of runs: out of sight in the UI, and found whatever version wrote them."""

import dagster as dg
import pytest

from http_source.orchestration.ledger.runs import last_run_of_task
from http_source_tests.orchestration.stand import NAME, Stand

HIDDEN = ".dagster/"
FORMER = {".dagster/http_source_connector": "http_source/connector", ".dagster/http_source_task": "http_source/task"}
DAGSTERS_OWN = {"dagster/max_runtime", "dagster/max_retries"}


def as_before(request: dg.RunRequest) -> dg.RunRequest:
    """The request as the version before the tags were hidden made it."""
    return dg.RunRequest(tags={FORMER.get(name, name): value for name, value in request.tags.items()}, run_config=request.run_config)


def test_b248_the_ui_shows_no_tag_of_a_run_but_dagster_s_own(idle: Stand) -> None:
    (request,) = idle.tick()
    assert {name for name in request.tags if not name.startswith(HIDDEN)} == DAGSTERS_OWN


def test_b248_a_run_that_was_started_before_an_upgrade_is_left_alone(idle: Stand) -> None:
    idle.live(as_before(idle.wanted()))
    assert idle.tick() == []
    assert idle.reason == "Task 0 is polling."


def test_b248_it_is_told_to_end_when_the_configuration_changed(idle: Stand) -> None:
    run = idle.live(as_before(idle.wanted()), phase="polling")
    changed = Stand(idle.instance, {**idle.config, "request.interval.ms": "200"}, cursor=idle.cursor)
    (successor,) = changed.tick()
    changed.live(successor)
    changed.tick()
    assert idle.told_to_end(run) == "The configuration was changed."


def test_b248_runs_before_and_after_an_upgrade_are_listed_in_the_order_of_their_start(idle: Stand) -> None:
    request = idle.wanted()
    runs = [idle.live(each).run_id for each in (as_before(request), request)]
    newest = last_run_of_task(idle.instance, f"{NAME}/0")
    assert newest is not None
    assert newest.dagster_run.run_id == runs[1]


def test_b248_an_old_run_from_before_an_upgrade_is_removed_as_well(idle: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_SOURCE_KEEP_RUNS_DAYS", "0")
    ended = idle.live(as_before(idle.wanted()), status=dg.DagsterRunStatus.SUCCESS)
    idle.tick()
    assert idle.instance.get_run_by_id(ended.run_id) is None
