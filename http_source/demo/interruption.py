"""Ctrl-C and its kin, noticed only where the program waits."""

import signal
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any, Self

from http_source.errors import HttpSourceError

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(HttpSourceError):
    """A person or a supervisor asked the program to end.

    Attributes:
        number: the signal that said so.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"Stopped by {signal.Signals(number).name}.")
        self.number = number


class Interruption:
    """Takes SIGINT, SIGTERM and SIGHUP while it is entered, and reports them from `pause` alone.

    So nothing is left half done, least of all the stopping of child processes.
    """

    def __init__(self) -> None:
        # Its `put` may run in a handler that interrupts its own `get`; the lock of threading.Event would not survive that.
        self._arrived: SimpleQueue[int] = SimpleQueue()
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._previous = {number: signal.signal(number, self._note) for number in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._arrived.put(number)

    def pause(self, seconds: float) -> None:
        """Wait so long; raises Interrupted as soon as a signal has come."""
        with suppress(Empty):
            raise Interrupted(self._arrived.get(timeout=seconds))
