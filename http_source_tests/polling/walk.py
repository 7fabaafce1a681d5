"""An entity that is polled against a model of an API, request by request."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from http_source.config.properties import OffsetOptions
from http_source.model import Doubt, Offset, Page, Position, Response
from http_source.polling.modes import mode_of
from http_source.polling.page import PageReader
from http_source.polling.standing import start_of

Serve = Callable[[Offset], Sequence[Any]]
"""What stands for `${offset}` → the records of the answer."""


@dataclass
class Walk:
    """What was asked for, brought and told; `write` makes a body of records. A restart forgets all but the stored position."""

    settings: OffsetOptions
    serve: Serve
    position: Position = field(init=False)
    page: Page = field(init=False)
    stored: Position | None = None
    asked: list[Offset] = field(default_factory=list)
    brought: list[Any] = field(default_factory=list)
    told: set[str | Doubt] = field(default_factory=set)
    write: Callable[[Sequence[Any]], bytes] = lambda items: json.dumps({"items": list(items)}).encode()

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Go on from what is stored."""
        self.position = start_of(self.settings, self.stored and Position.from_json(self.stored.to_json()))
        self.page = Page((), self.position, progressed=False)

    def poll(self) -> bool:
        """One request; whether it leads on at once."""
        asked = mode_of(self.settings).asks(self.position)
        body = self.write(self.serve(asked))
        page = PageReader(self.settings).read(Response(200, "https://api.test/", body), self.position)
        self.asked.append(asked)
        self.brought += [json.loads(bytes(record)) for record in page.records]
        self.told.update(page.warnings, page.doubts)
        if page.position.order > self.position.order:
            self.stored = page.position
        self.position, self.page = page.position, page
        return page.progressed or page.at_once

    def drain(self) -> "Walk":
        """Until nothing leads on, and once more, as at rest."""
        for _ in range(2):
            while self.poll():
                assert len(self.asked) < 1_000
        return self
