"""What an answer's headers say of the API's rate limits, before it has to refuse anything.

`RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers), `RateLimit-*`, `X-RateLimit-*` and `X-Rate-Limit-*` in the
variants that public APIs send: several windows (`-Minute`, `-Day`, `-Requests`), lists, fractions; the reset as seconds, a duration, a
time since 1970 or a date. Whatever makes no sense counts as not sent.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor

from http_source.foreign.text import Foreign
from http_source.model import header_of
from http_source.polling.limit_field import limits_of, value_of, windows_of
from http_source.polling.limit_moment import NUMBER, http_moment, seconds_of, seconds_until

_FAMILY = re.compile(r"(?:^|-)(?:(?P<whose>app|user)-limit|rate-?limit)(?=-|$)")
_MILLISECONDS = re.compile(r"[0-9]{1,10}(?:\.[0-9]{0,9})?")
"""Of a window, or until a reset: more digits are a time since 1970."""

_IGNORED = frozenset({
    "", "x", "limit", "max", "used", "observed", "resource", "bucket", "scope", "name", "reason", "cost", "global", "nearlimit", "type",
})
_RESET = frozenset({"reset", "resets", "resettime", "resetafter", "retry", "after", "time", "in", "at", "seconds", "ms", "milliseconds"})
_LENGTHS = {
    **dict.fromkeys(("second", "secondly"), 1.0), **dict.fromkeys(("minute", "minutely"), 60.0),
    **dict.fromkeys(("hour", "hourly"), 3_600.0), **dict.fromkeys(("day", "daily", "24hour"), 86_400.0),
    **dict.fromkeys(("month", "monthly"), 2_678_400.0),
}
_MOST_LIMITS = 8
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as an answer tells it.

    Attributes:
        name: tells it from the others of the same API.
        remaining: how many requests are left until the reset; None where only that is told.
        reset: seconds from now until it begins anew.
        said: who says so: a header's name and a number, nothing else of the answer.
    """

    name: str
    remaining: int | None
    reset: float
    said: Foreign


@dataclass(slots=True)
class _Told:
    """What the headers of one name say: what is left, seconds until the reset, seconds of the window, and who says what is left."""

    remaining: list[list[int]] = field(default_factory=list)
    reset: list[list[float]] = field(default_factory=list)
    length: float | None = None
    said: str = ""
    counter: str = ""


def limits_in(headers: Mapping[str, str], now: float) -> tuple[Limit, ...]:
    """The limits that an answer tells; `now`, in seconds since the epoch, counts where it has no `Date`.

    None of an answer that a cache has kept: what it says was true of another request.
    """
    if "limit" not in " ".join(headers).lower():  # most answers end here
        return ()
    names = [name for name in headers if len(name) <= _LONGEST_NAME and _FAMILY.search(name.lower())]
    if not names or header_of(headers, "age") not in ("", "0"):
        return ()
    sent = http_moment(header_of(headers, "date"))
    return tuple(_read(names, headers, now if sent is None else sent))[:_MOST_LIMITS]


def wish_of(limits: Iterable[Limit]) -> float | None:
    """Seconds that an answer asks to wait which has refused a request: until the used-up limits begin anew."""
    told = list(limits)
    waits = [each.reset for each in told if each.remaining == 0] or [each.reset for each in told if each.remaining is None]
    return max(waits, default=None)


def _read(names: Sequence[str], headers: Mapping[str, str], sent: float) -> Iterator[Limit]:
    told: defaultdict[str, _Told] = defaultdict(_Told)
    for name in names:
        key, kind = _kind(name.lower())
        value = headers[name]
        if kind == "policy":
            continue
        if kind == "":
            yield from _fields(name, value, header_of(headers, f"{name}-policy"))
        else:
            _note(told[key], kind, name, value, sent)
    general = told[""].reset
    for key, each in told.items():
        yield from _limits(key, each, general if key else [])


def _kind(name: str) -> tuple[str, str]:
    """What the header of a name is about, and what it says of that: remaining, reset, interval, policy, or all in one field."""
    words = _FAMILY.sub(lambda found: f"-{found['whose'] or ''}", name).split("-")
    about = "-".join(word for word in words if word not in _IGNORED | _RESET | {"remaining", "interval", "policy"})
    kinds = ("remaining" if "remaining" in words else "interval" if "interval" in words else "policy" if "policy" in words else
             "reset" if _RESET.intersection(words) else "ignored" if _IGNORED.intersection(words) - {"", "x"} else "")
    return about, kinds


def _fields(name: str, text: str, policy: str) -> Iterator[Limit]:
    """The limits in a field that says all; a plain number in it is what is allowed, and tells nothing of what is left."""
    windows = windows_of(policy)
    for about, left, until in limits_of(text):
        reset = seconds_of(until or windows.get(about, "") or (next(iter(windows.values())) if len(windows) == 1 else ""))
        if reset is not None and (remaining := _count(left)) is not None:
            yield Limit(f"{name.lower()} {about}", remaining, reset, Foreign(f"{name}: {remaining} left"))


def _note(told: _Told, kind: str, name: str, value: str, sent: float) -> None:
    if kind == "remaining":
        items = [value_of(item) for item in value.split(",")]
        counts = [count for item, _ in items if (count := _count(item)) is not None]
        told.remaining.append(counts)
        told.length = next((length for _, window in items if (length := seconds_of(window))), told.length)
        told.counter, told.said = name, f"{name}: {min(counts)}" if counts else told.said
    elif kind == "reset":
        told.reset.append(list(_resets(name.lower(), value, sent)))
        told.said = told.said or name
    elif kind == "interval":
        told.length = seconds_of(_in_seconds(value) if "milliseconds" in name.lower() else value)


def _resets(name: str, value: str, sent: float) -> Iterator[float]:
    whole = seconds_until(value, sent)  # a date has a comma of its own
    texts = [value] if whole is not None else value.split(",")
    if name.endswith(("-ms", "-milliseconds")):
        texts = [_in_seconds(text) for text in value.split(",")]
    yield from (seconds for text in texts if (seconds := seconds_until(text, sent)) is not None)


def _in_seconds(text: str) -> str:
    """A number of milliseconds; a time since 1970 is told apart by its size, and anything else says its unit itself."""
    return f"{float(text) / 1000:f}" if _MILLISECONDS.fullmatch(text.strip()) else text


def _limits(key: str, told: _Told, general: list[list[float]]) -> Iterator[Limit]:
    """The limits of one name; several where lists of the same length say so."""
    counts = told.remaining[0] if len(told.remaining) == 1 else [min(each) for each in told.remaining if each]
    resets = told.reset[0] if len(told.reset) == 1 else [min(each) for each in told.reset if each]
    if len(counts) == len(resets) > 1 and len(told.remaining) == len(told.reset) == 1:
        each_of = enumerate(zip(counts, resets, strict=True))
        yield from (Limit(f"{key} {number}", left, until, Foreign(f"{told.counter}: {left}")) for number, (left, until) in each_of)
        return
    reset = min(resets, default=None)
    if reset is None:
        reset = min([*filter(None, [_length(key, told)]), *(min(each) for each in general if each)], default=None)
    if reset is not None and (counts or told.reset):
        yield Limit(key, min(counts, default=None), reset, Foreign(told.said))


def _length(key: str, told: _Told) -> float | None:
    """Where no reset is told, the window's length is the longest that it can take."""
    return told.length or next((_LENGTHS[word] for word in key.split("-") if word in _LENGTHS), None)


def _count(text: str) -> int | None:
    text = text.strip()
    return floor(float(text)) if NUMBER.fullmatch(text) else None
