"""One entity at work: where it stands in memory, at Kafka and in storage, and how it fares."""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from http_source.model import Notice, Offset, Page, Position, State
from http_source.polling.excerpt import Redact
from http_source.polling.origin import Gate
from http_source.polling.request import RequestBuilder

_TRAIL = 100
"""Cycles of more tokens than this are noticed later, by a landmark; remembering all would cost memory for each entity."""
_MOST_WARNINGS = 100
_CYCLE = (
    "The page leads back to an offset that was asked for on the way to it, so its pages come again and again, each after "
    "`request.interval.ms`. Check `http.next.page.json.pointer` (or `http.offset.json.pointer`) and what the API's paging expects."
)


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


@dataclass(frozen=True, slots=True)
class Held:
    """A page that was read, and could not be converted for a reason that may pass.

    Attributes:
        since: when that failed first, in seconds of `time.monotonic()`.
        attempts: how often it has failed.
    """

    page: Page
    since: float
    attempts: int = 1


@dataclass(slots=True, kw_only=True)
class Entity:
    """The state of one entity within a task.

    Attributes:
        position: where memory stands: what the next request asks for. It moves when a page is read.
        acknowledged: where Kafka stands. It moves when every record of a page is acknowledged; a checkpoint stores it.
        held: the page that the next turn converts again, without asking for it.
        failed_attempts: how often the current request failed; a success resets it.
        failures: how often the entity failed in a row, over runs; reset when a page is acknowledged, or brought nothing new.
        on_trial: whether a request succeeded since it failed; what that brought is still to be acknowledged.
        failure: why the entity is FAILED, or None.
        caught_up: where it stood when its last answer had nothing more to give; None when that led on.
        refusal: why Kafka refused a page, until the thread that has the entity next puts it back.
        rewound: whether what was read since `acknowledged` does not count; as `refusal`, but nothing failed.
        generation: grows when the entity is put back, so that pages read ahead are recognized and left out.
        waiting: pages read and not yet acknowledged.
        retired: whether it had its last turn.
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
    held: Held | None = None
    failed_attempts: int = 0
    failures: int = 0
    on_trial: bool = False
    failure: str | None = None
    caught_up: Position | None = None
    refusal: str | None = None
    rewound: bool = False
    generation: int = 0
    waiting: int = 0
    retired: bool = False
    parked_until: float | None = None
    due: float | None = None
    warned: set[str] = field(default_factory=set)
    trail: deque[Offset] = field(default_factory=lambda: deque(maxlen=_TRAIL))
    walked: int = 0
    landmark: Offset | None = None
    circles: bool = False

    def __post_init__(self) -> None:
        self.acknowledged = Mark(self.position)

    def led_on(self, page: Page) -> Page:
        """The page, once it is certain to be delivered; one that leads back does not let its successor come at once."""
        return replace(page, progressed=False, warnings=(*page.warnings, _CYCLE)) if self._goes_round(page) else page

    def _goes_round(self, page: Page) -> bool:
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

    def has_caught_up(self, page: Page) -> bool:
        """Whether a page says that there is nothing more for now; one without records that leads on does not."""
        return not page.progressed and (bool(page.records) or page.position.offset == self.position.offset)

    def _set_out(self) -> None:
        self.trail.clear()
        self.walked, self.landmark, self.circles = 0, None, False

    @property
    def lost(self) -> bool:
        """Whether what was read since `acknowledged` does not count."""
        return self.rewound or self.refusal is not None

    def resume(self, position: Position) -> None:
        """Begin at another position than the one it was made with."""
        self.position = position
        self.acknowledged = Mark(position)

    def put_back(self) -> None:
        """Go back to where Kafka stands; pages read ahead no longer count."""
        self.position = self.acknowledged.position
        self.generation += 1
        self.refusal = None
        self.rewound = False
        self.held = None
        self.caught_up = None
        self._set_out()

    def fail(self, reason: str) -> None:
        """Be FAILED, once more."""
        self.on_trial = False
        self.failed_attempts = 0
        self.failures += 1
        self.failure = reason

    def failed(self, pause: float | None, redact: Redact) -> Notice:
        """What to tell of its failure; it starts again after `pause` seconds, or waits for a person where that is None."""
        what_next = ("It waits until `http-source restart`, or a materialization of its partition (auto.restart.on.user.error=false)."
                     if pause is None else f"It starts again in {pause:g} s.")
        words = f"Entity {self.name} FAILED at offset {redact(str(self.position.offset))}: {self.failure} {what_next}"
        return Notice(words, logging.ERROR, self.name, State.FAILED, self.failures, pause)

    def recovers(self) -> bool:
        """Whether it runs again: it was asked since it failed, and Kafka took what that brought."""
        if not self.on_trial:
            return False
        self.on_trial = False
        self.failures, self.failure = 0, None
        return True

    def unheard(self, warnings: Sequence[str]) -> Iterator[str]:
        """Those of the warnings that it has not given yet; no more than a hundred in all."""
        for warning in warnings:
            if warning not in self.warned and len(self.warned) < _MOST_WARNINGS:
                self.warned.add(warning)
                yield warning

    def let_go(self) -> None:
        """Drop the page that is held, which is a failed attempt of its request."""
        if self.held is not None:
            self.held = None
            self.failed_attempts += 1
