"""CHAINING: the offset is a value of the last record."""

from http_source.config.properties import OffsetMode
from http_source.model import Offset, Page, Position, Value
from http_source.polling.modes.mode import Answer, Mode, Tells, moved
from http_source.polling.pointer import JsonText, tokens_of
from http_source.polling.scalar import FRACTION, INTEGER, STRING, integer_of, kind_of, text_of

PAGE_TOO_SMALL = (
    "The last record's offset is the one the page was asked with, so the same page comes again. Is the page size too small for the number "
    "of records with one value at `http.offset.json.pointer`?"
)


class Chaining(Mode):
    """The offset is the value at `http.offset.json.pointer` in the last record, digit for digit (specification: `http.offset.mode`)."""

    name = OffsetMode.CHAINING
    needs = ("http.offset.json.pointer",)
    owns = ("http.offset.json.pointer", "use.http.offset.json.pointer.as.string")
    sample = {  # noqa: RUF012 - nobody changes it
        "http.request.parameters": "after=${offset}&limit=100",
        "http.initial.offset": "0",
        "http.response.data.json.pointer": "",
        "http.offset.json.pointer": "/id",
    }
    tells = Tells.LAST_RECORD

    def next(self, answer: Answer, position: Position) -> Page:
        """Go on after the last record. Raises PageRefused, naming pointer and record, when that holds no text and no number."""
        if not answer.records:
            return Page((), position, progressed=False)
        number = len(answer.records) - 1
        finder = f"`http.offset.json.pointer` ({self.pointer or 'the whole record'} of record {number})"
        offset = self._offset_in(answer.records[number], finder)
        if str(offset) == str(position.offset):
            return Page(answer.records, position, progressed=False, warnings=(PAGE_TOO_SMALL,))
        return Page(answer.records, moved(position, offset=offset), progressed=True)

    @property
    def pointer(self) -> str:
        """Within a record."""
        return self.options.offset_pointer or ""

    def offset_of(self, record: Value) -> Offset:
        """The value at the pointer."""
        return self._offset_in(record, "`http.offset.json.pointer`")

    def _offset_in(self, record: Value, finder: str) -> Offset:
        text = JsonText(bytes(record).decode())
        place = text.find(tokens_of(self.pointer))
        value = "" if place is None else text[place]
        offset = text_of(value, {STRING, INTEGER, FRACTION}, finder)
        return integer_of(offset, finder) if kind_of(value) == INTEGER and not self.options.as_string else offset
