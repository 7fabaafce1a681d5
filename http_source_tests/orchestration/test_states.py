"""What a run in progress says of entities that retry or have caught up, and what `status` makes of it."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from http_source.assembly.loading import load_config
from http_source.entity import Entity
from http_source.model import Notice, Position, State
from http_source.orchestration.conditions import Condition, Diagnosis
from http_source.orchestration.identity import Connector
from http_source.orchestration.states import Memory, States
from http_source.orchestration.status import status_of
from http_source.polling.origin import Gate
from http_source_tests.orchestration.api import Answer, Api
from http_source_tests.orchestration.stand import Stand, configuration
from http_source_tests.polling.samples import builder
from http_source_tests.waiting import until

Make = Callable[..., Stand]
COPIES = """insert into event_logs ({columns}) select {columns} from (select * from event_logs order by id desc limit ?)
    cross join (with recursive number(n) as (select 1 union all select n + 1 from number where n < ?) select n from number)"""


@contextmanager
def running(stand: Stand) -> Iterator[None]:
    """A run in progress; it is told to end."""
    (request,) = stand.tick()
    run = stand.start(request)
    try:
        yield
    finally:
        stand.tell_to_end()
        run.join()


def diagnoses(stand: Stand) -> dict[str, Diagnosis]:
    connector = Connector(load_config(stand.config).config)
    return {each.entity: each.diagnosis for each in status_of(stand.instance, connector, time.time()).entities}


def conditions(stand: Stand) -> dict[str, Condition]:
    return {entity: diagnosis.condition for entity, diagnosis in diagnoses(stand).items()}


def broken(_entity: str, _start: int) -> Answer:
    return 500, "text/plain", b"broken"


def test_a_run_in_progress_tells_what_retries_how_often_and_why_until_it_is_over(make: Make, api: Api) -> None:
    api.answer = lambda entity, start: broken(entity, start) if entity == "a" else api.page(entity, start)
    stand = make(max_retries="1000", retry_backoff_ms="200", run_max_seconds="900")
    with running(stand):
        until(lambda: conditions(stand) == {"a": Condition.RETRYING, "b": Condition.CAUGHT_UP})
        diagnosis = diagnoses(stand)["a"]
        assert "500 Internal Server Error" in diagnosis.reason
        assert diagnosis.of == 1001
        assert 0 < diagnosis.failures <= 1001
        assert abs((diagnosis.next_poll or 0) - time.time()) < 60
        api.answer = api.page
        until(lambda: conditions(stand)["a"] is Condition.CAUGHT_UP)


def test_an_entity_that_goes_on_is_running_again_at_once(make: Make, api: Api) -> None:
    stand = make(run_max_seconds="900", request_interval_ms="1000")
    with running(stand):
        until(lambda: set(conditions(stand).values()) == {Condition.CAUGHT_UP})
        api.total += 1
        until(lambda: set(conditions(stand).values()) == {Condition.RUNNING})
        until(lambda: set(conditions(stand).values()) == {Condition.CAUGHT_UP})


# What is written, and when


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Told:
    """The states that one run of these entities tells."""

    def __init__(self, entities: list[Entity], before: Memory | None = None) -> None:
        self.clock = Clock()
        self.reports: list[Mapping[str, Any]] = []
        self.states = States(entities, self.reports.append, before or Memory(), self.clock)

    def after(self, seconds: float, **further: object) -> int:
        """How many reports there are when that time is over and it was asked to tell."""
        self.clock.now += seconds
        self.states.tell(further)
        return len(self.reports)

    def retry(self, entity: Entity, reason: str = "broken") -> None:
        """An attempt of the entity failed."""
        entity.failed_attempts += 1
        notice = Notice(reason, entity=entity.name, state=State.RETRYING, retry_in=3.0, attempt=entity.failed_attempts, of=6)
        self.states.hear(notice)


@pytest.fixture
def entities() -> list[Entity]:
    config = load_config(configuration()).config
    requests = builder(config.request, "a")
    return [Entity(name=f"e{n}", topic="t", requests=requests, gate=Gate(config.request.url), position=Position(0)) for n in range(1000)]


def test_what_is_over_within_seconds_is_not_told(entities: list[Entity]) -> None:
    told = Told(entities)
    told.retry(entities[0])
    assert told.after(4) == 0
    entities[0].failed_attempts = 0
    assert told.after(2) == 0


def test_what_retries_is_told_when_it_changes_more_rarely_while_it_goes_on_and_when_it_is_over(entities: list[Entity]) -> None:
    told = Told(entities)
    written: list[float] = []
    for _ in range(600):
        told.retry(entities[0])
        if told.after(1) > len(written):
            written.append(told.clock.now)
    assert written[:5] == [5, 15, 35, 75, 135]
    assert len(written) <= 13
    entities[0].failed_attempts = 0
    told.after(60)
    assert told.reports[-1]["retrying"] == {}
    told.retry(entities[0])
    assert told.after(300) == len(written) + 2


def test_a_thousand_entities_that_retry_are_one_report_with_a_hundred_reasons(entities: list[Entity]) -> None:
    told = Told(entities)
    for entity in entities:
        told.retry(entity, "x" * 10_000)
    assert told.after(5) == 1
    retrying = told.reports[0]["retrying"]
    assert len(retrying) == 1000
    assert sum("reason" in each for each in retrying.values()) == 100
    assert len(json.dumps(told.reports[0])) < 110_000


def test_where_an_entity_had_caught_up_is_told_once_also_over_runs(entities: list[Entity]) -> None:
    told = Told(entities)
    entities[0].caught_up = Position(7, epoch=1, sequence=3)
    assert told.after(5) == 1
    assert told.reports[0] == {"retrying": {}, "caught_up": {"e0": [1, 3]}}
    assert told.after(60) == 1
    again = Told(entities, Memory.of(told.reports))
    assert again.after(60) == 0
    entities[0].caught_up = Position(8, epoch=1, sequence=4)
    assert again.after(60) == 1


def test_a_reason_of_the_last_run_is_told_until_there_is_a_newer_one(entities: list[Entity]) -> None:
    before = Told(entities)
    before.retry(entities[0], "the first")
    before.after(5)
    told = Told(entities, Memory.of(before.reports))
    assert told.after(5) == 0
    told.retry(entities[0], "the second")
    told.after(60)
    told.after(60)
    assert [report["retrying"]["e0"]["reason"] for report in [*before.reports, *told.reports]] == ["the first", "the second"]


def test_what_else_is_to_be_said_is_told_when_it_changes(entities: list[Entity]) -> None:
    told = Told(entities)
    assert told.after(5, late={"e0": 100}) == 1
    assert told.after(60, late={"e0": 100}) == 1
    assert told.after(60) == 2
    assert [report.get("late") for report in told.reports] == [{"e0": 100}, None]


# What is remembered of former runs

REPORT: Mapping[str, Any] = {
    "task": 0, "due": {"a": 3.0, "b": 4.0}, "failures": {"a": 2}, "attempts": {"a": 5}, "retrying": {"a": {}}, "caught_up": {"a": [0, 1]},
}


def test_what_is_newer_wins_and_what_only_older_reports_say_is_kept() -> None:
    memory = Memory.of([{**REPORT, "rank": 3}, {"due": {"b": 9.0}, "rank": 4}])
    assert (memory.rank, memory.due, memory.failures) == (4, {"a": 3.0, "b": 9.0}, {"a": 2})


def test_what_begins_anew_has_no_pause_and_never_failed() -> None:
    memory = Memory.of([REPORT], without=["a"])
    assert memory == Memory(due={"b": 4.0}, caught_up={"a": [0, 1]})


def test_b176_pauses_and_failures_are_found_behind_thousands_of_other_observations(make: Make, api: Api) -> None:
    stand = make(entity_names="a", request_interval_ms="800000", catchup_interval_ms="800000")
    (request,) = stand.tick()
    assert stand.run(request).success
    api.answer = broken
    clutter(stand, 6_000)
    assert stand.run(request).success
    assert len(api.asked) == 1
    assert diagnoses(stand)["a"].next_poll is not None


def test_b176_how_often_an_entity_failed_is_found_behind_thousands_of_other_observations(make: Make, api: Api) -> None:
    stand = make(entity_names="a")
    api.answer = broken
    for failures in (1, 2):
        stand.hurry()
        stand.poll()
        assert diagnoses(stand)["a"].failures == failures
        clutter(stand, 3_000)
    stand.cursor = None
    stand.tick()
    assert stand.remembered()["failed"]["a"]["failures"] == 2


def clutter(stand: Stand, count: int) -> None:
    """Observations of the asset that others make, of one of its partitions or of none: a few, and copies of them in the storage."""
    partitions = ("a", None)
    for partition in partitions:
        stand.instance.report_runless_asset_event(dg.AssetObservation(stand.key, partition=partition))
    database = Path(stand.instance.storage_directory()).parent / "history" / "runs" / "index.db"
    with closing(sqlite3.connect(database, timeout=60)) as connection:
        columns = ", ".join(name for _, name, *_ in connection.execute("pragma table_info(event_logs)") if name != "id")
        connection.execute(COPIES.format(columns=columns), (len(partitions), count // len(partitions)))
        connection.commit()
