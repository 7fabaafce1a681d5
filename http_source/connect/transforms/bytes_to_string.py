"""BytesToString: decodes bytes as text."""

from dataclasses import dataclass, field
from typing import Any

from http_source.config.property import HIGH, prop
from http_source.config.types import LIST, STRING, Simple
from http_source.connect.record import Record
from http_source.connect.schema import OPTIONAL_STRING, Schema, Type
from http_source.connect.transforms.parts import PerSchema, kind_of, on_part_or_null, pointer
from http_source.connect.transforms.transform import Part, TransformRefused

_READ = frozenset({Type.BYTES, Type.UNDECIDED})


def _charset(value: object) -> str:
    text = STRING.parse(value)
    try:
        b" ".decode(text, "replace")
    except LookupError:
        raise ValueError("Expected the name of a character set, such as UTF-8, ISO-8859-1 or UTF-16") from None
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class BytesToString:
    """Decodes the whole key or value when it is bytes, or fields of it; bytes that are not text in the character set become U+FFFD.

    Source: BytesToString of kafka-connect-transform-common.
    """

    part: Part
    charset: str = prop("charset", Simple("string", "a character set", _charset), "UTF-8", HIGH, "How the bytes are read as text.")
    fields: tuple[str, ...] = prop("fields", LIST, (), HIGH, "The fields to decode, when the key or value is a struct or an object.")
    _schemas: PerSchema[Schema] = field(default_factory=PerSchema, init=False, repr=False, compare=False)

    def __call__(self, record: Record) -> Record:
        """The record with text for bytes. Raises TransformRefused."""
        return on_part_or_null(record, self.part, self._decoded)

    def _decoded(self, schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
        new_schema = None if schema is None else self._schemas.get(schema, self._text_schema)
        if isinstance(value, dict):
            texts = {name: self._text(value[name], pointer(name)) for name in self.fields if name in value}
            return new_schema, ({**value, **texts} if any(text is not value[name] for name, text in texts.items()) else value)
        return new_schema, self._text(value)

    def _text(self, value: Any, path: str = "") -> str | None:
        if value is None:
            return None
        if not isinstance(value, bytes):
            raise TransformRefused(f"It decodes bytes, but this is {kind_of(value)}.", path)
        return value.decode(self.charset, "replace")

    def _text_schema(self, schema: Schema) -> Schema:
        if schema.type is not Type.STRUCT:
            return _as_text(schema)
        if not any(each.name in self.fields for each in schema.fields):
            return schema
        return schema.with_fields(
            (each.name, _as_text(each.schema, pointer(each.name)) if each.name in self.fields else each.schema) for each in schema.fields
        )


def _as_text(schema: Schema, path: str = "") -> Schema:
    if schema.type not in _READ or schema.name is not None:
        raise TransformRefused(f"It decodes bytes, but the schema says {schema.name or schema.type}.", path)
    return OPTIONAL_STRING if schema.optional else OPTIONAL_STRING.as_required()
