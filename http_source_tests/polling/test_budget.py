"""A budget of requests per second is never exceeded, and nothing of it is lost as long as somebody wants it."""

from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.polling.budget import Budget

RATES = st.one_of(st.floats(0.001, 10_000), st.integers(1, 100).map(float))
PAUSES = st.lists(st.floats(0, 20), max_size=60)
NEARLY = 1e-6


def sent(rate: float, pauses: list[float], lateness: list[float]) -> list[float]:
    """When requests are sent that come due after these pauses, each by a thread that wakes so much too late."""
    budget, now, due, moments = Budget(rate, 0.0), 0.0, 0.0, []
    for pause, late in zip(pauses, lateness, strict=True):
        due += pause / rate
        now = max(now, due, budget.opens(due, max(now, due)) + late / rate)
        assert budget.take(due, now).at == now
        moments.append(now)
    return moments


@given(RATES, st.data())
def test_b234_no_second_holds_more_than_the_budget_however_late_threads_wake(rate: float, data: st.DataObject) -> None:
    pauses = data.draw(PAUSES)
    lateness = data.draw(st.lists(st.floats(0, 5), min_size=len(pauses), max_size=len(pauses)))
    moments, most = sent(rate, pauses, lateness), max(1, int(rate))
    window = most / rate  # a second, or as long as one request lasts
    for number, moment in enumerate(moments):
        assert bisect_left(moments, moment + window * (1 - NEARLY)) - number <= most


@given(RATES, st.integers(1, 200))
def test_requests_that_are_all_due_are_spaced_evenly_and_lateness_does_not_add_up(rate: float, count: int) -> None:
    moments = sent(rate, [0.0] * count, [0.5 if number % 3 == 1 else 0.0 for number in range(count)])
    expected = [number / rate for number in range(count)]
    assert all(wanted - NEARLY * moment <= moment <= wanted + (1 + count // max(1, int(rate))) / rate + NEARLY * moment
               for moment, wanted in zip(moments, expected, strict=True))


@given(RATES, st.floats(0, 1_000))
def test_what_nobody_used_is_over(rate: float, rest: float) -> None:
    budget = Budget(rate, 0.0)
    now = rest
    first = budget.take(now, now).at
    second = budget.opens(now, now)
    assert first == now
    assert second == pytest.approx(now + 1 / rate)


@given(RATES, st.integers(1, 20))
def test_one_that_waits_within_a_turn_goes_first_and_counts(rate: float, count: int) -> None:
    budget = Budget(rate, 0.0)
    slots = [budget.take(0.0, 0.0).at for _ in range(count)]
    assert slots == pytest.approx([number / rate for number in range(count)])
    assert budget.opens(0.0, 0.0) >= slots[-1]


@given(RATES, st.integers(0, 20))
def test_what_was_not_sent_is_given_back_once(rate: float, before: int) -> None:
    budget = Budget(rate, 0.0)
    for _ in range(before):
        budget.take(0.0, 0.0)
    opens = budget.opens(0.0, 0.0)
    slot = budget.take(0.0, 0.0)
    budget.give_back(slot)
    assert budget.opens(0.0, 0.0) == pytest.approx(opens)
    later = budget.take(0.0, 0.0)
    budget.take(0.0, 0.0)
    opens = budget.opens(0.0, 0.0)
    budget.give_back(later)
    assert budget.opens(0.0, 0.0) == opens
