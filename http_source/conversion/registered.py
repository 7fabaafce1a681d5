"""The subjects of a Schema Registry: what is known of each, and how it grows."""

import threading
from dataclasses import replace
from typing import Any, Protocol

from http_source.config.options.converter import IdSerializer, RegistryOptions, SubjectStrategy
from http_source.connect.converters.format import ConversionRefused, Encode, Format, WrittenSchema
from http_source.connect.decode import is_decodable
from http_source.connect.evolve import evolved
from http_source.connect.framing import Frame, frame_of
from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import OPTIONAL_STRING, Schema, Type, struct
from http_source.connect.subjects import Part, Registered, in_context, subject_of
from http_source.conversion.subject import Current, Growth
from http_source.errors import PageRefused

_MOST_KEPT = 1_000


class SchemaRegistry(Protocol):
    """What is asked of a registry; each method raises RegistryFailed (see `edges.registry.registry.Registry`)."""

    def newest(self, subject: str) -> Registered | None:
        """The subject's newest version, or None when there is none."""

    def register(self, subject: str, written: WrittenSchema) -> Registered:
        """The schema under the subject, registered if it is not there yet."""

    def lookup(self, subject: str, written: WrittenSchema) -> Registered:
        """The schema under the subject, which must be there."""

    def version(self, subject: str, number: int) -> Registered | None:
        """A version of the subject, or None when it is not there any more."""

    def by_id(self, number: int, subject: str) -> Registered | None:
        """The schema with this id; None where nobody is asked for it."""

    def close(self) -> None:
        """Close the connections."""


class RegisteredSubjects:
    """Subjects of a Schema Registry. Methods raise RegistryFailed, and PageRefused for a registered schema that cannot be used."""

    def __init__(self, part: Part, format_: Format, registry: SchemaRegistry, options: RegistryOptions) -> None:
        self._part = part
        self._format = format_
        self._registry = registry
        self._options = options
        self._strategy = options.value_subject if part is Part.VALUE else options.key_subject
        self._serializer: IdSerializer = options.value_id if part is Part.VALUE else options.key_id
        # What all schemas that were inferred have in common.
        self._usual = format_.write_schema(struct({"field": OPTIONAL_STRING}))
        self._asking = threading.Lock()
        self.known: dict[str, Current | None] = {}
        self._kept: dict[int, tuple[Schema, Schema]] = {}
        by_id = options.schema_id >= 0
        self.fixed = "value.converter.use.schema.id" if by_id else "value.converter.use.latest.version" if options.use_latest else ""
        self.lossy = not (options.id_strict if by_id else options.latest_strict)

    def close(self) -> None:
        """Close the connections to the registry."""
        self._registry.close()

    def forget(self) -> None:
        """Ask anew: a person may have changed a subject."""
        self.known = {}

    def of_topic(self, topic: str) -> Current | None:
        """What is known of the subject of records as they are served; None as well where only a transform can name it."""
        if self._strategy is not SubjectStrategy.TOPIC and not self._usual.record_name:
            return None
        return self.current(self._subject(topic, self._usual.record_name))

    def named(self, topic: str, schema: Schema) -> str:
        """The subject of a topic's values. Raises ConversionRefused where the strategy needs a name and the schema has none."""
        return self._subject(topic, "" if self._strategy is SubjectStrategy.TOPIC else self._record_name(schema))

    def kept(self, schema: Schema) -> Schema:
        """The schema with so much of its name, version, doc and parameters as its format keeps: else it would grow with each page."""
        if schema.type is not Type.STRUCT or not schema.is_annotated:
            return schema
        known = self._kept.get(id(schema))
        if known is None or known[0] is not schema:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            known = self._kept[id(schema)] = schema, self._as_kept(schema)
        return known[1]

    def current(self, subject: str) -> Current | None:
        """What is known of a subject, asked for once; None where it has no schema yet."""
        known = self.known
        return known[subject] if subject in known else self.refreshed(subject)

    def refreshed(self, subject: str) -> Current | None:
        """The subject as the registry has it now; what is known already stays the very same."""
        with self._asking:
            fixed = self._options.schema_id
            registered = self._registry.by_id(fixed, subject) if fixed >= 0 else self._registry.newest(subject)
            known = self.known.get(subject)
            if registered is None or known is None or known.text != registered.text or known.frame != self._frame(registered):
                known = self.known[subject] = None if registered is None else self._read(subject, registered)
            return known

    def growth(self, current: Current | None, schema: Schema) -> Growth:
        """The text with what the schema has more, as any other process reads it. Raises ConversionRefused where it cannot have that."""
        format_ = self._format
        written = format_.write_schema(schema) if current is None else self._text_grown(current, schema)
        read = format_.read_schema(written.text, written.references)
        return Growth(read, written, format_.encoder(read, written.text, written.references))

    def _text_grown(self, current: Current, schema: Schema) -> WrittenSchema:
        try:
            return self._format.grow(schema, current.text, current.references)
        except ConversionRefused:
            # Of several reasons the one that a first schema is refused for: a record's does not depend on what was registered before it.
            self._format.write_schema(schema)
            raise

    def straight(self, current: Current) -> Encode | None:
        """What writes values as they are decoded, where the format has that and the schema is one that can be decoded."""
        try:
            return self._format.straight(current.schema, current.text, current.references) if is_decodable(current.schema) else None
        except ConversionRefused:
            return None

    def grow(self, subject: str, growth: Growth) -> Current:
        """Register the growth, or find it where nothing may be registered."""
        before, options = self.known.get(subject), self._options
        take = self._registry.register if options.auto_register else self._registry.lookup
        registered = take(subject, growth.written)
        frame = frame_of(self._serializer, self._part, registered, growth.written.indexes or self._usual.indexes)
        current = Current(growth.schema, growth.encode, frame, registered.text, registered.references, registered.version)
        self.known[subject] = current
        if options.auto_register:
            self._reunite(subject, current, (before and before.version) or 0)
        return current

    def _reunite(self, subject: str, current: Current, since: int) -> None:
        """Register what other processes let the subject have at the same moment: not every level refuses a version that lacks it."""
        schema = current.schema
        for number in range(since + 1, current.version or 0):
            if missed := self._registry.version(subject, number):
                schema = self._joined(schema, self._format.read_schema(missed.text, missed.references))
        if schema is not current.schema:
            self.grow(subject, self.growth(current, schema))

    def _joined(self, ours: Schema, theirs: Schema) -> Schema:
        try:
            return evolved(ours, theirs)
        except PlaceRefused:
            # Two types in one place: whose record comes next is told.
            return ours

    def without_schema(self, _value: Any) -> bytes:
        """Refuse: the format has nothing but schemas."""
        raise ConversionRefused(
            f"the {self._part} has no schema, which {self._format.registry_type} needs. Choose an output.data.format that has schemas, "
            "or a converter that needs none."
        )

    def _subject(self, topic: str, record_name: str) -> str:
        return in_context(subject_of(self._strategy, self._part, topic, record_name), self._options.context)

    def _as_kept(self, schema: Schema) -> Schema:
        try:
            written = self._format.write_schema(replace(schema, inferred=False).with_fields([("field", OPTIONAL_STRING)]))
            read = self._format.read_schema(written.text, written.references)
        except ConversionRefused:
            # Whoever lets the subject grow is told.
            return schema
        name = None if schema.name is None else read.name
        return replace(schema, name=name, version=read.version, doc=read.doc, parameters=read.parameters)

    def _record_name(self, schema: Schema) -> str:
        """By the schema's name alone: what its fields are is decided later."""
        if schema.type is Type.STRUCT:
            return self._format.write_schema(struct({"field": OPTIONAL_STRING}, name=schema.name)).record_name
        return "" if schema.type in (Type.ARRAY, Type.UNDECIDED) else self._format.write_schema(schema).record_name

    def _read(self, subject: str, registered: Registered) -> Current:
        text, references = registered.text, registered.references
        try:
            schema = self._format.read_schema(text, references)
            encode = self._format.encoder(schema, text, references)
        except ConversionRefused as refused:
            raise PageRefused(
                f"Nothing can be written with schema {registered.id} of subject {subject}: {refused} Register one that can, or produce to "
                "another topic.",
                retriable=False,
            ) from None
        return Current(schema, encode, self._frame(registered), text, references, registered.version)

    def _frame(self, registered: Registered) -> Frame:
        return frame_of(self._serializer, self._part, registered, self._usual.indexes)
