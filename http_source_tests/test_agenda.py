"""The agenda hands out what is due, once, to whichever thread asks."""

import threading
import time
from collections.abc import Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from http_source.turns.agenda import Agenda


class OpenDoor:
    """Lets everything through at once."""

    def crowd_of(self, _thing: str) -> Hashable:
        return None

    def opens(self, _crowd: Hashable, now: float) -> float:
        return now

    def next(self, _crowd: Hashable, _due: float, now: float) -> float:
        return now

    def enter(self, _crowd: Hashable, _due: float, _now: float) -> None:
        return None


@pytest.fixture
def agenda() -> Iterator[Agenda[str]]:
    agenda: Agenda[str] = Agenda(time.monotonic, OpenDoor())
    yield agenda
    agenda.close()


def take(agenda: Agenda[str]) -> str | None:
    taken = agenda.take()
    return taken[1] if taken else None


def test_hands_out_the_earliest_first_and_equals_in_the_order_they_were_planned(agenda: Agenda[str]) -> None:
    for due, thing in ((2.0, "late"), (1.0, "early"), (2.0, "later")):
        agenda.put(due, thing)
    assert [take(agenda) for _ in range(3)] == ["early", "late", "later"]


def test_hands_out_nothing_before_its_time(agenda: Agenda[str]) -> None:
    due = time.monotonic() + 0.05
    agenda.put(due, "thing")
    assert agenda.take() == (due, "thing", None)
    assert time.monotonic() >= due


def test_an_earlier_thing_overtakes_the_one_that_is_waited_for(agenda: Agenda[str]) -> None:
    agenda.put(time.monotonic() + 3600, "in an hour")
    with ThreadPoolExecutor(3) as threads:
        takers = [threads.submit(take, agenda) for _ in range(3)]
        agenda.put(0.0, "now")
        agenda.put(time.monotonic() + 0.05, "soon")
        while sum(taker.done() for taker in takers) < 2:
            threading.Event().wait(0.01)
        agenda.close()
    assert {taker.result() for taker in takers} == {"now", "soon", None}


def test_each_thing_goes_to_one_thread(agenda: Agenda[str]) -> None:
    start = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        takers = [threads.submit(take, agenda) for _ in range(200)]
        for number in range(200):
            agenda.put(start + number / 2_000, str(number))
        assert sorted(str(taker.result()) for taker in takers) == sorted(map(str, range(200)))


def test_one_who_waits_already_takes_what_a_busy_thread_has_planned(agenda: Agenda[str]) -> None:
    with ThreadPoolExecutor(2) as threads:
        over = threading.Event()

        def plan_and_be_busy() -> None:
            while (taken := take(agenda)) == "plan":
                agenda.put(time.monotonic() + 0.2, "planned meanwhile")
                agenda.put(0.0, "keeps it busy")
            if taken == "keeps it busy":
                over.wait()
            else:
                over.set()

        takers = [threads.submit(plan_and_be_busy) for _ in range(2)]
        agenda.put(0.0, "plan")
        for taker in takers:
            taker.result()
        assert over.is_set()


def test_closing_ends_every_wait(agenda: Agenda[str]) -> None:
    agenda.put(time.monotonic() + 3600, "in an hour")
    with ThreadPoolExecutor(4) as threads:
        takers = [threads.submit(take, agenda) for _ in range(4)]
        agenda.close()
        assert [taker.result() for taker in takers] == [None] * 4


def test_a_thing_that_is_planned_again_is_handed_out_with_each_of_its_times(agenda: Agenda[str]) -> None:
    agenda.put(2.0, "thing")
    agenda.put(1.0, "thing")
    assert [agenda.take(), agenda.take()] == [(1.0, "thing", None), (2.0, "thing", None)]


def test_hands_out_nothing_while_it_is_held_and_then_at_once_what_fell_due(agenda: Agenda[str]) -> None:
    with ThreadPoolExecutor(1) as threads:
        agenda.hold()
        agenda.put(0.0, "thing")
        taker = threads.submit(take, agenda)
        threading.Event().wait(0.1)
        assert agenda.held
        assert not taker.done()
        agenda.go_on()
        assert taker.result() == "thing"
    assert not agenda.held


def test_closing_ends_a_hold(agenda: Agenda[str]) -> None:
    agenda.hold()
    agenda.put(0.0, "thing")
    with ThreadPoolExecutor(1) as threads:
        taker = threads.submit(take, agenda)
        agenda.close()
        assert taker.result() is None
