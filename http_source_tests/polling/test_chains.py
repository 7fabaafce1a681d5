"""CHAINING, against model APIs that keep its preconditions or do not: each record once, or it is told why not."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.errors import PageRefused
from http_source.model import Offset, Position
from http_source.polling.modes.boundary import MOST
from http_source.polling.modes.chaining import CHANGED, PAGE_TOO_SMALL, ROUGH, SAME_PAGE, TOO_MANY
from http_source_tests.polling.logs import Filter, Log, Record, any_at_all, chain, greater, greater_or_equal, walk
from http_source_tests.polling.samples import read
from http_source_tests.polling.walk import Walk

# Records at the boundary


def test_b193_records_that_an_inclusive_filter_gives_again_are_left_out() -> None:
    entity, log = walk(chain(), 1, 2, 2, 3, size=4, passes=greater_or_equal)
    assert entity.drain().brought == log.records
    log.grow(3, 3, 4)
    assert (entity.drain().brought, entity.told) == (log.records, set())


def test_b193_an_api_that_ignores_the_offset_brings_each_record_once_and_is_told() -> None:
    entity, log = walk(chain(), 1, 2, 3, size=100, passes=any_at_all)
    assert (entity.drain().brought, entity.told) == (log.records, {SAME_PAGE})
    log.grow(4, 5)
    assert entity.drain().brought == log.records


def test_b193_at_rest_nothing_is_stored_again() -> None:
    entity, _ = walk(chain(), 1, 2, 3, passes=greater_or_equal)
    before = entity.drain().stored
    assert entity.drain().stored is before


def test_b193_more_records_of_one_value_than_a_page_holds_are_told() -> None:
    entity, log = walk(chain(), 1, 2, 2, 2, 2, passes=greater_or_equal)
    assert (entity.drain().brought, entity.told) == (log.records[:4], {PAGE_TOO_SMALL})


def test_b193_a_record_that_was_changed_is_a_new_one() -> None:
    entity, log = walk(chain(), 1, 2, passes=greater_or_equal)
    entity.drain()
    log.records[1] = {"at": 2, "n": "changed"}
    assert entity.drain().brought[2:] == [{"at": 2, "n": "changed"}]


def test_b193_of_two_records_that_are_alike_both_come_and_each_once() -> None:
    entity, log = walk(chain(), passes=greater_or_equal)
    log.records = [{"at": 1}, {"at": 1}]
    assert entity.drain().brought == log.records
    log.records.append({"at": 1})
    assert entity.drain().brought == log.records


def test_b193_more_records_than_are_remembered_are_told() -> None:
    """As long as the page is what it was they are known as a whole."""
    entity, log = walk(chain(), *range(1, MOST + 2), size=5_000, passes=any_at_all)
    assert (len(entity.drain().brought), entity.told) == (MOST + 1, {SAME_PAGE})
    log.records[0] = {"at": 0, "n": "changed"}
    assert entity.drain().told == {SAME_PAGE, TOO_MANY}
    assert {"at": 0, "n": "changed"} in entity.brought


def test_b193_the_boundary_is_known_however_the_server_escapes_its_text() -> None:
    moments = [f"2026-01-01T00:00:{second:02}+00:00" for second in range(20)]

    def escaped(items: Sequence[Any]) -> bytes:
        return json.dumps({"items": [{"at": at} for at in items]}).replace("+", "\\u002B").encode()

    entity = Walk(chain(), lambda offset: [at for at in moments if at >= str(offset)][:4], write=escaped)
    assert [each["at"] for each in entity.drain().brought] == moments


def test_b193_a_filter_that_is_rougher_than_the_values_brings_each_record_once() -> None:
    log: list[Record] = []
    entity = Walk(chain(), lambda offset: [each for each in log if float(each["at"]) >= int(float(offset))])
    for number in range(1, 60):
        log.append({"at": f"{number / 7:.3f}"})
        entity.poll()
    assert entity.drain().brought == log


def test_b193_that_a_filter_is_rough_is_told_when_it_shows_later() -> None:
    known = read(chain(), {"items": [{"at": 9}, {"at": 10}]}, Position("8", boundary="f" * 16))
    assert known.doubts == ()
    page = read(chain(), {"items": [{"at": 9}, {"at": 10}, {"at": 11}]}, known.position)
    assert page.doubts == (ROUGH,)
    assert page.position.rough


def test_b193_records_of_one_value_in_no_order_come_once() -> None:
    log = Log([{"at": 5, "n": number} for number in range(6)], 3, greater_or_equal)
    entity = Walk(chain(), log)
    for turn in range(12):
        log.records = log.records[turn % 5:] + log.records[: turn % 5]
        entity.poll()
    assert sorted(each["n"] for each in entity.brought) == list(range(6))


def test_b193_a_record_that_changes_with_each_answer_is_told() -> None:
    fetched = iter(range(100))
    entity = Walk(chain(), lambda _offset: [{"at": 5, "fetched": next(fetched)}])
    assert CHANGED in entity.drain().told


def test_positions_of_the_version_before_may_bring_the_boundary_once_more() -> None:
    entity, log = walk(chain(), 1, 2, passes=greater_or_equal)
    entity.stored = Position("2", sequence=5, mode="CHAINING")
    entity.restart()
    assert entity.drain().brought == log.records[1:]


def test_b53_b54_a_page_that_leads_nowhere_is_produced_once_and_told() -> None:
    page = read(chain(), {"items": [{"at": "a"}, {"at": "a"}]}, Position("a"))
    assert (len(page.records), page.progressed, page.position.offset) == (2, False, "a")
    again = read(chain(), {"items": [{"at": "a"}, {"at": "a"}]}, page.position)
    assert again.position is page.position
    assert (list(again.records), again.doubts) == ([], (PAGE_TOO_SMALL,))


# Arrays and objects


SORTED = replace(chain(), as_string=False, initial="[0,0]")


@dataclass
class Search:
    """A search engine that gives what comes after the values by which it sorts, in pages of two."""

    found: list[Record]

    def __call__(self, after: Offset) -> list[Record]:
        return [each for each in self.found if each["at"] > json.loads(str(after))][:2]


def test_b196_the_values_of_a_sort_are_an_offset_as_they_are_served() -> None:
    search = Search([{"at": [time, tie]} for time in (1, 2) for tie in range(1, 4)])
    entity = Walk(SORTED, search)
    assert entity.drain().brought == search.found
    entity.restart()
    assert (entity.position.offset, entity.told) == ("[2, 3]", set())


def test_b196_an_array_is_compared_as_json_and_left_out_at_the_boundary() -> None:
    first = read(SORTED, b'{"items": [{"at": [1, "a"]}]}', Position("[0,0]"))
    again = read(SORTED, b'{"items": [{"at": [1, "a"]}, {"at":[1,"a"],"n":2}]}', first.position)
    assert (len(again.records), again.position.offset) == (1, '[1, "a"]')


def test_b196_an_array_is_refused_with_the_property_that_takes_it() -> None:
    with pytest.raises(PageRefused, match=r"finds an array.*use\.http\.offset\.json\.pointer\.as\.string=false"):
        read(chain(), {"items": [{"at": [1]}]}, Position("0"))


# Any API


@given(
    steps=st.lists(st.sampled_from(["poll", "poll", "restart", "same", "next"]), max_size=60),
    size=st.integers(2, 5), passes=st.sampled_from([greater, greater_or_equal, any_at_all]),
)
def test_whatever_arrives_in_between_each_record_comes_once_or_it_is_told_why_not(steps: list[str], size: int, passes: Filter) -> None:
    entity, log = walk(chain(), size=size, passes=passes)
    number = 1
    for step in steps:
        if step == "poll":
            entity.poll()
        elif step == "restart":
            entity.restart()
        else:
            number += step == "next"
            log.grow(number)
    entity.drain()
    came = [each["n"] for each in entity.brought]
    assert len(set(came)) == len(came)
    if passes is greater_or_equal and not entity.told:
        assert entity.brought == log.records
