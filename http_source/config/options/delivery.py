"""What Kafka's consumers can rely on: at least once, or exactly once."""

from dataclasses import dataclass
from enum import StrEnum

from http_source.config.property import LOW, MEDIUM, prop
from http_source.config.types import STRING, Integer, OneOf

LONGEST_INTERVAL_MS = 600_000
"""Brokers abort a transaction after 15 minutes at most (`transaction.max.timeout.ms`), and delivering takes its time."""


class ExactlyOnceSupport(StrEnum):
    """How much exactly once matters."""

    REQUESTED = "requested"
    REQUIRED = "required"


class Boundary(StrEnum):
    """When a transaction ends."""

    POLL = "poll"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOptions:
    """Delivery: at least once, unless exactly once is requested (docs/delivery.md)."""

    support: ExactlyOnceSupport | None = prop("exactly.once.support", OneOf(*ExactlyOnceSupport), None, MEDIUM,
        "`required` writes records and offsets in one Kafka transaction, or the run fails; `requested` does so where the brokers and the principal's rights allow it, and the run's log says which it is; without it delivery is at least once.")
    boundary: Boundary = prop("transaction.boundary", OneOf(*Boundary), Boundary.POLL, LOW,
        "`poll` commits the pages that are ready at once; `interval` gathers those of `transaction.boundary.interval.ms`, which costs less and shows them later.")
    boundary_interval_ms: int | None = prop("transaction.boundary.interval.ms", Integer(minimum=1, maximum=LONGEST_INTERVAL_MS), None, LOW,
        "With transaction.boundary=interval: how long a transaction gathers pages; `offset.flush.interval.ms` by default.")
    topic: str | None = prop("offsets.storage.topic", STRING, None, LOW,
        "The compacted topic that holds the offsets with exactly once; `<name>-offsets` by default. It is created if it does not exist.")

    @property
    def exactly_once(self) -> bool:
        """Whether transactions are wanted."""
        return self.support is not None

    def offsets_topic(self, connector: str) -> str:
        """Where a connector's offsets are kept with exactly once."""
        return self.topic or f"{connector}-offsets"
