"""Turns Connect's values into Avro's bytes, checking them against their schema on the way.

Composed once for a schema from one function for each of its places. Telling the branch of a union costs nothing here, since Connect's
schema knows it; a library that is given plain values has to try each branch, at every level anew.
Source: Avro specification 1.12, "Binary Encoding".
"""

from collections.abc import Callable
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.avro_binary import SCALARS, long
from http_source.connect.converters.avro_marks import is_union
from http_source.connect.converters.avro_reader import Reader, is_null
from http_source.connect.converters.format import ConversionRefused, Encode
from http_source.connect.converters.primitives import check_fields, inner, unfit
from http_source.connect.record_refused import pointer
from http_source.connect.schema import WIDTHS, Field, Schema, Type

Json = dict[str, Any]

CARRIES = {
    "boolean": {Type.BOOLEAN}, "int": WIDTHS.keys() - {Type.INT64}, "long": WIDTHS.keys(), "float": {Type.FLOAT32},
    "double": {Type.FLOAT64, Type.FLOAT32, *WIDTHS}, "bytes": {Type.BYTES}, "fixed": {Type.BYTES}, "string": {Type.STRING},
    "enum": {Type.STRING},
    "array": {Type.ARRAY, Type.MAP}, "map": {Type.MAP}, "record": {Type.STRUCT}, "null": frozenset(),
}
"""What each of Avro's types may hold. One that is used in several places may have grown in one of them, and be wider than another needs."""

_END = b"\0"


class Encoder:
    """Composes the encoding of one schema: `avro` as it was parsed decides the layout, Connect's schema what a value may be."""

    def __init__(self, options: ConverterOptions, named: dict[str, Json], rename: Callable[[str], str]) -> None:
        self._keeps_nulls = options.ignore_default
        self._named = named
        self._rename = rename
        self._reader = Reader(options, named)
        self._composers: dict[str, Callable[[Json, Schema, str], Encode]] = {
            **SCALARS, "array": self._array, "map": self._map, "record": self._record,
        }

    def compose(self, avro: Any, schema: Schema, path: str = "") -> Encode:
        """What encodes the values at a place. Raises ConversionRefused when the two schemas do not fit together."""
        if isinstance(avro, list):
            return self._union(avro, schema, path)
        avro = self._named.get(avro, {"type": avro}) if isinstance(avro, str) else avro
        if schema.type not in CARRIES.get(avro["type"], ()):
            raise ConversionRefused(f"the registered schema has {avro['type']} where the records have {schema.type}.", path)
        return self._composers[avro["type"]](avro, schema, path)

    def _union(self, avro: list[Any], schema: Schema, path: str) -> Encode:
        if is_union(schema):
            return self._branches(avro, schema, path)
        branches = [place for place, branch in enumerate(avro) if branch != "null"]
        if len(branches) != 1:
            raise ConversionRefused(f"the registered schema has a union where the records have {schema.type}.", path)
        index, encode = long(branches[0]), self.compose(avro[branches[0]], schema, path)
        if not schema.optional or "null" not in avro:
            return lambda value: index + encode(value)
        null = long(avro.index("null"))
        return lambda value: null if value is None else index + encode(value)

    def _branches(self, avro: list[Any], schema: Schema, path: str) -> Encode:
        """A union of several types: the field that is not null tells the branch."""
        places = [place for place, branch in enumerate(avro) if branch != "null"]
        encoders = {each.name: (long(place), self.compose(avro[place], each.schema, path + pointer((each.name,))))
                    for place, each in zip(places, schema.fields, strict=True)}
        null = long(avro.index("null")) if "null" in avro else None
        names = frozenset(encoders)

        def encode(value: Any) -> bytes:
            if value is None and null is not None:
                return null
            check_fields(value, schema, path, names)
            given = [name for name, each in value.items() if each is not None]
            if len(given) != 1:
                raise ConversionRefused(f"{len(given)} of the union's types have a value; one may.", path)
            index, write = encoders[given[0]]
            return index + write(value[given[0]])

        return encode

    def _record(self, avro: Json, schema: Schema, path: str) -> Encode:
        known = {self._rename(each.name): each for each in schema.fields}
        if missing := known.keys() - {each["name"] for each in avro["fields"]}:
            raise ConversionRefused(f"the registered record does not have the field {min(missing)!r}, which the records have.", path)
        fields = [self._known(each, known[each["name"]], path) if each["name"] in known else (each["name"], self._absent(each, path))
                  for each in avro["fields"]]
        names = frozenset(each.name for each in schema.fields)

        def encode(value: Any) -> bytes:
            check_fields(value, schema, path, names)
            get = value.get
            return b"".join([write(get(name)) for name, write in fields])

        return encode

    def _known(self, avro: Json, field: Field, path: str) -> tuple[str, Encode]:
        return field.name, self._field(avro, field, path)

    def _absent(self, avro: Json, path: str) -> Encode:
        """A field that the records do not have, such as one that another use of the record brought into it: its default, or null."""
        if is_null(avro["type"]):
            return (lambda _value: long(0)) if isinstance(avro["type"], list) else (lambda _value: b"")
        schema = self._reader.field(avro, path)
        if schema.optional or schema.default is not None:
            return self._field(avro, Field(avro["name"], -1, schema), path)
        raise ConversionRefused(f"the registered record requires the field {avro['name']!r}, which the records do not have.", path)

    def _field(self, avro: Json, field: Field, path: str) -> Encode:
        """A field's default stands for null, unless null may be and is to stay."""
        write = self.compose(avro["type"], field.schema, path + pointer((field.name,)))
        if field.schema.default is None or (self._keeps_nulls and field.schema.optional):
            return write
        default = self._default(avro, field, path) or write(field.schema.default)
        return lambda value: default if value is None else write(value)

    def _default(self, avro: Json, field: Field, path: str) -> bytes:
        """The text's default as the text has its type, which may have grown; nothing where only the schema has one."""
        known = self._reader.field(avro, path)
        place = path + pointer((field.name,))
        return b"" if known.default is None else self.compose(avro["type"], known, place)(known.default)

    def _array(self, avro: Json, schema: Schema, path: str) -> Encode:
        if schema.keys is not None:
            return self._entries(avro, schema, path)
        item = self.compose(avro["items"], inner(schema.items, path), f"{path}/*")

        def encode(value: Any) -> bytes:
            if type(value) is not list:
                raise unfit(value, schema, path)
            return long(len(value)) + b"".join([item(each) for each in value]) + _END if value else _END

        return encode

    def _entries(self, avro: Json, schema: Schema, path: str) -> Encode:
        entry = self._named.get(avro["items"], {}) if isinstance(avro["items"], str) else avro["items"]
        key, value = (field["type"] for field in entry["fields"])
        write_key = self.compose(key, inner(schema.keys, path), path)
        return _pairs(write_key, self.compose(value, inner(schema.values, path), f"{path}/*"), schema, path)

    def _map(self, avro: Json, schema: Schema, path: str) -> Encode:
        key = SCALARS["string"]({}, inner(schema.keys, path).as_required(), path)
        return _pairs(key, self.compose(avro["values"], inner(schema.values, path), f"{path}/*"), schema, path)


def _pairs(key: Encode, write: Encode, schema: Schema, path: str) -> Encode:
    def encode(value: Any) -> bytes:
        if type(value) is not dict:
            raise unfit(value, schema, path)
        return long(len(value)) + b"".join([key(name) + write(each) for name, each in value.items()]) + _END if value else _END

    return encode
