"""What the registry keeps: versions under subjects, ids of schemas, levels of compatibility."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from http_source.demo.registry import avro, json_schema, protobuf

LEVELS = ("NONE", *(f"{way}{span}" for way in ("BACKWARD", "FORWARD", "FULL") for span in ("", "_TRANSITIVE")))
NOT_VALID, NO_LEVEL, NOT_COMPATIBLE = 42201, 42203, 409
NO_SUBJECT, NO_VERSION, NO_SCHEMA = 40401, 40402, 40403


class RegistryError(Exception):
    """What the registry refuses; its code begins with the status of the answer."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = int(str(code)[:3])


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema as it was sent.

    Attributes:
        references: what it imports, by name, subject and version.
        normalized: whether the order of a JSON Schema's keywords is of no account.
    """

    text: str
    type: str = "AVRO"
    references: Sequence[Mapping[str, Any]] = ()
    normalized: bool = False

    @property
    def canonical(self) -> str:
        """The same text for the same schema, whatever its blanks, and for Avro whatever the order of its attributes."""
        if self.type == "PROTOBUF":
            words = " ".join(self.text.split())
        else:
            words = json.dumps(json.loads(self.text), sort_keys=self.normalized or self.type == "AVRO")
        return json.dumps([self.type, words, list(self.references)])

    @property
    def guid(self) -> UUID:
        """The same for equal schemas, in every registry."""
        return uuid5(NAMESPACE_URL, self.canonical)


@dataclass(slots=True)
class Store:
    """Everything, in memory; not for several threads at once."""

    level: str = "BACKWARD"
    levels: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, list[Schema]] = field(default_factory=dict)
    _ids: dict[tuple[str, str], int] = field(default_factory=dict)
    _by_id: dict[tuple[str, int], Schema] = field(default_factory=dict)

    def register(self, subject: str, schema: Schema) -> int:
        """The schema's version under the subject, a new one if need be. Raises RegistryError for what is not valid or compatible."""
        self.check(schema)
        versions = self.subjects.get(subject, [])
        if (found := _place(versions, schema)) is not None:
            return found
        if reasons := self.reasons(subject, schema, versions):
            raise RegistryError(NOT_COMPATIBLE, _incompatible(subject, reasons))
        self.subjects[subject] = [*versions, schema]
        return len(versions) + 1

    def lookup(self, subject: str, schema: Schema) -> int:
        """The version that the schema has under the subject."""
        self.check(schema)
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
        """The schema's id in the subject's context; equal schemas share one."""
        context = _context(subject)
        number = self._ids.setdefault((context, schema.canonical), sum(each == context for each, _ in self._ids) + 1)
        self._by_id.setdefault((context, number), schema)
        return number

    def by_id(self, subject: str, number: int) -> Schema:
        """The schema with this id in the subject's context."""
        try:
            return self._by_id[_context(subject), number]
        except KeyError:
            raise RegistryError(NO_SCHEMA, f"Schema {number} not found") from None

    def contexts(self) -> list[str]:
        """Every context in use, the default one `.` first."""
        return sorted({".", *(_context(subject) for subject in self.subjects)})

    def set_level(self, subject: str, level: str) -> None:
        """The level of a subject, or of all others when it is empty."""
        if level not in LEVELS:
            raise RegistryError(NO_LEVEL, f"Invalid compatibility level. Valid values are {', '.join(LEVELS)}")
        if subject:
            self.levels[subject] = level
        else:
            self.level = level

    def check(self, schema: Schema) -> None:
        """Raises RegistryError for a schema that is none, or whose imports are not there."""
        try:
            _reasons(schema, schema, self._imports(schema))
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise RegistryError(NOT_VALID, f"Invalid schema of type {schema.type}, details: {error}") from None

    def reasons(self, subject: str, schema: Schema, versions: Sequence[Schema]) -> list[str]:
        """Why the subject's level does not allow the schema after these versions."""
        level = self.levels.get(subject, self.level)
        olds = versions if level.endswith("_TRANSITIVE") else versions[-1:]
        return [reason for old in reversed(olds) for reason in self._reasons_by(level.removesuffix("_TRANSITIVE"), schema, old)]

    def _reasons_by(self, way: str, new: Schema, old: Schema) -> Iterator[str]:
        if new.type != old.type:
            yield f"the new schema is {new.type}, the old one {old.type}"
            return
        imports = self._imports(new)
        if way in {"BACKWARD", "FULL"}:
            yield from _reasons(new, old, imports)
        if way in {"FORWARD", "FULL"}:
            yield from _reasons(old, new, imports)

    def _imports(self, schema: Schema) -> list[str]:
        texts = []
        for reference in schema.references:
            try:
                _, imported = self.version(str(reference["subject"]), str(reference["version"]))
            except (RegistryError, LookupError, TypeError):
                raise RegistryError(NOT_VALID, f"Invalid schema of type {schema.type}: nothing is at {dict(reference)}") from None
            texts += [*self._imports(imported), imported.text]
        return texts


def _reasons(reader: Schema, writer: Schema, imports: Sequence[str]) -> list[str]:
    return list(_RULES[reader.type](reader.text, writer.text, imports))


def _avro(reader: str, writer: str, imports: Sequence[str]) -> Iterator[str]:
    yield from avro.Reader(json.loads(reader), json.loads(writer), [json.loads(each) for each in imports]).differences()


def _json(reader: str, writer: str, _imports: Sequence[str]) -> Iterator[str]:
    new, old = json.loads(reader), json.loads(writer)
    json_schema.check(new)
    yield from json_schema.differences(new, old)


def _protobuf(reader: str, writer: str, _imports: Sequence[str]) -> Iterator[str]:
    yield from protobuf.differences(reader, writer)


_RULES: Mapping[str, Callable[[str, str, Sequence[str]], Iterator[str]]] = {"AVRO": _avro, "JSON": _json, "PROTOBUF": _protobuf}
TYPES = tuple(_RULES)


def _place(versions: Sequence[Schema], schema: Schema) -> int | None:
    return next((number for number, each in enumerate(versions, 1) if each.canonical == schema.canonical), None)


def _context(subject: str) -> str:
    return subject.split(":")[1] if subject.startswith(":.") else "."


def _incompatible(subject: str, reasons: Sequence[str]) -> str:
    return f'Schema being registered is incompatible with an earlier schema for subject "{subject}", details: [{"; ".join(reasons)}]'
