"""CHAINING: the offset is a value of the last record."""

import json
import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import Any

from http_source.config.properties import ChainingOrder, OffsetMode, OffsetOptions
from http_source.errors import PageRefused
from http_source.model import Doubt, Lasts, Offset, Page, Position, Value
from http_source.polling.envelope import leaf_of
from http_source.polling.modes.boundary import MOST, digest_of, fingerprints, longer, number_in, parted
from http_source.polling.modes.mode import AS_STRING, Answer, Forget, Mode, Tells, moved
from http_source.polling.modes.order import compared, doubts, is_less
from http_source.polling.pointer import JsonText, tokens_of
from http_source.polling.scalar import COMPOSITE, FRACTION, INTEGER, STRING, integer_of, is_same, kind_of, text_of

PAGE_TOO_SMALL = Doubt(
    "All records of a page have the offset that it was requested with, and are delivered: if the API has more records with that "
    "value at `http.offset.json.pointer` than fit into a page, none after them is reached. Request larger pages, and set "
    "http.page.size, which shows when a page is not full.",
    Lasts.UNTIL_RECORDS,
)
SAME_PAGE = Doubt(
    "A page ends with the offset that it was requested with, and begins with records before it: the API ignores `${offset}`, or reads it "
    "only roughly, or it serves the newest records first. Records already delivered are left out. Check the name of the parameter; for an "
    "API that serves the newest first set http.chaining.order=DESCENDING.",
    Lasts.UNTIL_RECORDS,
)
ROUGH = Doubt(
    "A page has records from before the offset that it was requested with: the API reads `${offset}` only roughly, as in whole seconds. "
    "Some of them may have been delivered again; from now on all repeated records are left out.",
    Lasts.A_DAY,
)
CHANGED = Doubt(
    "Records at the offset were served again with other bytes than before, so they count as new ones: with a member that changes in each "
    "answer they are delivered with each request. Ask the API for greater values only, or for records without that member.",
    Lasts.A_DAY,
)
TIES = Doubt(
    "Records of a full page share values at `http.offset.json.pointer`, and the next page does not begin with its last ones: if the API "
    "gives greater values only, records that share the last value and did not fit into the page are lost. Ask it for greater or equal "
    "values, of which those delivered are left out, or for a value that no two records share.",
    Lasts.A_DAY,
)
GAP = Doubt(
    "The least value of a full page at `http.offset.json.pointer` is above the offset that it was requested with: there may be records "
    "between them that were never served. Ask the API for larger pages, or more often (request.interval.ms).",
    Lasts.A_DAY,
)
TOO_MANY = Doubt(
    f"More than {MOST} records were repeated in a page that has changed, so some of them are delivered again. Ask the API for "
    "a value that no two records share, or for smaller pages if it gives the same page each time.",
    Lasts.A_DAY,
)

_SAMPLE = 20
"""Records of a page whose values are compared: to compare those of all would cost a tenth of what a page costs."""

_PLAIN = re.compile(r"[A-Za-z0-9_.:+-]+")


class Chaining(Mode):
    """The offset is the value at `http.offset.json.pointer` in the last record, digit for digit (specification: `http.offset.mode`).

    With `use.http.offset.json.pointer.as.string=false` it may be an array or object, such as the values by which a search engine sorts.
    Records that are delivered and come again with the next page are left out: those with the offset's own value, as of an API that gives
    greater or equal ones, and all of a page that leads nowhere. With `http.chaining.order` values are compared.
    """

    name = OffsetMode.CHAINING
    needs = ("http.offset.json.pointer",)
    owns = ("http.offset.json.pointer", AS_STRING, "http.chaining.order", "http.page.size")
    sample = {  # noqa: RUF012 - nobody changes it
        "http.request.parameters": "after=${offset}&limit=100",
        "http.initial.offset": "0",
        "http.response.data.json.pointer": "",
        "http.offset.json.pointer": "/id",
    }
    tells = Tells.LAST_RECORD

    def __init__(self, options: OffsetOptions, forget: Forget = str) -> None:
        super().__init__(options, forget)
        self._tokens = tokens_of(self.pointer)
        self._leaf = leaf_of(self._tokens)
        self._composite = frozenset() if options.as_string else COMPOSITE
        if options.chaining_order is ChainingOrder.DESCENDING:
            self.tells = Tells.NOTHING

    def next(self, answer: Answer, position: Position) -> Page:
        """Go on after the last record, or after the greatest value where the newest come first.

        Raises PageRefused, naming pointer and record, when that holds no text and no number, and for values against the order that is set.
        """
        if not answer.records:
            return Page((), position, progressed=False)
        offset = self._offset_after(answer.records, position)
        if self._is_same(str(offset), position.offset):
            return self._stays(answer.records, position)
        return self._moves(answer, offset, position)

    @property
    def pointer(self) -> str:
        """Within a record."""
        return self.options.offset_pointer or ""

    def offset_of(self, record: Value) -> Offset:
        """The value at the pointer."""
        return self._offset_in(record, "`http.offset.json.pointer`")

    # What follows from a page

    def _stays(self, records: Sequence[Value], position: Position) -> Page:
        fresh, again = _parted(records, position)
        stuck = self._stuck(records, position, is_known=not fresh)
        if not fresh:
            return Page((), position, progressed=False, doubts=stuck)
        known = longer(position.boundary, fresh)
        has_changed = bool(position.boundary) and not again
        doubtful = (*stuck, *([CHANGED] if has_changed else []), *([TOO_MANY] if len(records) > MOST else []))
        largest = max(position.largest, len(records))
        at = moved(position, boundary=known, delivered=number_in(known), digest=_digest(records), largest=largest)
        return Page(fresh, at, progressed=False, doubts=doubtful)

    def _moves(self, answer: Answer, offset: Offset, position: Position) -> Page:
        records, ties = answer.records, self._ties(answer.records, offset)
        fresh, again = parted(records, position.boundary if _may_come_again(answer, position) else "")
        rough = position.rough or (bool(position.boundary) and self._is_rough(records, again, position))
        # Of the first page, and of one that came again as a whole, nobody knows yet whether the API looks at the offset.
        whole = rough or not position.boundary or len(again) == position.delivered > 0
        kept = records if whole else ties
        tied = self._is_full(records, position) and (len(ties) > 1 or self._share_values(records))
        at = moved(position, offset=offset, boundary=fingerprints(kept), digest=_digest(kept), delivered=len(records) if whole else 0,
                   tied=tied, rough=rough, largest=max(position.largest, len(records)))
        doubtful = (
            *self._doubts(records, position),
            *([ROUGH] if rough and not position.rough and not position.delivered else []),
            *([TIES] if position.tied and not again else []),
            *([TOO_MANY] if again and len(kept) > MOST else []),
        )
        return Page(fresh, at, progressed=True, doubts=doubtful)

    def _is_rough(self, records: Sequence[Value], again: Sequence[Value], position: Position) -> bool:
        """Whether there are records from before the offset: the API does not look at it, or only roughly."""
        return is_less(self._text(records[0]), position.offset) or any(not self._is_at(record, position.offset) for record in again)

    def _ties(self, records: Sequence[Value], offset: Offset) -> Sequence[Value]:
        """The records that have the offset's value; but for the newest first, those at the end."""
        if self.options.chaining_order is ChainingOrder.DESCENDING:
            return [record for record in records if self._is_at(record, offset)]
        return list(takewhile(lambda record: self._is_at(record, offset), records[::-1]))[::-1]

    def _share_values(self, records: Sequence[Value]) -> bool:
        """Whether the last records show that a value is no record's own; the newest first are read from their other end."""
        if self.options.chaining_order is ChainingOrder.DESCENDING:
            return False
        values = [self._text(record) for record in records[-_SAMPLE:]]
        return any(one == other != "" for one, other in pairwise(values))

    def _stuck(self, records: Sequence[Value], position: Position, *, is_known: bool) -> tuple[Doubt, ...]:
        if not self._is_at(records[0], position.offset):
            return () if self.options.chaining_order is ChainingOrder.DESCENDING else (SAME_PAGE,)
        is_full = is_known and len(records) > 1 and self._is_full(records, position)
        return (PAGE_TOO_SMALL,) if is_full and all(self._is_at(record, position.offset) for record in records) else ()

    def _is_full(self, records: Sequence[Value], position: Position) -> bool:
        size = self.options.page_size or position.largest
        return len(records) >= size > 0

    # Order

    def _offset_after(self, records: Sequence[Value], position: Position) -> Offset:
        order, last = self.options.chaining_order, len(records) - 1
        if order in (None, ChainingOrder.NONE):
            return self._offset_at(records, last)
        values = self._values(records)
        greatest = last - max(range(len(values)), key=lambda back: values[last - back])
        if order is ChainingOrder.ASCENDING and values[greatest] > values[last]:
            raise PageRefused(f"{self._finder(greatest)} finds a greater value than in the last one, against "
                              "http.chaining.order=ASCENDING. Nothing of the page is produced: let the API sort by it.", retriable=False)
        is_old = is_less(self._text(records[greatest]), position.offset)
        return position.offset if is_old else self._offset_at(records, greatest)

    def _values(self, records: Sequence[Value]) -> Sequence[Any]:
        values = compared(map(self._text, records))
        if values is None:
            for number in range(len(records)):
                self._offset_at(records, number)  # a record without a value is the plainer reason
            raise PageRefused(f"`http.offset.json.pointer` ({self.pointer or 'the whole record'}) finds values that cannot be compared, as "
                              "numbers or moments with a zone can. Nothing of the page is produced: set http.chaining.order=NONE.",
                              retriable=False)
        return values

    def _doubts(self, records: Sequence[Value], position: Position) -> tuple[Doubt, ...]:
        order, size = self.options.chaining_order, self.options.page_size
        if order is None:
            step = -(-len(records) // _SAMPLE)
            return doubts([self._text(record) for record in [*records[:-1:step], records[-1]]], position.offset)
        if order is ChainingOrder.DESCENDING and size and len(records) >= size:
            return self._gap(records, position)
        return ()

    def _gap(self, records: Sequence[Value], position: Position) -> tuple[Doubt, ...]:
        values = self._values(records)
        least = self._text(records[values.index(min(values))])
        return () if is_less(least, position.offset) or compared([least]) == compared([json.dumps(str(position.offset))]) else (GAP,)

    # Values

    def _text(self, record: Value) -> str:
        """The JSON text at the pointer, empty where nothing is."""
        found = None if self._leaf is None else self._leaf(record)
        if found is not None:
            return found
        text = JsonText(bytes(record).decode())
        place = text.find(self._tokens)
        return "" if place is None else text[place]

    def _is_at(self, record: Value, offset: Offset) -> bool:
        """Whether a record, which may have no value at all, has the one that is the offset."""
        value = self._text(record)
        return self._is_same(json.loads(value) if value.startswith('"') else value, offset)

    def _is_same(self, value: str, offset: Offset) -> bool:
        """Whether a value is the offset: arrays and objects are compared as JSON, all else as it is written."""
        other = str(offset)
        return value == other or (kind_of(value) in self._composite and is_same(value, other))

    def _offset_at(self, records: Sequence[Value], number: int) -> Offset:
        return self._offset_in(records[number], self._finder(number))

    def _finder(self, number: int) -> str:
        return f"`http.offset.json.pointer` ({self.pointer or 'the whole record'} of record {number})"

    def _offset_in(self, record: Value, finder: str) -> Offset:
        value = self._text(record)
        if (kind := kind_of(value)) in COMPOSITE - self._composite:
            raise PageRefused(f"{finder} finds {kind}, where a string or a number is needed; with `{AS_STRING}=false` it is the next "
                              "offset, as JSON. Nothing of the page is produced.", retriable=False)
        offset = text_of(value, {STRING, INTEGER, FRACTION, *self._composite}, finder)
        return integer_of(offset, finder) if kind == INTEGER and not self.options.as_string else offset


def _parted(records: Sequence[Value], position: Position) -> tuple[Sequence[Value], Sequence[Value]]:
    """The new records of a page that leads nowhere, and the known ones; one with more than have fingerprints is known as a whole."""
    is_known = position.digest and _digest(records) == position.digest
    return ((), records) if is_known else parted(records, position.boundary)


def _digest(records: Sequence[Value]) -> str:
    return digest_of(records) if len(records) > MOST else ""


def _may_come_again(answer: Answer, position: Position) -> bool:
    """Whether a page can hold records of the boundary: they have the offset in them, unless that is written in another way there."""
    offset = str(position.offset)
    body = answer.body
    return position.delivered > 0 or not _PLAIN.fullmatch(offset) or offset.encode() in body or b"\\" in body
