"""The Schema Registry as the page path uses it: what is known is answered from memory, everything else takes a call.

Importing it takes a fifth of a second (Authlib, which confluent-kafka's client brings): a connector without a registry need not.
Source: the API of Confluent's Schema Registry, which Apicurio (`/apis/ccompat/v7`) and Karapace speak as well.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from confluent_kafka.schema_registry import RegisteredSchema, Schema, SchemaReference

from http_source.config.options.converter import RegistryOptions
from http_source.connect.converters.format import WrittenSchema
from http_source.connect.subjects import Registered
from http_source.edges.registry import registry_failures
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.client import RegistryLine
from http_source.edges.registry.imports import Imports
from http_source.edges.registry.remembering import keep
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Foreign, readable

_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Compatibility:
    """Whether a subject would take a schema, and if not, the registry's reasons; not every registry gives some."""

    compatible: bool
    messages: tuple[str, ...] = ()


class Registry:
    """Schemas of one format; may be used by several threads, of which one at a time asks the registry.

    Each method raises RegistryFailed for what the registry does not do; when that is retriable, waiting is the caller's.
    """

    def __init__(self, address: RegistryAddress, options: RegistryOptions, registry_type: str, redact: Redactor) -> None:
        """Make the client, whose secrets `redact` gets to know; nothing is sent yet.

        Raises RegistryFailed for an address or certificates that cannot be used.
        """
        self._address = address
        self._options = options
        self._type = registry_type
        self._redact = redact
        self._line = RegistryLine(address, redact)
        self._known: dict[tuple[object, ...], Registered] = {}
        self._imports = Imports(address, self._line)
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
        """The schema under the subject, registered if it is not there yet, with the references that it has."""
        return self._remembered(subject, written, lambda: self._register(subject, written))

    def lookup(self, subject: str, written: WrittenSchema) -> Registered:
        """The schema under the subject, which must be there (`auto.register.schemas=false`)."""
        return self._remembered(subject, written, lambda: self._look_up(subject, written))

    def version(self, subject: str, number: int) -> Registered | None:
        """A version of the subject, or None when it is not there any more."""
        with self._asking:
            answer = self._line.ask(subject, lambda client: client.get_version(subject, number))
            return self._registered(subject, answer, answer.schema) if answer else None

    def by_id(self, number: int, subject: str) -> Registered:
        """The schema with this id (`use.schema.id`); `subject` tells the context that the id belongs to."""
        with self._asking:
            schema = self._line.ask(subject, lambda client: client.get_schema(number, subject_name=subject))
            if schema is None:
                raise registry_failures.unknown_id(self._address, number)
            # Only an entry under the subject has version and GUID.
            entry = self._line.ask(subject, lambda client: client.lookup_schema(subject, schema))
            known = entry if entry and entry.schema_id == number else RegisteredSchema(subject, None, number, None, schema)
            return self._registered(subject, known, schema)

    def compatibility(self, subject: str, written: WrittenSchema) -> Compatibility:
        """Whether the subject's level allows the schema after its newest version; a subject without a version allows any."""
        with self._asking:
            schema, normalize = self._sent(written), self._options.normalize
            answer = self._line.ask(subject, lambda client: client.verdict(subject, schema, normalize=normalize))
            compatible, reasons = answer or (True, ())
            return Compatibility(compatible, tuple(readable(each, self._redact, _LONGEST) for each in reasons))

    def _remembered(self, subject: str, written: WrittenSchema, find: Callable[[], Registered]) -> Registered:
        key = (subject, written.text, *((each.name, each.subject, each.version) for each in written.references))
        if known := self._known.get(key):
            return known
        with self._asking:
            known = self._known.get(key) or find()
            keep(self._known, key, known)
        return known

    def _register(self, subject: str, written: WrittenSchema) -> Registered:
        schema, normalize = self._sent(written), self._options.normalize
        answer = self._line.ask(subject, lambda client: client.register_schema_full_response(subject, schema, normalize))
        if answer is None:
            raise registry_failures.no_registry(self._address)
        if answer.version is None:
            # Apicurio's answer, and that of Confluent's before 8.0, is the id alone.
            return self._look_up(subject, written)
        return self._known_as(answer, written)

    def _look_up(self, subject: str, written: WrittenSchema) -> Registered:
        schema, normalize = self._sent(written), self._options.normalize
        answer = self._line.ask(subject, lambda client: client.lookup_schema(subject, schema, normalize))
        if answer is None:
            raise registry_failures.unregistered(self._address, subject)
        return self._known_as(answer, written)

    def _known_as(self, answer: RegisteredSchema, written: WrittenSchema) -> Registered:
        if answer.schema_id is None:
            raise registry_failures.no_registry(self._address)
        references = tuple(written.references)
        return Registered(id=answer.schema_id, guid=answer.guid, version=answer.version, text=written.text, references=references)

    def _sent(self, written: WrittenSchema) -> Schema:
        """The schema as the client sends it."""
        return Schema(written.text, self._type, [SchemaReference(each.name, each.subject, each.version) for each in written.references])

    def _registered(self, subject: str, answer: RegisteredSchema, schema: Schema) -> Registered:
        if schema.schema_str is None:
            raise registry_failures.no_registry(self._address)
        if (theirs := schema.schema_type or "AVRO") != self._type:
            raise registry_failures.other_format(self._address, subject, theirs=Foreign(str(theirs)), ours=self._type, redact=self._redact)
        return self._known_as(answer, self._imports.read(subject, schema))
