"""An API of numbered records in each way of paging; it grows, and it remembers what it served."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from http_source_tests.servers import Asked, api

SIZE = 20
"""Records in a page."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A way of paging.

    Attributes:
        properties: what a connector needs for it.
        first: the number of the first record that an offset asks for.
        behind: the number of the first record behind an offset; None where a position counts what was delivered of the page it asks for.
        label: tells ways of one mode apart.
    """

    name: str
    properties: Mapping[str, object]
    first: Callable[[str], int]
    behind: Callable[[str], int] | None = None
    label: str = ""

    def __str__(self) -> str:
        return self.label or self.name


def _next(last: str) -> int:
    return int(last) + 1


CHAINED = {"http.initial.offset": "-1", "http.offset.json.pointer": "/id"}
MODES = (
    Mode("SIMPLE_INCREMENTING", {"http.initial.offset": "0"}, int),
    Mode("CHAINING", CHAINED, _next, _next),
    Mode("CHAINING", CHAINED, lambda last: max(int(last), 0), _next, label="CHAINING from the offset on"),
    Mode("CURSOR_PAGINATION", {"http.initial.offset": "p0", "http.next.page.json.pointer": "/next"}, lambda token: int(token[1:]) * SIZE),
    Mode("PAGE_NUMBER", {"http.initial.offset": "0", "http.page.size": str(SIZE)}, lambda number: int(number) * SIZE),
)


@dataclass(frozen=True, slots=True)
class Served:
    """A request that was answered: its offset, the first record that this asks for, and when (`time.monotonic()`)."""

    offset: str
    first: int
    at: float


@dataclass(slots=True)
class Numbers:
    """The API.

    Attributes:
        available: how many records there are; a test lets them grow.
        pause: seconds before each answer.
        hold: whether the answer for this record and those after it has to wait; asked again and again.
        closed: whether everything is over and nothing waits.
        url: where it answers.
    """

    mode: Mode
    available: int
    pause: float = 0.0
    hold: Callable[[int], bool] = lambda _: False
    served: list[Served] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def answer(self, asked: Asked) -> bytes:
        """One page; it is logged first."""
        (offset,) = parse_qs(urlsplit(asked.target).query)["from"]
        first = self.mode.first(offset)
        self.served.append(Served(offset, first, time.monotonic()))
        self.closed.wait(self.pause)
        while self.hold(first) and not self.closed.wait(0.005):
            pass
        end = min(first + SIZE, self.available)
        more = self.available > first + SIZE
        return json.dumps({"items": [{"id": n} for n in range(first, end)], "next": f"p{first // SIZE + 1}" if more else None}).encode()


@contextmanager
def numbers(mode: Mode, available: int) -> Iterator[Numbers]:
    """The API at work."""
    running = Numbers(mode, available)
    with api(running.answer) as server:
        running.url = server.url
        try:
            yield running
        finally:
            running.closed.set()
