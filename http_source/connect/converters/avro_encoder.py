r"""Turns values into Avro's bytes: writes a function for a schema, whose text is what one would write by hand for that schema alone.

Telling the branch of a union costs nothing here, since Connect's schema knows it; a library that is given plain values has to try each
branch, at every level anew. Of `{"id": long, "user": {"name": string}}`, each of which may be null, decoded values are written by

    def w0(v, out):                       # the user
     a = v.f0
     if a is None:
      out += b'\x00'
     else:
      b = a.encode()
      n = len(b)
      out += c0[n] if n < 4096 else b'\x02' + c1(n)
      out += b
    def w1(v, out):                       # the record
     a = v.f0
     if a is None:
      out += b'\x00'
     else:
      out += c0[a] if 0 <= a < 4096 else b'\x02' + c1(a)
     a = v.f1
     if a is None:
      out += b'\x00'
     else:
      out += b'\x02'
      w0(a, out)
    def w2(v):
     out = bytearray()
     w1(v, out)
     return bytes(out)

Values of dicts are checked against their schema on the way; those that `typed.type_of` has decoded were checked by that.
Source: Avro specification 1.12, "Binary Encoding".
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.avro_binary import SCALARS, inline, long
from http_source.connect.converters.avro_marks import is_union
from http_source.connect.converters.avro_reader import Reader, is_null
from http_source.connect.converters.format import ConversionRefused, Encode
from http_source.connect.converters.generated import Code, Lines, indented
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

_END = [r"out += b'\0'"]


class Encoder:
    """Writes the function of one schema: `avro` as it was parsed decides the layout, Connect's schema what a value may be."""

    def __init__(
        self, options: ConverterOptions, named: dict[str, Json], rename: Callable[[str], str], *, decoded: bool = False
    ) -> None:
        """`decoded` says that values are what `typed.type_of` decodes, and not dicts."""
        self._options = options
        self._named = named
        self._rename = rename
        self._decoded = decoded
        self._reader = Reader(options, named)
        self._code = Code()
        self._containers = {"array": self._array, "map": self._map, "record": self._record}

    def compose(self, avro: Any, schema: Schema, path: str = "") -> Encode:
        """What encodes the values at a place. Raises ConversionRefused when the two schemas do not fit together."""
        lines = self._place("v", avro, schema, path)
        name = self._code.function("v", ["out = bytearray()", *lines, "return bytes(out)"])
        if self._decoded:
            return self._code.made(name)
        # To compile takes longer than all the rest, and of most versions of a schema no value is written that was not decoded.
        made = cache(lambda: self._code.made(name))

        def encode(value: Any) -> bytes:
            return made()(value)  # type: ignore[no-any-return]

        return encode

    def _apart(self, avro: Any, schema: Schema, path: str) -> Encode:
        """The same for values that are never decoded: defaults, and branches of unions."""
        return Encoder(self._options, self._named, self._rename).compose(avro, schema, path)

    def _place(self, at: str, avro: Any, schema: Schema, path: str, before: bytes = b"") -> Lines:
        """What writes a value that the text calls `at`, with something before it."""
        if isinstance(avro, list):
            return self._union(at, avro, schema, path)
        avro = self._named.get(avro, {"type": avro}) if isinstance(avro, str) else avro
        kind = avro["type"]
        if schema.type not in CARRIES.get(kind, ()):
            raise ConversionRefused(f"the registered schema has {kind} where the records have {schema.type}.", path)
        if kind in self._containers:
            lines = [f"out += {before!r}"] if before else []
            lines.append(f"{self._containers[kind](avro, schema, path)}({at}, out)")
        else:
            lines = self._scalar(at, avro, schema, path, before)
        # Only what Connect's schema lets be null, and Avro's does not: all else is decoded as no null.
        return [f"if {at} is None:", *indented(self._refusal(at, schema, path)), *lines] if self._decoded and schema.optional else lines

    def _scalar(self, at: str, avro: Json, schema: Schema, path: str, before: bytes) -> Lines:
        lines = inline(self._code, at, avro["type"], schema, before) if self._decoded else None
        write = "" if lines else self._code.name(SCALARS[avro["type"]](avro, schema, path))
        return lines or [f"out += {before!r} + {write}({at})" if before else f"out += {write}({at})"]

    def _union(self, at: str, avro: list[Any], schema: Schema, path: str) -> Lines:
        if is_union(schema):
            return [f"out += {self._code.name(self._branches(avro, schema, path))}({at})"]
        branches = [place for place, branch in enumerate(avro) if branch != "null"]
        if len(branches) != 1:
            raise ConversionRefused(f"the registered schema has a union where the records have {schema.type}.", path)
        (place,) = branches
        if not schema.optional or "null" not in avro:
            return self._place(at, avro[place], schema, path, long(place))
        lines = self._place(at, avro[place], schema.as_required(), path, long(place))
        return [f"if {at} is None:", f" out += {long(avro.index('null'))!r}", "else:", *indented(lines)]

    def _branches(self, avro: list[Any], schema: Schema, path: str) -> Encode:
        """A union of several types: the field that is not null tells the branch."""
        places = [place for place, branch in enumerate(avro) if branch != "null"]
        encoders = {each.name: (long(place), self._apart(avro[place], each.schema, path + pointer((each.name,))))
                    for place, each in zip(places, schema.fields, strict=True)}
        null = long(avro.index("null")) if "null" in avro else None
        names = frozenset(encoders)

        def encode(value: Any) -> bytes:
            if value is None and null is not None:
                return null
            check_fields(value, schema, path, names)
            given = [name for name, each in value.items() if each is not None]
            if len(given) != 1:
                raise ConversionRefused(f"{len(given)} of the union's types have a value; only one may.", path)
            index, write = encoders[given[0]]
            return index + write(value[given[0]])

        return encode

    def _record(self, avro: Json, schema: Schema, path: str) -> str:
        known = {self._rename(each.name): each for each in schema.fields}
        if missing := known.keys() - {each["name"] for each in avro["fields"]}:
            raise ConversionRefused(f"the registered record does not have the field {min(missing)!r}, which the records have.", path)
        name, lines = self._code.name, []
        if not self._decoded:
            names = frozenset(each.name for each in schema.fields)
            lines = [f"{name(check_fields)}(v, {name(schema)}, {name(path)}, {name(names)})", "get = v.get"]
        for each in avro["fields"]:
            if field := known.get(each["name"]):
                lines.append(f"a = v.f{field.index}" if self._decoded else f"a = get({name(field.name)})")
                lines += self._field(each, field, path)
            else:
                lines += self._absent(each, path)
        return self._code.function("v, out", lines)

    def _absent(self, avro: Json, path: str) -> Lines:
        """A field that the records do not have, such as one that another use of the record brought into it: its default, or null."""
        if is_null(avro["type"]):
            return [f"out += {long(0)!r}"] if isinstance(avro["type"], list) else []
        schema = self._reader.field(avro, path)
        if (default := self._default(avro, Field(avro["name"], -1, schema), path)) is not None:
            return [f"out += {self._code.name(default)}"]
        if schema.optional:
            return [f"out += {long(avro['type'].index('null'))!r}"]
        raise ConversionRefused(f"the registered record requires the field {avro['name']!r}, which the records do not have.", path)

    def _field(self, avro: Json, field: Field, path: str) -> Lines:
        below, default = path + pointer((field.name,)), self._default(avro, field, path)
        if default is None:
            return self._place("a", avro["type"], field.schema, below)
        lines = self._place("a", avro["type"], field.schema, below)
        return ["if a is None:", f" out += {self._code.name(default)}", "else:", *indented(lines)]

    def _default(self, avro: Json, field: Field, path: str) -> bytes | None:
        """A field's default, which stands for null, unless null may be and is to stay.

        The text's as the text has its type, which may have grown; the schema's own only where the text has none.
        """
        schema, place = field.schema, path + pointer((field.name,))
        if schema.default is None or (self._options.ignore_default and schema.optional):
            return None
        known = self._reader.field(avro, path)
        given = schema if known.default is None else known
        return self._apart(avro["type"], given, place)(given.default)

    def _array(self, avro: Json, schema: Schema, path: str) -> str:
        if schema.keys is not None:
            entry = self._named.get(avro["items"], {}) if isinstance(avro["items"], str) else avro["items"]
            key, value = (field["type"] for field in entry["fields"])
            return self._pairs(key, inner(schema.keys, path), value, schema, path)
        item = self._place("a", avro["items"], inner(schema.items, path), f"{path}/*")
        return self._blocks(list, schema, path, "a in v", item)

    def _map(self, avro: Json, schema: Schema, path: str) -> str:
        return self._pairs({"type": "string"}, inner(schema.keys, path).as_required(), avro["values"], schema, path)

    def _pairs(self, key: Any, keys: Schema, value: Any, schema: Schema, path: str) -> str:
        lines = self._place("k", key, keys, path) + self._place("a", value, inner(schema.values, path), f"{path}/*")
        return self._blocks(dict, schema, path, "k, a in v.items()", lines)

    def _blocks(self, kind: type, schema: Schema, path: str, each: str, lines: Lines) -> str:
        checked = [f"if type(v) is not {kind.__name__}:", *indented(self._refusal("v", schema, path))]
        count = f"out += {self._code.name(long)}(len(v))"
        body = ["if v:", *indented([count, f"for {each}:", *indented(lines)]), *_END]
        return self._code.function("v, out", body if self._decoded else checked + body)

    def _refusal(self, at: str, schema: Schema, path: str) -> Lines:
        name = self._code.name
        return [f"raise {name(unfit)}({at}, {name(schema)}, {name(path)})"]
