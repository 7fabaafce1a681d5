"""Processes copied from one that has Dagster loaded: they start in a moment, and threads may start and await several at once."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait

import psutil

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["http_source_tests.crash_lab.warm"])
# Starting one looks at the others, too, and an exit code can be read once only.
_LOCK = threading.Lock()


class Fork:
    """A process that calls a function."""

    def __init__(self, call: Callable[[], None]) -> None:
        """Start it."""
        self._process = _CONTEXT.Process(target=call)
        with _LOCK:
            self._process.start()

    def has_ended(self, timeout: float | None = 0.0) -> bool:
        """Whether it has ended, after so many seconds at most; None waits for it."""
        return bool(wait([self._process.sentinel], timeout))

    def join(self) -> int:
        """Wait for its end; the exit code, less than 0 for the signal that ended it."""
        self.has_ended(None)
        with _LOCK:
            self._process.join()
            return self._process.exitcode or 0

    def is_stopped(self) -> bool:
        """Whether SIGSTOP holds it."""
        assert not self.has_ended()
        return psutil.Process(self._process.pid).status() == psutil.STATUS_STOPPED

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if not self.has_ended():
            with suppress(ProcessLookupError):
                os.kill(self._process.pid or 0, number)
