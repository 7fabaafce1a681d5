"""Who is due when: the entities of a task, shared by its fetch threads."""

import heapq
import threading
from collections.abc import Callable
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


class Agenda(Generic[T]):
    """Things to do and the time each is due, in seconds of the clock passed in.

    A thing that is planned twice is handed out twice, each time with the time it was planned for: whoever takes it knows which one holds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._heap: list[tuple[float, int, T]] = []
        self._order = count()
        self._held = False
        self._closed = False

    def put(self, due: float, thing: T) -> None:
        """Plan a thing."""
        with self._changed:
            heapq.heappush(self._heap, (due, next(self._order), thing))
            self._changed.notify()

    def take(self) -> tuple[float, T] | None:
        """Wait for the next thing that is due and take it with its time; None once the agenda is closed."""
        with self._changed:
            while not self._closed:
                wait = self._heap[0][0] - self._clock() if self._heap and not self._held else None
                if wait is not None and wait <= 0:
                    due, _, thing = heapq.heappop(self._heap)
                    return due, thing
                self._changed.wait(wait)
            return None

    def hold(self) -> None:
        """Hand out nothing until `go_on`."""
        self._set(held=True)

    def go_on(self) -> None:
        """Hand out again, at once what fell due meanwhile."""
        self._set(held=False)

    def close(self) -> None:
        """Hand out nothing more."""
        self._set(closed=True)

    @property
    def held(self) -> bool:
        """Whether nothing is handed out for now."""
        return self._held

    @property
    def closed(self) -> bool:
        """Whether nothing more is handed out."""
        return self._closed

    def _set(self, *, held: bool | None = None, closed: bool = False) -> None:
        with self._changed:
            self._held = self._held if held is None else held
            self._closed = self._closed or closed
            self._changed.notify_all()
