"""Tells whether what started a run's process is still at work: a run that nobody looks after ends, stored.

A code server that is told to end goes on answering, waits for its runs, and does not tell them. What changes is the rhythm of its main
thread, which looks ten times a second whether the server was stopped: `dagster api grpc` falls asleep, and `dagster code-server start`,
which stands before it and runs no code of its own, looks twice as often whether that has ended. This can be seen from here, on Linux; where
it cannot, or where a later Dagster has another rhythm from the start, nothing is concluded.
"""

import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path

_GENERATIONS = 2
"""The code server, and the one that stands before it (`dagster code-server start`)."""

_PERIOD_S = 0.5
_OUT_OF_RHYTHM_S = 1.5
_USUAL, _FAST = (6.0, 14.0), 16.0
"""Times a second that the main thread of a code server goes to sleep."""


class Parent:
    """What is above this process: gone when the process that started it is, ending when a code server is out of its rhythm."""

    def __init__(self) -> None:
        self._process = multiprocessing.parent_process()
        self._number = os.getppid()
        self._servers = [Server(number) for number in _ancestors(os.getpid()) if _is_code_server(number)]
        self._looked_at = 0.0
        self._ends = False

    def ends(self) -> str:
        """Why the run is to end, as a sentence; empty while it need not."""
        if os.getppid() != self._number or (self._process is not None and not self._process.is_alive()):
            return "It ends, because the process that started it is gone."
        if time.monotonic() - self._looked_at >= _PERIOD_S:
            self._looked_at = time.monotonic()
            ending = [server.is_ending() for server in self._servers]
            self._ends = self._ends or any(ending)
        return "It ends, because the code server that started it ends." if self._ends else ""


class Server:
    """A code server, by the rhythm of its main thread."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._runs_code = "grpc" in _words(number)
        self._seen = (time.monotonic(), _times_at_rest(number))
        self._usual_at: float | None = None

    def is_ending(self) -> bool:
        """Whether its main thread, once seen in its rhythm, is out of it for long; to be asked every half second or less often."""
        (then, before), self._seen = self._seen, (time.monotonic(), _times_at_rest(self._number))
        now, times = self._seen
        rate = (times - before) / max(now - then, 0.001)
        if _USUAL[0] <= rate <= _USUAL[1]:
            self._usual_at = now
        odd = times == before or (rate > _FAST and not self._runs_code)
        if not odd and self._usual_at is not None:
            self._usual_at = now
        return odd and self._usual_at is not None and now - self._usual_at >= _OUT_OF_RHYTHM_S


def _times_at_rest(number: int) -> int:
    """How often the main thread of a process went to sleep so far; 0 where that cannot be seen."""
    lines = _text(f"/proc/{number}/task/{number}/status").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches:")), 0)


def _ancestors(number: int) -> Iterator[int]:
    """The processes above one, nearest first; none where /proc is missing."""
    for _ in range(_GENERATIONS):
        fields = _text(f"/proc/{number}/stat").rpartition(")")[2].split()
        number = int(fields[1]) if len(fields) > 1 else 0
        if number == 0:
            return
        yield number


def _is_code_server(number: int) -> bool:
    words = _words(number)
    return any("dagster" in word for word in words) and ("grpc" in words or "code-server" in words)


def _words(number: int) -> list[str]:
    return _text(f"/proc/{number}/cmdline").split("\0")


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
