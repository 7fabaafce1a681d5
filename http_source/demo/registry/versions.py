"""What the registry keeps: versions under subjects, and ids of schemas."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from http_source.connect.subjects import within

NOT_VALID, NO_SUBJECT, NO_VERSION, NO_SCHEMA = 42201, 40401, 40402, 40403


class RegistryError(Exception):
    """What the registry refuses; its code begins with the status of the answer."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = int(str(code)[:3])


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema as it was sent; `references` are what it imports, by name, subject and version."""

    text: str
    type: str = "AVRO"
    references: Sequence[Mapping[str, Any]] = ()

    @property
    def canonical(self) -> str:
        """The same text for the same schema, whatever its blanks. Raises ValueError for what should be JSON and is not."""
        words = self.text.split() if self.type == "PROTOBUF" else json.loads(self.text)
        return json.dumps([self.type, words, list(self.references)])

    @property
    def guid(self) -> UUID:
        """The same for equal schemas, in every registry."""
        return uuid5(NAMESPACE_URL, self.canonical)


@dataclass(slots=True)
class Store:
    """Everything, in memory; not for several threads at once."""

    subjects: dict[str, list[Schema]] = field(default_factory=dict)
    _contexts: dict[str, dict[str, Schema]] = field(default_factory=dict)
    """Context → each of its schemas by its canonical text, in the order of their ids."""

    def register(self, subject: str, schema: Schema) -> int:
        """The schema's version under the subject, a new one if need be. Raises RegistryError for imports that are not there."""
        for reference in schema.references:
            self._check_import(subject, reference)
        versions = self.subjects.setdefault(subject, [])
        if (found := _place(versions, schema)) is not None:
            return found
        versions.append(schema)
        self._contexts.setdefault(_context(subject), {}).setdefault(schema.canonical, schema)
        return len(versions)

    def lookup(self, subject: str, schema: Schema) -> int:
        """The version that the schema has under the subject."""
        found = _place(self.versions(subject), schema)
        if found is None:
            raise RegistryError(NO_SCHEMA, "Schema not found")
        return found

    def versions(self, subject: str) -> list[Schema]:
        """The subject's schemas, version 1 first."""
        if subject not in self.subjects:
            raise RegistryError(NO_SUBJECT, f"Subject '{subject}' not found.")
        return self.subjects[subject]

    def version(self, subject: str, name: str) -> tuple[int, Schema]:
        """A version by its number, or the newest by `latest` or `-1`."""
        versions = self.versions(subject)
        number = len(versions) if name in {"latest", "-1"} else int(name) if name.isdecimal() else 0
        if not 0 < number <= len(versions):
            raise RegistryError(NO_VERSION, f"Version {name} not found.")
        return number, versions[number - 1]

    def id_of(self, subject: str, schema: Schema) -> int:
        """The id of a schema that is registered in the subject's context; equal schemas share one."""
        return list(self._contexts[_context(subject)]).index(schema.canonical) + 1

    def by_id(self, subject: str, number: int) -> Schema:
        """The schema with this id in the subject's context."""
        schemas = list(self._contexts.get(_context(subject), {}).values())
        if not 0 < number <= len(schemas):
            raise RegistryError(NO_SCHEMA, f"Schema {number} not found")
        return schemas[number - 1]

    def by_guid(self, guid: str) -> Schema:
        """The schema with this GUID."""
        for schemas in self._contexts.values():
            if found := next((each for each in schemas.values() if str(each.guid) == guid), None):
                return found
        raise RegistryError(NO_SCHEMA, f"Schema {guid} not found")

    def _check_import(self, subject: str, reference: Mapping[str, Any]) -> None:
        try:
            self.version(within(subject, str(reference["subject"])), str(reference["version"]))
        except (RegistryError, LookupError, TypeError):
            raise RegistryError(NOT_VALID, f"Invalid schema: nothing is at the reference {reference}") from None


def _place(versions: Sequence[Schema], schema: Schema) -> int | None:
    return next((number for number, each in enumerate(versions, 1) if each.canonical == schema.canonical), None)


def _context(subject: str) -> str:
    return subject.split(":")[1] if subject.startswith(":.") else "."
