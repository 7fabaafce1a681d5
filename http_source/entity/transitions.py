"""What follows from a transition of an entity."""

from dataclasses import dataclass
from enum import Enum, auto

from http_source.foreign.text import Redact
from http_source.model import Notice


class Phase(Enum):
    """Who has an entity."""

    AWAY = auto()
    """Nobody: it has no next turn in this run."""

    PLANNED = auto()
    """The agenda, until its turn is due."""

    IN_HAND = auto()
    """A fetch thread."""

    PARKED = auto()
    """The delivering thread: it has pages enough to do, and gives the entity back with the next that is done."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done now.

    Attributes:
        due: when its next turn is to be planned, in seconds of `time.monotonic()`; None when nothing is to be planned now.
        notices: what a person should hear.
        delivers: whether its page is to be handed over.
    """

    due: float | None = None
    notices: tuple[Notice, ...] = ()
    delivers: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What the entities of a task have in common.

    Attributes:
        once: whether one is polled only until one request succeeded or it failed.
        auto_restart: whether one that FAILED starts again by itself.
        redact: takes the connector's secrets out of what is told.
        page_max: how many pages it may follow one after another; None for as many as there are.
    """

    once: bool = False
    auto_restart: bool = True
    redact: Redact = str
    page_max: int | None = None
