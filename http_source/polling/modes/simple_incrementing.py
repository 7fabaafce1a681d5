"""SIMPLE_INCREMENTING: the offset counts records."""

import re
from collections.abc import Iterator

from http_source.config.findings import invalid
from http_source.config.properties import ConnectorConfig, OffsetMode
from http_source.errors import Finding, PositionRefused
from http_source.model import Offset, Page, Position
from http_source.polling.modes.mode import Answer, Mode, Tells, moved

NO_COUNT = (
    "The stored offset is not an integer, and SIMPLE_INCREMENTING counts on from one. Set an integer with `http-source offsets set`, "
    "or start from http.initial.offset with `http-source offsets reset`."
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


class SimpleIncrementing(Mode):
    """The offset grows by the number of records (specification: `http.offset.mode`)."""

    name = OffsetMode.SIMPLE_INCREMENTING
    sample = {  # noqa: RUF012 - nobody changes it
        "http.request.parameters": "start=${offset}&limit=100",
        "http.initial.offset": "0",
        "http.response.data.json.pointer": "",
    }
    tells = Tells.COUNT

    def next(self, answer: Answer, position: Position) -> Page:
        """Count on."""
        if refusal := self.refusal(position.offset):
            raise PositionRefused(refusal)
        counted = len(answer.records)
        ahead = moved(position, offset=int(position.offset) + counted) if counted else position
        return Page(answer.records, ahead, progressed=bool(counted))

    @property
    def start(self) -> Offset:
        """An integer."""
        return int(self.options.initial or 0)

    @classmethod
    def check(cls, config: ConnectorConfig) -> Iterator[Finding]:
        """It counts from an integer."""
        initial = config.offsets.initial
        if initial is not None and not _INTEGER.fullmatch(initial):
            yield invalid("http.initial.offset", initial, f"http.offset.mode={cls.name} counts from an integer, such as 0")

    @classmethod
    def read(cls, offset: Offset) -> Offset:
        """An integer."""
        if cls.refusal(super().read(offset)):
            raise ValueError(f"{cls.name} counts, so its offset is an integer")
        return int(offset)

    @classmethod
    def refusal(cls, offset: Offset) -> str:
        """Anything but an integer is refused."""
        try:
            int(offset)
        except ValueError:
            return NO_COUNT
        return ""
