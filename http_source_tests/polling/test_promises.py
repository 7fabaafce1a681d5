"""What SIMPLE_INCREMENTING and CURSOR_PAGINATION promise, against a model of an API whose list changes between any two requests."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from http_source.model import Offset
from http_source.polling.modes.cursor_pagination import PAGE_REORDERED
from http_source.polling.modes.simple_incrementing import SAME_PAGE
from http_source_tests.polling.samples import cursor, simple
from http_source_tests.polling.walk import Walk

SIZE = 3


@dataclass
class Listed:
    """A list in pages, which names the place of the next page as long as there are records behind it."""

    records: list[int] = field(default_factory=list)
    made: int = 0
    following: str | None = None

    def __call__(self, place: Offset) -> Sequence[int]:
        start = int(place or 0)
        self.following = str(start + SIZE) if len(self.records) > start + SIZE else None
        return self.records[start : start + SIZE]

    def body(self, items: Sequence[Any]) -> bytes:
        return json.dumps({"items": list(items), "next": self.following}).encode()

    def grow(self) -> None:
        """One more record at the end."""
        self.put(len(self.records))

    def put(self, place: int) -> None:
        """One more record somewhere."""
        self.records.insert(place, self.made)
        self.made += 1


STEPS = st.lists(st.sampled_from(["poll", "poll", "grow", "grow", "restart"]), max_size=60)


def follow(entity: Walk, steps: Sequence[str], grow: Callable[[], None]) -> None:
    for step in steps:
        if step == "grow":
            grow()
        elif step == "restart":
            entity.restart()
        else:
            entity.poll()


@given(STEPS)
def test_counted_records_come_once_and_in_order_whatever_arrives_in_between(steps: list[str]) -> None:
    listed = Listed()
    entity = Walk(simple(), listed)
    follow(entity, steps, listed.grow)
    assert entity.drain().brought == listed.records
    assert entity.told == set()


def test_an_api_that_does_not_look_at_the_count_is_told_and_asked_at_the_interval() -> None:
    entity = Walk(simple(), lambda _: [1, 2, 3])
    assert [entity.poll() for _ in range(3)] == [True, False, False]
    assert entity.told == {SAME_PAGE}


def test_records_that_are_alike_one_by_one_are_no_sign_of_that() -> None:
    entity = Walk(simple(), lambda _: [7])
    assert [entity.poll() for _ in range(3)] == [True, True, True]
    assert entity.told == set()


@given(STEPS)
def test_records_behind_tokens_come_once_and_in_order_whatever_arrives_in_between(steps: list[str]) -> None:
    listed = Listed()
    entity = Walk(cursor(), listed, write=listed.body)
    follow(entity, steps, listed.grow)
    assert entity.drain().brought == listed.records
    assert entity.told == set()


@given(STEPS, st.data())
def test_what_is_put_into_a_list_elsewhere_comes_once_or_that_is_told(steps: list[str], data: st.DataObject) -> None:
    """What is put into the last page pushes delivered records onto the next one."""
    listed = Listed()
    entity = Walk(cursor(), listed, write=listed.body)

    def put() -> None:
        last_page = (len(listed.records) - 1) // SIZE * SIZE
        listed.put(data.draw(st.integers(max(0, last_page), len(listed.records))))

    follow(entity, steps, put)
    entity.drain()
    assert sorted(entity.brought) == sorted(listed.records) or PAGE_REORDERED in entity.told
    assert set(entity.brought) == set(listed.records)
