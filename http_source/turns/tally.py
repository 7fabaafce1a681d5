"""What a task counts beside what its entities know: once per request, page or notice, never per record.

Any thread may count and look. Statistics are those of Kafka Connect: of the last half to one minute.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from http_source.model import State

_SAMPLE_S = 30.0
_FAULTS = frozenset({State.RETRYING, State.FAILED})


@dataclass(slots=True)
class _Sample:
    """What came in half a minute."""

    began: float
    count: int = 0
    total: float = 0.0
    most: float = 0.0
    least: float = inf


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the values that came lately.

    Attributes:
        rate: their sum per second.
    """

    mean: float = 0.0
    most: float = 0.0
    least: float = 0.0
    rate: float = 0.0


class Recent:
    """Values of the last half to one minute, as two samples; nothing is kept of each value."""

    def __init__(self, now: float) -> None:
        """`now` is in seconds, as all later ones."""
        self._old, self._new = _Sample(now), _Sample(now)

    def add(self, value: float, now: float) -> None:
        """Have one more."""
        self._turn(now)
        sample = self._new
        sample.count += 1
        sample.total += value
        sample.most = max(sample.most, value)
        sample.least = min(sample.least, value)

    def statistics(self, now: float) -> Statistics:
        """Of those that there are; zeros for none."""
        self._turn(now)
        both = (self._old, self._new)
        count, total = sum(each.count for each in both), sum(each.total for each in both)
        if not count:
            return Statistics()
        # Connect, too, takes a whole sample for the least time, so that a start is no burst.
        seconds = max(now - self._old.began, _SAMPLE_S)
        return Statistics(total / count, max(each.most for each in both), min(each.least for each in both), total / seconds)

    def _turn(self, now: float) -> None:
        age = now - self._new.began
        if age >= _SAMPLE_S:
            self._old = self._new if age < 2 * _SAMPLE_S else _Sample(now - _SAMPLE_S)
            self._new = _Sample(now)


@dataclass(frozen=True, slots=True)
class Counted:
    """A tally at one moment: counts since the task began, and statistics.

    Attributes:
        codes: answers by their status.
        errors: requests and conversions that are tried again, and failures of entities.
        failures: how often an entity FAILED.
        active: records that were read, and are not settled in Kafka.
        at: when a request was `answered`, records were `recorded` in Kafka, and something `erred` last, in seconds since the epoch; 0 for
            never.
        recent: of `polls`, seconds of requests that were answered; `batches`, records of pages; `actives`, what `active` was; `writes`,
            records that Kafka acknowledged together; `sizes`, records of transactions; `transactions`, seconds from their beginning to
            their commit; `stores`, seconds that storing a position took.
    """

    codes: Mapping[int, int]
    errors: int
    failures: int
    committed: int
    aborted: int
    commit_seconds: float
    stored: int
    store_seconds: float
    active: int
    at: Mapping[str, float]
    recent: Mapping[str, Statistics]


@dataclass(slots=True, eq=False)
class Tally:
    """The counts of one task; `wall` tells seconds since the epoch."""

    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _counts: Counter[str] = field(default_factory=Counter, init=False)
    _codes: Counter[int] = field(default_factory=Counter, init=False)
    _seconds: dict[str, float] = field(default_factory=lambda: {"commits": 0.0, "stores": 0.0}, init=False)
    _at: dict[str, float] = field(default_factory=lambda: {"answered": 0.0, "recorded": 0.0, "erred": 0.0}, init=False)
    _recent: dict[str, Recent] = field(init=False)

    def __post_init__(self) -> None:
        now = self.clock()
        self._recent = {name: Recent(now) for name in ("polls", "batches", "actives", "sizes", "transactions", "stores", "writes")}

    def answered(self, status: int, seconds: float) -> None:
        """A request was answered with that status, after so many seconds."""
        with self._lock:
            self._codes[status] += 1
            self._at["answered"] = self.wall()
            self._recent["polls"].add(seconds, self.clock())

    def handed_over(self, records: int) -> None:
        """A page of so many records is on its way to Kafka."""
        with self._lock:
            now = self.clock()
            self._counts["active"] += records
            self._recent["batches"].add(records, now)
            self._recent["actives"].add(self._counts["active"], now)

    def settled(self, records: int) -> None:
        """So many of them are on their way no longer, whatever became of them."""
        with self._lock:
            self._counts["active"] -= records
            self._recent["actives"].add(self._counts["active"], self.clock())

    def recorded(self, records: int) -> None:
        """So many records are in Kafka."""
        if records:
            with self._lock:
                self._at["recorded"] = self.wall()
                self._recent["writes"].add(records, self.clock())

    def heard(self, state: State) -> None:
        """A notice of an entity's state was given."""
        if state in _FAULTS:
            with self._lock:
                self._counts["errors"] += 1
                self._counts["failures"] += state is State.FAILED
                self._at["erred"] = self.wall()

    def committed(self, records: int, seconds: float) -> None:
        """A transaction of so many records was committed, so many seconds after it began."""
        with self._lock:
            now = self.clock()
            self._counts["committed"] += 1
            self._seconds["commits"] += seconds
            self._recent["sizes"].add(records, now)
            self._recent["transactions"].add(seconds, now)

    def aborted(self) -> None:
        """A transaction was given up."""
        with self._lock:
            self._counts["aborted"] += 1

    def stored(self, seconds: float) -> None:
        """A position was stored, which took so many seconds."""
        with self._lock:
            self._counts["stored"] += 1
            self._seconds["stores"] += seconds
            self._recent["stores"].add(seconds, self.clock())

    def look(self) -> Counted:
        """All of it."""
        with self._lock:
            now, counts = self.clock(), self._counts
            return Counted(
                codes=dict(self._codes), errors=counts["errors"], failures=counts["failures"], committed=counts["committed"],
                aborted=counts["aborted"], commit_seconds=self._seconds["commits"], stored=counts["stored"],
                store_seconds=self._seconds["stores"], active=counts["active"],
                at=dict(self._at), recent={name: each.statistics(now) for name, each in self._recent.items()},
            )
