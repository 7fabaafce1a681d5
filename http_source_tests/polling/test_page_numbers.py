"""PAGE_NUMBER, against model APIs whose records arrive between requests: each comes once, and what cannot be right is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.properties import CursorEnd, OffsetMode, OffsetOptions
from http_source.model import Offset, Position
from http_source.polling.modes.mode import PAGE_CHANGED
from http_source.polling.modes.page_number import FIRST_BEYOND, FIRST_PAGE_AGAIN, LARGE_PAGE, SAME_AND_MORE, SAME_PAGE, SHORT_PAGE
from http_source.polling.standing import misfit, start_of
from http_source_tests.polling.samples import options
from http_source_tests.polling.walk import Walk

Serve = Callable[[Sequence[int], int, int], Sequence[int]]
"""All records, the number of a page (from 1) and how many there are in one → the page."""


def exactly(records: Sequence[int], number: int, size: int) -> Sequence[int]:
    return records[(number - 1) * size : number * size]


def the_last_for_any_beyond(records: Sequence[int], number: int, size: int) -> Sequence[int]:
    return exactly(records, min(number, max(1, -(-len(records) // size))), size)


def the_first_for_any_beyond(records: Sequence[int], number: int, size: int) -> Sequence[int]:
    return exactly(records, number, size) or exactly(records, 1, size)


def always_the_first(records: Sequence[int], _number: int, size: int) -> Sequence[int]:
    return exactly(records, 1, size)


def pages(size: int | None = None, initial: str = "1", end: CursorEnd = CursorEnd.FOLLOW) -> OffsetOptions:
    return options(
        OffsetOptions, mode=OffsetMode.PAGE_NUMBER, data_pointer="/items", initial=initial, page_size=size, cursor_end=end
    )


@dataclass
class Numbers:
    """An API of records in pages."""

    records: list[int]
    size: int = 3
    serve: Serve = exactly

    def __call__(self, number: Offset) -> Sequence[int]:
        return self.serve(self.records, int(number), self.size)


def walk(settings: OffsetOptions, records: int = 0, size: int = 3, serve: Serve = exactly) -> tuple[Walk, list[int]]:
    """A walk through an API that has so many records, and those, to be added to."""
    numbers = Numbers(list(range(records)), size, serve)
    return Walk(settings, numbers), numbers.records


@pytest.mark.parametrize("size", [None, 3, 7])
def test_b190_every_page_is_taken_and_what_the_last_one_gains(size: int | None) -> None:
    entity, records = walk(pages(size), 10)
    assert entity.drain().brought == records
    records += [10, 11, 12, 13]
    assert entity.drain().brought == records


def test_a_full_page_is_left_at_once_where_its_size_is_known() -> None:
    assert walk(pages(3), 7)[0].drain().asked == [1, 2, 3, 4, 3, 4]


def test_without_a_size_a_page_is_asked_for_again_before_it_is_left() -> None:
    assert walk(pages(), 4)[0].drain().asked == [1, 2, 1, 2, 3, 2, 3]


def test_at_rest_the_position_stays_as_it_is_at_the_last_page_with_records() -> None:
    entity, _ = walk(pages(3), 7)
    before = entity.drain().stored
    assert before is not None
    assert (before.offset, before.delivered) == (3, 1)
    assert entity.drain().stored is before


@pytest.mark.parametrize("size", [None, 3])
def test_pages_are_walked_through_also_where_each_turn_is_a_run_of_its_own(size: int | None) -> None:
    """As with an interval above run.linger.ms: what a look has shown is forgotten at the end of a run, but not before."""
    entity, records = walk(pages(size), 10)
    for _ in range(8):
        entity.poll()
        while entity.page.at_once:
            entity.poll()
        entity.restart()
    assert entity.brought == records


def test_an_answer_without_records_in_between_leaves_no_page_behind() -> None:
    entity, records = walk(pages(), 2, size=3)
    entity.poll()
    records += [2, 3]
    entity.poll()
    serve, entity.serve = entity.serve, lambda _number: []
    entity.poll()
    entity.serve = serve
    assert entity.drain().brought == records


def test_a_page_behind_that_is_this_one_and_has_gained_is_no_cycle_and_no_end() -> None:
    entity, records = walk(pages(3, end=CursorEnd.STOP), 2, serve=the_last_for_any_beyond)
    entity.poll()
    records.append(2)
    entity.poll()
    assert not entity.position.done
    assert entity.drain().brought == records


def test_pages_that_hold_all_before_them_are_not_asked_for_without_a_pause() -> None:
    entity, _ = walk(pages(3), 9, serve=lambda records, number, size: records[: number * size])
    assert entity.drain().asked == [1, 2, 1, 2]
    assert entity.told == {SAME_AND_MORE}


def test_once_the_size_is_right_pages_are_left_at_once_again() -> None:
    entity, records = walk(pages(2), 7)
    entity.drain()
    entity.settings = pages(3)
    entity.restart()
    before = len(entity.asked)
    records += [7, 8, 9, 10]
    entity.drain()
    assert entity.brought == records
    assert entity.asked[before:] == [3, 4, 5, 4, 5]


def test_an_api_without_records_is_asked_for_its_first_page_again() -> None:
    entity, records = walk(pages(3))
    entity.drain()
    assert (entity.asked, entity.stored) == ([1, 1], None)
    records += [0]
    assert entity.drain().brought == [0]


@pytest.mark.parametrize("serve", [the_last_for_any_beyond, always_the_first])
def test_a_page_that_is_the_one_before_it_is_none_and_told(serve: Serve) -> None:
    entity = walk(pages(4), 3, serve=serve)[0].drain()
    assert (entity.brought, entity.told) == ([0, 1, 2], {SAME_PAGE})


@pytest.mark.parametrize("size", [None, 3])
def test_a_first_page_that_may_be_full_and_comes_again_is_a_doubt_until_there_are_others(size: int | None) -> None:
    entity, records = walk(pages(size), 3, serve=the_last_for_any_beyond)
    entity.drain()
    assert (entity.brought, entity.told) == ([0, 1, 2], {FIRST_PAGE_AGAIN})
    records += [3, 4, 5]
    entity.told.clear()
    assert (entity.drain().brought, entity.told) == (records, {SAME_PAGE})


@pytest.mark.parametrize("size", [None, 3])
def test_pages_counted_from_0_where_the_api_takes_0_for_1_are_a_doubt(size: int | None) -> None:
    entity, _ = walk(pages(size, initial="0"), 9, serve=lambda records, number, size: exactly(records, max(number, 1), size))
    assert FIRST_PAGE_AGAIN in entity.drain().told


def test_the_last_page_for_any_number_beyond_is_followed_like_any_other() -> None:
    entity, records = walk(pages(), 5, serve=the_last_for_any_beyond)
    entity.drain()
    records += [5, 6, 7]
    assert entity.drain().brought == records


def test_short_pages_with_others_behind_them_are_left_and_told() -> None:
    assert walk(pages(100), 7)[0].drain().told == {SHORT_PAGE}


def test_pages_that_are_larger_than_said_are_told_and_asked_for_again_before_they_are_left() -> None:
    entity, records = walk(pages(2), 7)
    assert (entity.drain().brought, entity.told) == (records, {LARGE_PAGE})
    assert entity.asked[:6] == [1, 2, 1, 2, 3, 2]


def test_a_last_page_that_lost_a_record_is_produced_again_and_told() -> None:
    entity, records = walk(pages(3), 2)
    entity.drain()
    records[:] = [1, 2]
    assert (entity.drain().brought, entity.told) == ([0, 1, 1, 2], {PAGE_CHANGED})


def test_at_the_end_it_begins_anew_where_that_is_wanted() -> None:
    entity, _ = walk(pages(3, end=CursorEnd.RESTART), 4)
    while entity.poll():
        pass
    assert entity.position == Position(1, sequence=3, mode="PAGE_NUMBER")


def test_at_the_end_it_is_done_where_that_is_wanted() -> None:
    entity, _ = walk(pages(3, end=CursorEnd.STOP), 4)
    while entity.poll():
        pass
    entity.restart()
    assert entity.position.done


def test_b168_a_count_of_records_is_no_number_of_a_page() -> None:
    counted = Position(20, sequence=2, mode="SIMPLE_INCREMENTING")
    assert start_of(pages(), counted) == counted
    assert "SIMPLE_INCREMENTING" in misfit("PAGE_NUMBER", counted)
    assert "not an integer" in misfit("PAGE_NUMBER", Position("eyJ", mode="PAGE_NUMBER"))


STEPS = st.lists(st.sampled_from(["poll", "restart", "grow"]), max_size=60)


@pytest.mark.parametrize("size", [None, 3])
def test_the_first_page_for_any_number_beyond_is_no_page_and_told(size: int | None) -> None:
    """Also in a run that begins at a later page."""
    entity, records = walk(pages(size), 9, serve=the_first_for_any_beyond)
    assert entity.drain().brought == records
    entity.restart()
    records += [9, 10]
    assert entity.drain().brought == records
    assert FIRST_BEYOND in entity.told


BEYOND = st.sampled_from([exactly, the_last_for_any_beyond, the_first_for_any_beyond])


@given(STEPS, st.integers(1, 4), st.none() | st.integers(0, 3), BEYOND)
def test_whatever_arrives_in_between_each_record_comes_once_and_in_order(
    steps: list[str], size: int, beyond: int | None, serve: Serve
) -> None:
    """Restarts forget what a look has shown, and nothing else. APIs may give fewer records in a page than they are asked for."""
    entity, records = walk(pages(None if beyond is None else size + beyond), size=size, serve=serve)
    for step in steps:
        if step == "grow":
            records.append(len(records))
        elif step == "restart":
            entity.restart()
        else:
            entity.poll()
    assert entity.drain().brought == records
    assert LARGE_PAGE not in entity.told
