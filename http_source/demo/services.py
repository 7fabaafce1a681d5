"""The services of the demo together: started one after the other, watched, and stopped in reverse order."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Self, TypeVar

from http_source.demo.processes import Service

_STEP_SECONDS = 0.25

T = TypeVar("T")


class Services:
    """Holds the running services; leaving stops them, the last one first.

    Args:
        pause: waits so many seconds; what it raises ends the waiting.
        timeout: seconds from now until `late` is true.
    """

    def __init__(self, pause: Callable[[float], None], timeout: float) -> None:
        self._pause = pause
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        self._running: list[Service] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def late(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self._deadline

    def start(self, service: Service) -> Service:
        """Start one more."""
        self._running.append(self._stack.enter_context(service))
        return service

    def listening(self, service: Service) -> str:
        """Start one more, and return where it listens as soon as it says so."""
        self.start(service)
        return self.wait(service, service.address)

    def wait(self, service: Service, answer: Callable[[], T | None]) -> T:
        """Return what `answer` gives as soon as it is not None; raises ServiceFailed when the service ends or is late."""
        while (given := answer()) is None:
            if self.late:
                raise service.failed(f"was not ready within {self._timeout:.0f} s")
            self.breathe()
        return given

    def breathe(self) -> None:
        """Wait a moment; raises ServiceFailed when one of the services has ended by itself."""
        for service in self._running:
            service.check()
        self._pause(_STEP_SECONDS)
