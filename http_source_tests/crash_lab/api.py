"""An API of numbered records in each way of paging; it grows, and it remembers what it served."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import parse_qs, urlsplit

from http_source.config.moments import read_moment, written
from http_source.model import Position
from http_source_tests.servers import Asked, Reply, api

SIZE = 20
"""Records in a page."""

_WINDOW = 2 * SIZE
"""Records in a window of time: one a second since 1970, by the clock of the API."""

_FOR_EVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Mode:
    """A way of paging.

    Attributes:
        properties: what a connector needs for it.
        first: the number of the first record that a request asks for, by what it is `from`.
        behind: the number of the first record behind that; None where a position counts what was delivered of the page it asks for.
        label: tells ways of one mode apart.
        is_from: what a request for a position is from, and how a connector writes that.
        end: the number behind the last record that a request asks for.
        whole: how many records are served at once at least.
    """

    name: str
    properties: Mapping[str, object]
    first: Callable[[str], int]
    behind: Callable[[str], int] | None = None
    label: str = ""
    is_from: tuple[Callable[[Position], str], str] = (lambda position: str(position.offset), "${offset}")
    end: Callable[[str], int] = lambda _: _FOR_EVER
    whole: int = SIZE

    @property
    def initial(self) -> object:
        """The offset of a position where nothing is stored."""
        return self.properties.get("http.window.start") or self.properties["http.initial.offset"]

    def __str__(self) -> str:
        return self.label or self.name


def _next(last: str) -> int:
    return int(last) + 1


def _window_of(position: Position) -> str:
    return f"{read_moment(position.offset) // 1000}-{position.within.offset if position.within else 0}"


def _numbers(place: str) -> tuple[int, int]:
    begin, at = place.split("-")
    return int(begin), int(at)


CHAINED = {"http.initial.offset": "-1", "http.offset.json.pointer": "/id"}
MODES = (
    Mode("SIMPLE_INCREMENTING", {"http.initial.offset": "0"}, int),
    Mode("CHAINING", CHAINED, _next, _next),
    Mode("CHAINING", CHAINED, lambda last: max(int(last), 0), _next, label="CHAINING from the offset on"),
    Mode("CURSOR_PAGINATION", {"http.initial.offset": "p0", "http.next.page.json.pointer": "/next"}, lambda token: int(token[1:]) * SIZE),
    Mode("PAGE_NUMBER", {"http.initial.offset": "0", "http.page.size": str(SIZE)}, lambda number: int(number) * SIZE),
    Mode(
        "TIME_WINDOW",
        {"http.window.start": written(0), "http.window.length.ms": str(_WINDOW * 1000), "http.window.format": "epoch-s",
         "http.window.offset.mode": "SIMPLE_INCREMENTING", "http.initial.offset": "0"},
        lambda place: sum(_numbers(place)),
        is_from=(_window_of, "${windowStart}-${offset}"),
        end=lambda place: _numbers(place)[0] + _WINDOW,
        whole=_WINDOW,
    ),
)


@dataclass(frozen=True, slots=True)
class Served:
    """A request that was answered: what it is from, the first record that this asks for, and when (`time.monotonic()`)."""

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

    def answer(self, asked: Asked) -> Reply:
        """One page; it is logged first. The API's clock counts the records that there are."""
        (offset,) = parse_qs(urlsplit(asked.target).query)["from"]
        first = self.mode.first(offset)
        self.served.append(Served(offset, first, time.monotonic()))
        self.closed.wait(self.pause)
        while self.hold(first) and not self.closed.wait(0.005):
            pass
        end = min(first + SIZE, self.available, self.mode.end(offset))
        more = self.available > first + SIZE
        page = {"items": [{"id": n} for n in range(first, end)], "next": f"p{first // SIZE + 1}" if more else None}
        return Reply(json.dumps(page).encode(), headers={"Date": formatdate(self.available, usegmt=True)})


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
