"""SIMPLE_INCREMENTING: the offset counts records."""

from collections.abc import Iterator

from http_source.config.properties import ConnectorConfig, OffsetMode
from http_source.errors import Finding
from http_source.model import Page, Position
from http_source.polling.modes.counting import Counting
from http_source.polling.modes.mode import Answer, Tells, moved


class SimpleIncrementing(Counting):
    """The offset grows by the number of records (specification: `http.offset.mode`)."""

    name = OffsetMode.SIMPLE_INCREMENTING
    sample = {  # noqa: RUF012 - nobody changes it
        "http.request.parameters": "start=${offset}&limit=100",
        "http.initial.offset": "0",
        "http.response.data.json.pointer": "",
    }
    tells = Tells.COUNT

    def next(self, answer: Answer, position: Position) -> Page:
        """Count on. Raises PositionRefused for an offset that is no integer."""
        counted = self.count(position.offset)
        ahead = moved(position, offset=counted + len(answer.records)) if answer.records else position
        return Page(answer.records, ahead, progressed=bool(answer.records))

    @classmethod
    def check(cls, config: ConnectorConfig) -> Iterator[Finding]:
        """It counts from an integer."""
        yield from cls.check_initial(config.offsets.initial, "counts from an integer, such as 0")
