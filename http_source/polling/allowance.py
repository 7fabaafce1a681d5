"""What an API has said that it still allows, and what is on its way to it: when the next request may be sent.

A request may go while fewer are on their way than the API has said are left. That is never too many: those that the API has counted
since it said so are on their way still, since the answer to each would say less. And it is exact again with every answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf

from http_source.foreign.text import Foreign
from http_source.polling.limit_headers import Limit
from http_source.polling.policy import LONGEST_RETRY_AFTER

_MOST_KNOWN = 16
"""Some APIs give a limit another name with each answer; those that were heard of last count."""
_BEFORE = "of the run before"
"""No header gives a limit such a name."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left until a time, in seconds of the caller's clock, and who says so."""

    left: int
    until: float
    said: Foreign


@dataclass(frozen=True, slots=True)
class Shut:
    """Why nothing is asked.

    Attributes:
        until: until when, in seconds of the caller's clock; None when the next answer says how much is allowed again.
        since: since when.
        said: who says so.
        resets: when the limit resets as was said; later than `until` where the wait was cut short.
    """

    until: float | None
    since: float
    said: Foreign
    resets: float = 0.0


@dataclass(frozen=True, slots=True)
class _Known:
    """A limit as it was told last: `left` until a time, by the answer with that number among all that was sent and heard."""

    left: int
    until: float
    heard: int
    since: float
    said: Foreign
    resets: float = 0.0


class Allowance:
    """Of those who ask one origin with the same credentials. Times are seconds of the caller's clock."""

    def __init__(self) -> None:
        self._flying = 0
        self._count = 0
        self._known: dict[str, _Known] = {}

    def opens(self, now: float) -> float:
        """When one more request may be sent, if no answer comes before that; infinite when only an answer can tell."""
        return max([self._opens(each, now) for each in self._known.values()], default=now)

    @property
    def knows_nothing(self) -> bool:
        """Whether no answer has said anything, so that whatever is asked may be sent."""
        return not self._known

    @property
    def left(self) -> Left | None:
        """The limit that leaves least; None where no answer has said anything."""
        least = min(self._known.values(), key=lambda each: (each.left, -each.until), default=None)
        return None if least is None else Left(least.left, least.until, least.said)

    def remember(self, left: Left, now: float) -> None:
        """Begin with what was left to who asked before, maybe by another clock; it holds until an answer says what is left now."""
        self._known[_BEFORE] = _Known(left.left, min(left.until, now + LONGEST_RETRY_AFTER), 0, now, left.said)

    def depart(self) -> int:
        """Send a request; the number by which its answer is known to be newer than another one."""
        self._flying += 1
        self._count += 1
        return self._count

    def come_back(self) -> None:
        """Have a request not been sent after all."""
        self._flying -= 1

    def answer(self, number: int, limits: Iterable[Limit], now: float) -> None:
        """Hear what the answer to a request says. One that names limits says nothing of others, which may be of other resources."""
        self._flying -= 1
        if not (told := [each for each in limits if each.remaining is not None]):
            self._known = {name: known for name, known in self._known.items() if now < known.until}
            self._count_one(now)
            return
        self._count += 1
        self._known.pop(_BEFORE, None)
        for each in told:
            self._hear(each, self._known.pop(each.name, None), number, now)
        for name in tuple(self._known)[:-_MOST_KNOWN]:
            del self._known[name]

    def fail(self, now: float) -> None:
        """Have a request not been answered; it may have been counted."""
        self._flying -= 1
        self._count_one(now)

    def shut(self, now: float) -> Shut | None:
        """Why no request is sent now, if that is so."""
        held = [each for each in self._known.values() if self._opens(each, now) > now]
        last = max(held, key=lambda each: each.until, default=None)
        if last is None:
            return None
        return Shut(last.until if last.left == 0 and now < last.until else None, last.since, last.said, last.resets)

    def _opens(self, known: _Known, now: float) -> float:
        if now < known.until:
            return now if self._flying < known.left else known.until
        # It has begun anew, with no less than it had; how much that is, the next answer says.
        return now if self._flying < max(known.left, 1) else inf

    def _hear(self, told: Limit, known: _Known | None, number: int, now: float) -> None:
        heard = _Known(told.remaining or 0, now + min(told.reset, LONGEST_RETRY_AFTER), self._count, now, told.said, now + told.reset)
        if known is not None and number < known.heard and now < known.until and known.left <= heard.left:
            heard = known  # what is newer says less
        elif known is not None and known.left == 0 == heard.left and now <= known.until:
            heard = replace(heard, since=known.since)
        self._known[told.name] = heard

    def _count_one(self, now: float) -> None:
        """Take one from what is left, where nobody says how much that is."""
        for name, known in self._known.items():
            self._known[name] = replace(known, left=max(known.left - 1, 0 if now < known.until else 1))
