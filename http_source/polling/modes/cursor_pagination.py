"""CURSOR_PAGINATION: the offset is a token of the answer."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from http_source.config.findings import doubt
from http_source.config.properties import ConnectorConfig, CursorEnd, OffsetMode
from http_source.config.variables import OFFSET
from http_source.errors import Finding, PageRefused
from http_source.model import Doubt, Lasts, Offset, Page, Position, Value, header_of
from http_source.polling.link import next_page
from http_source.polling.modes.boundary import MOST, digest_of, fingerprints, parted
from http_source.polling.modes.mode import AS_STRING, PAGE_CHANGED, Answer, Mode, moved
from http_source.polling.policy import holds_page
from http_source.polling.scalar import COMPOSITE, INTEGER, NOTHING, STRING, integer_of, is_same, kind_of, sendable, text_of

POINTER, HEADER = "http.next.page.json.pointer", "http.next.page.header"
PAGE_REORDERED = Doubt(
    "The last page changed elsewhere than at its end: what is new or changed in it is delivered. Records inserted into earlier pages are "
    "not seen, and records pushed onto the next page are delivered again. `http.cursor.end=follow` needs a list that only grows "
    "at its end.",
    Lasts.A_DAY,
)
SAME_TOKEN = Doubt(
    "The token of the next page is the one that the page was requested with, although it brought new records: it counts as the last page. "
    "Check `http.next.page.json.pointer`, or `http.next.page.header`, and that `${offset}` is where the API expects its token.",
    Lasts.UNTIL_RECORDS,
)


class CursorPagination(Mode):
    """The offset is the token in the answer or its header; without one this is the last page, whose end `http.cursor.end` rules.

    Records already delivered from the last page are left out.
    """

    name = OffsetMode.CURSOR_PAGINATION
    owns = (POINTER, HEADER, AS_STRING, "http.cursor.end")
    sample = {  # noqa: RUF012 - nobody changes it
        "http.request.parameters": "pageToken=${offset}",
        "http.response.data.json.pointer": "/items",
        POINTER: "/nextPageToken",
    }
    starts_empty = True

    def next(self, answer: Answer, position: Position) -> Page:
        """Follow the token. Raises PageRefused when it is of no kind that can be sent, or the link is no URL (RFC 8288)."""
        token = self._token_of(answer)
        token = self.forget(token) if isinstance(token, str) else token
        # A link for changes since leads to itself until there are some.
        is_same = token != "" and self._is_asked(token, position)
        leads_on = token != "" and not is_same
        fresh, doubts = _beyond_delivered(answer.records, position, leads_on=leads_on)
        if not leads_on:
            doubts += (SAME_TOKEN,) if is_same and fresh else ()
            return Page(fresh, self._at_the_end(answer, position), progressed=False, doubts=doubts)
        ahead = moved(position, offset=token, **_delivered(()))
        return Page(fresh, ahead, progressed=bool(answer.records), doubts=doubts)

    @property
    def pointer(self) -> str:
        """Within the answer, or a header's name."""
        return self.options.next_page_header or ",".join(self.options.next_page_pointers)

    @classmethod
    def check(cls, config: ConnectorConfig) -> Iterator[Finding]:
        """It finds the next page in one place."""
        offsets, request = config.offsets, config.request
        if offsets.next_page_pointers and offsets.next_page_header:
            yield Finding(HEADER, f"{POINTER} is set as well; keep the one that leads to the next page, and remove the other.")
        if not offsets.next_page_pointers and not offsets.next_page_header:
            yield Finding(POINTER, f"It must be set, since {cls.name} needs it or {HEADER}.")
        if offsets.next_is_link and any(OFFSET in (text or "") for text in (request.parameters, request.body)):
            yield doubt(HEADER, f"A link is a whole URL, which is the next request where {OFFSET} stands nowhere; leave {OFFSET} out.")

    @property
    def _finder(self) -> str:
        return HEADER if self.options.next_page_header else POINTER

    def _token_of(self, answer: Answer) -> Offset:
        if not self.options.next_page_header:
            return self._read(answer.token)
        value = header_of(answer.headers, self.options.next_page_header)
        return sendable(next_page(value, answer.url) if self.options.next_is_link else value, f"`{HEADER}`")

    def _read(self, value: str) -> Offset:
        """The token as its JSON text says, empty for nothing."""
        kind, finder = kind_of(value), f"`{POINTER}`"
        if kind is NOTHING:
            return ""
        if kind in COMPOSITE and self.options.as_string:
            raise PageRefused(f"{finder} finds {kind}, where a string or an integer is needed; with `{AS_STRING}=false` it is the next "
                              "offset, as JSON. Nothing of the page is produced.", retriable=False)
        text = text_of(value, {STRING, INTEGER, *COMPOSITE}, finder)
        return integer_of(text, finder) if kind == INTEGER else text

    def _is_asked(self, token: Offset, position: Position) -> bool:
        """Whether a token is the one that the page was asked with."""
        one, other = str(token), str(position.offset)
        return one == other or (not self.options.as_string and kind_of(one) in COMPOSITE and is_same(one, other))

    def _at_the_end(self, answer: Answer, position: Position) -> Position:
        end = self.options.cursor_end
        if end is CursorEnd.RESTART:
            return moved(position, offset=self.start, **_delivered(()))
        # 304, 404 or an answer without the array says nothing of what was delivered, which would be delivered again when the page is back.
        is_page = holds_page(answer.status) and not answer.is_missing
        return moved(position, **_delivered(answer.records) if is_page else {}, done=end is CursorEnd.STOP)


def _delivered(records: Sequence[Value]) -> Mapping[str, Any]:
    """What a position holds of a last page."""
    known = fingerprints(records) if len(records) <= MOST else ""
    return {"delivered": len(records), "digest": digest_of(records), "boundary": known}


def _beyond_delivered(records: Sequence[Value], position: Position, *, leads_on: bool) -> tuple[Sequence[Value], tuple[Doubt, ...]]:
    """The records not yet delivered from this page, by their fingerprints where it grew elsewhere than at its end."""
    seen = position.delivered
    if not seen or not records:
        return records, ()
    if digest_of(records[:seen]) == position.digest or _is_as_before(records, position):
        return records[seen:], ()
    if not position.boundary:
        return records, (PAGE_CHANGED,)
    fresh, again = parted(records, position.boundary)
    # What was removed, and what is new behind the rest, leaves nothing unseen; but what is gone may have been pushed onto the next page.
    is_behind = bool(again) and not parted(records[: len(again)], position.boundary)[0]
    is_pushed = leads_on and len(again) < seen
    return fresh, (PAGE_REORDERED,) if fresh and (is_pushed or not is_behind) else ()


def _is_as_before(records: Sequence[Value], position: Position) -> bool:
    """By a position of the version before, which knows the last record only."""
    seen = position.delivered
    return len(records) >= seen and blake2b(records[seen - 1], digest_size=16).hexdigest() == position.digest
