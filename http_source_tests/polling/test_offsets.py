"""The three offset modes, through the page reader."""

import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from http_source.config.properties import CursorEnd, OffsetMode, OffsetOptions
from http_source.errors import PageRefused, PositionRefused
from http_source.model import Position
from http_source.polling.beside import names_in
from http_source.polling.modes.cursor_pagination import SAME_TOKEN
from http_source.polling.standing import initial_position, read_offset
from http_source_tests.config.samples import findings, load, mistakes
from http_source_tests.polling.samples import chaining, cursor, options, read, simple, texts

START = Position("a", epoch=3, sequence=7)


@pytest.mark.parametrize(
    ("mode", "initial", "offset"),
    [
        (OffsetMode.SIMPLE_INCREMENTING, "1000", 1000),
        (OffsetMode.SIMPLE_INCREMENTING, None, 0),
        (OffsetMode.CHAINING, "1647948000000", "1647948000000"),
        (OffsetMode.CURSOR_PAGINATION, None, ""),
        (OffsetMode.CURSOR_PAGINATION, "first", "first"),
    ],
)
def test_an_entity_starts_at_the_initial_offset(mode: OffsetMode, initial: str | None, offset: str | int) -> None:
    assert initial_position(options(OffsetOptions, mode=mode, initial=initial)) == Position(offset, mode=mode.value, unmatched=True)


@pytest.mark.parametrize(
    ("mode", "written", "kept"),
    [
        (OffsetMode.SIMPLE_INCREMENTING, "12", 12),
        (OffsetMode.SIMPLE_INCREMENTING, -1, -1),
        (OffsetMode.CHAINING, "12", "12"),
        (OffsetMode.CHAINING, 13, 13),
    ],
)
def test_an_offset_a_person_wrote_is_kept_as_the_mode_needs_it(mode: OffsetMode, written: object, kept: str | int) -> None:
    assert read_offset(options(OffsetOptions, mode=mode), written) == kept


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("abc", "an integer"),
        (True, "a text or an integer"),
        (1.5, "a text or an integer"),
        (["a"], "a text or an integer"),
        ("x" * 65_537, "at most 65536"),
        ("\ud800", "surrogate"),
    ],
)
def test_b63_an_offset_a_person_wrote_is_refused_with_what_would_be_accepted(written: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_offset(simple(), written)


# SIMPLE_INCREMENTING

INTEGERS = ["0", "+7", "-12", "007", "1234567890123456789", "-" + "9" * 40, "1" * 4_300]
NO_INTEGERS = ["1_000", "1 000", "1.0", "1e3", "0x10", "--1", "+", "", "\u0663", "\uff11", "\u00b2", "1" * 4_301]


@pytest.mark.parametrize("written", INTEGERS, ids=range(len(INTEGERS)))
def test_b204_every_integer_is_one_in_the_configuration_and_for_who_sets_an_offset(written: str) -> None:
    assert load({"http.initial.offset": written}).warnings == ()
    assert initial_position(load({"http.initial.offset": written}).config.offsets).offset == int(written)
    assert read_offset(simple(), written) == int(written)


@pytest.mark.parametrize("written", NO_INTEGERS, ids=range(len(NO_INTEGERS)))
def test_b204_nothing_else_is_one_in_either_place(written: str) -> None:
    with pytest.raises(ValueError, match="an integer"):
        read_offset(simple(), written)
    assert mistakes({"http.initial.offset": written}) == ["http.initial.offset"]


def test_b204_blanks_around_an_integer_are_trimmed_where_all_values_are() -> None:
    assert load({"http.initial.offset": " 7 "}).config.offsets.initial == "7"
    with pytest.raises(ValueError, match="an integer"):
        read_offset(simple(), " 7 ")


def test_b204_an_offset_that_is_no_integer_is_shown_with_what_would_be_accepted() -> None:
    (finding,) = findings({"http.initial.offset": "1_000"})
    assert finding.message == (
        "Invalid value 1_000 for configuration http.initial.offset: http.offset.mode=SIMPLE_INCREMENTING counts from an integer, "
        "such as 0; expected digits from 0 to 9 with or without a sign before them, and nothing else."
    )


@given(st.integers(), st.lists(st.none() | st.integers()))
def test_simple_incrementing_counts_every_record_null_included(offset: int, items: list[int | None]) -> None:
    page = read(simple(), {"items": items}, Position(offset))
    assert page.position.offset == offset + len(items)
    assert len(page.records) == len(items)
    assert page.progressed == bool(items)


def test_b68_one_object_moves_the_offset_by_one() -> None:
    assert read(simple(""), {"id": 5}, Position(4)).position == Position(5, sequence=1)


def test_an_empty_page_leaves_the_position_the_same_object() -> None:
    before = Position(4, epoch=2, sequence=9, beside=names_in(b'{"items": []}'))
    for body, status in (({"items": []}, 200), ({"items": None}, 200), ({}, 200), (b"", 204), (b"", 205)):
        assert read(simple(), body, before, status).position is before


def test_a_stored_text_that_is_a_number_counts_on() -> None:
    assert read(simple(), {"items": [1]}, Position("41")).position == Position(42, sequence=1)


def test_b135_a_stored_text_that_is_no_number_is_refused_with_the_way_out() -> None:
    with pytest.raises(PositionRefused, match="`http-source offsets reset`"):
        read(simple(), {"items": [1]}, Position("abc"))


# CHAINING


@pytest.mark.parametrize(
    ("value", "as_text", "as_number"),
    [
        ('"x é\\n"', "x é\n", "x é\n"),
        ("1647948097246", "1647948097246", 1647948097246),
        ("-7", "-7", -7),
        ("123456789012345678901234567890", "123456789012345678901234567890", 123456789012345678901234567890),
        ("1.10", "1.10", "1.10"),
        ("1E400", "1E400", "1E400"),
        ("123456789012345678901234567890.10", "123456789012345678901234567890.10", "123456789012345678901234567890.10"),
        ('""', "", ""),
    ],
)
def test_chaining_takes_the_last_record_s_value_digit_for_digit(value: str, as_text: str, as_number: str | int) -> None:
    body = f'{{"items": [{{"id": "other"}}, {{"id": {value}}}]}}'.encode()
    for settings, offset in ((chaining(), as_text), (chaining(as_string=False), as_number)):
        page = read(settings, body, START)
        assert (page.position.offset, page.position.order) == (offset, (3, 8))
        assert type(page.position.offset) is type(offset)
        assert page.progressed


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"x": 1}, "nothing"), ({"id": None}, "null"), ({"id": {}}, "an object"), ({"id": [1]}, "an array"), ({"id": True}, "a boolean"),
        (None, "nothing"), ("text", "nothing"),
    ],
)  # fmt: skip
def test_b51_b52_what_is_no_scalar_fails_the_page_and_names_pointer_and_record(record: object, kind: str) -> None:
    with pytest.raises(
        PageRefused, match=rf"`http.offset.json.pointer` \(/id of record 1\) finds {kind}, where a string or a number"
    ) as refused:
        read(chaining(), {"items": [{"id": 1}, record]}, START)
    assert not refused.value.retriable


def test_b53_an_offset_that_goes_backwards_is_taken_as_served() -> None:
    assert read(chaining(), {"items": [{"id": "2"}]}, Position("5")).position.offset == "2"


def test_a_page_without_records_keeps_the_chain_where_it_is() -> None:
    page = read(chaining(), {"items": []}, START)
    assert page.position == START
    assert not page.progressed


@pytest.mark.parametrize("value", ["x" * 65_537, "é" * 32_769])
def test_b63_an_offset_beyond_64_kilobytes_is_refused(value: str) -> None:
    for settings, body in ((chaining(), {"items": [{"id": value}]}), (cursor(), {"items": [], "next": value})):
        with pytest.raises(PageRefused, match="at most 65536"):
            read(settings, body, START)


def test_b78_half_a_surrogate_pair_is_no_offset() -> None:
    for settings, body in ((chaining(), b'{"items": [{"id": "\\ud800"}]}'), (cursor(), b'{"items": [], "next": "\\ud800"}')):
        with pytest.raises(PageRefused, match="half of a surrogate pair"):
            read(settings, body, START)


def test_b82_a_number_of_many_digits_is_no_integer_offset() -> None:
    with pytest.raises(PageRefused, match="5000 digits"):
        read(chaining(as_string=False), b'{"items": [{"id": ' + b"9" * 5000 + b"}]}", START)


# CURSOR_PAGINATION


@pytest.mark.parametrize(("token", "offset"), [("b", "b"), (12, 12), (0, 0), ("${entityName}", "${entityName}"), (10**30, 10**30)])
def test_a_token_moves_to_the_next_page(token: str | int, offset: str | int) -> None:
    page = read(cursor(), {"items": [1, 2], "next": token}, START)
    assert page.position == Position(offset, epoch=3, sequence=8)
    assert page.progressed


def test_b50_a_page_with_a_token_but_no_records_moves_on_at_the_usual_pace() -> None:
    page = read(cursor(), {"items": [], "next": "b"}, START)
    assert (page.position.offset, page.position.sequence, page.progressed) == ("b", 8, False)


@pytest.mark.parametrize(
    ("token", "kind"),
    [(1.5, "a number that is not an integer"), ({"a": 1}, "an object"), ([1], "an array"), (True, "a boolean")],
)
def test_b46_another_type_of_token_fails_the_page_and_names_property_and_type(token: object, kind: str) -> None:
    with pytest.raises(PageRefused, match=f"`http.next.page.json.pointer` finds {kind}, where a string or an integer"):
        read(cursor(), {"items": [1], "next": token}, START)


@pytest.mark.parametrize("end", [{}, {"next": None}, {"next": ""}, {"next": False}, {"next": []}, {"next": {}}])
def test_b45_b47_the_last_page_is_followed_and_only_what_it_gains_is_produced(end: dict[str, object]) -> None:
    first = read(cursor(), {"items": [1, 2], **end}, START)
    assert (texts(first), first.position.offset, first.position.delivered, first.progressed) == (["1", "2"], "a", 2, False)
    again = read(cursor(), {"items": [1, 2], **end}, first.position)
    assert (texts(again), again.warnings) == ([], ())
    assert again.position is first.position
    grown = read(cursor(), {"items": [1, 2, 3], **end}, again.position)
    assert (texts(grown), grown.position.delivered, grown.position.sequence) == (["3"], 3, 9)
    onward = read(cursor(), {"items": [1, 2, 3, 4], "next": "b"}, grown.position)
    assert (texts(onward), onward.position) == (["4"], Position("b", epoch=3, sequence=10))


def test_a_followed_page_that_only_gets_a_token_leads_on_at_once() -> None:
    first = read(cursor(), {"items": [1]}, START)
    onward = read(cursor(), {"items": [1], "next": "b"}, first.position)
    assert (texts(onward), onward.position.offset, onward.progressed) == ([], "b", True)


def test_an_emptied_last_page_forgets_what_was_delivered() -> None:
    first = read(cursor(), {"items": [1, 2]}, START)
    emptied = read(cursor(), {"items": []}, first.position)
    assert (texts(emptied), emptied.doubts, emptied.position) == ([], (), replace(START, sequence=9))
    assert read(cursor(), {"items": []}, emptied.position).position is emptied.position


@given(st.lists(st.integers(min_value=0, max_value=3), max_size=6))
def test_following_a_page_that_only_grows_delivers_each_record_once(items: list[int]) -> None:
    position, delivered = Position(""), list[str]()
    for length in range(len(items) + 1):
        page = read(cursor(), {"items": items[:length]}, position)
        delivered += texts(page)
        position = page.position
        assert page.doubts == ()
    assert delivered == [str(item) for item in items]


def test_b48_the_same_token_again_counts_as_the_last_page_and_is_told_if_it_brought_records() -> None:
    page = read(cursor(), {"items": [1], "next": "a"}, START)
    assert (page.position.offset, page.position.delivered, page.progressed) == ("a", 1, False)
    assert page.doubts == (SAME_TOKEN,)
    again = read(cursor(), {"items": [1], "next": "a"}, page.position)
    assert (again.records, again.doubts) == ([], ())


def test_restart_begins_anew_at_the_initial_offset_without_hurry() -> None:
    page = read(cursor(CursorEnd.RESTART, initial="first"), {"items": [1]}, START)
    assert (texts(page), page.position, page.progressed) == (["1"], Position("first", epoch=3, sequence=8), False)


def test_restart_produces_an_api_of_one_page_whole_each_time() -> None:
    page = read(cursor(CursorEnd.RESTART), {"items": [1]}, Position(""))
    assert texts(read(cursor(CursorEnd.RESTART), {"items": [1]}, page.position)) == ["1"]


def test_stop_is_done_after_the_last_page() -> None:
    page = read(cursor(CursorEnd.STOP), {"items": [1]}, START)
    assert (texts(page), page.position.done, page.position.sequence) == (["1"], True, 8)
    assert not read(cursor(CursorEnd.STOP), {"items": [1], "next": "b"}, START).position.done


@example("a", [])  # the token that was asked with
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.lists(st.integers(), max_size=3))
def test_a_position_grows_by_one_sequence_or_says_no_more_than_what_stood_beside_the_records(token: str, items: list[int]) -> None:
    for settings in (cursor(), cursor(CursorEnd.RESTART), cursor(CursorEnd.STOP)):
        after = read(settings, json.dumps({"items": items, "next": token}).encode(), START).position
        assert replace(after, beside=START.beside) == START or after.order == (3, 8)
