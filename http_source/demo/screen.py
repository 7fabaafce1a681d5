"""What the demo shows: its steps, and a table that is redrawn in place on a terminal and told line by line elsewhere."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

_QUIET_SECONDS = 2.0
_NEWEST_LENGTH = 60
_OFFSET_LENGTH = 24
_RECORDS = 3
"""The column of numbers."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entity as the table shows it, or a topic of which no entity is known.

    Attributes:
        connector: empty where it is not known, as are entity and offset.
        records: how many have arrived in the topic.
        offset: the entity's, as last checkpointed; empty before the first checkpoint.
        newest: the value of the topic's newest record.
    """

    connector: str
    entity: str
    topic: str
    records: int = 0
    offset: str = ""
    newest: str = ""


class Screen:
    """Writes to a terminal or to a log.

    Args:
        stream: where to.
        clock: seconds; a log gets a line at most every 2 s.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._started = clock()
        self._told = clock() - _QUIET_SECONDS
        self._shown: Sequence[Row] = ()
        self._height = 0

    def say(self, line: str) -> None:
        """Write a line that stays; a table that is there stays above it."""
        self._height = 0
        self._write(f"{line}\n")

    def show(self, rows: Sequence[Row], *, last: bool = False) -> None:
        """Show the rows, if they have changed; a log may leave them out when it had some just now, unless they are the last ones."""
        if rows == self._shown:
            return
        if self._stream.isatty():
            self._redraw(table(rows, shutil.get_terminal_size()))
        elif last or self._clock() - self._told >= _QUIET_SECONDS:
            self._told = self._clock()
            self.say(sentence(rows, self._clock() - self._started))
        else:
            return
        self._shown = rows

    def _redraw(self, lines: Sequence[str]) -> None:
        back = f"\x1b[{self._height}F\x1b[J" if self._height else "\n"
        self._write(back + "".join(f"{line}\n" for line in lines))
        self._height = len(lines)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def table(rows: Sequence[Row], size: tuple[int, int]) -> list[str]:
    """Return the rows as aligned lines under a heading, none wider and not more than the terminal (columns, lines) takes."""
    width, height = size
    shown = rows[: max(height - 4, 1)]
    cells = [("connector", "entity", "topic", "records", "offset", "newest record"), *map(_cells, shown)]
    widths = {column: max(len(line[column]) for line in cells) for column in _columns(shown)}
    lines = [_aligned(line, widths)[: width - 1].rstrip() for line in cells]
    hidden = len(rows) - len(shown)
    return [*lines, f"and {hidden} more entities"] if hidden else lines


def sentence(rows: Sequence[Row], seconds: float) -> str:
    """Return the rows as one line of a log."""
    return f"{seconds:5.0f} s  " + ", ".join(f"{_whose(row)}{row.records} in {row.topic}{_at(row.offset)}" for row in rows)


def _whose(row: Row) -> str:
    return f"{row.connector}/{row.entity} " if row.connector else ""


def _at(offset: str) -> str:
    return f" (offset {_shortened(offset, _OFFSET_LENGTH)})" if offset else ""


def _cells(row: Row) -> tuple[str, ...]:
    offset, newest = _shortened(row.offset, _OFFSET_LENGTH), _shortened(row.newest, _NEWEST_LENGTH)
    return (row.connector, row.entity, row.topic, str(row.records), offset, newest)


def _shortened(text: str, length: int) -> str:
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= length else plain[: length - 3] + "..."


def _columns(rows: Sequence[Row]) -> Sequence[int]:
    return range(6) if any(row.connector for row in rows) else (2, _RECORDS, 5)


def _aligned(cells: Sequence[str], widths: Mapping[int, int]) -> str:
    return "  ".join(cells[column].rjust(width) if column == _RECORDS else cells[column].ljust(width) for column, width in widths.items())
