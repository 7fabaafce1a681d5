"""Whether a request may be sent now: within the connector's budget, and within what the API has said that it still allows."""

import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

from http_source.entity import Entity
from http_source.polling.allowance import Allowance, Left, Shut
from http_source.polling.budget import Budget, Slot
from http_source.polling.limit_headers import Limit


@dataclass(slots=True, eq=False)
class Permit:
    """The right to send one request; in the hands of the thread that has the entity.

    Attributes:
        number: by which the allowance knows it.
        slot: what it took of the budget.
        sent: whether it was used.
        settled: whether everybody knows what came of it.
    """

    crowd: Hashable
    number: int
    slot: Slot | None
    sent: bool = False
    settled: bool = False


@dataclass(slots=True, eq=False)
class Admission:
    """The door of a task's agenda; any thread may ask, and none waits but in `pay`.

    A crowd are the entities that ask one origin with the same credentials: what an answer says counts for all of them.

    Attributes:
        per_second: this task's part of `http.requests.per.second`; None for no budget.
    """

    per_second: float | None = None
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _closed: threading.Event = field(default_factory=threading.Event, init=False)
    _crowds: dict[Hashable, Allowance] = field(default_factory=dict, init=False)
    _budget: Budget | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._budget = Budget(self.per_second, self.clock()) if self.per_second else None

    def begin(self, seconds: float) -> None:
        """Send the first request in so many seconds: not sooner than the run before, with the same budget, would have sent its next."""
        if self.per_second:
            self._budget = Budget(self.per_second, self.clock() + max(0.0, min(seconds, 1 / self.per_second)))

    def remember(self, crowd: Hashable, left: Left) -> None:
        """Begin with what the API had left to a crowd in the run before."""
        with self._lock:
            self._crowds.setdefault(crowd, Allowance()).remember(left, self.clock())

    # What the agenda asks

    def crowd_of(self, thing: Entity) -> Hashable:
        """The one it belongs to; none where it has a page in hand, so that nothing is sent for it."""
        return None if thing.held else thing.crowd

    def opens(self, crowd: Hashable, now: float) -> float:
        """When the API allows a crowd one more request; infinite when the next answer says so."""
        known = self._crowds.get(crowd)
        if known is None or known.knows_nothing:  # without the lock: an answer that comes now may as well come after this
            return now
        with self._lock:
            return known.opens(now)

    def next(self, crowd: Hashable, due: float, now: float) -> float:
        """When the budget has room for a request that was due at a time."""
        if self._budget is None or crowd is None:
            return now
        with self._lock:
            return self._budget.opens(due, now)

    def enter(self, crowd: Hashable, due: float, now: float) -> Permit:
        """Give the right to send one request."""
        if crowd is None:
            return Permit(None, 0, None, settled=True)
        with self._lock:
            known = self._crowds.setdefault(crowd, Allowance())
            return Permit(crowd, known.depart(), self._budget.take(due, now) if self._budget else None)

    # What fetch threads say

    def hear(self, permit: Permit, limits: Iterable[Limit]) -> None:
        """Have an answer to a request, and what it says of limits."""
        if permit.settled:
            return
        with self._lock:
            permit.settled = True
            self._crowds[permit.crowd].answer(permit.number, limits, self.clock())

    def end(self, permit: Permit) -> None:
        """Have no answer any more to a request, if it had none: it failed on its way, or was not sent at all."""
        if permit.settled:
            return
        with self._lock:
            permit.settled = True
            if permit.sent:
                self._crowds[permit.crowd].fail(self.clock())
            else:
                self._crowds[permit.crowd].come_back()
                if self._budget and permit.slot:
                    self._budget.give_back(permit.slot)

    def pay(self) -> None:
        """Wait until the budget has room for one request more within a turn: a redirect, or one for a token. A stop ends the wait."""
        if self._budget is None:
            return
        with self._lock:
            now = self.clock()
            slot = self._budget.take(now, now)
        self._closed.wait(max(0.0, slot.at - now))

    def close(self) -> None:
        """End every wait."""
        self._closed.set()

    # What is shown

    def shut(self) -> Mapping[Hashable, Shut]:
        """The crowds that the API allows no request for now, until when, and who says so."""
        with self._lock:
            now = self.clock()
            found = {crowd: known.shut(now) for crowd, known in self._crowds.items()}
        return {crowd: shut for crowd, shut in found.items() if shut is not None}

    def left(self) -> Mapping[Hashable, Left]:
        """What the API has left to each crowd that was told."""
        with self._lock:
            found = {crowd: known.left for crowd, known in self._crowds.items()}
        return {crowd: left for crowd, left in found.items() if left is not None}

    @property
    def spent_for(self) -> float:
        """For how many seconds the budget has no room for a request; 0 where it has, or there is none."""
        now = self.clock()
        with self._lock:
            return max(0.0, self._budget.opens(-inf, now) - now) if self._budget else 0.0
