"""Warnings that anybody can cause, without filling the log: the first of each address, of ten addresses in ten seconds."""

import logging
import time
from collections.abc import Callable

_SECONDS = 10.0
_MOST = 10


class ThrottledLog:
    """Logs some of them, and how many it left out."""

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._log = log
        self._clock = clock
        self._began = clock()
        self._heard: set[str] = set()
        self._left_out = 0

    def warn(self, client: str, sentence: str, connector: str = "") -> None:
        """Log a sentence about a client, unless there were too many."""
        now = self._clock()
        if now - self._began >= _SECONDS:
            self._began = now
            self._heard.clear()
        if client in self._heard or len(self._heard) >= _MOST:
            self._left_out += 1
            return
        before = ""
        if self._left_out and not self._heard:
            before, self._left_out = f" {self._left_out} more such lines were left out before it.", 0
        self._heard.add(client)
        self._log.warning("%s%s", sentence, before, extra={"connector": connector})
