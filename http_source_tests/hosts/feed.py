"""An API of numbered records without an end; it remembers who asked what, and when."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from http_source_tests.hosts.waiting import soon
from http_source_tests.servers import Asked, Reply, api

SIZE = 10
"""Records in a page."""

_ANSWER_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, from which host, and when its answer was begun and ready (`time.monotonic()`)."""

    entity: str
    offset: int
    host: str
    began: float
    ended: float


@dataclass(slots=True)
class Feed:
    """The API.

    Attributes:
        refused: entities that are answered 404.
        empty: entities that have nothing new.
    """

    requests: list[Request] = field(default_factory=list, repr=False)
    refused: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    _closed: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def door(self, host: str) -> Iterator[int]:
        """A port at which this host asks."""
        with api(lambda asked: self._answer(host, asked)) as server:
            yield int(server.url.rpartition(":")[2])

    def of(self, entity: str, after: float = 0) -> list[Request]:
        """The requests of an entity that began after a moment, in their order."""
        return [each for each in self.requests if each.entity == entity and each.began > after]

    def waited(self, entity: str, within: float, host: str = "") -> float | None:
        """Seconds from now to the next request of an entity, from one host or any; None when it took too long."""
        start = time.monotonic()
        soon(lambda: self._next(entity, start, host), within)
        found = self._next(entity, start, host)
        return found.began - start if found else None

    def repeated(self, entity: str) -> list[int]:
        """The offsets that were asked for more than once."""
        return sorted(offset for offset, times in Counter(each.offset for each in self.of(entity)).items() if times > 1)

    def overlapping(self, entity: str) -> list[tuple[Request, Request]]:
        """Requests that were asked while the one before them was not answered."""
        in_order = sorted(self.of(entity), key=lambda each: each.began)
        return [(one, other) for one, other in pairwise(in_order) if other.began < one.ended]

    def longest_rest(self, entity: str, start: float, end: float) -> float:
        """The longest time without a request between two moments."""
        moments = [start, *(each.began for each in self.of(entity, start) if each.began < end), end]
        return max(later - sooner for sooner, later in pairwise(moments))

    def _next(self, entity: str, after: float, host: str) -> Request | None:
        return next((each for each in self.of(entity, after) if host in ("", each.host)), None)

    def _answer(self, host: str, asked: Asked) -> Reply:
        began = time.monotonic()
        parts = urlsplit(asked.target)
        entity, offset = parts.path.strip("/"), int(parse_qs(parts.query)["start"][0])
        self._closed.wait(_ANSWER_SECONDS)
        items = [{"id": number} for number in range(offset, offset if entity in self.empty else offset + SIZE)]
        self.requests.append(Request(entity, offset, host, began, time.monotonic()))
        return Reply(status=404) if entity in self.refused else Reply(json.dumps({"items": items}).encode())
