"""CURSOR_PAGINATION: the offset is a token of the answer."""

from collections.abc import Sequence
from hashlib import blake2b

from http_source.config.properties import CursorEnd, OffsetMode
from http_source.model import Doubt, Lasts, Offset, Page, Position, Value
from http_source.polling.modes.mode import PAGE_CHANGED, Answer, Mode, moved
from http_source.polling.scalar import INTEGER, NOTHING, NULL, STRING, integer_of, kind_of, text_of

SAME_TOKEN = Doubt(
    "The token of the next page is the one that the page was asked with, though it brought new records: it counts as the last page. Check "
    "`http.next.page.json.pointer`, and that `${offset}` is where the API expects its token.",
    Lasts.UNTIL_RECORDS,
)


class CursorPagination(Mode):
    """The offset is the token at `http.next.page.json.pointer`; without one this is the last page, whose end `http.cursor.end` rules.

    Records already delivered from the last page are left out.
    """

    name = OffsetMode.CURSOR_PAGINATION
    needs = ("http.next.page.json.pointer",)
    owns = ("http.next.page.json.pointer", "http.cursor.end")
    sample = {  # noqa: RUF012 - nobody changes it
        "http.request.parameters": "pageToken=${offset}",
        "http.response.data.json.pointer": "/items",
        "http.next.page.json.pointer": "/nextPageToken",
    }
    starts_empty = True

    def next(self, answer: Answer, position: Position) -> Page:
        """Follow the token. Raises PageRefused when it is no string and no integer."""
        token = _token_of(answer.token)
        token = self.forget(token) if isinstance(token, str) else token
        fresh, doubts = _beyond_delivered(answer.records, position)
        if token == "":
            return Page(fresh, self._at_the_end(answer.records, position), progressed=False, doubts=doubts)
        if str(token) == str(position.offset):
            # A link for changes since leads to itself until there are some.
            doubts += (SAME_TOKEN,) if fresh else ()
            return Page(fresh, self._at_the_end(answer.records, position), progressed=False, doubts=doubts)
        ahead = moved(position, offset=token, delivered=0, digest="")
        return Page(fresh, ahead, progressed=bool(answer.records), doubts=doubts)

    @property
    def pointer(self) -> str:
        """Within the answer."""
        return self.options.next_page_pointer or ""

    def _at_the_end(self, records: Sequence[Value], position: Position) -> Position:
        end = self.options.cursor_end
        if end is CursorEnd.RESTART:
            return moved(position, offset=self.start, delivered=0, digest="")
        digest = _digest(records[-1]) if records else ""
        return moved(position, delivered=len(records), digest=digest, done=end is CursorEnd.STOP)


def _beyond_delivered(records: Sequence[Value], position: Position) -> tuple[Sequence[Value], tuple[Doubt, ...]]:
    """The records not yet delivered from this page: all of them when the last delivered one is no longer where it was."""
    seen = position.delivered
    if not seen or not records:
        return records, ()
    if len(records) >= seen and _digest(records[seen - 1]) == position.digest:
        return records[seen:], ()
    return records, (PAGE_CHANGED,)


def _token_of(value: str) -> Offset:
    """The token, empty for nothing and null."""
    if kind_of(value) in {NOTHING, NULL}:
        return ""
    finder = "`http.next.page.json.pointer`"
    text = text_of(value, {STRING, INTEGER}, finder)
    return integer_of(text, finder) if kind_of(value) == INTEGER else text


def _digest(record: Value) -> str:
    return blake2b(record, digest_size=16).hexdigest()
