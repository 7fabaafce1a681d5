"""The command `offsets` over a real Dagster instance on disk: where entities stand, and moving them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from http_source.model import Position
from http_source.orchestration.offsets_document import read_assignments
from http_source_tests.commands.folder import Make, Say
from http_source_tests.orchestration.home import seen
from http_source_tests.orchestration.stand import COUNTING, NAME, PAGES
from http_source_tests.waiting import until


def part(entity: object, offset: object) -> dict[str, object]:
    return {"partition": {"entity": entity}, "offset": offset}


SOME = [part("a", {"offset": 42}), part("b", None)]


def document(parts: object = SOME) -> str:
    return json.dumps({"offsets": parts})


@pytest.fixture
def offsets(say: Say) -> Say:
    """The command `offsets`."""
    return lambda *arguments, **given: say("offsets", *arguments, **given)


def moves(offsets: Say, *arguments: str) -> dict[str, Any]:
    """What a move says to machines."""
    code, said = offsets(*arguments, "--json")
    assert code == 0, said
    return dict(json.loads(said))


# Showing


def test_an_entity_tells_its_offset_and_where_it_was_read(make: Make, offsets: Say) -> None:
    stand = make()
    stand.move("a", Position("2026", epoch=1, sequence=7))
    code, said = offsets("show", NAME)
    assert code == 0
    lines = [line.split() for line in said.splitlines()]
    assert lines[1][:4] == ["a", "2026", "1", "7"]
    assert lines[1][-2:] == ["event", "log"]
    assert "b" in lines[2]
    assert "nothing stored: it starts from http.initial.offset" in said


def test_for_machines_it_is_what_kafka_connect_shows(make: Make, offsets: Say) -> None:
    make().move("a", Position(30, sequence=3))
    assert json.loads(offsets("show", NAME, "--json")[1]) == {
        "offsets": [{"partition": {"entity": "a"}, "offset": {"offset": 30, "sequence": 3}}]
    }


def test_an_entity_that_the_connector_no_longer_has_is_mentioned(make: Make, offsets: Say) -> None:
    make().move("c", Position(30, sequence=3))
    assert "Also stored, of entities that the connector no longer has: c." in offsets("show", NAME)[1]
    assert offsets("show", NAME, "c")[1].splitlines()[1].split()[:2] == ["c", "30"]


def test_the_cursor_counts_where_the_event_log_was_emptied(make: Make, offsets: Say) -> None:
    stand = make()
    stand.move("a", Position(30, sequence=3))
    stand.tick()
    seen(stand)
    stand.instance.wipe_assets([stand.key])
    assert offsets("show", NAME, "a")[1].splitlines()[1].split() == ["a", "30", "0", "3", "sensor's", "cursor"]
    assert moves(offsets, "set", NAME, "a=31")["moves"][0]["after"] == {"offset": 31, "epoch": 1, "sequence": 4, **COUNTING}


# Moving


def test_set_moves_entities_and_says_from_where_to_where(make: Make, offsets: Say) -> None:
    stand = make()
    stand.move("a", Position(30, sequence=3))
    assert offsets("set", NAME, "a=5", "b=7") == (0, "  a: 30 → 5\n  b: nothing stored → 7\n")
    assert stand.stored("a")[0] == {"offset": 5, "epoch": 1, "sequence": 4, **COUNTING}
    assert stand.stored("b") == [{"offset": 7, "epoch": 1, "sequence": 1, **COUNTING}]


@pytest.mark.parametrize("arguments", [("reset", NAME, "a"), ("reset", NAME, "--all"), ("delete", NAME, "a"), ("delete", NAME, "--all")])
def test_reset_and_delete_let_entities_start_again(make: Make, offsets: Say, arguments: tuple[str, ...]) -> None:
    stand = make(entity_names="a")
    stand.move("a", Position(30, sequence=3))
    assert offsets(*arguments) == (0, "  a: 30 → http.initial.offset\n")
    assert stand.stored("a")[0] == {"offset": 0, "epoch": 1, "sequence": 4, "deleted": True, **COUNTING}


@pytest.mark.parametrize("arguments", [("set", NAME, "a=5"), ("reset", NAME, "a"), ("delete", NAME, "a")])
def test_a_dry_run_says_what_would_change_and_changes_nothing(make: Make, offsets: Say, arguments: tuple[str, ...]) -> None:
    stand = make()
    stand.move("a", Position(30, sequence=3))
    code, said = offsets(*arguments, "--dry-run")
    assert (code, said.splitlines()[-1]) == (0, "Nothing was changed (--dry-run).")
    assert "a: 30 → " in said
    assert len(stand.stored("a")) == 1


def test_a_removed_entity_is_deleted_but_not_reset(make: Make, offsets: Say) -> None:
    stand = make()
    stand.move("c", Position(30, sequence=3))
    assert offsets("reset", NAME, "c") == (2, "c: the connector has no such entity, but a, b.\nNothing was changed.\n")
    assert offsets("delete", NAME, "c") == (0, "  c: 30 → http.initial.offset\n")
    assert stand.stored("c")[0]["deleted"] is True


def test_the_name_of_an_entity_may_hold_an_equals_sign() -> None:
    assert read_assignments(["a=b=5", "a=6"], ["a", "a=b"]) == ({"a=b": "5", "a": "6"}, [])


DIGITS = "expected digits from 0 to 9 with or without a sign before them, and nothing else"


def test_b204_digits_with_anything_between_them_are_refused(make: Make, offsets: Say) -> None:
    make()
    code, said = offsets("set", NAME, "a=1_000")
    assert (code, said.splitlines()[0]) == (2, f"a: SIMPLE_INCREMENTING counts, so its offset is an integer; {DIGITS}.")
    assert moves(offsets, "set", NAME, f"a={'9' * 40}")["moves"][0]["after"]["offset"] == int("9" * 40)


def test_all_mistakes_are_told_at_once_and_nothing_is_changed(make: Make, offsets: Say) -> None:
    stand = make()
    code, said = offsets("set", NAME, "a=x", "b=7", "c=3", "d")
    assert (code, said.splitlines()) == (2, [
        "d: It is not ENTITY=OFFSET.",
        f"a: SIMPLE_INCREMENTING counts, so its offset is an integer; {DIGITS}.",
        "c: the connector has no such entity, but a, b.",
        "Nothing was changed.",
    ])
    assert stand.stored("b") == []


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("set", NAME), "set: Name offsets as ENTITY=OFFSET, or a file with --file."),
    (("set", NAME, "a=1", "--file", "-"), "set: Name offsets as ENTITY=OFFSET, or a file with --file."),
    (("set", NAME, "--file", "none.json"), "none.json cannot be read: No such file or directory."),
    (("set", NAME, "a=1", "a=2"), "a: It is given twice.\nNothing was changed."),
    (("reset", NAME), "reset: Name entities, or all of them with --all."),
    (("delete", NAME, "a", "--all"), "delete: Name entities, or all of them with --all."),
    (("set", "order", "a=1"), "Did you mean orders?"),
    (("show", NAME, "z"), "Unknown entity 'z'. The entities are a, b."),
    (("history", NAME, "z"), "Unknown entity 'z'. The entities are a, b."),
    (("history", NAME, "--limit", "0"), "--limit is 0, but it must be at least 1."),
])
def test_wrong_usage_is_one_sentence_and_status_2(make: Make, offsets: Say, arguments: tuple[str, ...], sentence: str) -> None:
    make()
    code, said = offsets(*arguments)
    assert (code, said.endswith(f"{sentence}\n")) == (2, True), said


def test_a_run_that_polls_a_moved_entity_is_told_of(make: Make, offsets: Say) -> None:
    stand = make()
    (request,) = stand.tick()
    stand.live(request)
    assert offsets("set", NAME, "a=5")[1].splitlines()[-1] == (
        "A run is polling a: a new run takes over within seconds, and resumes at the new offset."
    )


def test_a_new_run_takes_over_from_the_one_in_progress_at_the_set_offset(make: Make, offsets: Say) -> None:
    stand = make(entity_names="a", run_max_seconds="900")
    run = stand.start(*stand.tick())
    until(lambda: stand.stored("a"))
    stand.tick()
    assert '"polling": [\n    "a"\n  ]' in offsets("set", NAME, "a=15", "--json")[1]
    (request,) = stand.tick()
    assert request.run_config["ops"]["poll_entities"]["config"]["positions"]["a"]["offset"] == 15
    stand.start(request)
    run.join()


def test_with_the_sensor_off_it_is_said_that_nothing_is_polled(make: Make, offsets: Say) -> None:
    stand = seen(make(), on=False)
    assert offsets("set", NAME, "a=5")[1].splitlines()[-1] == "The sensor orders_sensor is off: nothing is polled until it is on."
    assert len(stand.stored("a")) == 1


# Files


@pytest.fixture(params=["file", "standard input"])
def set_by(request: pytest.FixtureRequest, tmp_path: Path, offsets: Say) -> Callable[[str], tuple[int, str]]:
    """The command that moves entities as a document says."""

    def given(text: str) -> tuple[int, str]:
        if request.param == "standard input":
            return offsets("set", NAME, "--file", "-", stdin=text)
        (tmp_path / "wanted").write_text(text)
        return offsets("set", NAME, "--file", str(tmp_path / "wanted"))

    return given


def test_b168_an_offset_of_the_mode_before_is_told_as_such(make: Make, offsets: Say) -> None:
    make(**PAGES).move("a", Position(30, sequence=3, mode="SIMPLE_INCREMENTING"))
    assert "a: The stored offset is of http.offset.mode=SIMPLE_INCREMENTING" in offsets("show", NAME)[1]


def test_a_document_sets_and_deletes(make: Make, set_by: Callable[[str], tuple[int, str]]) -> None:
    stand = make()
    stand.move("b", Position(30, sequence=3))
    assert set_by(document()) == (0, "  a: nothing stored → 42\n  b: 30 → http.initial.offset\n")


@pytest.mark.parametrize("position", [
    Position(30, epoch=4, sequence=9), Position("next", sequence=9, delivered=2, digest="ab"), Position("last", sequence=9, done=True),
    Position("", sequence=9, deleted=True),
])
def test_what_is_shown_can_be_set_again(make: Make, offsets: Say, set_by: Callable[[str], tuple[int, str]], position: Position) -> None:
    stand = make(http_offset_mode="CURSOR_PAGINATION", http_next_page_json_pointer="/next", http_initial_offset="")
    stand.move("a", position)
    shown = offsets("show", NAME, "--json")[1]
    assert set_by(shown)[0] == 0
    bookkeeping = {"epoch": position.epoch + 1, "sequence": position.sequence + 1, "mode": "CURSOR_PAGINATION"}
    assert stand.stored("a")[0] == position.to_json() | bookkeeping


@pytest.mark.parametrize(("text", "mistakes"), [
    ("{", ["The document is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)."]),
    ("[]", ['The document has no list `offsets`; its form is {"offsets": [{"partition": {"entity": "…"}, "offset": {"offset": …}}]}.']),
    (document([*SOME, *SOME]), ["offsets[2]: The entity a is given twice.", "offsets[3]: The entity b is given twice."]),
    (document([3, {"partition": "a", "offset": None}, part("a", 3), part("z", None)]), [
        'offsets[0]: It is not an object with "partition" and "offset".',
        'offsets[1]: Its partition is not {"entity": "…"}.',
        'offsets[2]: Its offset is not {"offset": …}, and not null, which starts from http.initial.offset.',
        "z: the connector has no such entity, but a, b.",
    ]),
    (document([part("a", {"offset": True}), part("b", {"offset": 1, "x": 2})]), [
        "a: an offset is a text or an integer; null starts from http.initial.offset.",
        ("b: a position has no 'x', but offset, delivered, digest, done, deleted, mode, boundary, tied, rough, largest, "
         "beside, first, until, within, gathered."),
    ]),
])
def test_all_mistakes_of_a_document_are_told_at_once(
    make: Make, set_by: Callable[[str], tuple[int, str]], text: str, mistakes: list[str]
) -> None:
    stand = make()
    code, said = set_by(text)
    assert (code, said.splitlines()) == (2, [*mistakes, "Nothing was changed."])
    assert stand.stored("a") == []


# The past


def test_the_past_is_told_newest_first_with_who_wrote_it(make: Make, offsets: Say) -> None:
    stand = make(entity_names="a")
    (run,) = stand.poll()
    offsets("set", NAME, "a=5")
    found = json.loads(offsets("history", NAME, "a", "--json")[1])
    assert [(each["offset"]["offset"], each["records"], each["run_id"]) for each in found] == [(5, None, None), (10, 10, run.run_id)]
    lines = offsets("history", NAME)[1].splitlines()
    assert [line.split()[3] for line in lines[1:]] == ["5", "10"]
    assert lines[1].endswith("by hand")
    assert len(offsets("history", NAME, "--limit", "1")[1].splitlines()) == 2


def test_a_connector_without_a_past_says_so(make: Make, offsets: Say) -> None:
    make()
    assert offsets("history", NAME) == (0, "  Nothing is stored yet.\n")
