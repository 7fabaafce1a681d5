"""Entities as the tests take them through their transitions."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from http_source.config.properties import RequestOptions
from http_source.entity import Entity, Mark, Phase, Rules, Step
from http_source.model import Notice, Page, Position, State
from http_source.polling.origin import Gate
from http_source_tests.polling.samples import builder, options

URL = "http://api.test/"
HEAVY = 4_194_304
"""Bytes of a page of which two are enough for the delivering thread."""


def entity(rules: Rules | None = None, *, failures: int = 0) -> Entity:
    requests = builder(options(RequestOptions, url=URL), "a")
    return Entity(name="a", topic="a", requests=requests, gate=Gate(URL), position=Position(0), rules=rules or Rules(), failures=failures)


def page_after(position: Position, *, records: int = 1, weight: int = HEAVY) -> Page:
    """The next page of an entity that stands there; one without records leads nowhere."""
    moved = replace(position, offset=int(position.offset) + records, sequence=position.sequence + 1) if records else position
    return Page([b"1"] * records, moved, progressed=records > 0, weight=weight)


@dataclass(slots=True)
class Life:
    """An entity at work, and all that its transitions said."""

    entity: Entity
    agenda: list[float] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def follow(self, step: Step) -> Step:
        self.notices.extend(step.notices)
        if step.due is not None:
            self.agenda.append(step.due)
        return step

    def begin(self) -> "Life":
        self.follow(self.entity.begin(time.monotonic()))
        return self

    def take(self, within: float = 0.0) -> bool:
        """Take it with each of the times it was planned for that come within so many seconds, as fetch threads do."""
        until = time.monotonic() + within
        planned, self.agenda = self.agenda, [due for due in self.agenda if due > until]
        taken = [self.entity.take(due) for due in planned if due <= until]
        assert sum(taken) <= 1
        return any(taken)

    def read(self, records: int = 1, weight: int = HEAVY) -> Step:
        """The turn gets as far as handing its page over."""
        return self.follow(self.entity.accept(page_after(self.entity.position, records=records, weight=weight)))

    def turn(self, within: float = 0.0) -> "Life":
        """A turn that brings a page, and another one is due at once."""
        assert self.take(within)
        self.read()
        self.follow(self.entity.plan(0.0))
        return self

    def turns_until_parked(self, pause: float, weight: int) -> int:
        """How many pages of that weight it brings, with a pause before each, before it waits for Kafka."""
        pages = 0
        while self.entity.phase is not Phase.PARKED:
            assert self.take(pause)
            self.read(weight=weight)
            self.follow(self.entity.plan(pause))
            pages += 1
        return pages

    def acknowledge(self, offset: int) -> None:
        self.follow(self.entity.acknowledge(Mark(Position(offset, sequence=offset))))

    def told(self, state: State) -> list[str]:
        return [notice.message for notice in self.notices if notice.entity and notice.state is state]

    @property
    def is_planned(self) -> bool:
        """Whether one of the times that the agenda has is the one that holds."""
        return self.entity.due in self.agenda


def orders(first: Iterable[str], second: Iterable[str]) -> list[tuple[str, ...]]:
    """Each order in which what two threads do can meet."""
    left, right = tuple(first), tuple(second)
    if not left or not right:
        return [left + right]
    return [(left[0], *rest) for rest in orders(left[1:], right)] + [(right[0], *rest) for rest in orders(left, right[1:])]
