"""No more is sent than an API has said is left, in whatever order its answers come, and nobody waits for ever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.foreign.text import Foreign
from http_source.polling.allowance import Allowance, Left
from http_source.polling.limit_headers import Limit
from http_source.polling.policy import LONGEST_RETRY_AFTER


def told(remaining: int, reset: float, name: str = "") -> Limit:
    return Limit(name, remaining, reset, Foreign(f"X-RateLimit-Remaining: {remaining}"))


@dataclass
class Server:
    """Counts requests in fixed windows, and says with each answer what is left at the moment it was counted."""

    limit: int
    window: float
    counted: dict[int, int] = field(default_factory=dict)
    refused: int = 0

    def count(self, now: float) -> tuple[Limit, ...]:
        number = int(now // self.window)
        self.counted[number] = self.counted.get(number, 0) + 1
        self.refused += self.counted[number] > self.limit
        return (told(max(0, self.limit - self.counted[number]), (number + 1) * self.window - now),)


@dataclass
class Play:
    """Threads that send when they may; a request is counted, and its answer heard, at any later moment, in any order."""

    server: Server
    threads: int
    pick: Callable[[Sequence[Any]], Any]
    allowance: Allowance = field(default_factory=Allowance)
    now: float = 0.0
    sent: int = 0
    on_their_way: list[int] = field(default_factory=list)
    answers: list[tuple[int, tuple[Limit, ...]]] = field(default_factory=list)

    def go_on(self) -> None:
        """Let one thing happen, or time pass where none can."""
        may_send = len(self.on_their_way) + len(self.answers) < self.threads and self.allowance.opens(self.now) <= self.now
        steps = [*([self.send] if may_send else []), *([self.count] if self.on_their_way else []), *([self.hear] if self.answers else [])]
        if steps:
            self.pick(steps)()
        else:
            self.now = self.allowance.opens(self.now)
            assert self.now < inf

    def send(self) -> None:
        self.on_their_way.append(self.allowance.depart())
        self.sent += 1

    def count(self) -> None:
        number = self.pick(self.on_their_way)
        self.on_their_way.remove(number)
        self.answers.append((number, self.server.count(self.now)))

    def hear(self) -> None:
        number, limits = answer = self.pick(self.answers)
        self.answers.remove(answer)
        self.allowance.answer(number, limits, self.now)


@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_b234_threads_that_overtake_each_other_are_never_refused_once_the_limit_is_known(
    limit: int, threads: int, data: st.DataObject
) -> None:
    play = Play(Server(limit, 10.0), threads, lambda choices: data.draw(st.sampled_from(choices)))
    play.send()
    play.count()
    play.hear()
    for _ in range(150):
        play.go_on()
    assert play.server.refused == 0
    assert play.sent > limit or play.now == 0


def test_with_nothing_left_all_wait_until_the_reset_and_then_one_asks_how_much_there_is() -> None:
    allowance = Allowance()
    allowance.answer(allowance.depart(), [told(0, 30.0)], 100.0)
    assert allowance.opens(100.0) == 130.0
    shut = allowance.shut(110.0)
    assert shut is not None
    assert (shut.until, shut.since, shut.said) == (130.0, 100.0, Foreign("X-RateLimit-Remaining: 0"))
    assert allowance.opens(130.0) == 130.0
    scout = allowance.depart()
    assert allowance.opens(131.0) == inf
    allowance.answer(scout, [told(4, 29.0)], 131.0)
    numbers = [allowance.depart() for _ in range(4)]
    assert allowance.opens(131.0) == 160.0
    allowance.answer(numbers[0], [told(0, 28.0)], 132.0)
    assert allowance.opens(132.0) == 160.0


@pytest.mark.parametrize("left", [1, 3])
def test_no_more_are_on_their_way_than_are_left(left: int) -> None:
    allowance = Allowance()
    allowance.answer(allowance.depart(), [told(left, 30.0)], 0.0)
    for _ in range(left):
        assert allowance.opens(0.0) == 0.0
        allowance.depart()
    assert allowance.opens(0.0) == 30.0
    allowance.come_back()
    assert allowance.opens(0.0) == 0.0


def test_a_longer_wait_than_a_quarter_of_an_hour_is_cut_and_asked_again() -> None:
    allowance = Allowance()
    allowance.answer(allowance.depart(), [told(0, 86_400.0)], 0.0)
    assert allowance.opens(0.0) == 900.0
    allowance.answer(allowance.depart(), [told(0, 85_500.0)], 900.0)
    assert allowance.opens(900.0) == 1_800.0


def test_the_limit_that_lasts_longest_counts() -> None:
    allowance = Allowance()
    allowance.answer(allowance.depart(), [told(0, 1.0, "second"), told(0, 60.0, "minute"), told(900, 600.0, "day")], 0.0)
    assert allowance.opens(0.0) == 60.0
    shut = allowance.shut(0.0)
    assert shut is not None
    assert shut.until == 60.0


def test_an_answer_without_headers_has_cost_one_and_ends_what_is_over() -> None:
    allowance = Allowance()
    allowance.answer(allowance.depart(), [told(1, 30.0)], 0.0)
    allowance.answer(allowance.depart(), [], 1.0)
    assert allowance.opens(1.0) == 30.0
    allowance.answer(allowance.depart(), [], 31.0)
    assert all(allowance.depart() and allowance.opens(31.0) == 31.0 for _ in range(20))


def test_a_request_without_an_answer_may_have_been_counted_and_locks_nobody_out() -> None:
    allowance = Allowance()
    allowance.answer(allowance.depart(), [told(1, 30.0)], 0.0)
    allowance.depart()
    allowance.fail(1.0)
    assert allowance.opens(1.0) == 30.0
    for _ in range(3):
        assert allowance.opens(31.0) == 31.0
        allowance.depart()
        allowance.fail(31.0)


def test_an_answer_that_is_surely_newer_wins_also_where_it_says_more() -> None:
    allowance = Allowance()
    allowance.answer(allowance.depart(), [told(1, 60.0)], 0.0)
    allowance.answer(allowance.depart(), [told(5, 50.0)], 10.0)
    older, newer = allowance.depart(), allowance.depart()
    allowance.answer(newer, [told(2, 40.0)], 20.0)
    allowance.answer(older, [told(4, 40.0)], 20.0)
    assert [allowance.depart() and allowance.opens(20.0) for _ in range(2)] == [20.0, 60.0]


def test_an_answer_that_names_other_limits_says_nothing_of_one() -> None:
    allowance = Allowance()
    allowance.answer(allowance.depart(), [told(2, 3_600.0, "reports")], 0.0)
    for number in range(5):
        allowance.answer(allowance.depart(), [told(90 - number, 60.0, "orders")], 1.0)
    assert allowance.opens(1.0) == 1.0


def test_of_limits_with_ever_other_names_the_last_ones_count() -> None:
    allowance = Allowance()
    allowance.answer(allowance.depart(), [told(0, 800.0, "request 0")], 0.0)
    for number in range(100):
        allowance.answer(allowance.depart(), [told(100, 800.0, f"request {number + 1}")], 1.0)
    assert allowance.opens(1.0) == 1.0


def test_what_was_left_by_a_clock_that_is_ahead_is_waited_for_no_longer_than_by_any_header() -> None:
    allowance = Allowance()
    allowance.remember(Left(0, 100_000.0, Foreign("X-RateLimit-Remaining: 0")), 0.0)
    assert allowance.opens(0.0) == LONGEST_RETRY_AFTER
