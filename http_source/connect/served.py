"""A record's JSON as Python values: as fast as can be, or exactly as it was served."""

from typing import Any, Self

from msgspec import ValidationError
from msgspec.json import Decoder

from http_source.connect.record_refused import PlaceRefused
from http_source.foreign.text import Foreign, readable
from http_source.model import Value


class Digits(float):
    """A number with a fraction or an exponent that keeps the characters it was served with: `2.50`, `1e3`."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """The number that a text writes."""
        made = super().__new__(cls, text)
        made.text = text
        return made


_EXACT = Decoder(float_hook=Digits)

plain = Decoder().decode
"""A record's value, numbers with a fraction as floats. Raises ValueError or RecursionError for what `exact` may still read."""


def exact(record: Value) -> Any:
    """A record's value, numbers with a fraction as Digits. Raises PlaceRefused."""
    try:
        return _EXACT.decode(record)
    except RecursionError:
        raise PlaceRefused((), "it is nested too deeply to be read.") from None
    except ValidationError as error:
        raise PlaceRefused((), f"it cannot be read: {readable(Foreign.of(error), str)}.") from None
    except ValueError:
        # Polling has cut it out of a JSON document, so what is left is text that JSON can escape and UTF-8 cannot hold.
        raise PlaceRefused((), "it holds text that is not Unicode, half a surrogate pair, which no schema takes.") from None


def with_floats(value: Any) -> Any:
    """A value with plain floats, for who asks for nothing else."""
    match value:
        case Digits():
            return float(value)
        case dict():
            return {name: with_floats(each) for name, each in value.items()}
        case list():
            return [with_floats(each) for each in value]
    return value
