"""Keys and values as people read them: what names a schema of the Schema Registry is decoded with that schema."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self
from uuid import UUID

from http_source.config.extras import REGISTRY, lacking
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.framing import KafkaHeader
from http_source.connect.readers import Read, json_line, reader
from http_source.connect.subjects import Part
from http_source.connect.unframing import Framed, framed
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.registry_failures import RegistryFailed
from http_source.edges.registry.remembering import keep
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import escape

if TYPE_CHECKING:
    from http_source.edges.registry.lookup import SchemaLookup

_PATIENCE_S = 10.0
_AGAIN_S = 10.0
"""How long a registry that did not answer is not asked for the same schema again: every record would wait for it otherwise."""

_Key = tuple[str, int | UUID]


@dataclass(frozen=True, slots=True)
class Content:
    """A key or a value.

    Attributes:
        raw: its bytes; None where there is none.
        json: it as JSON on one line; None where it is not JSON, and could not be made JSON.
        schema: the id or GUID that it names.
        format: the registry's name for the schema's format: AVRO, JSON or PROTOBUF; empty where it is not known.
        problem: why it is shown undecoded although it names a schema, as a sentence; empty otherwise.
    """

    raw: bytes | None
    json: str | None = None
    schema: int | UUID | None = None
    format: str = ""
    problem: str = ""

    @property
    def line(self) -> str:
        """It on one line that no terminal can be harmed by; JSON stays JSON."""
        if self.raw is None:
            return "null"
        return escape(self.raw.decode(errors="backslashreplace")) if self.json is None else printable(self.json)


@dataclass(frozen=True, slots=True)
class _Schema:
    format: str
    read: Read


@dataclass(frozen=True, slots=True)
class _Failure:
    sentence: str
    until: float


class Deserializer:
    """Decodes keys and values; asks the registry once for each schema. A context that ends its connections."""

    def __init__(self, address: RegistryAddress, redact: Redactor) -> None:
        """Nothing is sent yet; without a url what names a schema is shown undecoded. Raises RegistryFailed for an unusable address."""
        self._address = replace(address, timeout=_PATIENCE_S)
        self._absent = _absent(address)
        self._lookup = None if self._absent else _lookup(self._address, redact)
        self._known: dict[_Key, _Schema | _Failure] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._lookup:
            self._lookup.close()

    def read(self, part: Part, topic: str, raw: bytes | None, headers: Iterable[KafkaHeader] = ()) -> Content:
        """The key or value of a record of the topic; what cannot be decoded says why and is not an error."""
        mark = None if raw is None else framed(part, raw, headers)
        if raw is None or mark is None:
            return Content(raw, None if raw is None else json_line(raw))
        schema = self._schema(f"{topic}-{part}", mark.schema)
        if isinstance(schema, _Failure):
            return Content(raw, schema=mark.schema, problem=schema.sentence)
        return self._decoded(schema, raw, mark)

    def _decoded(self, schema: _Schema, raw: bytes, mark: Framed) -> Content:
        try:
            return Content(raw, schema.read(mark.body), mark.schema, schema.format)
        except ConversionRefused as refused:
            return Content(raw, None, mark.schema, schema.format, f"It names schema {mark.schema} ({schema.format}), but {refused}")

    def _schema(self, subject: str, number: int | UUID) -> _Schema | _Failure:
        """What reads records of a schema. An id belongs to the context of its subject."""
        known = self._known.get((subject, number))
        if known is None or (isinstance(known, _Failure) and time.monotonic() > known.until):
            known = keep(self._known, (subject, number), self._found(subject, number))
        return known

    def _found(self, subject: str, number: int | UUID) -> _Schema | _Failure:
        try:
            return self._ask(subject, number)
        except RegistryFailed as failed:
            return _Failure(f"Schema {number} is not available. {failed}", time.monotonic() + _AGAIN_S)
        except ConversionRefused as refused:
            return _Failure(f"Schema {number} cannot be used: {refused}", float("inf"))

    def _ask(self, subject: str, number: int | UUID) -> _Schema | _Failure:
        if self._lookup is None:
            return _Failure(f"It names schema {number}, and {self._absent}", float("inf"))
        found = self._lookup.find(subject, number)
        if found is None:
            return _Failure(f"The Schema Registry at {self._address.shown} has no schema {number}. Does {self._address.url_name} name the "
                            "one that the record was written with?", time.monotonic() + _AGAIN_S)
        kind, written = found
        return _Schema(kind, reader(kind, written))


def _absent(address: RegistryAddress) -> str:
    """Why no registry is asked, as the end of a sentence; empty when one is."""
    if not address.url.strip():
        return f"no Schema Registry is named. Set {address.url_name}."
    return next((finding.message for finding in lacking(address.url_name, "decoding it", REGISTRY)), "")


def _lookup(address: RegistryAddress, redact: Redactor) -> "SchemaLookup":
    from http_source.edges.registry.lookup import SchemaLookup  # noqa: PLC0415 - needs an extra, and a fifth of a second

    return SchemaLookup(address, redact)


def printable(json: str) -> str:
    """JSON on one line with its invisible letters as JSON's own escapes."""
    return json if json.isprintable() else "".join(letter if letter.isprintable() else in_json(letter) for letter in json)


def in_json(letter: str) -> str:
    r"""A letter as JSON escapes it: `\u` and four digits, twice beyond U+FFFF."""
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
