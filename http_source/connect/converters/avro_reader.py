"""Reads registered Avro schemas into Connect's, as Confluent's AvroData does.

More than that, the default of a field that may be null is kept, and so are the names that were made for records without one, except
for the first: a schema that is read and written again is the same text, and a new field renames no record.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.connect import schema as connect
from http_source.connect.converters import avro_marks as marks
from http_source.connect.converters.avro_defaults import read_default
from http_source.connect.converters.avro_names import DEFAULT_NAME, NAMED, NAMESPACE, NULL, branch_kind
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.record_refused import pointer
from http_source.connect.schema import Schema

Json = dict[str, Any]

_PLAIN = {
    "boolean": connect.BOOLEAN, "int": connect.INT32, "long": connect.INT64, "float": connect.FLOAT32, "double": connect.FLOAT64,
    "string": connect.STRING, "bytes": connect.BYTES,
}
_MARKED = {("int", "int8"): connect.INT8, ("int", "int16"): connect.INT16}
_LOGICAL = {("int", "date"): connect.DATE, ("int", "time-millis"): connect.TIME, ("long", "timestamp-millis"): connect.TIMESTAMP}


class Reader:
    """Reads one schema that was parsed: names are full, and what they name is in `named`."""

    def __init__(self, options: ConverterOptions, named: dict[str, Json]) -> None:
        self._options = options
        self._named = named
        self._open: list[str] = []
        self._unions = count()
        self._readers: dict[str, Callable[[Json, str], Schema]] = {
            "record": self._record, "enum": self._enum, "fixed": self._bytes, "bytes": self._bytes, "array": self._array, "map": self._map,
        }
        self._keeps_docs = options.connect_meta_data and not options.discard_type_doc_default

    def read(self, avro: Any, path: str = "", default: Any = None, doc: str | None = None) -> Schema:
        """The Connect schema of an Avro one, with the default and the doc of the field that has it. Raises ConversionRefused."""
        if isinstance(avro, list):
            return self._union(avro, path, default, doc)
        avro = self._named.get(avro, {"type": avro}) if isinstance(avro, str) else avro
        reader = self._readers.get(avro["type"])
        schema = self._primitive(avro, path) if reader is None else reader(avro, path)
        return self._annotated(schema, avro, path, default, doc)

    def _primitive(self, avro: Json, path: str) -> Schema:
        kind, logical = avro["type"], avro.get("logicalType")
        if kind not in _PLAIN:
            raise ConversionRefused(f"the registered schema has the type {kind!r} by itself, which holds no value.", path)
        return _LOGICAL.get((kind, logical or "")) or plain(avro)

    def _bytes(self, avro: Json, _path: str) -> Schema:
        schema = connect.decimal(int(avro.get("scale", 0))) if avro.get("logicalType") == "decimal" else connect.BYTES
        size = {marks.FIXED_SIZE: str(avro["size"])} if avro["type"] == "fixed" else {}
        precision = avro.get("precision", marks.USUAL_PRECISION) if schema.name else marks.USUAL_PRECISION
        exact = {} if precision == marks.USUAL_PRECISION else {marks.PRECISION: str(precision)}
        return replace(schema, parameters={**schema.parameters, **exact, **size})

    def _enum(self, avro: Json, _path: str) -> Schema:
        mark, simple = marks.enum_mark(self._options), avro["name"].rpartition(".")[2]
        generalized = self._options.sum_type_support
        symbols = {f"{mark}.{symbol}": str(place) if generalized else symbol for place, symbol in enumerate(avro["symbols"])}
        doc_mark = marks.ENUM_DOC + simple if self._keeps_docs else marks.ENUM_DOC_KEPT
        notes = {doc_mark: avro.get("doc") if self._options.connect_meta_data else None,
                 marks.ENUM_DEFAULT + simple: avro.get("default") if self._keeps_docs else None}
        return replace(connect.STRING, parameters={**_given(notes), mark: avro["name"], **symbols})

    def _array(self, avro: Json, path: str) -> Schema:
        items = self._named.get(avro["items"]) if isinstance(avro["items"], str) else avro["items"]
        if not isinstance(items, dict) or not _is_entry(items):
            return connect.array(self.read(avro["items"], f"{path}/*"))
        key, value = (self.read(each["type"], f"{path}/*") for each in items["fields"])
        return replace(connect.map_of(key, value), name=None if items["name"] == f"{NAMESPACE}.{marks.MAP_ENTRY}" else items["name"])

    def _map(self, avro: Json, path: str) -> Schema:
        return connect.map_of(connect.STRING, self.read(avro["values"], f"{path}/*"))

    def _record(self, avro: Json, path: str) -> Schema:
        name = avro["name"]
        if name in self._open:
            raise ConversionRefused(f"the registered record {name!r} contains itself, which no Connect schema does.", path)
        self._open.append(name)
        fields = {each["name"]: self.field(each, path) for each in avro["fields"] if not is_null(each["type"])}
        self._open.pop()
        docs = {marks.RECORD_DOC: avro.get("doc"), **{marks.FIELD_DOC + each["name"]: each.get("doc") for each in avro["fields"]}}
        return replace(connect.struct(fields), parameters=_given(docs) if self._keeps_docs else {})

    def field(self, field: Json, path: str) -> Schema:
        """The Connect schema of a record's field; the path is the record's. Raises ConversionRefused."""
        schema = self.read(field["type"], path + pointer((field["name"],)), field.get("default"), field.get("doc"))
        own = field.get(marks.PARAMETERS) if self._options.connect_meta_data else None
        aliases = {marks.ALIASES: ",".join(field["aliases"])} if field.get("aliases") else {}
        return replace(schema, parameters={**schema.parameters, **(own or {}), **aliases}) if own or aliases else schema

    def _union(self, avro: list[Any], path: str, default: Any, doc: str | None) -> Schema:
        branches = [each for each in avro if each != "null"]
        nullable = len(branches) < len(avro)
        if len(branches) == 1 and (nullable or self._options.flatten_singleton_unions):
            schema = self.read(branches[0], path, default, doc)
            return replace(schema, optional=nullable)
        generalized = f"connect_union_{next(self._unions)}" if self._options.sum_type_support else None
        fields = dict(self._branches(avro, path))
        if not fields:
            raise ConversionRefused("the registered schema has a union without a type, which holds no value.", path)
        if len(fields) < len(branches):
            raise ConversionRefused("the registered schema has a union whose branches cannot be distinguished by their names.", path)
        union = replace(connect.struct(fields, name=generalized or marks.UNION), optional=nullable)
        union = replace(union, parameters={connect.GENERALIZED_UNION: generalized}) if generalized else union
        return replace(union, default=read_default(default, union, path))

    def _branches(self, avro: list[Any], path: str) -> Iterator[tuple[str, Schema]]:
        """Types of one simple name have the full one, so that each can be told from the other."""
        full = [branch_kind(each) or "" for each in avro]
        simple = [each.rpartition(".")[2] for each in full]
        for place, branch in enumerate(avro):
            if branch != "null":
                long = self._options.enhanced_avro or simple.count(simple[place]) > 1
                name = f"connect_union_field_{place}" if self._options.sum_type_support else full[place] if long else simple[place]
                yield name, self.read(branch, path + pointer((name,))).as_optional()

    def _annotated(self, schema: Schema, avro: Json, path: str, default: Any, doc: str | None) -> Schema:
        """The schema with what is said of it beside its type."""
        if self._options.discard_type_doc_default:
            docs = {marks.RECORD_DOC_KEPT: avro.get("doc") if self._options.connect_meta_data and avro["type"] == "record" else None}
            schema = replace(schema, doc=doc or avro.get("doc") or avro.get(marks.DOC), parameters={**schema.parameters, **_given(docs)})
        elif self._options.connect_meta_data:
            schema = replace(schema, doc=avro.get(marks.DOC))
        schema = replace(schema, version=schema.version or avro.get(marks.VERSION), name=schema.name or _name(avro))
        schema = replace(schema, parameters={**schema.parameters, **self._parameters(avro)})
        if schema.name == connect.DECIMAL_NAME and connect.SCALE not in schema.parameters:
            schema = replace(schema, name=None)
        return self._defaulted(schema, avro, path, default)

    def _parameters(self, avro: Json) -> dict[str, str]:
        own = avro.get(marks.PARAMETERS, {}) if self._options.connect_meta_data else {}
        return {**own, **{key: str(value) for key, value in avro.items() if key.startswith("avro")}}

    def _defaulted(self, schema: Schema, avro: Json, path: str, default: Any) -> Schema:
        own = avro.get(marks.DEFAULT)
        schema = replace(schema, default=read_default(own if default is None else default, schema, path))
        if default is None or own is not None or not self._keeps_docs:
            return schema
        return replace(schema, parameters={**schema.parameters, marks.FIELD_DEFAULT: "true"})


def is_null(avro: Any) -> bool:
    """Whether null is all that may stand there; Connect's record does not have such a field."""
    return (avro["type"] if isinstance(avro, dict) else avro) in (NULL, [NULL])


def plain(avro: Json) -> Schema:
    """What a primitive type is to Connect, its logical type aside."""
    return _MARKED.get((avro["type"], avro.get(marks.TYPE, ""))) or _PLAIN[avro["type"]]


def _name(avro: Json) -> str | None:
    name = avro.get(marks.NAME) or (avro["name"] if avro["type"] in NAMED else None)
    return None if name == DEFAULT_NAME else name


def _is_entry(items: Json) -> bool:
    usual = items.get("name") == f"{NAMESPACE}.{marks.MAP_ENTRY}" or items.get(marks.INTERNAL_TYPE) == marks.MAP_ENTRY
    return items["type"] == "record" and usual and [each["name"] for each in items["fields"]] == ["key", "value"]


def _given(notes: dict[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in notes.items() if value is not None}
