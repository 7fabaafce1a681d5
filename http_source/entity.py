"""One entity at work: where it stands in memory, at Kafka and in storage, and how it fares."""

from collections import deque
from dataclasses import dataclass, field

from http_source.model import Offset, Page, Position
from http_source.polling.origin import Gate
from http_source.polling.request import RequestBuilder

_TRAIL = 100
"""Cycles of more tokens than this are noticed later, by a landmark; remembering all would cost memory for each entity."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A position that Kafka has acknowledged, with all it has acknowledged before.

    One value, so that whoever reads it from another thread never sees a position beside another page's counts.
    """

    position: Position
    pages: int = 0
    records: int = 0
    bytes: int = 0
    deliver_seconds: float = 0.0


@dataclass(slots=True)
class Traffic:
    """What the requests of an entity cost so far; counted by the thread that has the entity in hand."""

    requests: int = 0
    retries: int = 0
    empty_polls: int = 0
    skipped: int = 0
    fetch_seconds: float = 0.0
    lag_seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Entity:
    """The state of one entity within a task.

    Attributes:
        position: where memory stands: what the next request asks for. It moves when a page is read.
        acknowledged: where Kafka stands. It moves when every record of a page is acknowledged; a checkpoint stores it.
        failed_attempts: how often the current request failed; a success resets it.
        failures: how often the entity failed in a row, over runs; reset when a page is acknowledged, or brought nothing new.
        on_trial: whether a request succeeded since it failed; what that brought is still to be acknowledged.
        failure: why the entity is FAILED, or None.
        refusal: why Kafka refused a page, until the thread that has the entity next puts it back.
        generation: grows when the entity is put back, so that pages read ahead are recognized and left out.
        waiting: pages read and not yet acknowledged.
        parked_until: when to go on, while it waits for an acknowledgement first.
        trail: the last offsets asked for while every page led on.
        walked: how many those were.
        landmark: the one after the first, second, fourth, eighth … of them.
        circles: whether one of them came again.
        due: when its next turn is, in seconds of `time.monotonic()`; None when it has none.
    """

    name: str
    topic: str
    requests: RequestBuilder
    gate: Gate
    position: Position
    acknowledged: Mark = field(init=False)
    traffic: Traffic = field(default_factory=Traffic)
    failed_attempts: int = 0
    failures: int = 0
    on_trial: bool = False
    failure: str | None = None
    refusal: str | None = None
    generation: int = 0
    waiting: int = 0
    parked_until: float | None = None
    due: float | None = None
    warned: set[str] = field(default_factory=set)
    trail: deque[Offset] = field(default_factory=lambda: deque(maxlen=_TRAIL))
    walked: int = 0
    landmark: Offset | None = None
    circles: bool = False

    def __post_init__(self) -> None:
        self.acknowledged = Mark(self.position)

    def goes_round(self, page: Page) -> bool:
        """Whether a page leads back to an offset that was asked for on the way to it, or one before it did (Brent's algorithm)."""
        if not page.progressed:
            self._set_out()
            return False
        self.trail.append(self.position.offset)
        self.circles = self.circles or page.position.offset in self.trail or page.position.offset == self.landmark
        self.walked += 1
        if self.walked.bit_count() == 1:
            self.landmark = page.position.offset
        return self.circles

    def _set_out(self) -> None:
        self.trail.clear()
        self.walked, self.landmark, self.circles = 0, None, False

    def put_back(self) -> None:
        """Go back to where Kafka stands; pages read ahead no longer count."""
        self.position = self.acknowledged.position
        self.generation += 1
        self.refusal = None
        self._set_out()
