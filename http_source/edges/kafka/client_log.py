"""What the Kafka clients log: counted, and told once a minute."""

import logging
import re
import time
from collections.abc import Callable
from threading import Lock

from http_source.edges.kafka.listeners import is_about_listeners
from http_source.foreign.text import Foreign

_PAUSE_S = 60.0
_THREAD = re.compile(r"\A.*?\]: ", re.DOTALL)
"""Which of the client's threads says it."""

_log = logging.getLogger(__name__)


class ClientLog:
    """Stands in for a logger with the clients of one Kafka.

    Attributes:
        heard: lines up to now.
        about_listeners: the last line that speaks for another security protocol; None once a broker has answered.
    """

    def __init__(self, kafka: str, words: Callable[[Foreign], str], pause: float = _PAUSE_S) -> None:
        """`kafka` names it; `words` makes of a client's text what may be shown; seconds of `pause` lie between two sentences."""
        self._kafka = kafka
        self._words = words
        self._pause = pause
        self._lock = Lock()
        self._count, self._worst, self._last = 0, logging.NOTSET, ""
        self._told_at: float | None = None
        self.heard = 0
        self._fatal: str | None = None
        self.about_listeners: Foreign | None = None

    def log(self, level: int, _pattern: str, _kind: str, _client: str, text: str) -> None:
        """Called by the clients, in whatever thread lets them speak."""
        with self._lock:
            self.heard += 1
            self._count, self._worst, self._last = self._count + 1, max(self._worst, level), text
            if is_about_listeners(said := Foreign(text)):
                self.about_listeners = said
            # Only kept: the client may have an error on its hands already, and code that does more would be taken to have raised it.
            if level >= logging.CRITICAL:
                self._fatal = text
        self.tell_due()

    @property
    def fatal(self) -> str:
        """What a client gave up for, as it may be shown; empty while none has."""
        return self._said(self._fatal) if self._fatal else ""

    def tell_due(self) -> None:
        """Tell what was counted, unless that was done a moment ago."""
        with self._lock:
            now = time.monotonic()
            if not self._count or (self._told_at is not None and now - self._told_at < self._pause):
                return
            sentence, level = self._sentence(now), self._worst
            self._count, self._worst, self._told_at = 0, logging.NOTSET, now
        _log.log(level, sentence)

    def _sentence(self, now: float) -> str:
        last = self._said(self._last)
        if self._told_at is None:
            return f"The client of Kafka at {self._kafka} says: {last}. Further lines are counted, and reported once a minute."
        lines = "1 line" if self._count == 1 else f"{self._count} lines"
        return f"The client of Kafka at {self._kafka} has written {lines} in {now - self._told_at:.0f} s, the last one: {last}."

    def _said(self, text: str) -> str:
        return self._words(Foreign(text).without(_THREAD))
