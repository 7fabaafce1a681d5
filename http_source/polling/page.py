"""Reads a response into a page: its records and where to go on."""

import json
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from math import inf
from typing import Any

from http_source.config.properties import OffsetOptions, ResponseFormat
from http_source.errors import PageRefused
from http_source.foreign.text import Foreign, Redact, readable
from http_source.model import Doubt, Lasts, Page, Position, Response, Value
from http_source.polling.beside import STRANGE, UNKNOWN, are_known, names_in
from http_source.polling.cut import Cut, Cutter
from http_source.polling.lines import LineCutter
from http_source.polling.modes import Answer, Forget, mode_of
from http_source.polling.policy import holds_page, is_success
from http_source.polling.standing import start_of


class PageReader:
    """Reads the pages of a connector's entities; it remembers nothing, so one serves all of them and all threads."""

    def __init__(self, options: OffsetOptions, redact: Redact | None = None, forget: Forget = str) -> None:
        self._options = options
        self._redact = redact
        self._cutter = Cutter(options, redact) if options.format is ResponseFormat.JSON else LineCutter(redact)
        self._mode = mode_of(options, forget)

    def start_of(self, stored: Position | None) -> Position:
        """Where an entity goes on whose stored position that is."""
        return start_of(self._options, stored)

    def wait(self, position: Position, now: float) -> float:
        """Seconds from `now` until what comes at a position may be asked for."""
        return self._mode.wait(position, now)

    def read(self, response: Response, position: Position, now: float = inf) -> Page:
        """The page a successful response holds, for the position that asked for it; `now` counts seconds since the epoch.

        204, 205 and what is no success, which only `http.response.empty.status.codes` lets come here, are pages without records. Raises
        PageRefused when the answer cannot be used, and PositionRefused when the position cannot: nothing of such a page may be produced.
        """
        page = self._read(response, position, now)
        # What is in doubt is so until the next answer, which 304 is none of.
        repeats = self._options.conditional and not page.doubts and self._mode.repeats(page, position)
        return replace(page, repeats=repeats, weight=len(response.body))

    def unchanged(self, position: Position, now: float = inf) -> Page:
        """The page where the API says that its answer is what it was (304)."""
        page = self._mode.next(Answer(status=HTTPStatus.NOT_MODIFIED, at=now, is_unchanged=True), position)
        return replace(page, repeats=True)

    def _read(self, response: Response, position: Position, now: float) -> Page:
        if not is_success(response.status):
            return self._mode.next(Answer(status=response.status, headers=response.headers, at=now), position)
        cut = self._cut(response.body) if holds_page(response.status) else Cut()
        answer = Answer(
            cut.records, cut.token, response.status, response.headers, response.body, response.url, is_missing=bool(cut.missing), at=now
        )
        page = self._mode.next(answer, position)
        if cut.missing:
            return _without_array(page, cut.missing, position, names_in(response.body))
        learns = self._options.data_pointer and position.beside in {UNKNOWN, STRANGE}
        page = _with(page, beside=names_in(response.body)) if learns else page
        return _with(page, unmatched=False) if page.position.unmatched and holds_page(response.status) else page

    def served(self, response: Response) -> Sequence[Value]:
        """All records of an answer, also those that `read` leaves out. Raises PageRefused as `read` does."""
        return self._cut(response.body).records if holds_page(response.status) else ()

    def _cut(self, body: bytes) -> Cut:
        cut = self._cutter.cut(body)
        if cut.error:
            raise PageRefused(f"The answer has an error at `http.response.error.json.pointer`{self._quoted(cut.error)}.")
        if cut.missing and self._options.data_required:
            raise PageRefused(f"{cut.missing} That is a failure, since `http.response.data.required` is true.")
        return cut

    def _quoted(self, error: str) -> str:
        return "" if self._redact is None else f': "{readable(Foreign(_plain(error)), self._redact)}"'


def _with(page: Page, **changes: Any) -> Page:
    return replace(page, position=replace(page.position, **changes))


def _without_array(page: Page, missing: str, before: Position, names: str) -> Page:
    """An answer without the array: of an API that had it before, with no other names beside it, it is one without records."""
    if before.unmatched:
        return _unmatched(page, missing, before)
    if are_known(names, before.beside):
        return page
    if before.beside == UNKNOWN:
        return replace(page, warnings=(missing, *page.warnings))
    doubt = Doubt(f"{missing} Answers before this one had it, and other keys beside it. It counts as an answer without records; if it is "
                  "an error, set `http.response.error.json.pointer`, or `http.response.data.required`.", Lasts.UNTIL_AN_ANSWER)
    return replace(_with(page, beside=STRANGE), doubts=(doubt, *page.doubts))


def _unmatched(page: Page, missing: str, before: Position) -> Page:
    """No answer had the array yet: it is walked through unstored."""
    doubt = Doubt(f"{missing} None was found since the start, so no offset is stored: once the pointer is right, all "
                  "records are delivered.",
                  Lasts.UNTIL_AN_ANSWER)
    return replace(_with(page, sequence=before.sequence, done=False), doubts=(doubt, *page.doubts))


def _plain(value: str) -> str:
    """A JSON text in as few characters as it takes to read it: escapes could hide a secret, and line breaks fill what is shown."""
    try:
        read = json.loads(value)
    except ValueError:
        # An integer of more digits than Python reads.
        return value
    return read if isinstance(read, str) else json.dumps(read, ensure_ascii=False)


def refuse_large(page: Page, most: int) -> None:
    """Raise PageRefused for a page with a record of more than `most` bytes, the largest that is produced."""
    largest = max(map(len, page.values), default=0)
    if largest > most:
        index = [len(value) for value in page.values].index(largest)
        raise PageRefused(f"Record {index} of the page has {largest} bytes; {most} is the most that is produced. "
                          "Ask the API for smaller records.", retriable=False)
