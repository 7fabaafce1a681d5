"""A record of `logging` as one line of JSON, with the connector, the entity and the run that it is about."""

import copy
import json
import logging
from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from http_source.foreign.chains import trace
from http_source.foreign.text import Foreign, readable

ABOUT = ("connector", "entity", "run")
"""What a line may be about; the same names in the `extra` of a call to a logger."""

OWN = "http_source"
"""The logger above all of the project's."""

_TEXT = "%(asctime)s - %(name)s - %(levelname)s - %(message)s"
_TIME = "%Y-%m-%d %H:%M:%S %z"
"""Both as Dagster has them."""

_LONGEST = 1_000
_working: list[dict[str, str]] = []


@contextmanager
def working_on(**about: str) -> Iterator[None]:
    """Say in each line of this process what it is about, as long as the line itself does not.

    For the process, not the thread: a run polls in threads that it did not start itself.
    """
    _working.append(about)
    try:
        yield
    finally:
        # Runs of one process need not end in the order in which they began.
        _working.remove(about)


def _words(record: logging.LogRecord) -> str:
    """What a record says; of others, such as a database's driver, on one line and without a password in an address."""
    is_ours = record.name == OWN or record.name.startswith(f"{OWN}.")
    return record.getMessage() if is_ours else readable(Foreign(record.getMessage()), str, _LONGEST)


def _error(record: logging.LogRecord) -> str:
    """The error that a record is about, as it may be shown. Not Python's own traceback: it repeats the words of others as they are."""
    return trace(record.exc_info[1], str) if record.exc_info and record.exc_info[1] else ""


class TextLines(logging.Formatter):
    """One line of text, and an error below it."""

    def __init__(self) -> None:
        super().__init__(_TEXT, _TIME)

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        # Others are told of the same record.
        told = copy.copy(record)
        told.msg, told.args, told.exc_info, told.exc_text = _words(record), (), None, _error(record) or None
        return super().format(told)


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
        if error := _error(record):
            said["error"] = error
        return json.dumps(said)

    def message(self, record: logging.LogRecord) -> str:
        """The sentence."""
        return _words(record)

    def about(self, record: logging.LogRecord) -> Mapping[str, str]:
        """What the line is about, by the names of ABOUT; what it says itself wins."""
        working: ChainMap[str, str] = ChainMap({}, *reversed(_working))
        return {name: str(getattr(record, name, "") or working.get(name, "")) for name in ABOUT}
