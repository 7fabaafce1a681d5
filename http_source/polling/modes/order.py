"""Values of offsets compared: numbers with numbers, and moments with moments. Of everything else nothing is claimed."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from http_source.model import Doubt, Lasts, Offset

FALLING = Doubt(
    "The values at `http.offset.json.pointer` fall, so the offset leads back: if the API serves the newest records first, some are "
    "repeated or left out; set http.chaining.order=DESCENDING. To walk back through a history on purpose, set NONE.",
    Lasts.UNTIL_RECORDS,
)
NOT_GREATEST = Doubt(
    "The last value at `http.offset.json.pointer` is not the greatest of its page, so the records between them may be delivered again. Let "
    "the API sort by that value, set http.chaining.order=DESCENDING to continue after the greatest, or NONE to take the last one as it is.",
    Lasts.UNTIL_RECORDS,
)

_NUMBER = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:]{5,8}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:?[0-9]{2})")


def compared(values: Iterable[str]) -> Sequence[Any] | None:
    """What JSON texts are compared as: numbers and texts of digits as numbers, ISO 8601 date-times with a zone as moments.

    None unless all are of one of the two kinds. Of a second, six digits count.
    """
    found = [_comparable(value) for value in values]
    return found if {type(each) for each in found} in ({Decimal}, {datetime}) else None


def is_less(one: str, offset: Offset) -> bool:
    """Whether a value, as JSON text, is less than an offset; False as well where they cannot be compared."""
    both = compared([one, json.dumps(str(offset))])
    return both is not None and bool(both[0] < both[1])


def doubts(values: Sequence[str], before: Offset) -> tuple[Doubt, ...]:
    """What the order of a page's values, as JSON texts, makes doubtful; `before` is the offset that it was asked with."""
    known = compared(values)
    if known is None:
        return ()
    if known[-1] < known[0] or is_less(values[-1], before):
        return (FALLING,)
    return (NOT_GREATEST,) if max(known) > known[-1] else ()


def _comparable(value: str) -> Decimal | datetime | None:
    text = json.loads(value) if value.startswith('"') else value
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    return _moment(text) if _MOMENT.fullmatch(text) else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.upper().replace(" ", "T"))
    except ValueError:
        return None
