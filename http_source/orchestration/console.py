"""Prints what a run logs, as Dagster does, but without its frames where no error of the program's own is behind a failure.

Dagster prints them with each step and each run that fails, also where a sentence says all there is to know. Where the environment wants
JSON, each line is an object that says which run and which connector it is about.
"""

import copy
import logging
import os
from collections.abc import Mapping
from typing import Any

import dagster as dg

from http_source.errors import ConfigurationError
from http_source.logs.lines import JsonLines
from http_source.logs.settings import LogSettings
from http_source.orchestration.ledger.names import CONNECTOR_TAG, value_of

CONSOLE = "console"
DEFAULT = {CONSOLE: {"config": {"log_level": "DEBUG"}}}
"""What a run's configuration says of it: without that, Dagster takes its own."""

_FRAMES = "\n\nStack Trace:\n"
_CAUSE = "\nThe above exception "
"""How Dagster introduces the error that was behind another one."""


@dg.logger(config_schema={"log_level": dg.Field(str, default_value="DEBUG")}, description="The console, without frames where words do.")
def console(context: dg.InitLoggerContext) -> logging.Logger:
    """Dagster's own console logger, with shorter failures."""
    settings = {"name": "dagster", "log_level": context.logger_config["log_level"]}
    logger: logging.Logger = dg.colored_console_logger.logger_fn(dg.build_init_logger_context(logger_config=settings))
    wanted = settings_here()
    for handler in logger.handlers:
        handler.setFormatter(_RunLines() if wanted.json else _WithoutFrames(handler.formatter or logging.Formatter()))
        handler.setLevel(max(handler.level, wanted.level or handler.level))
    return logger


def settings_here() -> LogSettings:
    """How the environment wants logs; what cannot be read in it is warned of by whoever loads the connectors."""
    try:
        return LogSettings.of(os.environ)
    except ConfigurationError:
        return LogSettings()


def follow_environment() -> None:
    """Let what is logged beside a run's own log follow the environment, where it says something."""
    try:
        wanted = LogSettings.of(os.environ)
    except ConfigurationError as error:
        logging.getLogger(__name__).warning("%s", error)
    else:
        if wanted.says_something:
            wanted.apply()


class _WithoutFrames(logging.Formatter):
    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        # Others are told of the same record.
        told = copy.copy(record)
        told.msg = without_frames(str(record.msg))
        return self._inner.format(told)


class _RunLines(JsonLines):
    def message(self, record: logging.LogRecord) -> str:
        """Without what Dagster puts before it, and the line has by name."""
        words, said = without_frames(record.getMessage()), str(_dagsters(record).get("orig_message", ""))
        return words[words.find(said):] if said in words else words

    def about(self, record: logging.LogRecord) -> Mapping[str, str]:
        about, dagsters = super().about(record), _dagsters(record)
        connector = value_of(dagsters.get("job_tags") or {}, CONNECTOR_TAG)
        return {**about, "connector": about["connector"] or connector, "run": about["run"] or str(dagsters.get("run_id") or "")}


def _dagsters(record: logging.LogRecord) -> Mapping[str, Any]:
    """What Dagster knows of a record."""
    return getattr(record, "dagster_meta", {})


def without_frames(message: str) -> str:
    """A message without the frames of what was raised on purpose; an error behind it needs them."""
    return message if _CAUSE in message else message.partition(_FRAMES)[0]
