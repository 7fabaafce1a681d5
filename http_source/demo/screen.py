"""What the demo shows: its steps, what happens, and a table: redrawn in place on a terminal, summed up in a line now and then elsewhere."""

import shutil
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

_QUIET_SECONDS = 5.0
_NEWEST_LENGTH = 60
_SHORTEST_NEWEST = 16
_OFFSET_LENGTH = 16
_LOG_SIZE = (80, 1_000)
"""What a log is taken for: nobody knows where it will be read."""

_HEADING = ("connector", "entity", "topic", "state", "records", "offset", "newest record")
_TOPIC, _RECORDS, _NEWEST = (_HEADING.index(name) for name in ("topic", "records", "newest record"))


@dataclass(frozen=True, slots=True)
class Row:
    """One entity as the table shows it, or a topic of which no entity is known.

    Attributes:
        connector: empty where it is not known, as are entity, offset and state.
        records: how many have arrived in the topic.
        offset: the entity's, as last checkpointed; empty before the first checkpoint.
        newest: the value of the topic's newest record.
        state: how the entity fares; empty where nobody knows: nothing was reported, and no record arrived just now.
    """

    connector: str
    entity: str
    topic: str
    records: int = 0
    offset: str = ""
    newest: str = ""
    state: str = ""


class Screen:
    """Writes to a terminal or to a log.

    Args:
        stream: where to.
        clock: seconds; a log gets a line of numbers at most every 5 s.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._started = clock()
        self._summed_up = clock() - _QUIET_SECONDS
        self._shown: Sequence[Row] = ()
        self._height = 0

    def say(self, line: str) -> None:
        """Write a line that stays; a table that is there stays above it."""
        self._height = 0
        self._write(f"{line}\n")

    def report(self, event: str) -> None:
        """Write what has happened, with the time; a table that is there is drawn again below it."""
        self._erase(above=1)
        self.say(_wrapped(f"{self._age()}  {event}", self._size()[0]))
        if self._stream.isatty():
            self._shown = ()

    def show(self, rows: Sequence[Row], *, last: bool = False) -> None:
        """Show the rows, if they have changed; a log gets a line now and then, and the table at the end."""
        if self._stream.isatty():
            if rows != self._shown:
                self._redraw(table(rows, self._size()))
                self._shown = rows
        elif last:
            self.say("\n".join(["", *table(rows, self._size()), ""]))
        elif rows != self._shown and self._clock() - self._summed_up >= _QUIET_SECONDS:
            self._summed_up, self._shown = self._clock(), rows
            self.say(_wrapped(f"{self._age()}  {summary(rows)}", self._size()[0]))

    def _age(self) -> str:
        return f"{self._clock() - self._started:5.0f} s"

    def _size(self) -> tuple[int, int]:
        return shutil.get_terminal_size() if self._stream.isatty() else _LOG_SIZE

    def _redraw(self, lines: Sequence[str]) -> None:
        if not self._height:
            self._write("\n")
        self._erase()
        self._write("".join(f"{line}\n" for line in lines))
        self._height = len(lines)

    def _erase(self, above: int = 0) -> None:
        """Remove the table, if it is the last thing that was written, and so many lines above it."""
        if self._height:
            self._write(f"\x1b[{self._height + above}F\x1b[J")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def table(rows: Sequence[Row], size: tuple[int, int]) -> list[str]:
    """Return the rows as aligned lines under a heading, none wider and not more than the terminal (columns, lines) takes.

    The newest records are left out where there is no room for the beginning of one.
    """
    width, height = size
    shown = rows[: max(height - 4, 1)]
    cells = [_HEADING, *map(_cells, shown)]
    widths = {column: max(len(line[column]) for line in cells) for column in _columns(shown)}
    room = width - 1 - sum(each + 2 for column, each in widths.items() if column != _NEWEST)
    widths[_NEWEST] = min(widths[_NEWEST], max(room, 0))
    if widths[_NEWEST] < min(_SHORTEST_NEWEST, max(len(line[_NEWEST]) for line in cells)):
        del widths[_NEWEST]
    lines = [_aligned(line, widths)[: width - 1].rstrip() for line in cells]
    hidden = len(rows) - len(shown)
    return [*lines, f"and {hidden} more entities"] if hidden else lines


def summary(rows: Sequence[Row]) -> str:
    """Return how many records each connector has brought, or each topic of which no connector is known."""
    records: Counter[str] = Counter()
    for row in rows:
        records[row.connector or row.topic] += row.records
    return "records: " + ", ".join(f"{name} {count}" for name, count in records.items())


def _cells(row: Row) -> tuple[str, ...]:
    offset, newest = _shortened(row.offset, _OFFSET_LENGTH), _shortened(row.newest, _NEWEST_LENGTH)
    return (row.connector, row.entity, row.topic, row.state, str(row.records), offset, newest)


def _shortened(text: str, length: int) -> str:
    plain = _plain(text)
    return plain if len(plain) <= length else plain[: length - 3] + "..."


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _columns(rows: Sequence[Row]) -> Sequence[int]:
    return range(len(_HEADING)) if any(row.connector for row in rows) else (_TOPIC, _RECORDS, _NEWEST)


def _aligned(cells: Sequence[str], widths: Mapping[int, int]) -> str:
    return "  ".join(_fitted(cells[column], column, width) for column, width in widths.items())


def _fitted(cell: str, column: int, width: int) -> str:
    return cell.rjust(width) if column == _RECORDS else _shortened(cell, width).ljust(width)


def _wrapped(text: str, width: int) -> str:
    return textwrap.fill(_plain(text), width - 1, subsequent_indent=" " * 9, break_long_words=False, break_on_hyphens=False)
