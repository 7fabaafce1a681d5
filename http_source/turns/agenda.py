"""Who is due when: the entities of a task, shared by its fetch threads."""

import heapq
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from itertools import count
from math import inf
from threading import get_ident
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
Entry = tuple[float, int, T]


class Door(Protocol[T_contra]):
    """Lets what is due through, when it may go. It is asked under the agenda's lock."""

    def crowd_of(self, thing: T_contra) -> Hashable:
        """Those with whom it shares the right to go: of one crowd the next goes first."""

    def opens(self, crowd: Hashable, now: float) -> float:
        """When the next of a crowd may go; infinite where that depends on something else than time."""

    def next(self, crowd: Hashable, due: float, now: float) -> float:
        """When the next of a crowd may go, which was due at that time, if the crowd is open."""

    def enter(self, crowd: Hashable, due: float, now: float) -> Any:
        """Let one through; what it gets is handed out with it."""


class Agenda(Generic[T]):
    """Things to do and the time each is due, in seconds of the clock passed in.

    A thing that is planned twice is handed out twice, each time with the time it was planned for: whoever takes it knows which one holds.
    A thread that takes comes back for more, so what it plans itself wakes nobody; as it leaves with a thing, it wakes the next, who looks.
    What is due and may not go through the `door` yet waits in its crowd, so that it is looked at once, and goes before what fell due later.
    """

    def __init__(self, clock: Callable[[], float], door: Door[T]) -> None:
        self._clock = clock
        self._door = door
        self._changed = threading.Condition()
        self._heap: list[Entry[T]] = []
        self._queues: dict[Hashable, deque[Entry[T]]] = {}
        self._waits = False  # whether something is due, and the door lets none of any crowd through
        self._order = count()
        self._takers: set[int] = set()
        self._held = False
        self._closed = False

    def put(self, due: float, thing: T) -> None:
        """Plan a thing."""
        with self._changed:
            heapq.heappush(self._heap, (due, next(self._order), thing))
            if get_ident() not in self._takers:
                self._changed.notify()

    def take(self) -> tuple[float, T, Any] | None:
        """Wait for the next thing that is due and take it, with its time and what the door gave; None once the agenda is closed."""
        with self._changed:
            self._takers.add(get_ident())
            while not self._closed:
                taken, wait = self._look(self._clock())
                if taken is not None:
                    if self._heap or self._queues:
                        self._changed.notify()
                    return taken
                self._changed.wait(None if wait == inf else wait)
            return None

    def look_again(self) -> None:
        """Have learned that the door may open."""
        if self._queues or self._waits:
            with self._changed:
                self._changed.notify_all()

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

    def _look(self, now: float) -> tuple[tuple[float, T, Any] | None, float]:
        """What may be handed out now, or for how many seconds there is nothing, as far as is known."""
        if self._held:
            return None, inf
        self._sort_out(now)
        wait, *_, crowd, first = min(self._ready(now), key=lambda each: each[:3], default=(inf, 0.0, 0, None, None))
        if wait > 0 or first is None:
            self._waits = first is not None
            return None, min(wait, self._until_more(now))
        self._waits = False
        return self._let_through(crowd, first, now), 0.0

    def _ready(self, now: float) -> Iterator[tuple[float, float, int, Hashable, Entry[T] | None]]:
        """The first of each crowd that is open: in how many seconds there is room for it, and its place in the order."""
        door = self._door
        heads = [(crowd, queue[0]) for crowd, queue in self._queues.items() if door.opens(crowd, now) <= now]
        if self._heap and self._heap[0][0] <= now:
            heads.append((door.crowd_of(self._heap[0][2]), self._heap[0]))
        yield from ((max(0.0, door.next(crowd, each[0], now) - now), *each[:2], crowd, each) for crowd, each in heads)

    def _sort_out(self, now: float) -> None:
        """Line up what is due behind others of its crowd, or may not go yet."""
        door = self._door
        while self._heap and self._heap[0][0] <= now:
            due, _, thing = self._heap[0]
            crowd = door.crowd_of(thing)
            if crowd not in self._queues and max(door.opens(crowd, now), door.next(crowd, due, now)) <= now:
                return
            self._queues.setdefault(crowd, deque()).append(heapq.heappop(self._heap))

    def _until_more(self, now: float) -> float:
        """In how many seconds a crowd opens that is not open now, or something falls due."""
        opens = min((opens for crowd in self._queues if (opens := self._door.opens(crowd, now)) > now), default=inf)
        return min(opens, self._heap[0][0] if self._heap else inf) - now

    def _let_through(self, crowd: Hashable, entry: Entry[T], now: float) -> tuple[float, T, Any]:
        due, _, thing = entry
        if self._heap and self._heap[0] is entry:
            heapq.heappop(self._heap)
        else:
            self._queues[crowd].popleft()
            if not self._queues[crowd]:
                del self._queues[crowd]
        return due, thing, self._door.enter(crowd, due, now)
