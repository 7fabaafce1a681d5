"""How commands lay out what people read."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from http_source.foreign.text import escape

_WIDEST = 40


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def cut(value: object) -> str:
    """A value on one line, cut when it is long; empty for None."""
    text = "" if value is None else escape(str(value))
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def in_utc(seconds: float | None) -> str | None:
    """A time since the epoch, for machines."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def local(time_in_utc: str | None) -> str:
    """A time in this machine's zone; empty for none."""
    if time_in_utc is None:
        return ""
    return f"{datetime.fromisoformat(time_in_utc).astimezone():%Y-%m-%d %H:%M:%S}"
