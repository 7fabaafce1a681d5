"""SIMPLE_INCREMENTING: the offset counts records."""

from http_source.config.properties import OffsetMode
from http_source.model import Doubt, Lasts, Page, Position
from http_source.polling.modes.boundary import fingerprint
from http_source.polling.modes.counting import Counting
from http_source.polling.modes.mode import Answer, Tells, moved

SAME_PAGE = Doubt(
    "A page begins and ends with the records of the page before it: the API ignores `${offset}`, so the same records are "
    "delivered again and again, or its pages overlap. Check the parameter's name, and whether the API counts pages "
    "(http.offset.mode=PAGE_NUMBER).",
    Lasts.UNTIL_RECORDS,
)


class SimpleIncrementing(Counting):
    """The offset grows by the number of records (specification: `http.offset.mode`)."""

    name = OffsetMode.SIMPLE_INCREMENTING
    sample = {  # noqa: RUF012 - nobody changes it
        "http.request.parameters": "start=${offset}&limit=100",
        "http.initial.offset": "0",
        "http.response.data.json.pointer": "",
    }
    tells = Tells.COUNT
    counting = "counts from an integer, such as 0"

    def next(self, answer: Answer, position: Position) -> Page:
        """Count on. Raises PositionRefused for an offset that is no integer."""
        counted, records = self.count(position.offset), answer.records
        if not records:
            return Page((), position, progressed=False)
        ends = fingerprint(records[0]) + fingerprint(records[-1])
        # One record may well be as the one before it.
        is_same = len(records) > 1 and ends == position.ends
        ahead = moved(position, offset=counted + len(records), ends=ends)
        return Page(records, ahead, progressed=not is_same, doubts=(SAME_PAGE,) if is_same else ())
