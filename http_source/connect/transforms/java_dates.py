"""Java's SimpleDateFormat patterns, in UTC and English, for writing and reading points in time.

Read as leniently as Java reads: months, days and hours beyond their range roll over, text after the pattern's end is ignored, a number that
no other one follows takes all its digits (so `SSS` reads `123456` as 123,456 milliseconds). Different on purpose: two-digit years are
1969 to 2068 (POSIX; Java's window moves with the clock), days before 1582-10-15 are Gregorian (ISO 8601), days of the week are read and not
used, of zones' names only UTC, UT and GMT are read, and a number that another one follows has no sign. Letters for weeks, which depend on
Java's locale, are refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from http_source.config.types import STRING, Simple
from http_source.connect.transforms.instants import DAY, timestamp_of
from http_source.connect.transforms.transform import TransformRefused

HOUR, MINUTE, SECOND = 3_600_000, 60_000, 1000
_TOKEN = re.compile(r"''|'(?P<quoted>(?:[^']|'')*)'|(?P<letters>([A-Za-z])\3*)|(?P<plain>[^A-Za-z'])", re.DOTALL)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WORDS = {"a": "AM|PM", "E": "|".join((*_DAYS, *(name[:3] for name in _DAYS))), "M": "|".join((*_MONTHS, *(name[:3] for name in _MONTHS)))}
_TEXT_FROM = 3
"""Letters of `M` from which a month is a name."""

_INSTEAD = {
    "Y": "is the year of a week; write y for the year", "w": "is a week of the year", "W": "is a week of the month",
    "F": "is a day of the week in the month", "G": "is the era; leave it out", "V": "belongs to java.time; write z for the zone",
    "n": "belongs to java.time; write S for milliseconds", "e": "belongs to java.time; write E for the day of the week",
}
_ZONE = r"(?P<{0}>(?:GMT|UTC|UT)[+-]\d{{1,2}}:\d{{2}}|[+-]\d{{4}})|(?:GMT|UTC|UT)(?![+-]?\d)"
_ISO_ZONES = {count: rf"(?:(?-i:Z)|(?P<{{0}}>[+-]\d{{{{2}}}}{minutes}))" for count, minutes in ((1, ""), (2, r"\d{{2}}"), (3, r":\d{{2}}"))}

Write = Callable[[datetime, int], str]
_WRITERS: dict[str, Write] = {
    "y": lambda at, count: f"{at.year % 100:02d}" if count == 2 else f"{at.year:0{count}d}",  # noqa: PLR2004
    "M": lambda at, count: _name(_MONTHS[at.month - 1], count) if count >= _TEXT_FROM else f"{at.month:0{count}d}",
    "d": lambda at, count: f"{at.day:0{count}d}",
    "D": lambda at, count: f"{at.timetuple().tm_yday:0{count}d}",
    "E": lambda at, count: _name(_DAYS[at.weekday()], count),
    "u": lambda at, count: f"{at.isoweekday():0{count}d}",
    "a": lambda at, _: "AM" if at.hour < 12 else "PM",  # noqa: PLR2004
    "H": lambda at, count: f"{at.hour:0{count}d}",
    "k": lambda at, count: f"{at.hour or 24:0{count}d}",
    "h": lambda at, count: f"{at.hour % 12 or 12:0{count}d}",
    "K": lambda at, count: f"{at.hour % 12:0{count}d}",
    "m": lambda at, count: f"{at.minute:0{count}d}",
    "s": lambda at, count: f"{at.second:0{count}d}",
    "S": lambda at, count: f"{at.microsecond // 1000:0{count}d}",
    "z": lambda _, count: "UTC" if count <= _TEXT_FROM else "Coordinated Universal Time",
    "Z": lambda _at, _count: "+0000",
    "X": lambda _at, _count: "Z",
}
_WRITERS["L"] = _WRITERS["M"]
_NUMBERS = frozenset("ydDukKhHmsS")


def _name(name: str, count: int) -> str:
    return name if count > _TEXT_FROM else name[:3]


@dataclass(frozen=True, slots=True)
class _Field:
    """A run of one pattern letter, or with an empty letter a literal text."""

    letter: str
    count: int
    text: str = ""

    @property
    def numeric(self) -> bool:
        return self.letter in _NUMBERS or (self.letter in "ML" and bool(self.letter) and self.count < _TEXT_FROM)


class JavaDateFormat:
    """A pattern, ready to write and read. Raises ValueError for one that Java refuses or whose meaning depends on Java's locale."""

    __slots__ = ("_fields", "_reader", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._fields = _fields_of(pattern)
        followers = (*self._fields[1:], _Field("", 0))
        parts = (_part(place, each, after) for place, (each, after) in enumerate(zip(self._fields, followers, strict=False)))
        self._reader = re.compile("".join(parts), re.IGNORECASE | re.ASCII)

    def __str__(self) -> str:
        return self.pattern

    def format(self, millis: int) -> str:
        """The text of a point in time. Raises TransformRefused outside the years 1 to 9999."""
        at = timestamp_of(millis)
        return "".join(_WRITERS[each.letter](at, each.count) if each.letter else each.text for each in self._fields)

    def parse(self, text: str) -> int:
        """The milliseconds since 1970-01-01 UTC. Raises TransformRefused for a text that does not begin as the pattern says."""
        match = self._reader.match(text)
        if match is None or not self._literals_fit(text, match):
            raise TransformRefused(f"The text does not match the pattern {self.pattern}.")
        read: dict[str, tuple[int, int]] = {}
        for place, each in enumerate(self._fields):
            if each.letter and each.letter != "E" and (found := match[f"f{place}"]):
                read["M" if each.letter == "L" else each.letter] = (_number(each, found), place)
        return _millis(read)

    def _literals_fit(self, text: str, match: re.Match[str]) -> bool:
        """Names may be in any case, the pattern's own texts not."""
        return all(text[slice(*match.span(f"f{place}"))] == each.text for place, each in enumerate(self._fields) if not each.letter)


def _fields_of(pattern: str) -> tuple[_Field, ...]:
    fields: list[_Field] = []
    at = 0
    while at < len(pattern):
        token = _TOKEN.match(pattern, at)
        if token is None:
            raise ValueError("A quote in it is not closed; write '' for a quote itself")
        fields.append(_field(token))
        at = token.end()
    return tuple(fields)


def _field(token: re.Match[str]) -> _Field:
    letters: str | None = token["letters"]
    if letters is None:
        return _Field("", 0, (token["quoted"] or "'").replace("''", "'") if token["plain"] is None else token["plain"])
    letter = letters[0]
    if letter not in _WRITERS:
        reason = _INSTEAD.get(letter, "is not a letter of SimpleDateFormat; put text between quotes, such as 'T'")
        raise ValueError(f"The letter {letter} {reason}")
    if letter == "X" and len(letters) not in _ISO_ZONES:
        raise ValueError("The letter X comes once, twice or three times")
    return _Field(letter, len(letters))


def _part(place: int, each: _Field, after: _Field) -> str:
    """What the regular expression has for a field. Java skips blanks before one, and stops at its count only before another number."""
    group = f"f{place}"
    if not each.letter:
        return f"(?P<{group}>{re.escape(each.text)})"
    if each.letter in "zZ":
        return rf"[ \t]*+(?:{_ZONE.format(group)})"
    if each.letter == "X":
        return r"[ \t]*+" + _ISO_ZONES[each.count].format(group)
    if each.numeric:
        return rf"[ \t]*+(?P<{group}>" + (rf"\d{{1,{each.count}}}+)" if after.numeric else r"-?\d{1,19}+)")
    return rf"[ \t]*+(?P<{group}>{_WORDS.get(each.letter, _WORDS['M'])})"


def _number(each: _Field, found: str) -> int:
    if each.letter in "zZX":
        return _offset(found.lstrip("GMTUCgmtuc"))
    if each.letter == "a":
        return int(found.upper() == "PM")
    if not each.numeric:
        return [name[:3].lower() for name in _MONTHS].index(found[:3].lower()) + 1
    if each.letter == "y" and each.count <= 2 and len(found) == 2 and found.isdigit():  # noqa: PLR2004
        return int(found) + (1900 if int(found) >= 69 else 2000)  # noqa: PLR2004
    return int(found)


def _offset(found: str) -> int:
    sign, digits = found[0], found[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])  # noqa: PLR2004
    return (-1 if sign == "-" else 1) * (int(hours) * HOUR + int(minutes) * MINUTE)


def _millis(read: dict[str, tuple[int, int]]) -> int:
    def value(letter: str, default: int = 0) -> int:
        return read[letter][0] if letter in read else default

    zone = sum(value(letter) for letter in "zZX")
    return _days(read) * DAY + _hour(read) * HOUR + value("m") * MINUTE + value("s") * SECOND + value("S") - zone


def _days(read: dict[str, tuple[int, int]]) -> int:
    """Days since 1970-01-01; of a day of the year and a day of the month the later one in the pattern counts."""
    year, (month, _), (day, place) = read.get("y", (1970, 0))[0], read.get("M", (1, 0)), read.get("d", (1, -1))
    if "D" in read and read["D"][1] > place:
        month, day = 1, read["D"][0]
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if not 1 <= year <= 9999:  # noqa: PLR2004
        raise TransformRefused("The year is outside 1 to 9999.")
    return (date(year, month, 1) - date(1970, 1, 1)).days + day - 1


def _hour(read: dict[str, tuple[int, int]]) -> int:
    """The hour of the day; of an hour of the day and a complete one of the half day the later in the pattern counts."""
    whole = _last(read, "H", "k", full=24)
    half = _last(read, "h", "K", full=12)
    noon, place = read.get("a", (0, -1))
    if whole is not None and (half is None or place < 0 or whole[1] > max(half[1], place)):
        return whole[0]
    return (half[0] if half is not None else 0) + 12 * noon


def _last(read: dict[str, tuple[int, int]], first: str, second: str, *, full: int) -> tuple[int, int] | None:
    """The later of two letters for an hour, and its place; 24 of `k` and 12 of `h` are 0."""
    letter = max((each for each in (first, second) if each in read), key=lambda each: read[each][1], default=None)
    if letter is None:
        return None
    hour, place = read[letter]
    return (0 if letter in "kh" and hour == full else hour), place


def _read(value: object) -> JavaDateFormat | None:
    text = STRING.parse(value)
    return JavaDateFormat(text) if text else None


DATE_FORMAT = Simple("string", "a pattern of Java's SimpleDateFormat", _read)
