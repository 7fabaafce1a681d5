"""Adds to a registered Avro schema what Connect's has more; whatever is not touched stays as the person wrote it.

A named type that is used in several places is changed where it is defined, and so for all of them. A change that one of them brought is
there when the next one is looked at: it asks for the same, or for more.
Source: Avro specification 1.12, "Schema Resolution": what is added is what a reader of the new schema needs to read the old one's data.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters import avro_marks as marks
from http_source.connect.converters.avro_encoder import CARRIES
from http_source.connect.converters.avro_logical import logical_type
from http_source.connect.converters.avro_names import NULL, PRIMITIVES, defined_name, named_in
from http_source.connect.converters.avro_parser import Parsed
from http_source.connect.converters.avro_place import Place
from http_source.connect.converters.avro_reader import Reader, plain
from http_source.connect.converters.avro_rename import RecordName
from http_source.connect.converters.avro_schema import TYPES, Writer
from http_source.connect.converters.primitives import inner
from http_source.connect.record_refused import pointer
from http_source.connect.schema import LOGICAL, NUMBERS, Field, Schema, Type, wider

Json = dict[str, Any]

_A = {"enum": "an enum", "fixed": "of a fixed length"}


class Grower:
    """Grows one schema, `parsed.json`, in place."""

    def __init__(self, options: ConverterOptions, parsed: Parsed, schema: Schema) -> None:
        self._parsed = parsed
        self._values: dict[str, tuple[Any, ...]] = {}
        reader = Reader(options, parsed.named)
        self._known = reader.read(parsed.root)
        self._writer = Writer(options, schema, {name: partial(reader.read, name) for name in parsed.named})
        self._record_name = RecordName(parsed, self._writer.names, marked=options.connect_meta_data)

    def grown(self, schema: Schema) -> Any:
        """The JSON with what the schema has more. Raises ConversionRefused with the place that cannot be changed."""
        self._at(self._parsed.json, self._known, Place())  # changes nothing, and finds what the defaults of all uses of a record have in it
        grown = self._at(self._parsed.json, schema, Place())
        self._record_name.change(self._known, schema)
        return grown

    def _at(self, written: Any, schema: Schema, place: Place) -> Any:
        if isinstance(written, list):
            return self._union(written, schema, place)
        grown = self._type(written, schema, place)
        return self._nullable(grown, place) if schema.optional else grown

    def _nullable(self, written: Any, place: Place) -> Any:
        """Null comes first, where its default is null; a default that is there needs its own type first."""
        self._close(written, place).check("null is allowed")
        return [written, NULL] if any(each is not None for each in place.values) else [NULL, written]

    def _union(self, written: list[Any], schema: Schema, place: Place) -> Any:
        branches = [index for index, each in enumerate(written) if each != NULL]
        if len(branches) == 1 and not marks.is_union(schema):
            grown = self._at(written[branches[0]], schema.as_required(), place)
            written[branches[0]] = grown
            return written if NULL in written or not schema.optional else self._nullable(grown, place)
        if not branches:
            return self._type(NULL, schema, place)
        closed = replace(place, closed="a union stands there, whose types stay as they are. Register one that has room for the records.")
        if schema.optional and NULL not in written:
            closed.check("null is allowed")
        for index, each in zip(branches, schema.fields, strict=True):
            self._type(written[index], each.schema, replace(closed, path=place.path + pointer((each.name,)), values=()))
        return written

    def _type(self, written: Any, schema: Schema, place: Place) -> Any:
        kind = written if isinstance(written, str) else written["type"]
        if not _takes(kind, schema):
            replace(place, closed=f"the type there is {kind}.").check(f"it becomes {schema.type}")
        match kind:
            case "record" | "error":
                self._record(written, schema, place)
            case "array" if schema.keys is not None:
                self._entries(written["items"], schema, place.inside())
            case "array":
                written["items"] = self._at(written["items"], inner(schema.items, place.path), place.inside())
            case "map":
                written["values"] = self._at(written["values"], inner(schema.values, place.path), place.inside())
            case "int" | "long" | "float":
                return self._number(written, schema, place)
            case _ if kind not in CARRIES:
                definition, there = self._definition(kind, place)
                self._type(definition, schema, there)
        return written

    def _definition(self, name: str, place: Place) -> tuple[Json, Place]:
        """A named type is changed where it is defined, if that is in this text."""
        full = named_in(self._parsed.named, name, place.space) or name
        if full in self._parsed.definitions:
            return self._parsed.definitions[full], replace(place, space=_around(full))
        closed = f"the type {full!r} is imported. Register it with the change, and import that version."
        return self._parsed.named[full], replace(place, space=_around(full), closed=place.closed or closed)

    def _record(self, written: Json, schema: Schema, place: Place) -> None:
        full = defined_name(written, place.space)
        values = self._values[full] = (*self._values.get(full, ()), *place.values)
        place = replace(place, space=_around(full), values=values)
        there = {each["name"]: each for each in written["fields"]}
        for field in schema.fields:
            if field.name in there:
                self._field(there[field.name], field.schema, place)
            else:
                self._add(written, schema, field, place)

    def _add(self, written: Json, schema: Schema, field: Field, place: Place) -> None:
        path = place.path + pointer((field.name,))
        replace(place, path=path).check("a field is added")
        written["fields"].append(self._writer.field(schema, field, path, place.space or None))

    def _field(self, written: Json, schema: Schema, place: Place) -> None:
        required = not _may_be_null(written["type"])
        written["type"] = self._at(written["type"], schema, place.field(written))
        if required and isinstance(written["type"], list) and written["type"][0] == NULL:
            written["default"] = None

    def _entries(self, items: Any, schema: Schema, place: Place) -> None:
        """A map whose keys are not strings is an array of records, each with a key and a value."""
        if isinstance(items, str):
            items, place = self._definition(items, place)
        place = replace(place, space=_around(defined_name(items, place.space)))
        for field, part in zip(items["fields"], (schema.keys, schema.values), strict=True):
            field["type"] = self._at(field["type"], inner(part, place.path), replace(place.field(field), path=place.path))

    def _number(self, written: Any, schema: Schema, place: Place) -> Any:
        avro = {"type": written} if isinstance(written, str) else written
        known = plain(avro).type
        # What is not a number is not compared here.
        wanted = wider(known, schema.type) if schema.type in NUMBERS else known
        if wanted is known:
            return written
        self._close(written, place).check(f"it becomes {wanted}")
        grown = {**avro, "type": TYPES[wanted], marks.TYPE: wanted.lower()}
        if wanted is not Type.INT16:
            del grown[marks.TYPE]
        self._close(grown, place).check(f"it becomes {wanted}")  # a logical type that the narrower one made impossible
        return grown["type"] if isinstance(written, str) else grown

    def _close(self, written: Any, place: Place) -> Place:
        """The place, closed by what stands there."""
        avro = written if isinstance(written, dict) else {"type": written}
        if avro["type"] not in PRIMITIVES and (found := named_in(self._parsed.named, avro["type"], place.space)):
            avro = self._parsed.named[found]
        logical = logical_type(avro) or (avro.get(marks.NAME) if avro.get(marks.NAME) in LOGICAL else None)
        if logical is not None:
            return replace(place, closed=place.closed or f"the logical type {logical!r} stands there.")
        if avro["type"] in _A:
            return replace(place, closed=place.closed or f"the type {defined_name(avro, place.space)!r} there is {_A[avro['type']]}.")
        return place


def _takes(kind: str, schema: Schema) -> bool:
    """Whether a type can hold what the schema says, or become one that can; of a name it is asked where that is defined."""
    return schema.type in CARRIES.get(kind, (schema.type,)) or (schema.type in NUMBERS and kind in ("int", "long", "float"))


def _may_be_null(written: Any) -> bool:
    return isinstance(written, list) and NULL in written


def _around(full: str) -> str:
    return full.rpartition(".")[0]
