"""Pages on their way from the fetch threads to the delivering thread."""

import threading
from collections import deque

from http_source.delivery.parcel import Parcel

_MOST_PAGES, _MOST_BYTES = 1_000, 16_777_216


class PageQueue:
    """Carries pages in order, as long as they are not too many or too large together; one of any size. Ending it ends every wait."""

    def __init__(self) -> None:
        self._parcels: deque[Parcel] = deque()
        self._weight = 0
        self._changed = threading.Condition()
        self._ended = False

    def put(self, parcel: Parcel) -> bool:
        """Add a page once there is room; False when it is not taken any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._has_room())
            if not self._ended:
                self._parcels.append(parcel)
                self._weight += parcel.page.weight
                self._changed.notify_all()
            return not self._ended

    def take(self, pause: float | None) -> list[Parcel]:
        """All pages that are there; waits for the first, for `pause` seconds at most, and not when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._parcels, pause)
            taken = list(self._parcels)
            self._parcels.clear()
            self._weight = 0
            self._changed.notify_all()
            return taken

    def end(self) -> None:
        """Take no more pages; those that are there can still be had."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    @property
    def empty(self) -> bool:
        """Whether there are no pages any more, nor will be."""
        with self._changed:
            return self._ended and not self._parcels

    def _has_room(self) -> bool:
        return len(self._parcels) < _MOST_PAGES and self._weight < _MOST_BYTES
