"""A registered JSON Schema with what a schema has more. The additions stand in their places, everything else as it stood."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.format import ConversionRefused, Reference, WrittenSchema
from http_source.connect.converters.json import json_bytes
from http_source.connect.converters.json_schema_additions import Additions, width
from http_source.connect.converters.json_schema_assertions import check_of
from http_source.connect.converters.json_schema_document import document
from http_source.connect.converters.json_schema_parts import unchangeable
from http_source.connect.converters.json_schema_place import Place
from http_source.connect.converters.json_schema_reader import read
from http_source.connect.record_refused import pointer
from http_source.connect.schema import Schema


def grown(schema: Schema, text: str, references: Sequence[Reference], options: ConverterOptions) -> WrittenSchema:
    """The text with what the schema has more than is read from it. Raises ConversionRefused where the text cannot take it."""
    registered, wanted = document(text, references), _bare(schema)
    known = read(registered, options)
    if known == wanted:
        return WrittenSchema(text, known.name or "", references)
    additions, place = Additions(registered.root, options), Place.root(registered)
    additions.at(place, replace(known, name=wanted.name, version=wanted.version), wanted)
    additions.name(place, known, wanted)
    written = WrittenSchema(json_bytes(registered.root).decode(), wanted.name or "", references)
    _confirm(written, wanted, options)
    return written


def _bare(schema: Schema) -> Schema:
    """The schema as if it had been read: without what only inference knows."""
    fields = tuple(replace(each, schema=_bare(each.schema)) for each in schema.fields)
    items, keys, values = (each and _bare(each) for each in (schema.items, schema.keys, schema.values))
    return replace(schema, fields=fields, items=items, keys=keys, values=values, inferred=False)


def _confirm(written: WrittenSchema, wanted: Schema, options: ConverterOptions) -> None:
    """Raise ConversionRefused unless the text reads as what was wanted: parts that lean on one another cannot grow alone."""
    try:
        again = document(written.text, written.references)
        check_of(again, wanted)
        place = next(_lacking(read(again, options), wanted, ""), None)
    except ConversionRefused as refused:  # a reference leads into what was changed
        place = refused.path
    if place is not None:
        raise unchangeable("hold more", "parts of it depend on one another", place)


def _lacking(found: Schema, wanted: Schema, path: str) -> Iterator[str]:
    """The places that do not hold what was wanted. One that shares its definition with another may hold more."""
    wider = width(found) > width(wanted) >= 0
    if (found.type is not wanted.type and not wider) or (wanted.optional and not found.optional):
        yield path
    for field in wanted.fields:
        there, inner = found.field(field.name), path + pointer((field.name,))
        yield from (inner,) if there is None else _lacking(there.schema, field.schema, inner)
    for one, other in ((found.items, wanted.items), (found.values, wanted.values)):
        if one is not None and other is not None:
            yield from _lacking(one, other, f"{path}/*")
