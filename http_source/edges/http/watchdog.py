"""Cuts a request whose time is over, wherever it hangs: in name resolution, connecting, a TLS handshake or reading.

A socket's own time-out starts anew with every byte, so a server that drips one byte at a time would hold a request for
ever. Shutting the socket down from another thread ends any wait at once.
"""

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

_PERIOD_S = 0.25
_current = threading.local()


class Flight:
    """One request on its way: when it must be over, and how to hang up on what it waits for now.

    To the reader a cut looks like the end of the answer, so whoever reads must look at `was_cut` before it takes one for whole.

    Attributes:
        stale: whether a connection kept from an earlier request turned out to be closed; this flight then takes only new ones.
        url: where it leads now, after redirects; empty before it has begun.
    """

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.was_cut = False
        self.stale = False
        self.url = ""
        self._hang_up: Callable[[], object] | None = None

    @property
    def left(self) -> float:
        """Seconds until the deadline; never below 0."""
        return max(0.0, self.deadline - time.monotonic())

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the clock for what has a deadline of its own, such as the request for a token."""
        left, self.deadline = self.left, math.inf
        try:
            yield
        finally:
            self.deadline = time.monotonic() + left

    def board(self, hang_up: Callable[[], object]) -> None:
        """Wait for something that `hang_up` ends; it replaces what was waited for before."""
        self._hang_up = hang_up
        if self.was_cut:
            self.cut()

    def leave(self) -> None:
        """Wait for nothing: the connection may already be another flight's."""
        self._hang_up = None

    def cut(self) -> None:
        """Hang up, so that whoever waits or reads stops."""
        self.was_cut = True
        hang_up = self._hang_up
        if hang_up is not None:
            with contextlib.suppress(OSError):
                hang_up()


class Watchdog:
    """Watches every flight of one client in one thread, started with the first flight."""

    def __init__(self) -> None:
        self._flights: set[Flight] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def flight(self, deadline: float) -> Iterator[Flight]:
        """Watch the requests this thread sends inside the block; `deadline` is in seconds of `time.monotonic()`."""
        before = current()
        flight = _current.flight = Flight(deadline)
        self._begin(flight)
        try:
            yield flight
        finally:
            with self._lock:
                self._flights.discard(flight)
            _current.flight = before

    def close(self) -> None:
        """Cut what is still on its way, and end the thread."""
        self._closed.set()
        self._cut_late(float("inf"))
        if self._thread is not None:
            self._thread.join()

    @property
    def closed(self) -> bool:
        """Whether every flight is cut, the new ones too."""
        return self._closed.is_set()

    def _begin(self, flight: Flight) -> None:
        with self._lock:
            self._flights.add(flight)
            if self.closed:
                flight.cut()
            elif self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="http-source-watchdog", daemon=True)
                self._thread.start()

    def _watch(self) -> None:
        while not self._closed.wait(_PERIOD_S):
            self._cut_late(time.monotonic())

    def _cut_late(self, now: float) -> None:
        # Under the lock: a flight that has just ended has given its connection to the next request.
        with self._lock:
            for flight in self._flights:
                if now >= flight.deadline:
                    flight.cut()


def current() -> Flight | None:
    """The flight of this thread, if it is inside one."""
    return getattr(_current, "flight", None)


def board(sock: socket.socket | None) -> None:
    """Let this thread's flight, if there is one, travel on this socket from now on."""
    flight = current()
    if flight is not None and sock is not None:
        # The plain socket's method: the TLS one would swap the stream under the reader.
        flight.board(partial(socket.socket.shutdown, sock, socket.SHUT_RDWR))
