"""When something is, in the many ways in which headers say so."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 32 * 86_400.0
"""Longer than any window that there is; what lies further away is no time of a limit."""

NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{0,9})?")
_DURATION = re.compile(
    r"(?=[0-9])(?:([0-9]{1,4})h)?(?:([0-9]{1,4})m(?!s))?(?:([0-9]{1,6}(?:\.[0-9]{0,9})?)s)?(?:([0-9]{1,8}(?:\.[0-9]{0,9})?)ms)?"
)
_EPOCH_S, _EPOCH_MS = 1e9, 1e11
"""Numbers from here on are times since 1970, in seconds and in milliseconds."""


def http_moment(text: str) -> float | None:
    """Seconds since the epoch of an HTTP date in one of the three forms of RFC 9110 §5.6.7, in UTC also where it does not say so."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


def seconds_of(text: str) -> float | None:
    """A number of seconds, or a duration such as `6m0s`; None for anything else, and for more than a month."""
    text = text.strip()
    if NUMBER.fullmatch(text):
        seconds = float(text)
    elif text and (parts := _DURATION.fullmatch(text)):
        hours, minutes, rest, thousandths = (float(part or 0) for part in parts.groups())
        seconds = 3_600 * hours + 60 * minutes + rest + thousandths / 1000
    else:
        return None
    return _sensible(seconds)


def seconds_until(text: str, sent: float) -> float | None:
    """Seconds from `sent` until a reset, told as a number of seconds, a duration, a time since 1970, an HTTP date or ISO 8601.

    None for what is none of these, is over, or lies more than a month ahead. What is told in whole seconds may be any part of the second.
    """
    text = text.strip()
    if not NUMBER.fullmatch(text):
        moment = seconds_of(text)
        return moment if moment is not None else _ahead(_moment(text), sent)
    number = float(text)
    if number < _EPOCH_S:
        return _sensible(number)
    return _ahead(number if number < _EPOCH_MS else number / 1000, sent)


def _ahead(moment: float | None, sent: float) -> float | None:
    return None if moment is None or moment < sent else _sensible(moment - sent)


def _sensible(seconds: float) -> float | None:
    return None if seconds > LONGEST_S else seconds or 1.0


def _moment(text: str) -> float | None:
    if (moment := http_moment(text)) is not None:
        return moment
    try:
        read = datetime.fromisoformat(text)
        return read.replace(tzinfo=read.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return None
