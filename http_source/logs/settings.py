"""What the environment says of logs: HTTP_SOURCE_LOG_FORMAT and HTTP_SOURCE_LOG_LEVEL."""

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from http_source.config.findings import shown
from http_source.errors import ConfigurationError, Finding
from http_source.logs.lines import JsonLines

FORMAT, LEVEL = "HTTP_SOURCE_LOG_FORMAT", "HTTP_SOURCE_LOG_LEVEL"

LEVELS: Mapping[str, int] = {
    "FATAL": logging.CRITICAL, "CRITICAL": logging.CRITICAL, "ERROR": logging.ERROR, "WARN": logging.WARNING, "WARNING": logging.WARNING,
    "INFO": logging.INFO, "DEBUG": logging.DEBUG, "TRACE": 5,
}
"""Levels by Python's names and by Java's."""

OWN = "http_source"
"""The logger above all of the project's."""

_FORMS = ("text", "json")
_TEXT = "%(asctime)s - %(name)s - %(levelname)s - %(message)s"
_TIME = "%Y-%m-%d %H:%M:%S %z"
"""Both as Dagster has them."""


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How to log.

    Attributes:
        json: whether each line is a JSON object.
        level: from which level on, where nothing more is said of a logger; None where the environment says nothing.
        levels: the same of single loggers and those below them, by their names.
    """

    json: bool = False
    level: int | None = None
    levels: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Those of an environment. Raises ConfigurationError for a form or a level that there is not."""
        form = environment.get(FORMAT, "").strip().lower() or "text"
        if form not in _FORMS:
            raise ConfigurationError([Finding(FORMAT, f"Invalid value {shown(form)}: expected text or json.")])
        levels = dict(_read(part.strip()) for part in environment.get(LEVEL, "").split(",") if part.strip())
        return cls(form == "json", levels.pop("", None), levels)

    @property
    def says_something(self) -> bool:
        """Whether the environment says how to log."""
        return self != LogSettings()

    @property
    def formatter(self) -> logging.Formatter:
        """What makes lines of records."""
        return JsonLines() if self.json else logging.Formatter(_TEXT, _TIME)

    def apply(self, above: str = OWN) -> None:
        """Let this process log so to stderr, from a logger downwards; for "root" whatever it logs, of others from WARNING on.

        What was applied to that logger before is replaced.
        """
        logger = logging.getLogger(above)
        for handler in [each for each in logger.handlers if isinstance(each, _Lines)]:
            logger.removeHandler(handler)
        lines = _Lines(sys.stderr)
        lines.setFormatter(self.formatter)
        logger.addHandler(lines)
        levels = {above: logging.WARNING, OWN: logging.INFO if self.level is None else self.level, **self.levels}
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]  # at run time it takes none
    """Ours among the handlers of a logger."""


def _read(part: str) -> tuple[str, int]:
    """A logger's name, empty for all, and its level."""
    name, _, level = part.rpartition("=")
    number = LEVELS.get(level.strip().upper())
    if number is None:
        raise ConfigurationError([Finding(LEVEL, f"Invalid level {shown(level)}: expected one of {', '.join(LEVELS)}, or NAME=LEVEL for "
                                                 "the logger NAME and those below it, separated by commas.")])
    return name.strip(), number
