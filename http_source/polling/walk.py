"""A walk through pages, remembered by what each of them shows: fingerprints and values, not the records."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from http_source.config.properties import OffsetOptions
from http_source.errors import PageRefused
from http_source.model import Offset, Page, Position, Value
from http_source.polling.modes import mode_of
from http_source.polling.modes.boundary import fingerprint


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a walk.

    Attributes:
        at: the position that was asked for.
        asked: what `${offset}` stood for there, or which window it was.
        next: the same in the next request.
        page: what the mode made of the answer, without the records.
        served: fingerprints of all records of the answer.
        fresh: how many records would be produced for the first time in the walk.
        again: how many were produced of an earlier page.
        repeated: how many of these would be produced again.
        values: what is at `http.offset.json.pointer` in the records produced, as JSON texts; none where one of them has nothing.
    """

    at: Position
    asked: Offset
    next: Offset
    page: Page
    served: Sequence[str]
    fresh: int
    again: int
    repeated: int
    values: Sequence[str] = ()

    @property
    def looked_at(self) -> int:
        """How many records were neither produced nor known: a page behind the last one is only looked at first (PAGE_NUMBER)."""
        return len(self.served) - self.fresh - self.again


class Walk:
    """The steps so far."""

    def __init__(self, options: OffsetOptions) -> None:
        self.steps: list[Step] = []
        self._mode = mode_of(options)
        self._brought = set[str]()

    def take(self, asked: Position, page: Page, served: Sequence[Value]) -> Step:
        """Go one page further: the one that was asked for at a position, and all records of its answer."""
        prints, produced = list(map(fingerprint, served)), list(map(fingerprint, page.records))
        again, repeated = (sum(each in self._brought for each in found) for found in (prints, produced))
        step = Step(asked, self._mode.shown(asked), self._mode.shown(page.position), replace(page, records=()), prints,
                    len(produced) - repeated, again, repeated, self._values(page.records))
        self._brought.update(produced)
        self.steps.append(step)
        return step

    def _values(self, records: Sequence[Value]) -> Sequence[str]:
        try:
            return [json.dumps(str(self._mode.offset_of(record))) for record in records]
        except (PageRefused, ValueError):
            return ()
