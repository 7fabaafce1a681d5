"""Schemas by the ids that records name. Importing it takes a fifth of a second, as the registry's client does, and the extra `registry`."""

from uuid import UUID

from http_source.connect.converters.format import WrittenSchema
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.client import RegistryLine
from http_source.edges.registry.imports import Imports
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Foreign, readable


class SchemaLookup:
    """Asks a registry. Raises RegistryFailed for an address that is of no use."""

    def __init__(self, address: RegistryAddress, redact: Redactor) -> None:
        self._line = RegistryLine(address, redact)
        self._imports = Imports(address, self._line)
        self._redact = redact

    def close(self) -> None:
        """End its connections."""
        self._line.close()

    def find(self, subject: str, number: int | UUID) -> tuple[str, WrittenSchema] | None:
        """The registry's name for the format of a schema, and the schema with what it imports; None when there is none of this number.

        An id belongs to the context of its subject. Raises RegistryFailed.
        """
        if isinstance(number, UUID):
            schema = self._line.ask(subject, lambda client: client.get_schema_by_guid(str(number)))
        else:
            schema = self._line.ask(subject, lambda client: client.get_schema(number, subject_name=subject))
        if schema is None:
            return None
        return readable(Foreign(schema.schema_type or "AVRO"), self._redact, 40), self._imports.read(subject, schema)
