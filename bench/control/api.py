"""The HTTP API that connectors ask: numbered records without an end, and a log of who asked what and when.

The path is `/CONNECTOR/ENTITY`, the query has `start`; the header `X-Version` tells which configuration asked.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from http_source.demo.serving import LocalHandler, LocalServer


@dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Attributes:
        at: when it came, on the clock of `time.monotonic`.
        start: the number of the first record that it wants.
        version: the configuration that asked.
    """

    at: float
    connector: str
    entity: str
    start: int
    version: str


class Api(LocalServer):
    """Serves until it is left.

    Attributes:
        status: what each answer's status is; records come with 200 only.
        limit: how many records an entity has; None for no end.
        refused: the entities that are not found.
    """

    def __init__(self) -> None:
        super().__init__(0, _Handler)
        self.status = 200
        self.limit: int | None = None
        self.refused: set[str] = set()
        self._log: list[Asked] = []
        self._served: dict[tuple[str, str], set[int]] = {}

    def since(self, moment: float) -> Sequence[Asked]:
        """The requests that came at this moment or later, oldest first."""
        log = self._log
        begin = len(log)
        while begin and log[begin - 1].at >= moment:
            begin -= 1
        return log[begin:]

    def served(self, connector: str, entity: str) -> set[int]:
        """The numbers of the records that an entity was given."""
        return set(self._served.get((connector, entity), ()))

    def entities(self, connector: str) -> list[str]:
        """The entities of a connector that were given records."""
        return [entity for name, entity in list(self._served) if name == connector]

    def answer(self, asked: Asked) -> tuple[int, object]:
        """Note a request and give status and page for it: one record, or none behind the end."""
        self._log.append(asked)
        status = HTTPStatus.NOT_FOUND if asked.entity in self.refused else self.status
        if status != HTTPStatus.OK or (self.limit is not None and asked.start >= self.limit):
            return status, {"items": []}
        self._served.setdefault((asked.connector, asked.entity), set()).add(asked.start)
        return status, {"items": [{"id": asked.start, "entity": asked.entity}]}

    def handle_error(self, *_: object) -> None:
        """Take no notice of clients that are killed: that is what is measured."""


class _Handler(LocalHandler):
    server: Api

    def answer(self, _body: bytes) -> tuple[int, object]:
        parts = urlsplit(self.path)
        connector, _, entity = parts.path.strip("/").partition("/")
        start = int(parse_qs(parts.query)["start"][0])
        return self.server.answer(Asked(time.monotonic(), connector, entity, start, self.headers.get("X-Version", "")))


@contextmanager
def serving() -> Iterator[Api]:
    """A running API."""
    with Api() as api:
        thread = threading.Thread(target=api.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield api
        finally:
            api.shutdown()
            thread.join()


def longest_gap(asked: Sequence[Asked], entity: str, until: float) -> float:
    """The longest time in which an entity was not asked; `until` ends the last one."""
    times = [each.at for each in asked if each.entity == entity]
    return max((after - before for before, after in pairwise([*times, until])), default=float("inf"))
