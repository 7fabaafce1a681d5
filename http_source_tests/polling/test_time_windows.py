"""TIME_WINDOW: each window is asked for once it is over, and paged through to its end before the next begins."""


from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.moments import written
from http_source.config.properties import OffsetMode, WindowFormat
from http_source.errors import PositionRefused
from http_source.model import Position, Response
from http_source.polling.modes import mode_of
from http_source.polling.modes.time_window import EARLY, NOT_OVER, SAME_WINDOW, UNFOLLOWED
from http_source.polling.page import PageReader
from http_source.polling.standing import moved_by_hand, start_of
from http_source_tests.polling.windows import MINUTE, START, WITHIN, Api, Windowed, windows

SECOND = 1_000


def entity(within: OffsetMode | None = None, *times: int, now: int = 10 * MINUTE, **changes: object) -> Windowed:
    """One whose API has records that many milliseconds after the start."""
    return Windowed(windows(within, **changes), Api(within, times=[START + time for time in times]), START + now)


@pytest.mark.parametrize("within", WITHIN)
def test_each_window_is_paged_through_before_the_next_begins(within: OffsetMode | None) -> None:
    one = entity(within, *(n * 5 * SECOND for n in range(40)), now=3 * MINUTE)
    assert one.drain().brought == list(range(36))
    assert [begin for begin, _ in dict.fromkeys(one.borders)] == ["00:00:00Z", "00:01:00Z", "00:02:00Z"]
    one.now += MINUTE
    assert one.drain().brought == list(range(40))
    assert one.told == set()


def test_a_window_is_not_asked_for_before_it_is_over_by_the_lag() -> None:
    one = entity(now=MINUTE + 4 * SECOND, window_lag_ms=5 * SECOND)
    assert one.wait() == 1.0
    assert one.poll() is False
    one.now += SECOND
    assert one.poll() is True
    assert one.borders == [("00:00:00Z", "00:01:00Z")]
    assert (one.page.progressed, one.wait()) == (False, 60.0)


def test_windows_that_are_over_follow_one_another_also_empty_ones() -> None:
    one = entity(now=3 * MINUTE)
    assert one.poll() is True
    assert (one.page.progressed, one.page.is_last) == (True, True)
    one.drain()
    assert one.page.progressed is False


@pytest.mark.parametrize(
    ("form", "first"), [("iso-8601", "2026-01-01T00:00:00Z"), ("epoch-ms", "1767225600000"), ("epoch-s", "1767225600")]
)
def test_borders_are_written_as_the_api_wants_them(form: str, first: str) -> None:
    one = entity(window_format=WindowFormat(form))
    one.poll()
    assert one.asked[0]["from"] == first


def test_a_clock_that_steps_back_waits() -> None:
    one = entity(None, SECOND, now=MINUTE).drain()
    one.now -= 3600 * SECOND
    assert one.wait() == 3660.0
    assert one.poll() is False


def test_a_window_that_the_clock_of_the_api_is_not_through_with_is_asked_for_again() -> None:
    """This host's clock is ahead: what the API gets until the window's end would be lost."""
    one = entity(None, SECOND, now=MINUTE)
    one.api.behind = 20 * SECOND
    one.poll()
    assert (one.brought, one.page.pause, one.told) == ([], 20.0, set())
    one.api.times.append(START + 50 * SECOND)
    one.now += 20 * SECOND
    assert one.drain().brought == [0, 1]


def test_who_does_not_wait_hears_that_the_window_is_not_over() -> None:
    """As in a preview of today."""
    one = entity(None, SECOND, now=MINUTE)
    one.now -= 20 * SECOND
    page = PageReader(one.settings).read(one.api.answer({"from": written(START), "to": written(START + MINUTE), "at": ""}, one.now),
                                         one.position, one.now / 1000)
    assert (page.records, page.told, page.position.place) == ((), (NOT_OVER,), one.position.place)


def test_an_api_whose_clock_is_far_behind_is_told() -> None:
    one = entity(None, SECOND, now=MINUTE)
    one.api.behind = 7200 * SECOND
    one.poll()
    assert (one.brought, one.told) == ([], {EARLY})


def test_records_of_an_included_end_come_once() -> None:
    one = entity(None, 0, MINUTE, MINUTE, 2 * MINUTE - 1, 2 * MINUTE, now=4 * MINUTE)
    one.api.takes_end = True
    assert one.drain().brought == [0, 1, 2, 3, 4]


def test_records_without_times_that_are_alike_are_each_brought() -> None:
    """Such as the sum of each window."""
    one = entity(now=3 * MINUTE)
    one.api.always = [{"id": 7}]
    assert one.drain().brought == [7, 7, 7]
    assert one.told == set()


def test_an_api_that_does_not_look_at_the_borders_is_told() -> None:
    one = entity(now=MINUTE)
    one.api.always = [{"id": 1}, {"id": 2}]
    one.poll()
    assert one.told == set()
    one.now += MINUTE
    one.poll()
    assert one.told == {SAME_WINDOW}


def test_a_link_that_nothing_follows_is_told() -> None:
    """One answer counts as the whole window."""
    one = entity()
    answer = Response(200, "https://api.test/", b'{"items": [1]}', {"Link": '</?page=2>; rel="next"'})
    page = PageReader(one.settings).read(answer, one.position, one.now / 1000)
    assert page.doubts == (UNFOLLOWED,)
    assert PageReader(one.settings).read(replace(answer, headers={"Link": '</>; rel="self"'}), one.position, one.now / 1000).doubts == ()


def test_a_window_that_was_begun_is_finished_as_it_was() -> None:
    """Another length is taken from the next window on."""
    one = entity(OffsetMode.SIMPLE_INCREMENTING, *(n * 10 * SECOND for n in range(30)), now=5 * MINUTE)
    one.poll()
    one.settings = windows(OffsetMode.SIMPLE_INCREMENTING, window_length_ms=3 * MINUTE)
    one.restart()
    one.now += MINUTE
    assert one.drain().brought == list(range(30))
    assert list(dict.fromkeys(one.borders)) == [("00:00:00Z", "00:01:00Z"), ("00:01:00Z", "00:03:00Z"), ("00:03:00Z", "00:06:00Z")]


def test_a_place_within_a_window_of_another_mode_is_refused_by_name() -> None:
    one = entity(OffsetMode.SIMPLE_INCREMENTING, *range(10))
    one.poll()
    one.settings = windows(OffsetMode.PAGE_NUMBER)
    one.restart()
    with pytest.raises(PositionRefused, match=r"SIMPLE_INCREMENTING.* now PAGE_NUMBER.*offsets set"):
        one.poll()


def test_a_person_moves_an_entity_to_a_moment() -> None:
    settings = windows()
    moved = moved_by_hand(settings, Position("2026-01-05T00:00:00Z", mode="TIME_WINDOW"), "2026-01-02T01:00:30+01:00")
    assert moved.offset == "2026-01-02T00:00:30Z"
    assert mode_of(settings).known(moved) == {"${windowStart}": "2026-01-02T00:00:30Z", "${windowEnd}": "2026-01-02T00:01:00Z"}


@pytest.mark.parametrize("offset", ["20", "yesterday", "2026-01-01T00:00:00", ""])
def test_a_stored_offset_that_is_no_moment_is_refused(offset: str) -> None:
    one = entity()
    one.position = start_of(one.settings, Position(offset, sequence=3))
    with pytest.raises(PositionRefused, match="not a moment"):
        one.poll()


STEPS = st.lists(st.sampled_from(["poll", "poll", "restart", "later", "arrive", "arrive"]), max_size=40)


@given(STEPS, st.sampled_from(list(WITHIN)), st.booleans(), st.integers(0, 3), st.data())
def test_whatever_arrives_within_the_lag_comes_once(
    steps: list[str], within: OffsetMode | None, takes_end: bool, lag: int, data: st.DataObject,  # noqa: FBT001 - drawn
) -> None:
    """Restarts anywhere; records come late by up to the lag, and lie on borders."""
    newest_first = within is None and data.draw(st.booleans())
    # By the place in a window a record has other bytes in the next one.
    takes_end = takes_end and within is not OffsetMode.CHAINING
    one = Windowed(windows(within, window_lag_ms=lag * 20 * SECOND), Api(within, takes_end, newest_first))
    for step in steps:
        if step == "poll":
            one.poll()
        elif step == "restart":
            one.restart()
        elif step == "later":
            one.now += 20 * SECOND
        else:
            late = data.draw(st.integers(0, lag))
            one.api.times.append(max(START, one.now - late * 20 * SECOND) + (0 if lag else SECOND))
    one.now += 10 * MINUTE
    one.drain()
    assert sorted(one.brought) == list(range(len(one.api.times)))
    assert one.told <= {SAME_WINDOW}
