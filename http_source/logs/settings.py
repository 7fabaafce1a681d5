"""What the environment says of logs: HTTP_SOURCE_LOG_FORMAT and HTTP_SOURCE_LOG_LEVEL."""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

from http_source.config.findings import shown
from http_source.errors import ConfigurationError, Finding
from http_source.logs.lines import OWN, JsonLines, TextLines

FORMAT, LEVEL = "HTTP_SOURCE_LOG_FORMAT", "HTTP_SOURCE_LOG_LEVEL"

LEVELS: Mapping[str, int] = {
    "FATAL": logging.CRITICAL, "CRITICAL": logging.CRITICAL, "ERROR": logging.ERROR, "WARN": logging.WARNING, "WARNING": logging.WARNING,
    "INFO": logging.INFO, "DEBUG": logging.DEBUG, "TRACE": 5,
}
"""Levels by Python's names and by Java's."""

_FORMS = ("text", "json")


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
        return JsonLines() if self.json else TextLines()

    def apply(self, above: str = OWN) -> None:
        """Let this process log so to stderr, from a logger downwards; for "root" whatever it logs, of others from ERROR on.

        What was applied to that logger before is replaced.
        """
        _forget(logging.getLogger(above))
        lines = _Lines(sys.stderr)
        lines.setFormatter(self.formatter)
        logging.getLogger(above).addHandler(lines)
        for name, level in self._of(above).items():
            logging.getLogger(name).setLevel(level)

    @contextmanager
    def applied(self, above: str = OWN) -> Iterator[None]:
        """The same for a while; then levels are what they were."""
        before = [(logger := logging.getLogger(name), logger.level) for name in self._of(above)]
        self.apply(above)
        try:
            yield
        finally:
            _forget(logging.getLogger(above))
            for logger, level in before:
                logger.setLevel(level)

    def _of(self, above: str) -> Mapping[str, int]:
        """The levels that are set, by the names of their loggers."""
        return {above: logging.ERROR, OWN: logging.INFO if self.level is None else self.level, **self.levels}


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]  # at run time it takes none
    """Ours among the handlers of a logger."""


def _forget(logger: logging.Logger) -> None:
    for handler in [each for each in logger.handlers if isinstance(each, _Lines)]:
        logger.removeHandler(handler)


def _read(part: str) -> tuple[str, int]:
    """A logger's name, empty for all, and its level."""
    name, _, level = part.rpartition("=")
    number = LEVELS.get(level.strip().upper())
    if number is None:
        raise ConfigurationError([Finding(LEVEL, f"Invalid level {shown(level)}: expected one of {', '.join(LEVELS)}, or NAME=LEVEL for "
                                                 "the logger NAME and those below it, separated by commas.")])
    return name.strip(), number
