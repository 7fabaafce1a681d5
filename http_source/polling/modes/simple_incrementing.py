"""SIMPLE_INCREMENTING: the offset counts records."""

from collections.abc import Iterator

from http_source.config.findings import invalid_in_part
from http_source.config.partly_shown import shown_offset
from http_source.config.properties import ConnectorConfig, OffsetMode
from http_source.errors import Finding, PositionRefused
from http_source.model import Offset, Page, Position
from http_source.polling.modes.mode import Answer, Mode, Tells, moved
from http_source.polling.scalar import read_integer

NO_COUNT = (
    "The stored offset is not an integer, and SIMPLE_INCREMENTING counts on from one. Set an integer with `http-source offsets set`, "
    "or start from http.initial.offset with `http-source offsets reset`."
)


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
        return read_integer(self.options.initial or "0")

    @classmethod
    def check(cls, config: ConnectorConfig) -> Iterator[Finding]:
        """It counts from an integer."""
        initial = config.offsets.initial
        try:
            read_integer("0" if initial is None else initial)
        except ValueError as fault:
            words = f"http.offset.mode={cls.name} counts from an integer, such as 0; {fault}"
            yield invalid_in_part("http.initial.offset", shown_offset(initial or ""), words)

    @classmethod
    def read(cls, offset: Offset) -> Offset:
        """An integer."""
        written = super().read(offset)
        try:
            return written if isinstance(written, int) else read_integer(written)
        except ValueError as fault:
            raise ValueError(f"{cls.name} counts, so its offset is an integer; {fault}") from None

    @classmethod
    def refusal(cls, offset: Offset) -> str:
        """Anything but an integer is refused."""
        try:
            read_integer(str(offset))
        except ValueError:
            return NO_COUNT
        return ""
