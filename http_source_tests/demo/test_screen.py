"""The screen redraws a table on a terminal and tells a log what changed."""

import io
from dataclasses import dataclass, replace

from http_source.demo.screen import Row, Screen, table

ROW = Row("spaces", "default", "spaces-topic", 12, "12", '{"id": 1}')


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_table_names_every_entity_with_its_records_offset_and_newest_record() -> None:
    heading, line = table([ROW], (200, 50))
    assert heading.split() == ["connector", "entity", "topic", "records", "offset", "newest", "record"]
    assert line.split() == ["spaces", "default", "spaces-topic", "12", "12", '{"id":', "1}"]


def test_columns_stand_under_their_headings() -> None:
    heading, first, second = table([ROW, replace(ROW, connector="a-much-longer-name", records=123_456_789)], (200, 50))
    assert {line.index("default") for line in (first, second)} == {heading.index("entity")}
    assert {line.index('{"id"') for line in (first, second)} == {heading.index("newest")}


def test_a_table_is_never_wider_or_higher_than_the_terminal() -> None:
    lines = table([replace(ROW, newest="x" * 500)] * 100, (40, 10))
    assert len(lines) < 10
    assert max(map(len, lines)) < 40
    assert lines[-1] == "and 94 more entities"


def test_control_characters_of_a_record_never_reach_the_terminal() -> None:
    assert "\x1b" not in "".join(table([replace(ROW, newest="\x1b[2Jgone\n", offset="\r")], (200, 50)))


def test_a_long_record_is_cut_and_the_cut_is_shown() -> None:
    assert table([replace(ROW, newest="x" * 500)], (200, 50))[1].endswith("x" * 57 + "...")


def test_a_terminal_gets_the_table_in_the_place_of_the_one_before() -> None:
    terminal = Terminal()
    screen = Screen(terminal)
    screen.show([ROW])
    screen.show([replace(ROW, records=13)])
    assert terminal.getvalue().count("\x1b[2F\x1b[J") == 1


def test_a_line_that_is_said_stays_when_the_table_is_drawn_again() -> None:
    terminal = Terminal()
    screen = Screen(terminal)
    screen.show([ROW])
    screen.say("Stopping.")
    screen.show([replace(ROW, records=13)])
    assert "\x1b" not in terminal.getvalue()


def test_a_log_gets_a_line_for_a_change_and_none_for_no_change() -> None:
    log, clock = io.StringIO(), Clock()
    screen = Screen(log, clock)
    for seconds, records in ((0, 1), (5, 1), (10, 2)):
        clock.seconds = seconds
        screen.show([replace(ROW, records=records)])
    assert log.getvalue().splitlines() == [
        "    0 s  spaces/default 1 in spaces-topic (offset 12)",
        "   10 s  spaces/default 2 in spaces-topic (offset 12)",
    ]


def test_a_log_gets_at_most_a_line_every_two_seconds_but_always_the_last_one() -> None:
    log, clock = io.StringIO(), Clock()
    screen = Screen(log, clock)
    for tenths in range(25):
        clock.seconds = tenths / 10
        screen.show([replace(ROW, records=tenths)], last=tenths == 24)
    assert [line.split()[3] for line in log.getvalue().splitlines()] == ["0", "20", "24"]
