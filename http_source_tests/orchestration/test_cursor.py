"""The sensor's cursor: readable, editable, and never believed when it cannot be."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.model import Position
from http_source.orchestration.cursor import Cursor, Failed, TaskState
from http_source.orchestration.history import Event

FULL = Cursor(
    failed={"b": Failed("broken", 2, 17.5)},
    positions={"a": Position("größe", epoch=1, sequence=4), "b": Position(12345678901234567890123, sequence=1)},
    tasks={"0": TaskState(next=3.5, failures=1, run="r")},
    event=7,
)


def test_a_cursor_is_read_as_it_was_written() -> None:
    read = Cursor.parse(FULL.dump())
    assert (read.positions, read.failed, read.tasks, read.event) == (FULL.positions, FULL.failed, FULL.tasks, 7)
    assert read.edits() == {}


def test_a_cursor_shows_the_offsets_first_and_as_text_a_person_can_read() -> None:
    text = FULL.dump()
    assert next(iter(json.loads(text))) == "offsets"
    assert '"offsets": {"a": "größe", "b": 12345678901234567890123}' in text


@pytest.mark.parametrize("text", [
    "", "{", "[]", "3", '"offsets"', "[" * 100_000,
    '{"offsets": []}', '{"offsets": null}', '{"positions": {"a": {}}}', '{"positions": {"a": {"offset": 1, "epoch": "x"}}}',
    '{"tasks": {"0": {"next": "soon"}}}', '{"failed": {"a": {"reason": "x", "retry_at": "later"}}}', '{"event": 1e400}', '{"event": "x"}',
])
def test_what_is_no_cursor_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"^The sensor's cursor cannot be read: ."):
        Cursor.parse(text)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner)))
def test_any_json_is_a_cursor_or_refused(value: object) -> None:
    for text in (json.dumps(value), json.dumps({"offsets": value}), json.dumps({"positions": value}), json.dumps({"tasks": value})):
        try:
            Cursor.parse(text).dump()
        except ValueError as error:
            assert "cannot be read" in str(error)  # noqa: PT017 - either outcome is right


def test_an_offset_that_differs_from_what_was_written_is_an_edit() -> None:
    cursor = Cursor.parse(FULL.dump().replace('"größe"', "null", 1))
    assert cursor.edits() == {"a": None}


def test_an_entity_that_a_person_adds_is_an_edit() -> None:
    assert Cursor.parse('{"offsets": {"c": 5}}').edits() == {"c": 5}


def test_the_highest_epoch_and_sequence_wins_in_whatever_order_it_is_read() -> None:
    events = [Event(number, "run", "a", position) for number, position in
              enumerate([Position(30, sequence=3), Position(5, epoch=1, sequence=4), Position(40, sequence=9), Position(10, sequence=1)])]
    cursor = Cursor()
    cursor.fold(events)
    assert cursor.positions == {"a": Position(5, epoch=1, sequence=4)}


def test_b141_a_page_that_was_on_its_way_when_its_entity_failed_does_not_restart_it() -> None:
    cursor = Cursor()
    cursor.fold([
        Event(1, "run", "a", state={"state": "FAILED", "reason": "broken", "failures": 1, "retry_at": None}),
        Event(2, "run", "a", Position(1, sequence=1), state={"state": "FAILED"}),
    ])
    assert cursor.failed == {"a": Failed("broken")}
    assert cursor.positions == {"a": Position(1, sequence=1)}


def test_taking_an_event_in_twice_changes_nothing() -> None:
    failed = Event(1, "run", "a", state={"state": "FAILED", "reason": "broken", "failures": 1, "retry_at": None})
    moved = Event(2, "run", "a", Position(1, sequence=1))
    cursor = Cursor()
    cursor.fold([failed, moved])
    cursor.fold([failed, moved])
    assert (cursor.failed, cursor.event) == ({}, 2)
