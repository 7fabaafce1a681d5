"""The Schema Registry as the page path uses it: what is known is answered from memory, everything else takes a call.

Importing it takes a fifth of a second (Authlib, which confluent-kafka's client brings): a connector without a registry need not.
Source: the API of Confluent's Schema Registry, which Apicurio (`/apis/ccompat/v7`) and Karapace speak as well.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from confluent_kafka.schema_registry import RegisteredSchema, Schema, SchemaReference

from http_source.config.options.converter import RegistryOptions
from http_source.connect.converters.format import Reference, WrittenSchema
from http_source.connect.subjects import Registered, in_context, reference_subject_of
from http_source.edges.registry import failures
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.client import RegistryLine

_MOST_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a subject would take a schema, and if not, the registry's reasons; not every registry gives some."""

    compatible: bool
    messages: tuple[str, ...] = ()


class Registry:
    """Schemas of one format; may be used by several threads, of which one at a time asks the registry.

    Each method raises RegistryFailed for what the registry does not do; when that is retriable, waiting is the caller's.
    """

    def __init__(self, address: RegistryAddress, options: RegistryOptions, registry_type: str) -> None:
        """Make the client; nothing is sent yet. Raises RegistryFailed for an address or certificates that cannot be used."""
        self._address = address
        self._options = options
        self._type = registry_type
        self._line = RegistryLine(address)
        self._known: dict[tuple[str, str], Registered] = {}
        self._asking = threading.RLock()

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    def newest(self, subject: str) -> Registered | None:
        """The subject's newest version as it is now, or None when there is none."""
        with self._asking:
            answer = self._line.ask(subject, lambda client: client.get_latest_version(subject))
            return self._registered(subject, answer, answer.schema) if answer else None

    def register(self, subject: str, written: WrittenSchema) -> Registered:
        """The schema under the subject, registered if it is not there yet; what it imports comes first."""
        return self._remembered(subject, written, lambda: self._register(subject, written))

    def lookup(self, subject: str, written: WrittenSchema) -> Registered:
        """The schema under the subject, which must be there (`auto.register.schemas=false`)."""
        return self._remembered(subject, written, lambda: self._look_up(subject, written))

    def by_id(self, number: int, subject: str) -> Registered:
        """The schema with this id (`use.schema.id`); `subject` tells the context that the id belongs to."""
        with self._asking:
            schema = self._line.ask(subject, lambda client: client.get_schema(number, subject_name=subject))
            if schema is None:
                raise failures.unknown_id(self._address, number)
            # Only an entry under the subject has version and GUID.
            entry = self._line.ask(subject, lambda client: client.lookup_schema(subject, schema))
            known = entry if entry and entry.schema_id == number else RegisteredSchema(subject, None, number, None, schema)
            return self._registered(subject, known, schema)

    def compatibility(self, subject: str, written: WrittenSchema) -> Verdict:
        """Whether the subject's level allows the schema after its newest version; a subject without a version allows any."""
        with self._asking:
            schema = self._schema(written)
            answer = self._line.ask(subject, lambda client: client.verdict(subject, schema))
            return Verdict(*answer) if answer else Verdict(compatible=True)

    def _remembered(self, subject: str, written: WrittenSchema, find: Callable[[], Registered]) -> Registered:
        key = (subject, written.text)
        if known := self._known.get(key):
            return known
        with self._asking:
            known = self._known.get(key) or find()
            if len(self._known) >= _MOST_REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[key] = known
        return known

    def _register(self, subject: str, written: WrittenSchema) -> Registered:
        schema, normalize = self._schema(written), self._options.normalize
        answer = self._line.ask(subject, lambda client: client.register_schema_full_response(subject, schema, normalize))
        if answer is None or answer.schema_id is None:
            raise failures.no_registry(self._address)
        if answer.version is None:
            # Apicurio's answer, and that of Confluent's before 8.0, is the id alone.
            return self._look_up(subject, written)
        return Registered(id=answer.schema_id, guid=answer.guid, version=answer.version, text=written.text, references=written.references)

    def _look_up(self, subject: str, written: WrittenSchema) -> Registered:
        schema, normalize = self._schema(written), self._options.normalize
        answer = self._line.ask(subject, lambda client: client.lookup_schema(subject, schema, normalize))
        if answer is None:
            raise failures.unregistered(self._address, subject)
        return self._registered(subject, answer, schema)

    def _schema(self, written: WrittenSchema) -> Schema:
        """The schema as the client sends it, after what it imports was registered or found."""
        return Schema(written.text, self._type, [self._reference(each) for each in written.references])

    def _reference(self, reference: Reference) -> SchemaReference:
        find = self.register if self._options.auto_register else self.lookup
        subject = in_context(reference_subject_of(self._options.references, reference.name), self._options.context)
        return SchemaReference(reference.name, subject, find(subject, reference.written).version)

    def _registered(self, subject: str, answer: RegisteredSchema, schema: Schema) -> Registered:
        if answer.schema_id is None or schema.schema_str is None:
            raise failures.no_registry(self._address)
        if (theirs := schema.schema_type or "AVRO") != self._type:
            raise failures.other_format(self._address, subject, theirs=theirs, ours=self._type)
        written = self._written(subject, schema)
        return Registered(
            id=answer.schema_id, guid=answer.guid, version=answer.version, text=written.text, references=written.references
        )

    def _written(self, subject: str, schema: Schema) -> WrittenSchema:
        """The schema with the texts of what it imports."""
        references = tuple(self._imported(subject, each) for each in schema.references or ())
        return WrittenSchema(schema.schema_str or "", references=references)

    def _imported(self, subject: str, reference: SchemaReference) -> Reference:
        name, of, version = str(reference.name), str(reference.subject), int(reference.version or 0)
        answer = self._line.ask(subject, lambda client: client.get_version(of, version))
        if answer is None:
            raise failures.no_registry(self._address)
        return Reference(name, self._written(of, answer.schema))
