"""The subjects of a registry as a task writes to them: each schema registered once, every value in the subject's newest shape."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from http_source.config.options.converter import IdSerializer, RegistryOptions, SubjectStrategy
from http_source.connect.converters.format import ConversionRefused, Encode, Format, WrittenSchema
from http_source.connect.evolve import evolved
from http_source.connect.fit import fit
from http_source.connect.framing import Frame, KafkaHeader, frame_of
from http_source.connect.record import Record
from http_source.connect.refused import RecordRefused, pointer
from http_source.connect.schema import OPTIONAL_STRING, Schema, struct
from http_source.connect.subjects import Part, Registered, in_context, subject_of
from http_source.conversion.skipping import Skip, Stage
from http_source.errors import PageRefused

_MOST_KEPT = 1_000
_Key = tuple[str, int]
"""A topic, and the identity of a schema."""


class SchemaRegistry(Protocol):
    """What is asked of a registry; each method raises RegistryFailed (see `edges.registry.registry.Registry`)."""

    def newest(self, subject: str) -> Registered | None:
        """The subject's newest version, or None when there is none."""

    def register(self, subject: str, written: WrittenSchema) -> Registered:
        """The schema under the subject, registered if it is not there yet."""

    def lookup(self, subject: str, written: WrittenSchema) -> Registered:
        """The schema under the subject, which must be there."""

    def by_id(self, number: int, subject: str) -> Registered | None:
        """The schema with this id; None where nobody is asked for it."""

    def close(self) -> None:
        """Close the connections."""


@dataclass(frozen=True, slots=True)
class Current:
    """What a subject's values are written with."""

    schema: Schema
    encode: Encode
    frame: Frame


class SchemaWriter:
    """Writes the keys or the values of records, with their schemas in a registry.

    Shared by the threads of a task: each page's schemas are merged with the subject's newest one and registered before any of its values
    is written, and what is known is found without a lock. Methods raise PageRefused and RequestFailed; a value that does not fit is told
    to `skip`.
    """

    def __init__(self, part: Part, format_: Format, registry: SchemaRegistry, options: RegistryOptions) -> None:
        self._part = part
        self._stage = Stage.VALUE_CONVERTER if part is Part.VALUE else Stage.KEY_CONVERTER
        self._format = format_
        self._registry = registry
        self._options = options
        self._strategy = options.value_subject if part is Part.VALUE else options.key_subject
        self._serializer: IdSerializer = options.value_id if part is Part.VALUE else options.key_id
        # What all schemas that were inferred have in common.
        self._usual = format_.write_schema(struct({"field": OPTIONAL_STRING}))
        self._lock = threading.RLock()
        self._known: dict[str, Current | None] = {}
        self._writers: dict[_Key, _Writer] = {}

    def close(self) -> None:
        """Close the connections to the registry."""
        self._registry.close()

    def newest(self, topic: str) -> Schema | None:
        """Ask for the schema that a topic's records have by now; None when there is none, or when only a transform can name its subject."""
        if self._strategy is not SubjectStrategy.TOPIC and not self._usual.record_name:
            return None
        current = self._ask(self._subject(topic, self._usual.record_name))
        return None if current is None else current.schema

    def check(self, schema: Schema) -> None:
        """Raise ConversionRefused for a schema that the format cannot hold."""
        self._format.write_schema(schema)

    def write(self, records: Sequence[Record | None], skip: Skip) -> list[tuple[bytes | None, Sequence[KafkaHeader]] | None]:
        """The bytes and headers of each record's part; None where there is no record, or where it was skipped."""
        writers = self._chosen(records, skip)
        return [None if record is None else self._write(index, record, writers, skip) for index, record in enumerate(records)]

    def _write(
        self, index: int, record: Record, writers: "Mapping[_Key, _Writer | ConversionRefused]", skip: Skip
    ) -> tuple[bytes | None, Sequence[KafkaHeader]] | None:
        schema, value = self._of(record)
        if value is None:
            return None, ()
        writer = writers[record.topic, id(schema)]
        try:
            if isinstance(writer, ConversionRefused):
                raise writer
            return writer.write(value)
        except ConversionRefused as refused:
            skip(index, self._stage, str(refused), refused.path)
            return None

    def _chosen(self, records: Sequence[Record | None], skip: Skip) -> "Mapping[_Key, _Writer | ConversionRefused]":
        """What writes the values of each schema in the page, or why none does."""
        first: dict[_Key, tuple[int, Schema | None]] = {}
        for index, record in enumerate(records):
            if record is not None:
                schema, value = self._of(record)
                if value is not None:
                    first.setdefault((record.topic, id(schema)), (index, schema))
        known = {key: writer for key in first if (writer := self._writers.get(key)) and self._known.get(writer.subject) is writer.current}
        return known if len(known) == len(first) else self._settled(first, skip)

    def _settled(self, first: Mapping[_Key, tuple[int, Schema | None]], skip: Skip) -> "Mapping[_Key, _Writer | ConversionRefused]":
        """The same for schemas that may be new: those of one subject are merged before it grows, so that it grows once."""
        merged: dict[str, Schema] = {}
        taken: dict[_Key, tuple[str, Schema]] = {}
        refused: dict[_Key, ConversionRefused] = {}
        for key, (index, schema) in first.items():
            try:
                subject, named = taken[key] = self._named(key[0], schema)
                merged[subject] = self._merged(subject, named, merged)
            except ConversionRefused as refusal:
                refused[key] = refusal
                skip(index, self._stage, str(refusal), refusal.path)
        currents = {subject: self._adopt(subject, schema) for subject, schema in merged.items()}
        writers = {key: _Writer(subject, schema, currents[subject]) for key, (subject, schema) in taken.items() if key not in refused}
        self._keep(writers)
        return writers | refused

    def _merged(self, subject: str, schema: Schema, merged: Mapping[str, Schema]) -> Schema:
        """The schema merged with the others of the page and the subject's. Raises ConversionRefused when no schema holds all."""
        current = self._known[subject] if subject in self._known else self._ask(subject)
        before = merged.get(subject, schema if current is None else current.schema)
        try:
            return evolved(before, schema)
        except RecordRefused as conflict:
            raise ConversionRefused(conflict.reason, pointer(conflict.path)) from None

    def _keep(self, writers: "Mapping[_Key, _Writer]") -> None:
        """Keep what the next pages can use; transforms that make a schema for each record must not take all memory."""
        if len(self._writers) + len(writers) > _MOST_KEPT:
            self._writers.clear()
        self._writers.update(writers)

    def _of(self, record: Record) -> tuple[Schema | None, Any]:
        return (record.value_schema, record.value) if self._part is Part.VALUE else (record.key_schema, record.key)

    def _named(self, topic: str, schema: Schema | None) -> tuple[str, Schema]:
        if schema is None:
            raise ConversionRefused(
                f"the {self._part} has no schema, which {self._format.registry_type} needs. Choose an output.data.format that has schemas, "
                "or a converter that needs none."
            )
        named = "" if self._strategy is SubjectStrategy.TOPIC else self._format.write_schema(schema).record_name
        return self._subject(topic, named), schema

    def _subject(self, topic: str, record_name: str) -> str:
        return in_context(subject_of(self._strategy, self._part, topic, record_name), self._options.context)

    def _adopt(self, subject: str, schema: Schema) -> Current:
        """What writes the subject's values, after it has grown by the schema where need be."""
        current = self._known.get(subject)
        if current is not None and evolved(current.schema, schema) is current.schema:
            return current
        with self._lock:
            grown = self._known[subject] = self._grown(subject, schema)
        return grown

    def _ask(self, subject: str) -> Current | None:
        """The subject as the registry has it now."""
        with self._lock:
            fixed = self._options.schema_id
            registered = self._registry.by_id(fixed, subject) if fixed >= 0 else self._registry.newest(subject)
            current = self._known[subject] = None if registered is None else self._read(subject, registered)
            return current

    def _read(self, subject: str, registered: Registered) -> Current:
        try:
            schema = self._format.read_schema(registered.text)
            encode = self._format.encoder(schema, registered.text)
        except ConversionRefused as refused:
            raise PageRefused(
                f"Nothing can be written with schema {registered.id} of subject {subject}: {refused} Register one that can, or produce to "
                "another topic.",
                retriable=False,
            ) from None
        return Current(schema, encode, frame_of(self._serializer, self._part, registered, self._usual.indexes))

    def _grown(self, subject: str, schema: Schema) -> Current:
        # Somebody else may have registered one since this task last looked.
        current = self._ask(subject)
        merged = schema if current is None else evolved(current.schema, schema)
        if current is not None and merged is current.schema:
            return current
        if current is not None and (self._options.use_latest or self._options.schema_id >= 0):
            return self._fixed(subject, current)
        written = self._written(subject, merged)
        take = self._registry.register if self._options.auto_register else self._registry.lookup
        registered = take(subject, written)
        return Current(merged, self._format.encoder(merged), frame_of(self._serializer, self._part, registered, written.indexes))

    def _fixed(self, subject: str, current: Current) -> Current:
        """The schema that is chosen, if records that have more than it may lose that."""
        by_id = self._options.schema_id >= 0
        if not (self._options.id_strict if by_id else self._options.latest_strict):
            return current
        name, strict = ("use.schema.id", "id") if by_id else ("use.latest.version", "latest")
        raise PageRefused(
            f"The records do not fit the schema of subject {subject} that value.converter.{name} chooses. Register a schema that holds "
            f"them, or set value.converter.{strict}.compatibility.strict=false to leave out what it does not have.",
            retriable=False,
        )

    def _written(self, subject: str, schema: Schema) -> WrittenSchema:
        try:
            return self._format.write_schema(schema)
        except ConversionRefused as refused:
            place = f" at {refused.path}" if refused.path else ""
            raise PageRefused(
                f"The schema for subject {subject} cannot be written as {self._format.registry_type}{place}: {refused}", retriable=False
            ) from None


class _Writer:
    """Writes values of one schema in the shape of the subject's."""

    def __init__(self, subject: str, schema: Schema, current: Current) -> None:
        self.subject = subject
        self.current = current
        # As long as it is kept here, no other schema has its identity.
        self._schema = schema
        self._fit = fit(schema, current.schema)
        self._headers = current.frame.mark(())

    def write(self, value: Any) -> tuple[bytes, Sequence[KafkaHeader]]:
        current = self.current
        return current.frame.wrap(current.encode(self._fit(value) if self._fit else value)), self._headers
