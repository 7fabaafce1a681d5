"""Holds interrupts back, so that none of them cuts short what must be finished; they often come in pairs.

Dagster raises them in the main thread, wherever it is: a second one would end the storing of what the first one stopped.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

_HELD_BACK = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
# Celery's workers send it to runs where SIGTERM ends the worker itself (REMAP_SIGTERM). Its own handler raises SystemExit, which Dagster
# takes for an error of the run; Dagster's handler of SIGTERM says that the run was interrupted.
_EFFECTS: dict[int, int] = {signal.SIGQUIT: signal.SIGTERM}

Handler = Callable[[int, FrameType | None], Any] | int | None


class Interrupts:
    """Inside the block a signal is only noted; the first one noted takes effect when the block is left.

    SIGQUIT is noted where something handles it: elsewhere it is how a person asks for a core dump.

    Attributes:
        received: the number of that signal; 0 while there is none.
    """

    def __init__(self) -> None:
        self.received = 0
        self._handlers: dict[signal.Signals, Handler] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            handled = [number for number in _HELD_BACK if number != signal.SIGQUIT or callable(signal.getsignal(number))]
            self._handlers = {number: signal.signal(number, self._note) for number in handled}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        if self.received:
            signal.raise_signal(_EFFECTS.get(self.received, self.received))

    def _note(self, number: int, _frame: FrameType | None) -> None:
        # No event or lock: the interrupted thread may be holding it.
        self.received = self.received or number
