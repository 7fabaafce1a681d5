"""The screen redraws a table on a terminal, and gives a log a line now and then, and the table at the end."""

import io
from dataclasses import dataclass, replace

from http_source.demo.screen import Row, Screen, table

ROW = Row("spaces", "default", "spaces-topic", 12, "12", '{"id": 1}', "RUNNING")


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
    assert heading.split() == ["connector", "entity", "topic", "state", "records", "offset", "newest", "record"]
    assert line.split() == ["spaces", "default", "spaces-topic", "RUNNING", "12", "12", '{"id":', "1}"]


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


def test_the_beginning_of_a_record_is_shown_as_far_as_there_is_room() -> None:
    assert table([replace(ROW, newest="x" * 500)], (80, 50))[1].endswith("  " + "x" * 16 + "...")


def test_a_terminal_of_80_columns_shows_all_but_the_records() -> None:
    heading, line = table([replace(ROW, newest="x" * 500, offset="1647948083894", topic="search.audit-index")], (80, 50))
    assert heading.split() == ["connector", "entity", "topic", "state", "records", "offset"]
    assert line.split() == ["spaces", "default", "search.audit-index", "RUNNING", "12", "1647948083894"]


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


def test_what_has_happened_stands_above_the_table() -> None:
    terminal = Terminal()
    screen = Screen(terminal, Clock(36.0))
    screen.show([ROW])
    screen.report("spaces: Entity default FAILED.")
    screen.show([ROW])
    above, _, below = terminal.getvalue().partition("\x1b[3F\x1b[J")
    assert "spaces-topic" in above
    assert below.splitlines()[:2] == ["    0 s  spaces: Entity default FAILED.", ""]
    assert below.count("spaces-topic") == 1
    assert "\x1b" not in below


def test_control_characters_of_what_has_happened_never_reach_the_terminal() -> None:
    terminal = Terminal()
    Screen(terminal).report("gone\x1b[2J\r")
    assert terminal.getvalue() == "    0 s  gone [2J\n"


def test_a_log_gets_a_line_for_a_change_and_none_for_no_change() -> None:
    log, clock = io.StringIO(), Clock()
    screen = Screen(log, clock)
    for seconds, records in ((0, 1), (5, 1), (10, 2)):
        clock.seconds = seconds
        screen.show([replace(ROW, records=records), replace(ROW, connector="orders"), replace(ROW, connector="orders")])
    assert log.getvalue().splitlines() == [
        "    0 s  records: spaces 1, orders 24",
        "   10 s  records: spaces 2, orders 24",
    ]


def test_a_log_gets_at_most_a_line_every_five_seconds_and_the_table_at_the_end() -> None:
    log, clock = io.StringIO(), Clock()
    screen = Screen(log, clock)
    for halves in range(23):
        clock.seconds = halves / 2
        screen.show([replace(ROW, records=halves)], last=halves == 22)
    *lines, empty, heading, row, end = log.getvalue().split("\n")[:-1]
    assert [line.split()[4] for line in lines] == ["0", "10", "20"]
    assert [heading, row] == table([replace(ROW, records=22)], (80, 50))
    assert empty == end == ""


def test_no_line_of_a_log_is_wider_than_80_columns_and_none_is_drawn_again() -> None:
    log = io.StringIO()
    screen = Screen(log)
    screen.report(f"objects: Entity default FAILED: {'because of this ' * 20}")
    screen.show([replace(ROW, connector=f"connector-{number}") for number in range(20)])
    screen.show([ROW], last=True)
    assert max(map(len, log.getvalue().splitlines())) < 80
    assert not {"\x1b", "\r"} & set(log.getvalue())
    assert "\n         because of this" in log.getvalue()
