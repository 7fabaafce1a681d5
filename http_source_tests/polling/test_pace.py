"""When to ask again."""

import pytest

from http_source.config.properties import PaceOptions
from http_source.model import Page, Position
from http_source.polling.pace import Pace, pause_after_failure
from http_source_tests.polling.samples import options


@pytest.mark.parametrize(
    ("catchup_ms", "progressed", "seconds"), [(None, False, 15.0), (None, True, 15.0), (200, True, 0.2), (200, False, 15.0), (0, True, 0.0)]
)
def test_the_catch_up_interval_stands_in_while_there_is_more(catchup_ms: int | None, *, progressed: bool, seconds: float) -> None:
    pace = Pace(options(PaceOptions, catchup_interval_ms=catchup_ms))
    assert pace.after(Page([], Position(0), progressed)) == seconds


def test_pauses_after_failures_double_from_5_seconds_to_15_minutes() -> None:
    assert [pause_after_failure(failures) for failures in (1, 2, 3, 4, 8, 9, 10, 10**9)] == [5, 10, 20, 40, 640, 900, 900, 900]
