"""PAGE_NUMBER: the offset is the number of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Any

from http_source.config.properties import CursorEnd, OffsetMode
from http_source.model import Doubt, Lasts, Offset, Page, Position, Value
from http_source.polling.modes.boundary import digest_of
from http_source.polling.modes.counting import Counting
from http_source.polling.modes.mode import PAGE_CHANGED, Answer, moved

SAME_PAGE = (
    "The page after the last one is the same page again, so it does not count: the API answers any higher number with its last page, or "
    "`${offset}` is not where it expects the number of the page."
)
FIRST_PAGE_AGAIN = Doubt(
    "The page after the first one is the same page again, so nothing further is reached if the API has more records. Check the name of "
    "the parameter, and whether the API counts pages from 1 and takes 0 for 1 (http.initial.offset). If there are no more records, set "
    "http.page.size, which shows when a page is not full.",
    Lasts.UNTIL_RECORDS,
)
FIRST_BEYOND = (
    "The page after the last one is the first page again, so it does not count: the API answers any higher number with its first page."
)
SAME_AND_MORE = Doubt(
    "The page after the last one begins with all of its records and has more, and is not taken: the last page may have gained them. If it "
    "never shows them, each page of the API holds those before it, and nothing after the first is reached: use another mode.",
    Lasts.UNTIL_RECORDS,
)
SHORT_PAGE = Doubt(
    "A page with fewer records than `http.page.size` has a page after it, so it is left although it is not full. Set http.page.size to "
    "the number of records that the API gives in a page.",
    Lasts.A_DAY,
)
LARGE_PAGE = Doubt(
    "A page holds more records than `http.page.size`, which therefore does not show when a page is full: each is requested again before it "
    "is left. Set http.page.size to the number of records that the API gives in a page.",
    Lasts.A_DAY,
)


class _Ahead(IntEnum):
    """What is asked for next."""

    HERE = 0
    """The page where the position stands."""

    LOOK = 1
    """The page behind it, right after the page was read: it is taken if that was full, and else only looked at."""

    AGAIN = 2
    """The page itself: the one behind it has records, so that it gains no more after that."""

    TAKE = 3
    """The page behind it, which is taken."""

    LOOK_AFTER_REST = 4
    """The page behind it, which is only looked at: its page may have gained since it was read."""


_BEHIND = {_Ahead.LOOK, _Ahead.TAKE, _Ahead.LOOK_AFTER_REST}


class PageNumber(Counting):
    """The offset is the number of the page.

    A page is left when it was full by `http.page.size`, or was asked for again after the page behind it had shown records. So the position
    stays at the last page with records; its count and digest say what was delivered from it, and only what it gains is produced.
    """

    name = OffsetMode.PAGE_NUMBER
    needs = ("http.initial.offset",)
    owns = ("http.page.size", "http.cursor.end")
    sample = {  # noqa: RUF012 - nobody changes it
        "http.request.parameters": "page=${offset}&per_page=100",
        "http.initial.offset": "1",
        "http.response.data.json.pointer": "",
        "http.page.size": "100",
    }
    counting = "counts pages from an integer, such as 0 or 1"

    def next(self, answer: Answer, position: Position) -> Page:
        """Take what the page gained, or what the page behind it holds. Raises PositionRefused for an offset that is no integer."""
        self.count(position.offset)
        return (self._behind if _is_behind(position) else self._here)(answer, position)

    def repeats(self, page: Page, asked: Position) -> bool:
        """The page itself, as long as it is not left, and the one behind it where that is no page yet."""
        is_next = _is_behind(asked) and page.position.ahead == _Ahead.AGAIN
        return page.position.place == asked.place and not is_next

    def asks(self, position: Position) -> Offset:
        """The page itself, or the one behind it."""
        return self.count(position.offset) + _is_behind(position)

    def _here(self, answer: Answer, position: Position) -> Page:
        records, seen = answer.records, position.delivered
        if answer.is_unchanged and position.ahead == _Ahead.AGAIN:
            return self._look(position, _Ahead.TAKE)
        if not records:
            # Also of a page that had some: what is not there now may be back, and is not left behind.
            return self._look(position) if seen and position.ahead == _Ahead.HERE else self._rests(position)
        is_as_it_was = digest_of(records[:seen]) == position.digest
        fresh = records[seen:] if is_as_it_was else records
        leaves = position.ahead == _Ahead.AGAIN
        doubts = (*(() if is_as_it_was else (PAGE_CHANGED,)), *self._doubts(len(records), leaves=leaves))
        if not fresh:
            return self._look(position, _Ahead.TAKE if leaves else _Ahead.LOOK_AFTER_REST, doubts)
        at = self._delivered(records, position, ahead=_Ahead.TAKE if leaves else _Ahead.LOOK)
        return Page(fresh, at, progressed=True, at_once=leaves, doubts=doubts)

    def _behind(self, answer: Answer, position: Position) -> Page:
        records, seen = answer.records, position.delivered
        if not records:
            return self._ends(position)
        if position.first and digest_of(records) == position.first and self.count(position.offset) != self.start:
            return replace(self._ends(position), warnings=(FIRST_BEYOND,))
        if digest_of(records[:seen]) == position.digest:
            # One that has gained since is no end; the next turn takes what it gained, and not at once: pages may hold all before them.
            if len(records) > seen:
                return replace(self._rests(position), doubts=(SAME_AND_MORE,))
            return replace(self._ends(position), **self._same(position))
        if position.ahead == _Ahead.TAKE or (position.ahead == _Ahead.LOOK and self._is_full(position)):
            at = self._delivered(records, position, offset=self.count(position.offset) + 1, ahead=_Ahead.LOOK)
            return Page(records, at, progressed=True, doubts=self._doubts(len(records), leaves=False))
        return self._look(position, _Ahead.AGAIN)

    def _look(self, position: Position, ahead: _Ahead = _Ahead.LOOK_AFTER_REST, doubts: tuple[Doubt, ...] = ()) -> Page:
        """Nothing came, and another request belongs to this one: runs may end before the next turn, and forget what it has shown."""
        return Page((), replace(position, ahead=ahead), progressed=False, at_once=True, doubts=doubts)

    def _rests(self, position: Position) -> Page:
        return Page((), replace(position, ahead=_Ahead.HERE), progressed=False)

    def _delivered(self, records: Sequence[Value], position: Position, **changes: int) -> Position:
        """The position with all records of its page delivered."""
        largest = max(position.largest, len(records)) if len(records) > (self.options.page_size or len(records)) else position.largest
        digest = digest_of(records)
        first = digest if changes.get("offset", position.offset) == self.start else position.first
        return moved(position, delivered=len(records), digest=digest, first=first, largest=largest, **changes)

    def _is_full(self, position: Position) -> bool:
        """By the size that was said, unless a page was larger: then nothing says how large they are."""
        size = self.options.page_size
        return size is not None and position.delivered >= size >= position.largest

    def _doubts(self, records: int, *, leaves: bool) -> tuple[Doubt, ...]:
        size = self.options.page_size
        if size is None:
            return ()
        return (LARGE_PAGE,) if records > size else (SHORT_PAGE,) if leaves and records < size else ()

    def _same(self, position: Position) -> Mapping[str, Any]:
        """What is said when the page behind is the same: of a later page, or one that is not full, it is the end that it looks like."""
        may_be_full = self.options.page_size is None or self._is_full(position)
        is_first = self.count(position.offset) == self.start
        return {"doubts": (FIRST_PAGE_AGAIN,)} if may_be_full and is_first else {"warnings": (SAME_PAGE,)}

    def _ends(self, position: Position) -> Page:
        """The page behind is none."""
        end = self.options.cursor_end
        if end is CursorEnd.RESTART:
            return Page((), moved(position, offset=self.start, delivered=0, digest="", first="", ahead=_Ahead.HERE), progressed=False)
        rests = self._rests(position)
        return replace(rests, position=moved(rests.position, done=True)) if end is CursorEnd.STOP else rests


def _is_behind(position: Position) -> bool:
    return position.ahead in _BEHIND
