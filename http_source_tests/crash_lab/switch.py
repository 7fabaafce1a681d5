"""Ends or stops its own process at a point of the program, without changing the program: Python's profiler sees it come."""

import inspect
import os
import pkgutil
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from http_source_tests.crash_lab.points import CHECKPOINT, Moment, Point


@dataclass(frozen=True, slots=True)
class Kill:
    """What is to happen to a run.

    Attributes:
        armed: a file that is made when the first checkpoint is stored, from where on the point counts.
        number: the signal that the process sends to itself.
    """

    point: Point
    armed: Path
    number: signal.Signals = signal.SIGKILL


class Switch:
    """Watches every call of every thread that starts after `install`."""

    def __init__(self, kill: Kill) -> None:
        """Raises ImportError or AttributeError when the point's function is not there any more."""
        self._kill = kill
        self._code = code_of(kill.point.function)
        self._checkpoint = code_of(CHECKPOINT)
        self._seen = 0
        self._armed = False
        if kill.point.at_start:
            self._arm()

    def install(self) -> None:
        """Begin."""
        threading.setprofile(self._see)
        sys.setprofile(self._see)

    def _see(self, frame: FrameType, event: str, argument: Any) -> None:
        if not self._armed:
            if frame.f_code is self._checkpoint and event == Moment.LEFT:
                self._arm()
        elif frame.f_code is self._code and event == self._kill.point.moment and self._is_called(argument):
            self._seen += 1
            if self._seen == self._kill.point.times:
                self._fire()

    def _is_called(self, argument: Any) -> bool:
        called = self._kill.point.called
        return not called or argument.__name__ == called

    def _arm(self) -> None:
        self._armed = True
        self._kill.armed.touch()

    def _fire(self) -> None:
        point = self._kill.point
        if point.dwell:
            # Only this thread waits: what others have in hand goes on.
            threading.Event().wait(point.dwell)
        if point.late:
            threading.Timer(point.late, self._signal).start()
        else:
            self._signal()

    def _signal(self) -> None:
        os.kill(os.getpid(), self._kill.number)


def code_of(function: str) -> CodeType:
    """The code of a function by its name, `module:qualified name`; of a decorated one, what is below."""
    code: CodeType = inspect.unwrap(pkgutil.resolve_name(function)).__code__
    return code
