"""An entity that is polled in TIME_WINDOW against a model of an API whose records have times, by a clock of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, urlsplit

from http_source.config.moments import read_moment, written
from http_source.config.properties import OffsetMode, OffsetOptions, RequestOptions
from http_source.model import Doubt, Page, Position, Response
from http_source.polling.modes import mode_of
from http_source.polling.page import PageReader
from http_source.polling.request import RequestBuilder
from http_source.polling.standing import start_of
from http_source_tests.polling.samples import options

START = 1_767_225_600_000
"""2026-01-01, in milliseconds."""

MINUTE = 60_000
SIZE = 3
WITHIN: Mapping[OffsetMode | None, Mapping[str, Any]] = {
    None: {},
    OffsetMode.SIMPLE_INCREMENTING: {"initial": "0"},
    OffsetMode.PAGE_NUMBER: {"initial": "1", "page_size": SIZE},
    OffsetMode.CURSOR_PAGINATION: {"next_page_pointers": ("/next",)},
    OffsetMode.CHAINING: {"initial": "-1", "offset_pointer": "/place"},
}


def windows(within: OffsetMode | None = None, **changes: Any) -> OffsetOptions:
    """Windows of a minute."""
    given = {"window_start": START, "window_length_ms": MINUTE, "data_pointer": "/items", "window_mode": within, **WITHIN[within]}
    return options(OffsetOptions, **{"mode": OffsetMode.TIME_WINDOW, **given, **changes})


@dataclass
class Api:
    """Records with a time each, or `always` the same ones; its clock is `behind`."""

    within: OffsetMode | None = None
    takes_end: bool = False
    newest_first: bool = False
    behind: int = 0
    always: Sequence[Any] | None = None
    times: list[int] = field(default_factory=list)

    def answer(self, query: Mapping[str, str], now: int) -> Response:
        begin, end = read_moment(query["from"]), read_moment(query["to"])
        numbers = [n for n, time in enumerate(self.times) if begin <= time < end + self.takes_end]
        numbers.sort(key=lambda n: (self.times[n], n), reverse=self.newest_first)
        records = [{"id": n, "time": written(self.times[n])} for n in numbers] if self.always is None else self.always
        body = json.dumps(self._page(records, query["at"]))
        return Response(200, "https://api.test/", body.encode(), {"Date": formatdate((now - self.behind) / 1000, usegmt=True)})

    def _page(self, records: Sequence[Any], at: str) -> dict[str, Any]:
        if self.within is None:
            return {"items": records}
        if self.within is OffsetMode.CHAINING:
            records = [{**record, "place": place} for place, record in enumerate(records)]
        begin = {OffsetMode.PAGE_NUMBER: lambda: (int(at) - 1) * SIZE, OffsetMode.CHAINING: lambda: int(at) + 1}.get(
            self.within, lambda: int(at or 0)
        )()
        end = begin + SIZE
        return {"items": records[begin:end], "next": str(end) if end < len(records) else None}


@dataclass
class Windowed:
    """What was asked for, brought and told."""

    settings: OffsetOptions
    api: Api
    now: int = START
    position: Position = field(init=False)
    page: Page = field(init=False)
    stored: Position | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    brought: list[int] = field(default_factory=list)
    told: set[Doubt] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Go on from what is stored."""
        self.position = start_of(self.settings, self.stored and Position.from_json(self.stored.to_json()))

    def wait(self) -> float:
        """Seconds until there is anything to ask for."""
        return mode_of(self.settings).wait(self.position, self.now / 1000)

    def poll(self) -> bool:
        """One turn; whether it asked."""
        if self.wait():
            return False
        request = options(RequestOptions, url="https://api.test/?from=${windowStart}&to=${windowEnd}&at=${offset}")
        url = RequestBuilder(request, "e", mode_of(self.settings)).at(self.position).url
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}
        self.asked.append(query)
        self.page = PageReader(self.settings).read(self.api.answer(query, self.now), self.position, self.now / 1000)
        self.brought += [json.loads(bytes(record))["id"] for record in self.page.records]
        self.told.update(self.page.doubts)
        if self.page.position.order > self.position.order:
            self.stored = self.page.position
        self.position = self.page.position
        return True

    def drain(self) -> "Windowed":
        """Until nothing is due."""
        while self.poll():
            assert len(self.asked) < 2_000
        return self

    @property
    def borders(self) -> list[tuple[str, str]]:
        """The windows that were asked for, without their date."""
        return [(query["from"][11:], query["to"][11:]) for query in self.asked]
