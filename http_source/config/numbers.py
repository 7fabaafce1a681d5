"""Numbers that may be fractions, as Connect's double: one more of the types of `types.py`."""

import re
from dataclasses import dataclass
from decimal import Decimal

from http_source.config.types import BLANKS

_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, also a fraction, within inclusive bounds; Connect's double."""

    minimum: float
    maximum: float

    @property
    def name(self) -> str:
        """Connect's word."""
        return "double"

    @property
    def valid_values(self) -> str:
        """The interval as Connect writes it."""
        return f"[{plain(self.minimum)},...,{plain(self.maximum)}]"

    def parse(self, value: object) -> float:
        """The number of `0.2` or `"0.2"`. Raises ValueError for booleans, infinities and what is out of bounds."""
        number = _number(value)
        if not number >= self.minimum:
            raise ValueError(f"Value must be at least {plain(self.minimum)}")
        if number > self.maximum:
            raise ValueError(f"Value must be no more than {plain(self.maximum)}")
        return float(number)


def plain(number: float, digits: int = 6) -> str:
    """A number with at most so many digits that count, and without an exponent: 1000 and 0.00001, not 1e+03 and 1e-05."""
    rounded = Decimal(f"{number:.{digits}g}")
    return f"{rounded:f}"


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value.strip(BLANKS) if isinstance(value, str) else ""
    if not _DECIMAL.fullmatch(text):
        raise ValueError("Not a number of type DOUBLE")
    return float(text)
