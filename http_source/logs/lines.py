"""A record of `logging` as one line of JSON, with the connector, the entity and the run that it is about."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from http_source.foreign.chains import trace

ABOUT = ("connector", "entity", "run")
"""What a line may be about; the same names in the `extra` of a call to a logger."""

_working: dict[str, str] = {}


@contextmanager
def working_on(**about: str) -> Iterator[None]:
    """Say in each line of this process what it is about, as long as the line itself does not.

    For the process, not the thread: a run polls in threads that it did not start itself.
    """
    before = dict(_working)
    _working.update(about)
    try:
        yield
    finally:
        _working.clear()
        _working.update(before)


class JsonLines(logging.Formatter):
    """One object a line, in ASCII: no terminal and no collector of logs meets a control character."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message(record),
            **{name: value for name, value in self.about(record).items() if value},
        }
        if record.exc_info and record.exc_info[1]:
            # Not Python's own traceback: it repeats the words of others as they are.
            said["error"] = trace(record.exc_info[1], str)
        return json.dumps(said)

    def message(self, record: logging.LogRecord) -> str:
        """The sentence."""
        return record.getMessage()

    def about(self, record: logging.LogRecord) -> Mapping[str, str]:
        """What the line is about, by the names of ABOUT; what it says itself wins."""
        return {name: str(getattr(record, name, "") or _working.get(name, "")) for name in ABOUT}
