"""Changes of one connector are made one after the other: each is written, loaded and answered before the next one begins."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from http_source.rest.answers import Refused

_PATIENCE_S = 60.0
"""With a reload less than the 90 that a request has."""


class ConnectorLocks:
    """Those of all connectors; what nobody waits for is forgotten."""

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._turns: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """The turn to change a connector. Raises Refused (409) where others take too long."""
        with self._looking:
            turn = self._turns.setdefault(name, threading.Lock())
        if not turn.acquire(timeout=_PATIENCE_S):
            raise Refused(409, f"Other requests are changing {name}, and nothing was changed by this one. Try again.")
        try:
            yield
        finally:
            turn.release()
