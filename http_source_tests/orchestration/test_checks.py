"""What the asset's check says: told when something changes, by whoever is at work, and looked up when a person executes it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dagster as dg
import pytest

from http_source.model import Position
from http_source.orchestration.ledger.events import report_of
from http_source_tests.orchestration.api import Answer, Api
from http_source_tests.orchestration.stand import KEY, Stand
from http_source_tests.waiting import until

Make = Callable[..., Stand]
CHECK = dg.AssetCheckKey(KEY, "running")
CHECKPOINTS = 6


@contextmanager
def running(stand: Stand) -> Iterator[None]:
    """The runs that the sensor requests, until they are told to end."""
    runs = [stand.start(request) for request in stand.tick()]
    try:
        yield
    finally:
        stand.tell_to_end()
        for run in runs:
            run.join()


def shown(stand: Stand) -> str:
    """What Dagster shows of the check: nothing of an evaluation that is older than the last materialization of what it is of."""
    checked = stand.instance.get_latest_asset_check_evaluation_record(CHECK)
    if checked is None or checked.evaluation is None:
        return "NOTHING"
    of = dg.AssetRecordsFilter(asset_key=KEY, asset_partitions=[checked.partition] if checked.partition else None)
    stored = stand.instance.fetch_materializations(of, limit=1).records
    if stored and stored[0].run_id != checked.run_id and stored[0].timestamp >= checked.create_timestamp:
        return "OUTDATED"
    return "PASSED" if checked.evaluation.passed else "FAILED"


def looks(stand: Stand) -> tuple[set[str], list[bool]]:
    """What was shown at every look while some more checkpoints were stored, and what ticks told meanwhile."""
    enough, found, told = len(stand.stored("b")) + CHECKPOINTS, set(), []
    while len(stand.stored("b")) < enough:
        found.add(shown(stand))
        stand.tick()
        told += stand.verdicts
        threading.Event().wait(0.02)
    return found, told


def turns(stand: Stand, word: str) -> bool:
    """Whether the check shows that after another tick."""
    stand.tick()
    return shown(stand) == word


def without_a(api: Api) -> Callable[[str, int], Answer]:
    """An API that has b only."""
    return lambda entity, start: (404, "text/plain", b"") if entity == "a" else api.page(entity, start)


def test_the_check_passes_with_the_first_tick_and_is_told_of_changes_only(idle: Stand) -> None:
    idle.tick()
    assert idle.verdicts == [True]
    idle.tick()
    assert idle.verdicts == []


def test_the_check_fails_while_an_entity_is_failed(idle: Stand) -> None:
    idle.tick()
    idle.fail("a", retry_at=None)
    idle.tick()
    assert idle.verdicts == [False]
    assert not idle.check()

    idle.edit(offsets={"a": 5})
    idle.tick()
    assert idle.verdicts == [True]
    assert idle.check()


def test_b174_while_an_entity_stays_failed_the_check_is_told_once(idle: Stand) -> None:
    idle.fail("a", retry_at=None)
    told = []
    for _ in range(20):
        idle.tick()
        told += idle.verdicts
    assert told == [False]


@pytest.mark.parametrize("tasks", ["1", "2"])
def test_b174_b175_the_check_passes_at_every_look_at_a_healthy_connector_and_is_told_once(make: Make, api: Api, tasks: str) -> None:
    api.total = 1_000_000
    stand = make(run_max_seconds="900", tasks_max=tasks)
    with running(stand):
        assert stand.verdicts == [True]
        until(lambda: stand.stored("a") and stand.stored("b"))
        assert looks(stand) == ({"PASSED"}, [])


@pytest.mark.parametrize("tasks", ["1", "2"])
def test_b174_b175_the_check_fails_at_every_look_while_one_of_the_entities_is_failed_and_is_told_once(
    make: Make, api: Api, tasks: str
) -> None:
    api.total, api.answer = 1_000_000, without_a(api)
    stand = make(run_max_seconds="900", tasks_max=tasks, auto_restart_on_user_error="false")
    with running(stand):
        until(lambda: turns(stand, "FAILED"))
        assert looks(stand) == ({"FAILED"}, [])
    stand.tick()
    assert shown(stand) == "FAILED"


def test_b175_the_only_entity_fails_and_recovers_in_one_run_and_the_check_follows(make: Make, api: Api) -> None:
    stand = make(entity_names="a", run_max_seconds="900")
    with running(stand):
        until(lambda: api.offsets("a")[-1:] == [25])
        assert shown(stand) == "PASSED"
        api.answer = without_a(api)
        until(lambda: turns(stand, "FAILED"))
        api.answer = api.page
        until(lambda: turns(stand, "PASSED"))


def test_b175_the_word_of_a_person_who_executes_the_check_does_not_last_longer_than_it_is_true(idle: Stand) -> None:
    idle.move("a", Position(10, sequence=1))
    idle.tick()
    assert idle.check()
    idle.move("a", Position(20, sequence=2))
    idle.tick()
    assert idle.verdicts == [True]
    assert shown(idle) == "PASSED"


# What is in doubt


WRONG_POINTER = {"entity_names": "a", "http_response_data_json_pointer": "/results"}


def severity(stand: Stand) -> dg.AssetCheckSeverity | None:
    """How grave what was told last is; None when all is well."""
    checked = stand.instance.get_latest_asset_check_evaluation_record(CHECK)
    assert checked is not None
    assert checked.evaluation is not None
    return None if checked.evaluation.passed else checked.evaluation.severity


def test_b191_b192_the_check_warns_while_the_data_pointer_has_not_matched_and_passes_once_it_has(make: Make) -> None:
    stand = make(**WRONG_POINTER)
    assert [run.success for run in stand.poll()] == [True]
    stand.tick()
    assert severity(stand) is dg.AssetCheckSeverity.WARN
    assert stand.stored("a") == []
    assert not stand.check()

    mended = Stand(stand.instance, stand.config | {"http.response.data.json.pointer": "/items"}, stand.brokers, cursor=stand.cursor)
    mended.hurry()
    mended.poll()
    mended.tick()
    assert severity(mended) is None
    assert mended.stored("a")[0]["offset"] == 10


def test_what_an_entity_doubts_is_told_once_and_a_move_by_a_person_ends_it(make: Make) -> None:
    stand = make(**WRONG_POINTER)
    stand.poll()
    stand.tick()
    assert stand.verdicts == [False]
    stand.tick()
    assert stand.verdicts == []
    stand.edit(offsets={"a": 5})
    stand.tick()
    assert stand.verdicts == [True]


def test_what_a_task_has_said_counts_no_more_when_another_one_polls_the_entity(idle: Stand) -> None:
    idle.move("b", Position(5, sequence=1))
    doubts = {"b": {"Something may be lost.": ["day", 1, time.time(), 0]}}
    for task in (0, 1):
        report = {"task": task, "rank": 1, "ended": True, "next_poll": 0, "due": {}, **({"doubts": doubts} if task else {})}
        idle.instance.report_runless_asset_event(report_of(KEY, task, report, {}))
    shared = Stand(idle.instance, idle.config | {"tasks.max": "2"})
    shared.tick()
    assert shared.verdicts == [False]
    alone = Stand(idle.instance, idle.config, cursor=shared.cursor)
    alone.tick()
    assert alone.verdicts == [True]


def test_what_held_under_another_configuration_is_over_with_the_first_tick_of_the_new_one(make: Make) -> None:
    stand = make(**WRONG_POINTER)
    stand.poll()
    stand.tick()
    assert severity(stand) is dg.AssetCheckSeverity.WARN
    edited = Stand(stand.instance, stand.config | {"request.interval.ms": "200"}, stand.brokers, cursor=stand.cursor)
    edited.tick()
    assert severity(edited) is None
    edited.hurry()
    edited.poll()
    edited.tick()
    assert severity(edited) is dg.AssetCheckSeverity.WARN


def test_what_happened_under_another_configuration_is_still_shown(idle: Stand) -> None:
    doubts = {"b": {"Something was lost.": ["day", 2, time.time(), 0], "Something is wrong.": ["records", 1, 0, 0]}}
    report = {"task": 0, "rank": 1, "ended": True, "next_poll": 0, "due": {}, "doubts": doubts, "mark": "of another"}
    idle.instance.report_runless_asset_event(report_of(KEY, 0, report, {}))
    idle.tick()
    (told,) = [event for event in idle.said.asset_events if isinstance(event, dg.AssetCheckEvaluation)]
    assert told.description is not None
    assert told.description.startswith("Entity b: Something was lost. (2 times, the last at 20")
    assert "wrong" not in told.description
