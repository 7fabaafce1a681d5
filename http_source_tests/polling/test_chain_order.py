"""CHAINING and the order of values: what falls, what ties, and what is not compared."""


import pytest

from http_source.errors import PageRefused
from http_source.model import Position
from http_source.polling.modes.chaining import GAP, TIES
from http_source.polling.modes.order import FALLING, NOT_GREATEST
from http_source_tests.polling.logs import ASCENDING, DESCENDING, NONE, Filter, Log, any_at_all, chain, greater, greater_or_equal, walk
from http_source_tests.polling.samples import read
from http_source_tests.polling.walk import Walk


@pytest.mark.parametrize("passes", [greater, any_at_all])
def test_b194_newest_first_is_told_within_one_page(passes: Filter) -> None:
    entity, _ = walk(chain(), *range(1, 8), passes=passes, newest_first=True)
    entity.poll()
    assert entity.told == {FALLING}


def test_b194_newest_first_is_handled_where_that_is_said() -> None:
    entity, log = walk(chain(DESCENDING), 1, 2, 3, size=100, newest_first=True)
    entity.drain()
    log.grow(4, 5)
    entity.drain()
    assert sorted(each["n"] for each in entity.brought) == [0, 1, 2, 3, 4]
    assert (entity.told, entity.position.offset) == (set(), "5")


def test_b194_a_feed_of_the_latest_records_that_ignores_the_offset_brings_each_once() -> None:
    entity, log = walk(chain(DESCENDING), 1, 2, 3, 4, size=4, passes=any_at_all, newest_first=True)
    entity.drain()
    for number in range(5, 12):
        log.grow(number)
        entity.drain()
    assert sorted(each["at"] for each in entity.brought) == list(range(1, 12))


def test_b194_the_newest_first_in_no_strict_order_come_once() -> None:
    log = Log([], 100, greater_or_equal)
    entity = Walk(chain(DESCENDING), log)
    for numbers in ((2, 1), (1, 3), (3, 2), (4, 5, 5)):
        log.records = [{"at": at, "n": len(log.records) + place} for place, at in enumerate(numbers)] + log.records
        entity.drain()
    came = [each["n"] for each in entity.brought]
    assert len(came) == len(set(came))


def test_b194_a_gap_that_newest_first_may_leave_is_told_where_the_size_is_known() -> None:
    entity, log = walk(chain(DESCENDING, size=3), 1, 2, newest_first=True)
    entity.drain()
    assert entity.told == set()
    log.grow(4, 5, 6, 7)
    assert entity.drain().told == {GAP}


def test_a_first_page_that_is_full_may_leave_such_a_gap_as_well() -> None:
    assert walk(chain(DESCENDING, size=3), 1, 2, 3, 4, newest_first=True)[0].drain().told == {GAP}


def test_b194_a_last_value_that_is_not_the_greatest_is_told() -> None:
    entity, _ = walk(chain(), 1, 9, 2, size=100)
    entity.poll()
    assert entity.told == {NOT_GREATEST}


def test_b194_against_the_order_that_is_set_nothing_is_produced() -> None:
    with pytest.raises(PageRefused, match=r"/at of record 1\) finds a greater value.*http.chaining.order=ASCENDING") as refused:
        walk(chain(ASCENDING), 1, 9, 2)[0].poll()
    assert not refused.value.retriable


def test_an_order_of_what_cannot_be_compared_is_refused_with_the_way_out() -> None:
    with pytest.raises(PageRefused, match=r"cannot be compared.*http\.chaining\.order=NONE"):
        read(chain(ASCENDING), {"items": [{"at": "a"}, {"at": "b"}]}, Position("0"))


def test_a_record_without_a_value_is_the_reason_before_the_order_is() -> None:
    with pytest.raises(PageRefused, match=r"\(/at of record 1\) finds nothing"):
        read(chain(ASCENDING), {"items": [{"at": "1"}, {"n": 2}, {"at": "3"}]}, Position("0"))


def test_only_the_last_record_needs_a_value() -> None:
    page = read(chain(), {"items": [{"n": 1}, {"at": {}}, {"at": 5}]}, Position("0"))
    assert (len(page.records), page.position.offset, page.doubts) == (3, "5", ())


def test_where_values_do_not_compare_nothing_is_claimed() -> None:
    assert read(chain(), {"items": [{"at": "zz"}, {"at": "aa"}]}, Position("0")).doubts == ()


@pytest.mark.parametrize(("sooner", "later"), [
    (9, 10), ("99", "100"), (1e3, "1001"),
    ("2026-01-01T00:00:00+02:00", "2025-12-31T23:00:00Z"), ("2026-01-01T00:00:00.5Z", "2026-01-01T00:00:01Z"),
])
def test_numbers_and_moments_compare_by_what_they_mean(sooner: object, later: object) -> None:
    assert read(chain(), {"items": [{"at": sooner}, {"at": later}]}, Position("0")).doubts == ()
    assert read(chain(), {"items": [{"at": later}, {"at": sooner}]}, Position("0")).doubts == (FALLING,)


def test_with_no_order_wanted_nothing_is_compared() -> None:
    entity, _ = walk(chain(NONE), 5, 4, 3)
    entity.poll()
    assert (entity.told, entity.position.offset) == (set(), "3")


# Ties


@pytest.mark.parametrize("values", [(1, 2, 2, 2, 3), (1, 1, 2, 2, 3)], ids=["behind two of them", "behind the first of them"])
def test_b195_ties_that_a_border_splits_are_told_with_an_exclusive_filter(values: tuple[int, ...]) -> None:
    entity, _ = walk(chain(size=3), *values)
    assert entity.drain().told == {TIES}


def test_b195_records_without_a_value_are_no_ties() -> None:
    first = read(chain(size=3), {"items": [{"n": 1}, {"n": 2}, {"at": 1}]}, Position("0"))
    assert read(chain(size=3), {"items": [{"at": 2}]}, first.position).doubts == ()


def test_b195_with_an_inclusive_filter_they_come_and_nothing_is_told() -> None:
    entity, log = walk(chain(), 1, 2, 2, 2, 3, size=4, passes=greater_or_equal)
    assert (entity.drain().brought, entity.told) == (log.records, set())


