"""Pages of records as they come from polling, and the schemas that tests expect of them."""

import json
from typing import Any

from http_source.connect.decode import Decoder, Reading
from http_source.connect.schema import Schema, Type


def page(*records: Any) -> list[bytes]:
    """Each record's JSON text; text is taken as it is, so that numbers can be written digit for digit."""
    return [record.encode() if isinstance(record, str) else json.dumps(record).encode() for record in records]


def read(*pages: list[bytes], known: Schema | None = None) -> Reading:
    """Read pages in turn, each with the decoder the one before left."""
    decoder = Decoder(known)
    for each in pages:
        reading = decoder.read(each)
        decoder = reading.decoder
    return reading


def schema_of(*pages: list[bytes], known: Schema | None = None) -> Any:
    return sketch(read(*pages, known=known).decoder.schema)


def sketch(schema: Schema | None) -> Any:
    """A schema for the eye: a dict for a struct, a list for an array, else the type, with `?` where it is optional."""
    if schema is None:
        return None
    if schema.type is Type.STRUCT:
        return {each.name + _mark(each.schema): sketch(each.schema.as_required()) for each in schema.fields}
    if schema.type is Type.ARRAY:
        return [sketch(schema.items)]
    return str(schema.type) + _mark(schema)


def _mark(schema: Schema) -> str:
    return "?" if schema.optional else ""
