"""The frozen values that travel between rooms."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from msgspec import Raw, Struct, ValidationError, convert

from http_source.errors import PositionRefused
from http_source.foreign.text import Foreign, readable

Offset = str | int
"""What `${offset}` stands for: text, or an integer that keeps its JSON type."""

Value = bytes | Raw
"""A record's value as Kafka gets it: bytes, or a read-only slice of the response body."""


@dataclass(frozen=True, slots=True)
class Position:
    """What must be remembered to go on with an entity.

    The position with the highest (epoch, sequence) is the truth, wherever it was read.

    Attributes:
        offset: what the next request asks for.
        epoch: grows by one with every deliberate reset.
        sequence: grows by one with every page that moved the entity; 0 before the first one.
        delivered: records of the page at `offset` that are already delivered: of the last page of CURSOR_PAGINATION and PAGE_NUMBER,
            and of a page of CHAINING that may come again.
        digest: fingerprint of all of those records, hexadecimal; empty when `delivered` is 0. In TIME_WINDOW that of the first page of
            the last window.
        done: the entity is finished until it is reset (`http.cursor.end=stop`).
        deleted: the entity starts from the initial offset, whatever that is when it is polled next; `offset` is what it was.
        mode: the `http.offset.mode` that gave the offset its meaning; empty in positions from before it was stored.
        boundary: fingerprints of delivered records that the next page (CHAINING), the same one (CURSOR_PAGINATION) or the next window
            (TIME_WINDOW) may hold again, 16 hexadecimal digits each.
        ends: fingerprints of the first and the last record of the page before (SIMPLE_INCREMENTING); it is not stored.
        tied: whether the page before was full, and some of its last records shared a value (CHAINING).
        rough: whether the API has given records from before the offset, so that all of a page may come again (CHAINING).
        ahead: what a look at the page behind has shown so far (PAGE_NUMBER); it is not stored.
        largest: the most records that a page has had; counted where it tells whether a page is full.
        unmatched: whether no answer had anything at `http.response.data.json.pointer` yet.
        beside: fingerprints of the top-level names of an answer that had the array of records.
        first: fingerprint of all records of the first page (PAGE_NUMBER).
        until: where the window that begins at `offset` ends, once a page of it was read (TIME_WINDOW).
        within: the place in that window, then; else None.
        gathered: fingerprints of that window's delivered records that the next one may hold again.
    """

    offset: Offset
    epoch: int = 0
    sequence: int = 0
    delivered: int = 0
    digest: str = ""
    done: bool = False
    deleted: bool = False
    mode: str = ""
    boundary: str = ""
    ends: str = field(default="", compare=False)
    tied: bool = False
    rough: bool = False
    ahead: int = 0
    largest: int = 0
    unmatched: bool = False
    beside: str = field(default="", compare=False)
    first: str = ""
    until: str = ""
    within: "Position | None" = None
    gathered: str = ""

    @property
    def place(self) -> tuple[Offset, Offset]:
        """What the next request depends on."""
        return (self.offset, "" if self.within is None else self.within.offset)

    @property
    def order(self) -> tuple[int, int]:
        """The rank by which two positions of one entity are compared."""
        return (self.epoch, self.sequence)

    def to_json(self) -> dict[str, Any]:
        """The position as it is stored, without what has its default and what a look has shown, which a restart looks for again."""
        kept = (each for each in fields(self) if each.name not in ("ahead", "ends"))
        stored = {each.name: getattr(self, each.name) for each in kept if getattr(self, each.name) != each.default}
        return {"offset": self.offset, **stored, **({"within": self.within.to_json()} if self.within else {})}

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """The position that was stored. Raises PositionRefused for anything `to_json` does not give."""
        try:
            return convert(stored, cls)
        except ValidationError as error:
            why = readable(Foreign.of(error), str)
            raise PositionRefused(
                f"The stored position cannot be read: {why}. It was not written by this version: move the entity with "
                "`http-source offsets set` or `reset`, and polling resumes from there.",
                why=why,
            ) from None


def newest(*positions: Position | None) -> Position | None:
    """The truth among what was read of one entity's position: the highest (epoch, sequence); of equals the first."""
    return max((position for position in positions if position is not None), key=lambda position: position.order, default=None)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, ready to be sent: the URL is encoded, the body is bytes. What may hold a secret is not printed."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer read to its end, its body decompressed. What may repeat a secret is not printed.

    Attributes:
        url: what answered, after redirects.
        headers: several lines of one name as one, with commas between their values (RFC 9110 §5.3).
    """

    status: int
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def header_of(headers: Mapping[str, str], name: str) -> str:
    """A header's value without the blanks around it, whatever the case of its name; empty when it is not there."""
    return next((value.strip() for each, value in headers.items() if each.lower() == name.lower()), "")


class Message(Struct, frozen=True, gc=False):
    """A record as Kafka gets it. There is one for each record: a dataclass would take ten times as long to make.

    Attributes:
        timestamp: milliseconds since 1970-01-01 UTC; None for the time of production.
        partition: None lets the producer choose.
    """

    topic: str
    value: Value | None
    key: bytes | None = None
    headers: Sequence[tuple[str, str | bytes | None]] = ()
    timestamp: int | None = None
    partition: int | None = None


class Lasts(StrEnum):
    """For how long a doubt counts."""

    UNTIL_AN_ANSWER = "answer"
    """Until an answer comes without it."""

    UNTIL_RECORDS = "records"
    """Until an answer with records comes without it: one without them tells nothing of it."""

    A_DAY = "day"
    """For a day after it came last."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a page shows that may be loss or repetition."""

    sentence: str
    lasts: Lasts


@dataclass(frozen=True, slots=True)
class Page:
    """A response read: its new records and where to go on.

    Attributes:
        records: the values to produce, in the order served; already delivered ones are left out.
        messages: what is produced instead of the records as they are; None where that is the same.
        skipped: records that could not be converted and were left out.
        undecided: records of which something other than null is written as null, since nothing tells its type yet.
        weight: bytes of the answer that it was read from, which is about what it keeps of the memory.
        position: where the entity stands once these records are acknowledged.
        progressed: whether asking on at once can bring more (the offset moved and there were records).
        at_once: whether the next request belongs to this one, and waits for no pause: a look at the page behind.
        is_last: whether the pages behind it are another series: those of the next window.
        repeats: whether the same request comes again, and brings nothing more as long as its answer is what it was.
        pause: seconds after which the next request can bring more, if that is sooner than the interval says.
        warnings: sentences for the user; the same sentence may come again with the next page.
        doubts: what may be loss or repetition; it is told like warnings, and shown until it is over.
    """

    records: Sequence[Value]
    position: Position
    progressed: bool
    warnings: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    at_once: bool = False
    is_last: bool = False
    repeats: bool = False
    pause: float | None = None
    messages: Sequence[Message] | None = None
    skipped: int = 0
    undecided: int = 0
    weight: int = 0

    @property
    def told(self) -> tuple[str, ...]:
        """All that a person should hear of."""
        return (*self.warnings, *(doubt.sentence for doubt in self.doubts))

    @property
    def size(self) -> int:
        """How many records Kafka gets."""
        return len(self.records if self.messages is None else self.messages)

    @property
    def values(self) -> Sequence[Value]:
        """The bytes that are produced as values."""
        return self.records if self.messages is None else [message.value or b"" for message in self.messages]


class State(StrEnum):
    """How an entity fares, as far as its run knows."""

    RUNNING = "RUNNING"
    RETRYING = "RETRYING"
    CAUGHT_UP = "CAUGHT_UP"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should hear of.

    Attributes:
        message: a sentence or two: what happened, to which entity, what follows.
        level: of `logging`.
        entity: whose state changed to `state`, or empty when no state changed.
        failures: times that entity failed in a row.
        attempt: how often the request that is RETRYING was sent.
        of: how often it is sent before the entity is FAILED.
        retry_in: seconds until it is asked, or starts, again; None when it waits for a person.
    """

    message: str
    level: int = logging.WARNING
    entity: str = ""
    state: State = State.RUNNING
    failures: int = 0
    retry_in: float | None = None
    attempt: int = 0
    of: int = 0
