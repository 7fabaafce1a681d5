"""An API with a limit: it counts requests in fixed windows, refuses those above it, and may say in headers how many are left."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil

from http_source_tests.servers import Asked, Reply, api

Say = Callable[[int, int, float], Mapping[str, str]]
"""The headers that say the limit, what is left of it, and in how many seconds the window ends."""


def nothing(_limit: int, _left: int, _seconds: float) -> Mapping[str, str]:
    return {}


def as_x(limit: int, left: int, seconds: float) -> Mapping[str, str]:
    """As most APIs do, in whole seconds."""
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": str(ceil(seconds))}


def as_draft(_limit: int, left: int, seconds: float) -> Mapping[str, str]:
    """As the IETF's draft has it."""
    return {"RateLimit": f'"default";r={left};t={ceil(seconds)}'}


@dataclass
class Limiter:
    """What was asked.

    Attributes:
        moments: when each request came, in seconds of `time.monotonic()`.
        targets: what each asked for.
        refused: the numbers of the requests that were refused, from 0.
    """

    limit: int
    window: float
    say: Say
    url: str = ""
    moments: list[float] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    _windows: Counter[int] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Reply:
        with self._lock:
            now = time.monotonic()
            number = int(now // self.window)
            self._windows[number] += 1
            left = self.limit - self._windows[number]
            self.moments.append(now)
            self.targets.append(asked.target)
            if left < 0:
                self.refused.append(len(self.moments) - 1)
        headers = self.say(self.limit, max(0, left), (number + 1) * self.window - now)
        return Reply(b"[]", 429 if left < 0 else 200, headers)

    def most_in(self, seconds: float) -> int:
        """The most requests that came within so many seconds."""
        moments = sorted(self.moments)
        return max(sum(first <= moment < first + seconds for moment in moments[number:]) for number, first in enumerate(moments))


@contextmanager
def limiter(limit: int, window: float, say: Say = nothing) -> Iterator[Limiter]:
    """Serve."""
    running = Limiter(limit, window, say)
    with api(running.answer) as server:
        running.url = server.url
        yield running
