"""Reads a response into a page: its records and where to go on."""

from dataclasses import replace

from http_source.config.properties import OffsetOptions
from http_source.errors import PageRefused
from http_source.model import Doubt, Lasts, Page, Position, Response
from http_source.polling.cut import Cut, Cutter
from http_source.polling.excerpt import Redact
from http_source.polling.modes import Answer, Forget, mode_of
from http_source.polling.offsets import start_of
from http_source.polling.policy import NO_RECORDS


class PageReader:
    """Reads the pages of a connector's entities; it remembers nothing, so one serves all of them and all threads."""

    def __init__(self, options: OffsetOptions, redact: Redact | None = None, forget: Forget = str) -> None:
        self._options = options
        self._cutter = Cutter(options, redact)
        self._mode = mode_of(options, forget)

    def start_of(self, stored: Position | None) -> Position:
        """Where an entity goes on whose stored position that is."""
        return start_of(self._options, stored)

    def read(self, response: Response, position: Position) -> Page:
        """The page a successful response holds, for the position that asked for it.

        204 and 205 are pages without records. Raises PageRefused when the answer cannot be used, and PositionRefused when the
        position cannot: nothing of such a page may be produced.
        """
        cut = Cut() if response.status in NO_RECORDS else self._cutter.cut(response.body)
        answer = Answer(cut.records, cut.token, response.status, response.headers, response.body)
        page = self._mode.next(answer, position)
        return _unmatched(page, cut.missing, position) if cut.missing else _matched(page)


def _matched(page: Page) -> Page:
    return replace(page, position=replace(page.position, unmatched=False)) if page.position.unmatched and page.records else page


def _unmatched(page: Page, missing: str, before: Position) -> Page:
    """An answer without the array: of an API that had it before, it may be one without records; else it is walked through unstored."""
    if not before.unmatched:
        return replace(page, warnings=(missing, *page.warnings))
    doubt = Doubt(f"{missing} None was found since the start, so no offset is stored: once the pointer is right, all records come.",
                  Lasts.UNTIL_AN_ANSWER)
    return replace(page, position=replace(page.position, sequence=before.sequence), doubts=(doubt, *page.doubts))


def refuse_large(page: Page, most: int) -> None:
    """Raise PageRefused for a page with a record of more than `most` bytes, the largest that is produced."""
    largest = max(map(len, page.values), default=0)
    if largest > most:
        index = [len(value) for value in page.values].index(largest)
        raise PageRefused(f"Record {index} of the page has {largest} bytes; {most} is the most that is produced. "
                          "Ask the API for smaller records.", retriable=False)
