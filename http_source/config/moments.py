"""Moments in time: read as people write them, counted in milliseconds since 1970-01-01 UTC, and written in UTC (ISO 8601, RFC 3339)."""

import re
from datetime import UTC, datetime, timedelta

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,3}0*)?)?(?:[Zz]|[+-]\d\d:?\d\d))?", re.ASCII)
_EPOCH = re.compile(r"[0-9]{1,14}")
_FEWEST_MILLISECONDS = 100_000_000_000
"""In 1973; as seconds it would be the year 5138."""

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
LATEST = (datetime(9999, 12, 31, tzinfo=UTC) - _BEGIN) // _MILLISECOND


def read_moment(value: object) -> int:
    """The moment that a text or an integer says. Raises ValueError saying what would be accepted."""
    text = str(value).strip()
    try:
        found = _since_begin(text) if _ISO.fullmatch(text) else _count(text)
    except (ValueError, OverflowError):
        found = None
    if found is None or not 0 <= found <= LATEST:
        raise ValueError("Expected a moment from 1970 to 9999, to the millisecond at most: a date and a time with a zone, such as "
                         "2026-01-31T00:00:00Z, a date alone, which begins in UTC, or the seconds or milliseconds since 1970")
    return found


def written(moment: int) -> str:
    """The shortest text to the second, or to the millisecond: `2026-01-31T00:00:00Z`."""
    text = (_BEGIN + moment * _MILLISECOND).isoformat(timespec="milliseconds" if moment % 1000 else "seconds")
    return text.removesuffix("+00:00") + "Z"


def _since_begin(text: str) -> int:
    moment = datetime.fromisoformat(text.upper().replace(" ", "T"))
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _BEGIN) // _MILLISECOND


def _count(text: str) -> int | None:
    if not _EPOCH.fullmatch(text):
        return None
    return int(text) if int(text) >= _FEWEST_MILLISECONDS else int(text) * 1000
