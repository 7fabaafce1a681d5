"""Writes a part of a record whose schema, if it has one, is kept nowhere; headers are written so as well."""

from dataclasses import replace
from typing import Any

from http_source.config.options.output import MixedScalars
from http_source.connect.adapt import Adapter
from http_source.connect.converters.simple import Convert
from http_source.connect.merge import Merge
from http_source.connect.noticed import Noticed
from http_source.connect.record import Record
from http_source.connect.schema import OPTIONAL_STRING, UNDECIDED, Schema, Type
from http_source.connect.seen import is_undecided
from http_source.connect.served import with_floats
from http_source.connect.subjects import Part
from http_source.conversion.draft import Drafts, Taken
from http_source.conversion.subject import Written
from http_source.conversion.writing import NULL, PARTS, NeedsCloserLook


class PlainWriter:
    """Writes a part whose schema, if it has one, is kept nowhere."""

    def __init__(self, part: Part, convert: Convert) -> None:
        self._part_of = PARTS[part]
        self._convert = convert

    def write(self, record: Record, _noticed: Noticed) -> Written:
        """The bytes of the record's part."""
        schema, value = self._part_of(record)
        if value is None:
            return NULL
        if schema is None:
            return self._convert(None, value), ()
        if shares_a_schema(schema):
            raise NeedsCloserLook
        return self._convert(*resolved(schema, value)), ()

    def take(self, record: Record, _drafts: Drafts, noticed: Noticed, *, alone: bool) -> Taken:
        """The same."""
        return Taken(written=(self._convert(*resolved(*self._part_of(record))), ()) if alone else self.write(record, noticed))

    def forget(self) -> None:
        """Nothing is registered."""

    def close(self) -> None:
        """Nothing is open."""


def shares_a_schema(schema: Schema | None) -> bool:
    """Whether the order of fields, which nothing keeps here, may be that of another record; one that a transform made is its own."""
    if schema is None or schema.type is not Type.STRUCT:
        return False
    return schema.inferred or any(shares_a_schema(each.schema) for each in schema.fields)


def resolved(schema: Schema | None, value: Any) -> tuple[Schema | None, Any]:
    """Schema and value with the types of what is in arrays, which nothing but the value tells. Raises PlaceRefused."""
    if schema is None or value is None or schema.type not in (Type.STRUCT, Type.ARRAY):
        return (None if schema is not None and schema.type is Type.UNDECIDED else schema), with_floats(value)
    if schema.type is Type.ARRAY and is_undecided(value):
        return (replace(schema, items=OPTIONAL_STRING) if schema.items is UNDECIDED else schema), value
    own = Merge().record(value, schema, None)
    return own, Adapter(MixedScalars.REFUSE, str).compose(own)(value, Noticed())
