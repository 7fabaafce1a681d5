"""Lets a task get ready in a thread of its own, so that the main thread can look whether the run has to end, and say what is waited for."""

import threading
from collections.abc import Callable

from http_source.errors import Stopped


class Opening:
    """One attempt to get ready, which begins at once."""

    def __init__(self, open_task: Callable[..., None]) -> None:
        """`open_task` takes the event that ends it as `stop`."""
        self._open_task = open_task
        self._stop = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="http-source-opening", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether it is over, after so many seconds at most."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Let it end soon."""
        self._stop.set()

    def result(self) -> None:
        """Raise what it failed with, if it did; that it was stopped is no failure."""
        if self._failure is not None and not isinstance(self._failure, Stopped):
            raise self._failure

    def _run(self) -> None:
        try:
            self._open_task(stop=self._stop)
        except Exception as failure:  # noqa: BLE001 - it is raised again in the main thread
            self._failure = failure
