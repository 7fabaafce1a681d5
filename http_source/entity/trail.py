"""Notices when pages lead round in a circle (Brent's algorithm, and the last offsets as they were)."""

from collections import deque
from dataclasses import dataclass, field, replace

from http_source.model import Doubt, Lasts, Offset, Page, Position

Place = tuple[Offset, Offset]

_REMEMBERED = 100
"""Cycles of more tokens than this are noticed later, by a landmark; remembering all would cost memory for each entity."""
_CYCLE = Doubt(
    "The page leads back to an earlier offset, so the same pages are requested again and again, each after "
    "`request.interval.ms`. Check `http.next.page.json.pointer` (or `http.next.page.header`, `http.offset.json.pointer`) and what the "
    "API's paging expects.",
    Lasts.UNTIL_RECORDS,
)


@dataclass(slots=True)
class Trail:
    """The way of an entity since a page last led nowhere.

    Attributes:
        last: the last offsets asked for.
        walked: how many those were.
        landmark: the one after the first, second, fourth, eighth … of them.
        circles: whether one of them came again.
        pages: how many with records were followed since one led nowhere, whatever looks at others have shown.
    """

    last: deque[Place] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    walked: int = 0
    landmark: Place | None = None
    circles: bool = False
    pages: int = 0

    def follow(self, page: Page, asked: Position) -> Page:
        """The page that was asked for at that position; one that leads back does not let its successor come at once."""
        leads_on = page.progressed and not page.is_last
        self.pages = self.pages + bool(page.records) if leads_on else 0
        if not leads_on or page.position.ahead:  # numbers of pages lead nowhere else
            self.begin()
            return page
        self._walk(page, asked)
        return replace(page, progressed=False, doubts=(*page.doubts, _CYCLE)) if self.circles else page

    def begin(self) -> None:
        """Forget the way so far."""
        self.last.clear()
        self.walked, self.landmark, self.circles = 0, None, False

    def _walk(self, page: Page, asked: Position) -> None:
        self.last.append(asked.place)
        self.circles = self.circles or page.position.place in self.last or page.position.place == self.landmark
        self.walked += 1
        if self.walked.bit_count() == 1:
            self.landmark = page.position.place
