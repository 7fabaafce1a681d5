"""What is known of an entity, and what others may ask about it; `entity.py` says how it changes."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from http_source.entity.doubts import Doubted
from http_source.entity.marks import Held, Mark, Traffic
from http_source.entity.trail import Trail
from http_source.entity.transitions import Phase, Rules
from http_source.model import Position
from http_source.polling.origin import Gate
from http_source.polling.request import RequestBuilder
from http_source.polling.tags import Tag, Tags


@dataclass(slots=True, kw_only=True, eq=False)
class EntityState:
    """The state of one entity within a task.

    Attributes:
        position: where memory stands: what the next request asks for. It moves when a page is read.
        acknowledged: where Kafka stands. It moves when every record of a page is acknowledged; a checkpoint stores it.
        held: the page that the next turn converts again, without asking for it.
        failed_attempts: how often the current request failed; a success resets it.
        failures: how often the entity failed in a row, over runs; reset when Kafka stands where its next answer led.
        failure: why the entity is FAILED, or None.
        trial: where the first answer since it failed led, as the order of a position.
        caught_up: where it stood when its last answer had nothing more to give; None when that led on.
        refusal: why Kafka refused a page, while the thread that has the entity in hand is not done with its turn.
        generation: that of the pages that are read now.
        counting: the generation whose pages count; grows when some are lost.
        waiting: pages handed over that the delivering thread is not done with.
        weight: their bytes.
        due: when its next turn is, in seconds of `time.monotonic()`; None when it has none, in this run or a later one.
        pauses: whether a failure or the API asks for the pause until then, so that nothing shortens it.
        hands_over_since: when its turn began to hand a page over.
        closed: whether it changes no more.
        doubts: what may be loss or repetition, by its sentence; replaced whole.
        tag: that of the last answer; None before the first.
        tags: those that its next requests are made conditional by.
        crowd: those who ask the same origin with the same credentials.
    """

    name: str
    topic: str
    requests: RequestBuilder
    gate: Gate
    position: Position
    rules: Rules = field(default_factory=Rules)
    acknowledged: Mark = field(init=False)
    traffic: Traffic = field(default_factory=Traffic)
    held: Held | None = None
    failed_attempts: int = 0
    failures: int = 0
    failure: str | None = None
    trial: tuple[int, int] | None = None
    caught_up: Position | None = None
    refusal: str | None = None
    generation: int = 0
    counting: int = 0
    waiting: int = 0
    weight: int = 0
    phase: Phase = Phase.AWAY
    due: float | None = None
    pauses: bool = False
    hands_over_since: float | None = None
    closed: bool = False
    warned: set[str] = field(default_factory=set)
    doubts: Mapping[str, Doubted] = field(default_factory=dict)
    trail: Trail = field(default_factory=Trail)
    tag: Tag | None = None
    tags: Tags = ()
    crowd: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.acknowledged = Mark(self.position)

    @property
    def is_lost(self) -> bool:
        """Whether what it reads now does not count."""
        return self.generation != self.counting

    def counts(self, generation: int) -> bool:
        """Whether pages of a generation count; those do not that were read before one was lost."""
        return generation == self.counting

    def rests_until(self, moment: float) -> bool:
        """Whether nothing of it is on its way or retried, and nothing is due before that time."""
        with self.lock:
            if self.phase is Phase.IN_HAND or self.waiting or self.failed_attempts or self.held:
                return False
            return self.phase is Phase.AWAY or self.due is None or self.due >= moment

    def late(self, now: float) -> float:
        """By how many seconds its next turn is late, or for how long it has not been able to hand its page over."""
        with self.lock:
            since = {Phase.AWAY: None, Phase.IN_HAND: self.hands_over_since}.get(self.phase, self.due)
            return 0.0 if since is None else now - since
