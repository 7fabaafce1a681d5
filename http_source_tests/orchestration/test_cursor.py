"""The sensor's cursor: readable, editable, short, and never believed when it cannot be."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.assembly.loading import load_config
from http_source.model import Position
from http_source.orchestration.cursor import Cursor, Failed, TaskState
from http_source.orchestration.identity import RunnableConnector
from http_source.orchestration.ledger.events import Event
from http_source.orchestration.ledger.log import Bookmark
from http_source_tests.demo.waiting import with_package
from http_source_tests.orchestration.stand import configuration

FULL = Cursor(
    failed={"b": Failed("broken", 2, 17.5)},
    positions={"a": Position("größe", epoch=1, sequence=4), "b": Position(12345678901234567890123, sequence=1)},
    tasks={"0": TaskState(next=3.5, failures=1, run="r")},
    bookmark=Bookmark(7, 9, 1.5),
)
FAILURE = {"state": "FAILED", "rank": 1, "reason": "broken", "failures": 1, "retry_at": None}


def test_a_cursor_is_read_as_it_was_written() -> None:
    read = Cursor.parse(FULL.dump())
    assert (read.positions, read.failed, read.tasks, read.bookmark) == (FULL.positions, FULL.failed, FULL.tasks, FULL.bookmark)
    assert read.edits() == {}


def test_a_cursor_shows_the_offsets_first_and_as_text_a_person_can_read() -> None:
    text = FULL.dump()
    assert next(iter(json.loads(text))) == "offsets"
    assert '"offsets":{"a":"größe","b":12345678901234567890123}' in text


def test_b177_no_offset_stands_twice_in_a_cursor() -> None:
    assert FULL.dump().count("größe") == 1


def test_b177_long_offsets_are_cut_and_their_positions_not_handed_on() -> None:
    cursor = Cursor(positions={f"e{n}": Position(f"{n}" * 1_500, sequence=n) for n in range(1, 9)})
    assert len(cursor.dump()) < 8 * 200
    read = Cursor.parse(cursor.dump())
    assert read.whole() == {}
    assert read.edits() == {}
    assert [position.sequence for position in read.positions.values()] == list(range(1, 9))


@pytest.mark.parametrize("length", [10, 1_500])
def test_b177_the_cursors_of_a_thousand_entities_are_less_than_200_mb_a_day(length: int) -> None:
    """Each tick keeps a copy."""
    config = load_config(configuration(entity_names=",".join(f"entity-{n:04}" for n in range(1_000)))).config
    tokens = {entity: f"{n:x}".rjust(length, "t") for n, entity in enumerate(config.request.entities)}
    cursor = Cursor(positions={entity: Position(token, sequence=5_000, mode="CURSOR_PAGINATION") for entity, token in tokens.items()})
    ticks = 86_400 / RunnableConnector(config).tick_seconds
    assert len(cursor.dump().encode()) * ticks < 200_000_000


def test_the_mode_of_most_positions_stands_in_a_cursor_once() -> None:
    positions = {"a": Position(1, mode="CHAINING"), "b": Position(2, mode="CHAINING"), "c": Position(3), "d": Position(4, mode="OTHER")}
    text = Cursor(positions=positions).dump()
    assert text.count("CHAINING") == 1
    assert Cursor.parse(text).positions == positions


def test_b177_a_cut_offset_stays_cut_however_often_it_is_stored() -> None:
    text = Cursor(positions={"a": Position("x" * 1_500, sequence=1)}).dump()
    assert Cursor.parse(text).dump() == text


def test_a_cut_offset_is_known_whole_again_with_its_event() -> None:
    position = Position("x" * 1_500, sequence=1)
    cursor = Cursor.parse(Cursor(positions={"a": position}).dump())
    cursor.fold([Event(1, "run", "a", position)])
    assert cursor.whole() == {"a": position}


def test_the_cursor_of_the_version_before_is_read() -> None:
    cursor = Cursor.parse(json.dumps({
        "offsets": {"a": 5, "b": 7}, "failed": {}, "tasks": {"0": {"next": 1.0, "failures": 0, "run": "r"}}, "event": 17, "checked": 3.0,
        "positions": {"a": {"offset": 5, "sequence": 2}, "b": {"offset": 6, "epoch": 1, "sequence": 9}},
    }))
    assert cursor.positions["a"] == Position(5, sequence=2)
    assert cursor.edits() == {"b": 7}
    assert cursor.positions["b"].order == (1, 9)


@pytest.mark.parametrize("text", [
    "", "{", "[]", "3", '"offsets"', "[" * 100_000,
    '{"offsets": []}', '{"offsets": null}', '{"positions": {"a": {}}}', '{"positions": {"a": {"offset": 1, "epoch": "x"}}}',
    '{"positions": {"a": [0, 1]}}', '{"positions": {"a": [0, "x", "", {}]}}', '{"positions": {"a": 3}}',
    '{"tasks": {"0": {"next": "soon"}}}', '{"failed": {"a": {"reason": "x", "retry_at": "later"}}}',
    '{"swept": "x"}', '{"bookmark": "x"}',
])
def test_what_is_no_cursor_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"^The sensor's cursor cannot be read: ."):
        Cursor.parse(text)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner)))
def test_any_json_is_a_cursor_or_refused(value: object) -> None:
    for name in ("offsets", "positions", "tasks", "signs", "ranks", "bookmark"):
        for text in (json.dumps(value), json.dumps({name: value})):
            try:
                Cursor.parse(text).dump()
            except ValueError as error:
                assert "cannot be read" in str(error)  # noqa: PT017 - either outcome is right


def test_an_offset_that_differs_from_what_was_written_is_an_edit() -> None:
    cursor = Cursor.parse(FULL.dump().replace('"größe"', "null", 1))
    assert cursor.edits() == {"a": None}
    assert cursor.positions["a"].order == (1, 4)


def test_an_entity_that_a_person_adds_is_an_edit() -> None:
    assert Cursor.parse('{"offsets": {"c": 5}}').edits() == {"c": 5}


# What happened, in any order

EVENTS = [
    Event(1, "run", "a", Position(30, sequence=3)),
    Event(2, "", "a", Position(5, epoch=1, sequence=4)),
    Event(3, "run", "a", Position(40, sequence=9)),
    Event(4, "run", "b", state=FAILURE),
    Event(5, "", "b", state={"state": "RUNNING", "rank": 2}),
    Event(6, "run", "b", state=FAILURE | {"rank": 3, "failures": 7}),
    Event(7, "run-1", report={"task": 0, "rank": 1, "ended": True, "next_poll": 100.0}),
    Event(8, "run-2", report={"task": 0, "rank": 3, "ended": True, "next_poll": 200.0}),
    Event(9, "run-2", report={"task": 0, "rank": 2}),
]


@given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS)))
def test_b172_what_happened_is_known_in_whatever_order_and_however_often_it_is_read(events: list[Event], again: list[Event]) -> None:
    cursor = Cursor()
    for event in [*events, *again]:
        cursor.fold([event])
    assert cursor.positions == {"a": Position(5, epoch=1, sequence=4)}
    assert cursor.failed == {"b": Failed("broken", 7)}
    assert (cursor.tasks["0"].next, cursor.tasks["0"].run) == (200.0, "run-2")


MOVES = [
    Event(1, "run", "a", Position(30, sequence=3)),
    Event(2, "run", "a", state=FAILURE | {"epoch": 0}),
    Event(3, "", "a", Position(5, epoch=1, sequence=4)),
]


@given(st.permutations(MOVES), st.lists(st.sampled_from(MOVES)))
def test_b172_a_move_ends_the_failure_before_it_in_whatever_order_they_are_read(events: list[Event], again: list[Event]) -> None:
    cursor = Cursor()
    for event in [*events, *again]:
        cursor.fold([event])
    assert cursor.failed == {}


@given(st.permutations([*MOVES, Event(4, "run", "a", state=FAILURE | {"rank": 2, "epoch": 1})]))
def test_b172_a_failure_after_a_move_stays_in_whatever_order_they_are_read(events: list[Event]) -> None:
    cursor = Cursor(positions={"a": Position(0)})
    cursor.fold(events)
    assert list(cursor.failed) == ["a"]


def test_who_was_moved_or_started_again_by_a_person_is_told_once() -> None:
    cursor = Cursor()
    assert cursor.fold(EVENTS[:5]) == {"a", "b"}
    assert cursor.fold(EVENTS[:5]) == set()


def test_b141_a_page_that_was_on_its_way_when_its_entity_failed_does_not_restart_it() -> None:
    cursor = Cursor()
    cursor.fold([Event(1, "run", "a", state=FAILURE), Event(2, "run", "a", Position(1, sequence=1))])
    assert cursor.failed == {"a": Failed("broken")}
    assert cursor.positions == {"a": Position(1, sequence=1)}


def test_b169_the_state_of_entities_that_are_gone_is_forgotten_and_their_position_kept() -> None:
    cursor = Cursor()
    cursor.fold(EVENTS)
    cursor.forget(["x"])
    assert (cursor.failed, cursor.ranks) == ({}, {})
    assert list(cursor.positions) == ["a"]


def test_a_connector_that_a_person_stopped_polls_nothing_until_it_is_resumed() -> None:
    cursor, options = Cursor(), load_config(configuration()).config.offsets
    cursor.fold([Event(1, state={"state": "STOPPED", "rank": 1, "rested": True})])
    assert not cursor.pollable("a", options)
    cursor.fold([Event(2, state={"state": "RUNNING", "rank": 2})])
    assert cursor.pollable("a", options)


FIRST_READ_BY_MANY = """
import importlib, sys, threading
import http_source.orchestration.cursor as module
sys.setswitchinterval(1e-6)
for _ in range(150):
    read, begin = importlib.reload(module).Cursor.parse, threading.Barrier(8)
    threads = [threading.Thread(target=lambda: (begin.wait(), read("{}"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_the_first_threads_that_read_one_at_the_same_time_do_not_end_the_process() -> None:
    """As the sensors of a code server do, which Dagster ticks in several threads."""
    done = subprocess.run([sys.executable, "-c", FIRST_READ_BY_MANY], env=with_package(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
