"""What is known of an entity in numbers: values that are replaced whole, so that no thread reads half of a change."""

from dataclasses import dataclass, replace
from typing import Self

from http_source.model import Page, Position


@dataclass(frozen=True, slots=True)
class Mark:
    """A position that Kafka has acknowledged, with all it has acknowledged before."""

    position: Position
    pages: int = 0
    records: int = 0
    bytes: int = 0
    deliver_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the requests of an entity cost so far; counted by the thread that has the entity in hand.

    Attributes:
        records: new ones that were read, before they were converted.
        lag_seconds: by how much its last turn was late.
    """

    requests: int = 0
    retries: int = 0
    empty_polls: int = 0
    skipped: int = 0
    undecided: int = 0
    records: int = 0
    fetch_seconds: float = 0.0
    lag_seconds: float = 0.0

    def plus(self, **more: float) -> Self:
        """The same and so much more."""
        return replace(self, **{name: getattr(self, name) + each for name, each in more.items()})


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
