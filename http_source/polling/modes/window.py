"""Windows of time: where each begins and ends, and how that is written."""

from collections.abc import Sequence

from http_source.config.moments import LATEST, read_moment, written
from http_source.config.properties import OffsetOptions, WindowFormat
from http_source.model import Value


class Windows:
    """The windows of a configuration: borders are `http.window.start` and each `http.window.length.ms` after it."""

    def __init__(self, options: OffsetOptions) -> None:
        self._start = options.window_start or 0
        self._length = options.window_length_ms
        self._format = options.window_format

    @property
    def start(self) -> str:
        """Where the first one begins, as a position has it."""
        return written(self._start)

    def end_of(self, begin: str) -> str:
        """Where a window ends that begins there: at the next border, also where that moment is none itself."""
        moment = read_moment(begin)
        border = self._start + ((moment - self._start) // self._length + 1) * self._length
        return written(min(border, LATEST))

    def write(self, border: str) -> str:
        """A border as a request has it."""
        if self._format is WindowFormat.ISO_8601:
            return border
        moment = read_moment(border)
        return str(moment if self._format is WindowFormat.EPOCH_MS else moment // 1000)


def at_border(records: Sequence[Value], border: str) -> Sequence[Value]:
    """The records that may be of a border: they have it in them, as a date-time in UTC, a date, or seconds or milliseconds since 1970."""
    spellings = [each.encode() for each in _spellings(border)]
    return [record for record in records if any(spelling in bytes(record) for spelling in spellings)]


def _spellings(border: str) -> Sequence[str]:
    """To the minute, which all precisions begin with; a border at midnight may be the date alone."""
    date, clock = border[:10], border[11:16]
    texts = [date] if border[11:] == "00:00:00Z" else [f"{date}T{clock}", f"{date} {clock}"]
    return [*texts, str(read_moment(border) // 1000)]
