"""A budget of requests per second (`http.requests.per.second`): when the next one may be sent.

Requests are spaced evenly. What nobody used is over: there is no burst after a rest. Only a request that left late by less than one
step, since its thread woke late, lets the next one keep its own time, so that lateness does not add up.
"""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """What one request took of the budget.

    Attributes:
        planned: when it would have been sent if nothing were ever late.
        at: when it may be sent, in seconds of the caller's clock.
    """

    planned: float
    at: float


class Budget:
    """Hands out the times of requests: never more than `per_second` of them, rounded up, in any second, or one in 1 / `per_second` s.

    It knows nothing of other tasks: together with theirs, each with its part, a second may hold one more for each further task.

    Times are seconds of the caller's clock; the first may go at `begins`.
    """

    def __init__(self, per_second: float, begins: float) -> None:
        self._step = 1 / per_second
        self._most = max(1, int(per_second))
        self._next = begins
        # One more than counts, so that the last may be given back.
        self._sent: deque[float] = deque(maxlen=self._most + 1)

    def opens(self, due: float, now: float) -> float:
        """When a request may be sent that was due at a time; that may be over."""
        return max(self._planned(due, now), self._not_before())

    def take(self, due: float, now: float) -> Slot:
        """Take the next time there is, now or later, for a request that was due at a time."""
        planned = self._planned(due, now)
        slot = Slot(planned, max(planned, self._not_before(), now))
        self._next = planned + self._step
        self._sent.append(slot.at)
        return slot

    def give_back(self, slot: Slot) -> None:
        """Have a request not been sent after all; of use only to the next one, as long as none was sent since."""
        if self._sent and self._sent[-1] == slot.at:
            self._sent.pop()
            self._next = slot.planned

    def _planned(self, due: float, now: float) -> float:
        return max(self._next, min(due, now), now - self._step)

    def _not_before(self) -> float:
        """So many steps after the request so many before: however late some of them were, no second holds more."""
        return self._sent[-self._most] + self._most * self._step if len(self._sent) >= self._most else self._next - self._step
