"""Cuts the connection of a request whose time is over, wherever it hangs.

A socket's own time-out starts anew with every byte, so a server that drips one byte at a time would hold a request for
ever. Shutting the socket down from another thread ends any read at once.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

_PERIOD_S = 0.25
_current = threading.local()


class Flight:
    """One request on its way: when it must be over, and the socket it travels on.

    To the reader a cut looks like the end of the answer, so whoever reads must look at `was_cut` before it takes one for whole.
    """

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.was_cut = False
        self._socket: socket.socket | None = None

    def board(self, sock: socket.socket | None) -> None:
        """Take this socket from now on."""
        self._socket = sock
        if self.was_cut:
            self.cut()

    def cut(self) -> None:
        """Shut the socket down, so that whoever reads from it stops."""
        self.was_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # The plain socket's method: the TLS one would swap the stream under the reader.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


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
        flight = _current.flight = Flight(deadline)
        self._begin(flight)
        try:
            yield flight
        finally:
            with self._lock:
                self._flights.discard(flight)
            _current.flight = None

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
                if now > flight.deadline:
                    flight.cut()


class _Boarding:
    """Tells the thread's flight which socket it is on."""

    sock: socket.socket | None

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        flight: Flight | None = getattr(_current, "flight", None)
        if flight is not None:
            flight.board(self.sock)
        return super().getresponse(*args, **kwargs)  # type: ignore[misc]


class _WatchedHTTPConnection(_Boarding, HTTPConnection):
    pass


class _WatchedHTTPSConnection(_Boarding, HTTPSConnection):
    pass


class _WatchedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTPConnection


class _WatchedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPSConnection


class WatchedAdapter(HTTPAdapter):
    """requests' adapter on connections that a watchdog can cut."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools with our connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _WatchedHTTPPool, "https": _WatchedHTTPSPool}
