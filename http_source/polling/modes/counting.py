"""What the modes share whose offsets are integers."""

from collections.abc import Iterator
from typing import ClassVar

from http_source.config.findings import invalid_in_part
from http_source.config.integers import read_integer
from http_source.config.partly_shown import shown_offset
from http_source.config.properties import ConnectorConfig
from http_source.errors import Finding, PositionRefused
from http_source.model import Offset
from http_source.polling.modes.mode import Mode


class Counting(Mode):
    """A mode that counts on from an integer.

    Attributes:
        counting: what it counts from where, for messages.
    """

    counting: ClassVar[str]

    @property
    def start(self) -> Offset:
        """An integer."""
        return read_integer(self.options.initial or "0")

    @classmethod
    def check(cls, config: ConnectorConfig) -> Iterator[Finding]:
        """Where it starts is an integer."""
        initial = config.offsets.initial
        try:
            read_integer("0" if initial is None else initial)
        except ValueError as fault:
            reason = f"http.offset.mode={cls.name} {cls.counting}; {fault}"
            yield invalid_in_part("http.initial.offset", shown_offset(initial or ""), reason)

    def read(self, offset: Offset) -> Offset:
        """An integer."""
        written = super().read(offset)
        try:
            return written if isinstance(written, int) else read_integer(written)
        except ValueError as fault:
            raise ValueError(f"{self.name} counts, so its offset is an integer; {fault}") from None

    @classmethod
    def refusal(cls, offset: Offset) -> str:
        """Anything but an integer is refused."""
        try:
            read_integer(str(offset))
        except ValueError:
            return (f"The stored offset is not an integer, which {cls.name} needs to continue counting. Set an integer with "
                    "`http-source offsets set`, or start from http.initial.offset with `http-source offsets reset`.")
        return ""

    @classmethod
    def count(cls, offset: Offset) -> int:
        """The integer. Raises PositionRefused when it is none."""
        if refusal := cls.refusal(offset):
            raise PositionRefused(refusal)
        return int(offset)
