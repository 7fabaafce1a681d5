"""What one page makes of the subjects it writes to, before anybody is told: it grows record by record, and a refused one leaves nothing.

Rule 1 of the fold: a record is judged by what is registered and the records before it, never by a later one. So it does not matter how
a stream is cut into pages; what a page adds is registered in one step all the same.
"""

import pickle
from dataclasses import dataclass, field
from typing import Any

from http_source.connect.converters.format import ConversionRefused, Encode
from http_source.connect.covers import covers
from http_source.connect.noticed import Adapt
from http_source.connect.schema import Schema
from http_source.connect.seen import Rename
from http_source.conversion.subject import Current, Growth, Subjects, Written
from http_source.errors import RequestFailed


class Grows(Exception):
    """A record needs more than its subject has, and others may write at the same time."""


class NeedsCare(Exception):
    """A record that let a subject grow is refused by what comes after: which one it is, a look at each step tells."""


class Overtaken(Exception):
    """Another process let a subject grow at the same moment, so the registry refused what was made of the version before.

    Attributes:
        failure: what the registry said.
    """

    def __init__(self, failure: RequestFailed) -> None:
        super().__init__(str(failure))
        self.failure = failure


@dataclass(slots=True)
class Draft:
    """One subject.

    Attributes:
        current: as it is registered; None where it has no schema yet.
        schema: as it has grown.
        adapt: makes values of it.
        encode: writes them; None until the grown schema is written.
        covered: a schema that transforms left of a record, and whether all of it is in this one.
    """

    subjects: Subjects
    name: str
    current: Current | None
    schema: Schema | None
    adapt: Adapt | None = None
    encode: Encode | None = None
    covered: tuple[Schema, bool] | None = None

    def covers(self, given: Schema, rename: Rename) -> bool:
        """Whether the schema has all that transforms said of a record."""
        if self.schema is None:
            return False
        if self.covered is None or self.covered[0] is not given:
            self.covered = given, covers(self.schema, given, rename)
        return self.covered[1]

    @property
    def has_grown(self) -> bool:
        """Whether it is to be registered anew."""
        return self.schema is not None and (self.current is None or self.schema is not self.current.schema)

    def register(self, growth: Growth) -> None:
        """Register what it has become. Raises RequestFailed when the registry fails, and Overtaken."""
        try:
            self.current = self.subjects.grow(self.name, growth)
        except RequestFailed as failure:
            if failure.retriable or self.subjects.refreshed(self.name) is self.current:
                raise
            raise Overtaken(failure) from failure


@dataclass(slots=True)
class Drafts:
    """The subjects of one page.

    Attributes:
        growing: whether subjects may grow: nobody else lets one grow meanwhile.
        careful: whether each step is written, and tried with its record, before the next one.
        have_grown: whether anything is to be registered.
    """

    growing: bool = False
    careful: bool = False
    have_grown: bool = False
    _drafts: dict[tuple[int, str], Draft] = field(default_factory=dict)

    def of(self, subjects: Subjects, name: str) -> Draft:
        """The draft of a subject, as it is registered now where it may grow."""
        key = (id(subjects), name)
        if key not in self._drafts:
            current = subjects.refreshed(name) if self.growing else subjects.current(name)
            schema, encode = (None, None) if current is None else (current.schema, current.encode)
            self._drafts[key] = Draft(subjects, name, current, schema, encode=encode)
        return self._drafts[key]

    def growths(self) -> list[tuple[Draft, Growth]]:
        """What is to be registered. Raises NeedsCare where a format cannot have it."""
        grown = [each for each in self._drafts.values() if each.has_grown]
        try:
            growths = [(each, each.subjects.growth(each.current, each.schema)) for each in grown if each.schema is not None]
        except ConversionRefused:
            raise NeedsCare from None
        for draft, growth in growths:
            draft.encode = growth.encode
        return growths


@dataclass(slots=True)
class Taken:
    """A part of a record that its subject holds, after it has grown if need be.

    Attributes:
        draft: the subject's; None for what has none.
        schema: what the subject has with this record; likewise what adapts and what encodes.
        value: adapted to it.
        packed: the value, pickled; None where it is not.
        written: bytes and headers; None where the subject has grown.
        payload: the bytes then.
        has_grown: whether this record let it grow.
    """

    draft: Draft | None = None
    schema: Schema | None = None
    adapt: Adapt | None = None
    encode: Encode | None = None
    value: Any = None
    packed: bytes | None = None
    written: Written | None = None
    payload: bytes | None = None
    has_grown: bool = False

    def commit(self) -> None:
        """Let what comes after stand on it."""
        if self.draft is not None:
            self.draft.schema, self.draft.adapt, self.draft.encode = self.schema, self.adapt, self.encode
            if self.has_grown:
                self.draft.covered = None

    def pack(self) -> None:
        """Keep the value in a tenth of the memory until it is written."""
        if self.written is None:
            self.packed, self.value = pickle.dumps(self.value, pickle.HIGHEST_PROTOCOL), None

    def encode_grown(self) -> None:
        """Write the value with what its subject has become. Raises ConversionRefused where that refuses it."""
        if self.written is None and self.draft is not None and self.draft.encode is not None:
            value = self.value if self.packed is None else pickle.loads(self.packed)  # noqa: S301 - this process pickled it
            self.packed, self.payload = None, self.draft.encode(value)

    def finished(self) -> Written:
        """Bytes and headers, now that the subject is registered."""
        if self.written is None and self.draft is not None and self.draft.current is not None and self.payload is not None:
            return self.draft.current.framed(self.payload)
        return self.written or (None, ())
