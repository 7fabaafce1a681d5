"""What the Kafka clients log: counted, and told once a minute."""

import logging
import time
from collections.abc import Callable
from threading import Lock

_PAUSE_S = 60.0

_log = logging.getLogger(__name__)


class ClientLog:
    """Stands in for a logger with the clients of one Kafka."""

    def __init__(self, kafka: str, words: Callable[[str], str], pause: float = _PAUSE_S) -> None:
        """`kafka` names it; `words` makes of a client's text what may be shown; seconds of `pause` lie between two sentences."""
        self._kafka = kafka
        self._words = words
        self._pause = pause
        self._lock = Lock()
        self._count, self._worst, self._last = 0, logging.NOTSET, ""
        self._told_at: float | None = None
        self.heard = 0

    def log(self, level: int, _pattern: str, _kind: str, _client: str, text: str) -> None:
        """Called by the clients, in whatever thread lets them speak."""
        with self._lock:
            self.heard += 1
            self._count, self._worst, self._last = self._count + 1, max(self._worst, level), text
        self.tell_due()

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
        last = self._words(self._last.partition("]: ")[2] or self._last)
        if self._told_at is None:
            return f"The client of Kafka at {self._kafka} says: {last}. Further lines are counted, and reported once a minute."
        lines = "1 line" if self._count == 1 else f"{self._count} lines"
        return f"The client of Kafka at {self._kafka} has written {lines} in {now - self._told_at:.0f} s, the last one: {last}."
