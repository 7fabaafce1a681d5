"""When to ask again. Nothing drifts and nothing bursts: a pause begins when the request before it has ended."""

from math import ldexp

from http_source.config.properties import PaceOptions
from http_source.model import Page

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 900.0
MOST_DOUBLINGS = 8
"""The first number of doublings that passes the longest pause; more of them only make larger numbers."""


class Pace:
    """The pauses between an entity's requests."""

    def __init__(self, options: PaceOptions) -> None:
        self._interval = options.request_interval_ms / 1000
        self._catchup = self._interval if options.catchup_interval_ms is None else options.catchup_interval_ms / 1000

    def after(self, page: Page) -> float:
        """Seconds from the end of the request that brought the page to the entity's next one."""
        if page.at_once:
            return 0.0
        pause = self._catchup if page.progressed else self._interval
        return pause if page.pause is None else min(page.pause, pause)


def pause_after_failure(failures: int) -> float:
    """Seconds before a failed entity or task starts again: 5 after the first failure in a row, doubling up to 15 minutes."""
    return min(ldexp(FIRST_PAUSE, min(failures - 1, MOST_DOUBLINGS)), LONGEST_PAUSE)
