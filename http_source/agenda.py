"""Who is due when: the entities of a task, shared by its fetch threads."""

import heapq
import threading
from collections.abc import Callable
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


class Agenda(Generic[T]):
    """Things to do and the time each is due, in seconds of the clock passed in.

    A thing that was taken is *in hand* until it is put back or dropped, so `rests_until` never overlooks it.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._heap: list[tuple[float, int, T]] = []
        self._order = count()
        self._in_hand = 0
        self._closed = False

    def put(self, due: float, thing: T) -> None:
        """Plan a thing that is not in hand."""
        with self._changed:
            self._push(due, thing)

    def put_back(self, due: float, thing: T) -> None:
        """Plan a thing that was taken."""
        with self._changed:
            self._in_hand -= 1
            self._push(due, thing)

    def hasten(self, due: float, thing: T) -> None:
        """Plan a thing for another time, if it is planned."""
        with self._changed:
            for place, (_, order, planned) in enumerate(self._heap):
                if planned is thing:
                    self._heap[place] = (due, order, thing)
                    heapq.heapify(self._heap)
                    self._changed.notify()
                    return

    def drop(self) -> None:
        """Say that a thing that was taken is not planned again, or not by its taker."""
        with self._changed:
            self._in_hand -= 1

    def take(self) -> tuple[float, T] | None:
        """Wait for the next thing that is due and take it with its time; None once the agenda is closed."""
        with self._changed:
            while not self._closed:
                wait = self._heap[0][0] - self._clock() if self._heap else None
                if wait is not None and wait <= 0:
                    due, _, thing = heapq.heappop(self._heap)
                    self._in_hand += 1
                    return due, thing
                self._changed.wait(wait)
            return None

    def close(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether nothing more is handed out."""
        return self._closed

    def rests_until(self, moment: float) -> bool:
        """Whether nothing is in hand and nothing is due before that time."""
        with self._changed:
            return not self._in_hand and (not self._heap or self._heap[0][0] >= moment)

    def _push(self, due: float, thing: T) -> None:
        heapq.heappush(self._heap, (due, next(self._order), thing))
        self._changed.notify()
