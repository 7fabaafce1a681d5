"""One page on its way to Kafka."""

from collections.abc import Callable
from dataclasses import dataclass, field

from confluent_kafka import KafkaError, Message

from http_source.entity import Entity, Mark
from http_source.model import Page


@dataclass(slots=True, eq=False)
class Parcel:
    """A page, and the first error that Kafka reported for it.

    Attributes:
        generation: that of its entity when the page was read.
        refused: the value of the record that was reported; None when no record was.
        topic: where that record was to go.
    """

    entity: Entity
    page: Page = field(repr=False)
    generation: int
    error: KafkaError | None = field(default=None, repr=False)
    refused: bytes | None = field(default=None, repr=False)
    topic: str = ""

    def report(self, error: KafkaError | None, message: Message) -> None:
        """Keep the first error; runs in the delivering thread, while it flushes."""
        if error is not None and self.error is None:
            self.error, self.refused, self.topic = error, message.value(), message.topic() or ""

    @property
    def topics(self) -> tuple[str, ...]:
        """Where its records go."""
        messages = self.page.messages
        return (self.entity.topic,) if messages is None else tuple(dict.fromkeys(message.topic for message in messages))

    @property
    def stale(self) -> bool:
        """Whether a page of its entity was lost since it was read, so that it does not count."""
        return not self.entity.counts(self.generation)


def _unheard(*_: object) -> None:
    """Nobody counts it."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears what became of entities' pages.

    Attributes:
        acknowledged: the entity's mark is to move there.
        lost: the entity's pages since its mark do not count: one of them was refused, for the reason given, or others' were beside them.
        committed: a transaction of so many records was committed, so many seconds after it began.
        aborted: a transaction was given up.
    """

    acknowledged: Callable[[Entity, Mark], object]
    lost: Callable[[Entity, str | None], object]
    committed: Callable[[int, float], object] = _unheard
    aborted: Callable[[], object] = _unheard


def mark_after(before: Mark, page: Page, seconds: float) -> Mark:
    """Where Kafka stands once it has acknowledged a page, which took so many seconds."""
    return Mark(
        position=page.position,
        pages=before.pages + 1,
        records=before.records + page.size,
        bytes=before.bytes + sum(map(len, page.values)),
        deliver_seconds=before.deliver_seconds + seconds,
    )
