"""docs/architecture.md is what the code prints, and what the code does: a record is followed through a real run."""

import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

import dagster as dg
import pytest

from http_source.entity import Entity, Phase, Rules
from http_source.orchestration.ledger import names
from http_source.orchestration.ledger.lease import LeasePhase
from http_source_tests import architecture_page as page
from http_source_tests.entity.entities import HEAVY, Life, entity
from http_source_tests.orchestration.api import serving
from http_source_tests.orchestration.home import store_in
from http_source_tests.orchestration.stand import Stand, configuration, runs_end

PRINTED = page.ROOT / "docs" / "architecture.md"
Call = tuple[str, str]
"""A step's function, and the name of the thread that called it."""


class Trace:
    """Notes who calls the functions of the walk, each the first time."""

    def __init__(self) -> None:
        self._steps = {step.code(): step for step in page.WALK}
        self.calls: list[Call] = []
        self._seen: set[CodeType] = set()

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and (step := self._steps.get(frame.f_code)) and frame.f_code not in self._seen:
            self._seen.add(frame.f_code)
            self.calls.append((step.function, threading.current_thread().name))


@contextmanager
def traced() -> Iterator[list[Call]]:
    trace, before = Trace(), sys.getprofile()
    threading.setprofile(trace)
    sys.setprofile(trace)
    try:
        yield trace.calls
    finally:
        threading.setprofile(None)
        sys.setprofile(before)


@pytest.fixture
def stand(tmp_path: Path, brokers: str) -> Iterator[Stand]:
    store_in(tmp_path)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance, runs_end(instance), serving(25) as api:
        yield Stand(instance, configuration(api.url, entity_names="a"), brokers)


def test_the_page_is_what_the_code_prints() -> None:
    assert PRINTED.read_text(encoding="utf-8") == page.architecture_page(), "run `make docs`"


def test_a_record_goes_the_way_that_the_page_shows_in_the_threads_that_it_names(stand: Stand) -> None:
    *way, last = page.WALK
    with traced() as before:
        (request,) = stand.tick()
        assert stand.run(request).success
    with traced() as after:
        stand.tick()
    calls = [call for call in before if call[0] != last.function] + [call for call in after if call[0] == last.function]
    assert [function for function, _ in calls] == [step.function for step in (*way, last)]
    strangers = [call for call, step in zip(calls, page.WALK, strict=True) if not call[1].startswith(page.THREADS[step.thread])]
    assert strangers == []


def test_every_folder_has_its_line_and_files_to_begin_with() -> None:
    folders = {file.parent.name for file in (page.ROOT / page.PACKAGE).glob("*/__init__.py")}
    assert folders <= page.ROOMS.keys()
    starts = [page.ROOT / page.PACKAGE / file for _, files in page.ROOMS.values() for file in files]
    assert [file for file in starts if not file.is_file()] == []


def test_every_thread_of_the_package_is_named() -> None:
    assert page.thread_names() == page.OWNERS.keys()


def test_every_name_under_which_something_is_stored_is_shown() -> None:
    values = {name: value for name, value in vars(names).items() if isinstance(value, str) and "http_source" in value and name[0].isupper()}
    assert page.STORED.keys() == values.keys()


@pytest.mark.parametrize(("first", "then", "function", "when"), page.LIFE)
def test_a_run_enters_each_phase_where_the_page_says(first: LeasePhase, then: LeasePhase, function: str, when: str) -> None:
    assert first is not then
    assert when
    module, _, name = function.partition(":")
    assert f"LeasePhase.{then.name}" in inspect.getsource(page.found(f"{module}:{name}"))


def test_the_life_of_a_run_has_all_phases() -> None:
    assert {phase for first, then, *_ in page.LIFE for phase in (first, then)} == set(LeasePhase)


AGAIN, FOR_GOOD, ONCE = Rules(), Rules(auto_restart=False), Rules(once=True)


def ahead(life: Life) -> Entity:
    """An entity of which as many pages wait for Kafka as may."""
    life.entity.waiting, life.entity.weight = 2, 2 * HEAVY
    return life.entity


TRANSITIONS: dict[tuple[str, Phase], tuple[Rules, Callable[[Life], object]]] = {
    ("begin", Phase.PLANNED): (AGAIN, lambda life: life.begin()),
    ("take", Phase.IN_HAND): (AGAIN, lambda life: life.take()),
    ("plan", Phase.PLANNED): (AGAIN, lambda life: life.entity.plan(1.0)),
    ("plan", Phase.PARKED): (AGAIN, lambda life: ahead(life).plan(1.0)),
    ("plan", Phase.AWAY): (ONCE, lambda life: life.entity.plan(1.0)),
    ("rest", Phase.PLANNED): (AGAIN, lambda life: life.entity.rest(1.0)),
    ("wait", Phase.PLANNED): (AGAIN, lambda life: life.entity.wait(1.0)),
    ("retry", Phase.PLANNED): (AGAIN, lambda life: life.entity.retry(1.0, "away", 2)),
    ("fail", Phase.PLANNED): (AGAIN, lambda life: life.entity.fail("broken")),
    ("fail", Phase.AWAY): (FOR_GOOD, lambda life: life.entity.fail("broken")),
    ("leave", Phase.AWAY): (AGAIN, lambda life: life.entity.leave("the end")),
    ("settle", Phase.PLANNED): (AGAIN, lambda life: life.entity.settle(HEAVY)),
}


def reach(life: Life, phase: Phase) -> None:
    """Bring a new entity into a phase."""
    if phase is not Phase.AWAY:
        life.begin()
    if phase in (Phase.IN_HAND, Phase.PARKED):
        assert life.take()
    if phase is Phase.PARKED:
        ahead(life).plan(1.0)
    assert life.entity.phase is phase


@pytest.mark.parametrize(("first", "name", "then"), page.TURNS)
def test_an_entity_changes_hands_as_the_page_shows(first: Phase, name: str, then: Phase) -> None:
    rules, transition = TRANSITIONS[name, then]
    life = Life(entity(rules))
    reach(life, first)
    transition(life)
    assert life.entity.phase is then


def test_the_life_of_an_entity_has_all_phases() -> None:
    assert {phase for first, _, then in page.TURNS for phase in (first, then)} == set(Phase)


def test_each_room_stands_above_all_that_it_imports() -> None:
    order = [line.split()[1] for line in page.picture().splitlines()[1:-1]]
    assert sorted(order) == sorted(page.imports())
    assert all(order.index(room) < order.index(other) for room, others in page.imports().items() for other in others)


def test_what_the_picture_leaves_out_follows_from_what_it_shows() -> None:
    arrows = [(room, other) for room, others in page.arrows().items() for other in others]
    assert all(other in page.imports()[room] for room, other in arrows)
    reached = {room: {room} for room in page.imports()}
    for _ in reached:
        for first, then in arrows:
            reached[first] |= reached[then]
    assert {room: others - reached[room] for room, others in page.imports().items() if others - reached[room]} == {}
