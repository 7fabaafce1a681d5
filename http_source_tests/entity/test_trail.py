"""A circle of pages is noticed, however long it is, and a way that leads on is none."""

from itertools import pairwise

import pytest

from http_source.entity.trail import Trail
from http_source.model import Page, Position


def walk(trail: Trail, *offsets: int) -> list[bool]:
    """Follow pages from the first offset to the last; whether each was taken for one that leads on."""
    ways = ((Page([b"1"], Position(following), progressed=True), Position(asked)) for asked, following in pairwise(offsets))
    return [trail.follow(page, asked).progressed for page, asked in ways]


def test_a_way_that_leads_on_is_no_circle() -> None:
    assert all(walk(Trail(), *range(10_000)))


@pytest.mark.parametrize("length", [1, 2, 7, 100, 250])
def test_a_circle_of_any_length_is_noticed(length: int) -> None:
    turns = walk(Trail(), *(number % length for number in range(4 * length + 2)))
    assert turns[0] is (length > 1)
    assert not turns[-1]


def test_a_page_that_leads_nowhere_begins_a_new_way() -> None:
    trail = Trail()
    assert walk(trail, 1, 2, 1) == [True, False]
    trail.follow(Page([], Position(1), progressed=False), Position(1))
    assert walk(trail, 1, 2) == [True]


def test_what_it_remembers_does_not_grow() -> None:
    trail = Trail()
    walk(trail, *range(10_000))
    assert len(trail.last) == 100
