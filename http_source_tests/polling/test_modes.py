"""A stored position knows the mode it is of: it is never sent as an offset of another one."""


import pytest

from http_source.config.properties import CursorEnd, OffsetOptions, RequestOptions
from http_source.errors import PositionRefused
from http_source.model import Position
from http_source.polling.modes import mode_of
from http_source.polling.request import RequestBuilder
from http_source.polling.standing import initial_position, is_done, moved_by_hand, start_of
from http_source_tests.polling.samples import chaining, cursor, options, read, simple, texts

MODES = [simple(), chaining(), cursor()]
STOP = cursor(CursorEnd.STOP)
ENDED = Position("last", sequence=4, delivered=2, digest="ab", done=True)


def request_for(settings: OffsetOptions, stored: Position) -> str:
    """The URL that an entity asks for when it goes on from there."""
    requests = RequestBuilder(options(RequestOptions, url="https://api.test/?at=${offset}"), "a", mode_of(settings))
    return requests.at(start_of(settings, stored)).url


@pytest.mark.parametrize(("before", "now"), [(one, other) for one in MODES for other in MODES if one is not other])
def test_b168_a_position_of_another_mode_is_refused_with_both_modes(before: OffsetOptions, now: OffsetOptions) -> None:
    with pytest.raises(PositionRefused, match=f"{before.mode}.* {now.mode}.*offsets set.*offsets reset"):
        request_for(now, initial_position(before))


@pytest.mark.parametrize("now", MODES)
def test_b168_a_position_from_before_the_mode_was_stored_is_of_todays_mode(now: OffsetOptions) -> None:
    assert request_for(now, Position(7, sequence=3)) == "https://api.test/?at=7"
    assert start_of(now, Position(7, sequence=3)).mode == now.mode


@pytest.mark.parametrize("now", MODES[:2])
def test_b168_a_last_page_can_be_of_one_mode_only(now: OffsetOptions) -> None:
    with pytest.raises(PositionRefused, match="CURSOR_PAGINATION"):
        request_for(now, ENDED)


def test_b168_a_text_is_not_sent_where_offsets_are_counted() -> None:
    with pytest.raises(PositionRefused, match="not an integer"):
        request_for(simple(), Position("eyJ"))


@pytest.mark.parametrize("now", MODES)
def test_b168_a_reset_entity_may_have_been_of_any_mode(now: OffsetOptions) -> None:
    assert start_of(now, Position("x", epoch=2, sequence=5, deleted=True, mode="ANOTHER")).order == (2, 5)
    assert request_for(now, Position("x", deleted=True, mode="ANOTHER")) == request_for(now, initial_position(now))


@pytest.mark.parametrize(("now", "done"), [(STOP, True), (cursor(), False), (cursor(CursorEnd.RESTART), False), (simple(), False)])
def test_b168_done_is_for_http_cursor_end_stop_alone(now: OffsetOptions, done: bool) -> None:  # noqa: FBT001 - a column
    assert is_done(now, ENDED) == start_of(now, ENDED).done == done


def test_b168_what_was_delivered_of_the_last_page_is_not_delivered_again_when_it_is_followed() -> None:
    ended = read(STOP, {"items": [1, 2]}, start_of(STOP, None)).position
    assert ended.done
    assert texts(read(cursor(), {"items": [1, 2, 3]}, start_of(cursor(), ended))) == ["3"]


def test_b168_an_offset_of_another_mode_is_not_set_by_a_document_unless_it_stands_alone() -> None:
    stored = initial_position(cursor()).to_json()
    with pytest.raises(ValueError, match="CURSOR_PAGINATION, but the connector's mode is CHAINING"):
        moved_by_hand(chaining(), None, stored)
    assert moved_by_hand(chaining(), None, {"offset": stored["offset"]}).mode == "CHAINING"
