"""What a task counts, and its statistics of the last minute."""

import threading

from http_source.model import State
from http_source.turns.tally import Recent, Statistics, Tally

CODES = (200, 404, 503)


def test_statistics_are_of_the_values_that_came_lately() -> None:
    recent = Recent(0.0)
    for second, value in ((1, 4.0), (20, 2.0), (31, 6.0)):
        recent.add(value, second)
    assert recent.statistics(40) == Statistics(mean=4.0, most=6.0, least=2.0, rate=12 / 40)


def test_what_is_older_than_a_minute_is_forgotten() -> None:
    recent = Recent(0.0)
    recent.add(100.0, 1)
    recent.add(1.0, 31)
    assert recent.statistics(59).most == 100.0
    assert recent.statistics(62).most == 1.0
    assert recent.statistics(500) == Statistics()


def test_the_first_seconds_are_no_burst() -> None:
    recent = Recent(0.0)
    recent.add(60, 0.1)
    assert recent.statistics(0.2).rate == 2.0


def test_no_count_is_lost_among_threads() -> None:
    tally = Tally()

    def count(code: int) -> None:
        for _ in range(2_000):
            tally.answered(code, 0.1)
            tally.handed_over(3)
            tally.settled(2)
            tally.heard(State.FAILED)

    threads = [threading.Thread(target=count, args=(code,)) for code in CODES for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = tally.look()
    assert found.codes == dict.fromkeys(CODES, 4_000)
    assert (found.active, found.errors, found.failures) == (12_000, 12_000, 12_000)


def test_a_retry_is_an_error_and_no_failure_and_a_recovery_is_neither() -> None:
    tally = Tally()
    for state in (State.RETRYING, State.RUNNING, State.CAUGHT_UP):
        tally.heard(state)
    found = tally.look()
    assert (found.errors, found.failures) == (1, 0)
