"""Prints what a run logs, as Dagster does, but without its frames where no error of the program's own is behind a failure.

Dagster prints them with each step and each run that fails, also where a sentence says all there is to know.
"""

import copy
import logging

import dagster as dg

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
    for handler in logger.handlers:
        handler.setFormatter(_WithoutFrames(handler.formatter or logging.Formatter()))
    return logger


class _WithoutFrames(logging.Formatter):
    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        # Others are told of the same record.
        told = copy.copy(record)
        told.msg = without_frames(str(record.msg))
        return self._inner.format(told)


def without_frames(message: str) -> str:
    """A message without the frames of what was raised on purpose; an error behind it needs them."""
    return message if _CAUSE in message else message.partition(_FRAMES)[0]
