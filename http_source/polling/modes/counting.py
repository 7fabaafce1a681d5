"""What the modes share whose offsets are integers."""

from http_source.errors import PositionRefused
from http_source.model import Offset
from http_source.polling.modes.mode import Mode


class Counting(Mode):
    """A mode that counts on from an integer."""

    @property
    def start(self) -> Offset:
        """An integer."""
        return int(self.options.initial or 0)

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
            return (f"The stored offset is not an integer, and {cls.name} counts on from one. Set an integer with "
                    "`http-source offsets set`, or start from http.initial.offset with `http-source offsets reset`.")
        return ""

    @classmethod
    def count(cls, offset: Offset) -> int:
        """The integer. Raises PositionRefused when it is none."""
        if refusal := cls.refusal(offset):
            raise PositionRefused(refusal)
        return int(offset)
