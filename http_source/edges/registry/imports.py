"""Schemas as the registry sends them, with what they import."""

from confluent_kafka.schema_registry import Schema, SchemaReference

from http_source.connect.converters.format import Reference, WrittenSchema
from http_source.connect.subjects import within
from http_source.edges.registry import registry_failures
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.client import RegistryLine
from http_source.edges.registry.remembering import keep


class Imports:
    """Finds what schemas import; what was found never changes, so it is asked for once."""

    def __init__(self, address: RegistryAddress, line: RegistryLine) -> None:
        """`line` asks the registry at the address."""
        self._address = address
        self._line = line
        self._known: dict[tuple[str, int], WrittenSchema] = {}

    def read(self, subject: str, schema: Schema) -> WrittenSchema:
        """The schema, found under the subject, with the texts of what it imports. Raises RegistryFailed."""
        return WrittenSchema(schema.schema_str or "", references=tuple(self._reference(subject, each) for each in schema.references or ()))

    def _reference(self, subject: str, sent: SchemaReference) -> Reference:
        name, of, version = str(sent.name), str(sent.subject), int(sent.version or 0)
        return Reference(name, self._imported(within(subject, of), version), of, version)

    def _imported(self, subject: str, version: int) -> WrittenSchema:
        if known := self._known.get((subject, version)):
            return known
        answer = self._line.ask(subject, lambda client: client.get_version(subject, version))
        if answer is None:
            raise registry_failures.not_to_be_imported(self._address, subject, version)
        return keep(self._known, (subject, version), self.read(subject, answer.schema))
