"""Points in time as milliseconds since 1970-01-01 UTC, which is what Connect's Date, Time and Timestamp are inside."""

from datetime import UTC, date, datetime, time, timedelta

from http_source.connect.transforms.transform import TransformRefused

DAY = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

Instant = date | time | datetime


def millis_of(value: Instant) -> int:
    """The milliseconds of a Date, a Time (within its day) or a Timestamp."""
    if isinstance(value, datetime):
        return (value - _EPOCH) // _MILLISECOND
    if isinstance(value, time):
        return ((value.hour * 60 + value.minute) * 60 + value.second) * 1000 + value.microsecond // 1000
    return (value - _EPOCH.date()).days * DAY


def timestamp_of(millis: int) -> datetime:
    """The Timestamp. Raises TransformRefused outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(milliseconds=millis)
    except OverflowError:
        raise TransformRefused("The time is outside the years 1 to 9999.") from None


def date_of(millis: int) -> date:
    """The Date. Raises TransformRefused outside the years 1 to 9999."""
    return timestamp_of(millis).date()


def time_of(millis: int) -> time:
    """The Time: what remains without the day."""
    return timestamp_of(millis % DAY).time()


def text_of(value: Instant) -> str:
    """The text Connect gives a point in time: before 1970-01-02 its time, at midnight its date, else both."""
    millis = millis_of(value)
    moment = timestamp_of(millis)
    clock = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    if millis < DAY:
        return clock
    day = moment.date().isoformat()
    return day if millis % DAY == 0 else f"{day}T{clock}"
