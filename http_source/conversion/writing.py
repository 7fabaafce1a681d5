"""Writes one part of a record: quickly where its subject holds it as it is, or closely, which is how a subject grows.

The quick way is never another outcome, only a sooner one: what it refuses is looked at closely.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Protocol

from http_source.config.options.output import MixedScalars
from http_source.connect.adapt import Adapter
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.covers import covers
from http_source.connect.fitting import fitting
from http_source.connect.framing import KafkaHeader
from http_source.connect.merge import Merge
from http_source.connect.noticed import Adapt, Noticed
from http_source.connect.record import Record
from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import Schema
from http_source.connect.seen import Rename
from http_source.connect.subjects import Part
from http_source.conversion.draft import Draft, Drafts, Grows, Taken
from http_source.conversion.subject import Current, Subjects, Written
from http_source.errors import PageRefused

PARTS: Mapping[Part, Callable[[Record], tuple[Schema | None, Any]]] = {
    Part.KEY: attrgetter("key_schema", "key"), Part.VALUE: attrgetter("value_schema", "value"),
}
"""What takes schema and value of one part out of a record."""

NULL: Written = (None, ())
_MOST_KEPT = 1_000


class NeedsCloserLook(Exception):
    """The quick way does not take a record."""


class Writer(Protocol):
    """Writes one part of each record."""

    def write(self, record: Record, noticed: Noticed) -> Written:
        """Bytes and headers of a record. Raises NeedsCloserLook, ConversionRefused or PlaceRefused: then it is looked at closely."""

    def take(self, record: Record, drafts: Drafts, noticed: Noticed, *, alone: bool) -> Taken:
        """What becomes of a record, which may bring something new where it is alone.

        Raises ConversionRefused or PlaceRefused for one that cannot be written, NeedsCloserLook where it must be alone.
        """

    def forget(self) -> None:
        """Ask anew what is registered."""

    def close(self) -> None:
        """Close what it is connected to."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How values of one schema are written, while their subject is what it is.

    Attributes:
        schema: as long as it is kept here, no other schema has its identity.
        current: None where each record is to be looked at closely.
        adapt: what is done to values before; None where they are written as they are.
    """

    schema: Schema
    subject: str
    current: Current | None
    adapt: Adapt | None
    headers: Sequence[KafkaHeader] = ()


class SchemaWriter:
    """Writes the keys or the values of records, with their schemas in a registry or beside them; shared by the threads of a task."""

    def __init__(self, part: Part, subjects: Subjects, mixed: MixedScalars, rename: Rename = str) -> None:
        self._part_of = PARTS[part]
        self.subjects = subjects
        self._mixed = mixed
        # A name that is not legal takes longer to change than its value.
        self.rename = lru_cache(_MOST_KEPT)(rename)
        lossy = bool(subjects.fixed) and subjects.lossy
        self._adapter = Adapter(mixed, self.rename, lossy=lossy)
        self._quick_adapter = Adapter(mixed, self.rename, lossy=lossy, exact=False)
        self._ways: dict[tuple[str, int], _Way] = {}

    def close(self) -> None:
        """Close the connections."""
        self.subjects.close()

    def forget(self) -> None:
        """Ask anew what is registered."""
        self.subjects.forget()

    def write(self, record: Record, noticed: Noticed) -> Written:
        """Bytes and headers, where the subject holds the record as it is. Raises NeedsCloserLook, ConversionRefused or PlaceRefused."""
        schema, value = self._part_of(record)
        if value is None:
            return NULL
        if schema is None:
            return self.subjects.without_schema(value), ()
        way = self._ways.get((record.topic, id(schema)))
        if way is None or self.subjects.known.get(way.subject) is not way.current:
            way = self._found(record.topic, schema)
        current = way.current
        if current is None:
            raise NeedsCloserLook
        return current.frame.prefix + current.encode(way.adapt(value, noticed) if way.adapt else value), way.headers

    def take(self, record: Record, drafts: Drafts, noticed: Noticed, *, alone: bool) -> Taken:
        """Let the draft of the record's subject grow as far as it must; nothing is changed before what was taken is committed.

        Raises ConversionRefused or PlaceRefused for a record that no schema of the subject holds, NeedsCloserLook where it may bring
        nothing new, Grows where no subject may grow, and PageRefused for a subject that must have a schema and has none.
        """
        schema, value = self._part_of(record)
        if value is None:
            return Taken(written=NULL)
        if schema is None:
            return Taken(written=(self.subjects.without_schema(value), ()))
        draft = drafts.of(self.subjects, self.subjects.named(record.topic, schema))
        taken, given = Taken(draft, draft.schema, draft.adapt, draft.encode), self.subjects.kept(schema)
        if not self._holds(taken, given, value, noticed):
            if not alone:
                raise NeedsCloserLook
            self._merge(taken, given, value, drafts, noticed)
        payload = None if taken.encode is None else taken.encode(taken.value)
        # What has grown is written once more, with all that the page brings.
        if payload is not None and draft.current is not None and taken.schema is draft.current.schema:
            taken.written = draft.current.framed(payload)
        return taken

    def _holds(self, taken: Taken, schema: Schema, value: Any, noticed: Noticed) -> bool:
        """Whether the subject holds the record as it is; then it need not be looked at place by place."""
        if taken.draft is None or taken.schema is None or not taken.draft.covers(schema, self.rename):
            return False
        taken.adapt = taken.adapt or self._adapter.compose(taken.schema)
        try:
            taken.value = taken.adapt(value, noticed)
        except PlaceRefused:
            return False
        return True

    def _merge(self, taken: Taken, schema: Schema, value: Any, drafts: Drafts, noticed: Noticed) -> None:
        merge = Merge(self._mixed, self.rename)
        grown = merge.record(value, schema, taken.schema)
        noticed.warnings += merge.warnings
        if grown != taken.schema and self._may_grow(taken.draft):
            self._grow(taken, grown, drafts)
        taken.adapt = taken.adapt or self._adapter.compose(taken.schema or grown)
        taken.value = taken.adapt(value, noticed)
        # Behind what the value itself may be refused for: so a record has one reason, with care or without.
        if taken.has_grown and drafts.careful and taken.draft is not None:
            taken.encode = self.subjects.growth(taken.draft.current, grown).encode

    def _may_grow(self, draft: Draft | None) -> bool:
        """Whether the subject may; a fixed one loses what it does not have, or refuses. Raises ConversionRefused.

        Raises PageRefused for a fixed one that is not there: it would refuse, or lose, all that ever comes.
        """
        fixed = self.subjects.fixed
        if fixed and draft is not None and draft.current is None:
            raise PageRefused(
                f"Subject {draft.name} has no schema, and {fixed} writes records with its newest. Register one, or set "
                f"value.converter.auto.register.schemas=true and {fixed}=false.",
                retriable=False,
            )
        if fixed and not self.subjects.lossy:
            strict = "id" if fixed.endswith("id") else "latest"
            raise ConversionRefused(
                f"it does not fit the schema that {fixed} chooses. Register a schema that holds it, or set "
                f"value.converter.{strict}.compatibility.strict=false to leave out what that does not have."
            )
        return not fixed

    def _grow(self, taken: Taken, grown: Schema, drafts: Drafts) -> None:
        if not drafts.growing:
            raise Grows
        taken.schema, taken.adapt, taken.encode, taken.has_grown = grown, None, None, True

    def _found(self, topic: str, schema: Schema) -> _Way:
        subject = self.subjects.named(topic, schema)
        current = self.subjects.current(subject)
        way = _Way(schema, subject, None, None)
        given = schema if current is not None and schema is current.schema else self.subjects.kept(schema)
        if current is not None and covers(current.schema, given, self.rename):
            way = _Way(schema, subject, current, fitting(given, current.schema, self._quick_adapter), current.frame.mark(()))
        # Transforms that make a schema for each record must not take all memory.
        if len(self._ways) >= _MOST_KEPT:
            self._ways.clear()
        self._ways[topic, id(schema)] = way
        return way
