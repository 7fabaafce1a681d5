"""Writes Connect's schemas as Avro's, as Confluent's AvroData does."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters import avro_marks as marks
from http_source.connect.converters.avro_defaults import Defaults, suits_field
from http_source.connect.converters.avro_names import NAMESPACE, Names, branch_kind, is_generated
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.primitives import inner
from http_source.connect.record_refused import pointer
from http_source.connect.schema import DATE_NAME, DECIMAL_NAME, SCALE, TIME_NAME, TIMESTAMP_NAME, Field, Schema, Type, struct

TYPES = {
    Type.INT8: "int", Type.INT16: "int", Type.INT32: "int", Type.INT64: "long", Type.FLOAT32: "float", Type.FLOAT64: "double",
    Type.BOOLEAN: "boolean", Type.STRING: "string", Type.BYTES: "bytes",
}
"""Avro's types of Connect's."""

_LOGICAL = {DATE_NAME: "date", TIME_NAME: "time-millis", TIMESTAMP_NAME: "timestamp-millis", DECIMAL_NAME: "decimal"}

Json = dict[str, Any]


class Writer:
    """Writes one schema.

    Equal structs without a name get a name each, so that one of them may change without the other. Structs with one name are one
    type; where two differ, a name that was made becomes another, and a name that was given is refused.
    """

    def __init__(self, options: ConverterOptions, schema: Schema, registered: Mapping[str, Callable[[], Schema]] | None = None) -> None:
        """`registered` are the named types of a text that gets additions: what reads each, by full name."""
        self._options = options
        self._registered = registered or {}
        self.names = Names(schema, self._registered, scrub=options.scrub_invalid_names)
        self._defaults = Defaults(options, self.names.field)
        self._defined: dict[str, tuple[Hashable, str]] = {}

    def write(self, schema: Schema, path: str = "", namespace: str | None = None) -> Any:
        """The schema as Avro has it in JSON, inside of a namespace. Raises ConversionRefused."""
        if marks.is_union(schema):
            return self._union(schema, path, namespace)
        base = self._base(schema, path, namespace)
        if not schema.optional:
            return base
        return ["null", base] if schema.default is None else [base, "null"]

    def _union(self, schema: Schema, path: str, namespace: str | None) -> Any:
        branches = [self.write(each.schema.as_required(), _below(path, each.name), namespace) for each in schema.fields]
        kinds = [branch_kind(each, namespace or "") for each in branches]
        if None in kinds or len(set(kinds)) < len(kinds):
            raise ConversionRefused("Avro has no union with another one in it, or with one type twice. Leave the field out.", path)
        return ["null", *branches] if schema.optional else branches

    def _base(self, schema: Schema, path: str, namespace: str | None) -> Any:
        match schema.type:
            case Type.STRUCT:
                return self._record(schema, path, namespace)
            case Type.ARRAY:
                base = {"type": "array", "items": self.write(inner(schema.items, path), f"{path}/*", namespace)}
            case Type.MAP if marks.is_avro_map(schema, self._options):
                base = {"type": "map", "values": self.write(inner(schema.values, path), f"{path}/*", namespace)}
            case Type.MAP:
                base = {"type": "array", "items": self._entry(schema, path, namespace)}
            case Type.STRING if marks.is_enum(schema, self._options):
                return self._enum(schema, path, namespace)
            case Type.BYTES if marks.is_fixed(schema):
                return self._named(schema, schema.name, path, namespace, lambda _space: self._fixed(schema))
            case _:
                base = {"type": TYPES[schema.type]}
        base |= self._marked(schema, path)
        return base["type"] if len(base) == 1 else base

    def _record(self, schema: Schema, path: str, namespace: str | None) -> Any:
        doc = schema.parameters.get(marks.RECORD_DOC_KEPT if self._options.discard_type_doc_default else marks.RECORD_DOC)

        def build(space: str | None) -> Json:
            fields = list(self._fields(schema, path, space))
            return {"type": "record", "doc": doc, "fields": fields, **self._marked(schema, path)}

        return self._named(schema, schema.name, path, namespace, build)

    def _entry(self, schema: Schema, path: str, namespace: str | None) -> Any:
        """The record of a map that is none in Avro. Only one such map of a schema can have the usual name."""
        parts = {"key": inner(schema.keys, path), "value": inner(schema.values, path)}
        entry = struct(parts, name=schema.name or f"{NAMESPACE}.{marks.MAP_ENTRY}")

        def build(space: str | None) -> Json:
            usual = {} if schema.name is None else {marks.INTERNAL_TYPE: marks.MAP_ENTRY}
            return {"type": "record", "fields": list(self._fields(entry, path, space)), **usual}

        return self._named(entry, entry.name, path, namespace, build)

    def _enum(self, schema: Schema, path: str, namespace: str | None) -> Any:
        name = schema.parameters[marks.enum_mark(self._options)]
        simple = (schema.name or name).rpartition(".")[2]
        discard = self._options.discard_type_doc_default
        doc = schema.parameters.get(marks.ENUM_DOC_KEPT if discard else marks.ENUM_DOC + simple)
        default = None if discard else schema.parameters.get(marks.ENUM_DEFAULT + simple)
        symbols = list(marks.symbols_of(schema, self._options))
        enum = {"type": "enum", "doc": doc, "symbols": symbols, **({} if default is None else {"default": default})}
        return self._named(schema, name, path, namespace, lambda _space: enum | self._marked(schema, path))

    def _fixed(self, schema: Schema) -> Json:
        return {"type": "fixed", "size": int(schema.parameters[marks.FIXED_SIZE]), **self._marked(schema, "")}

    def _named(self, schema: Schema, name: str | None, path: str, namespace: str | None, build: Callable[[str | None], Json]) -> Any:
        """The definition of a named type where it comes first, and its name afterwards."""
        shape = _shape(schema)
        full = self.names.generate() if name is None else self.names.full(name, path)
        if full in self._registered and full not in self._defined:
            self._defined[full] = (_shape(self._registered[full]()), "in the registered schema")
        known, other = self._defined.get(full, (shape, path))
        if known != shape and not is_generated(name):
            raise ConversionRefused(f"another type, {other}, has the name {name!r} too: give one of them another name.", path)
        if full in self._defined and known == shape:
            return _referred(full, namespace)
        full = full if known == shape else self.names.generate()
        self._defined[full] = (shape, f"at {path}" if path else "at the top")
        space, _, simple = full.rpartition(".")
        base = build(space or None)
        place = {} if (space or None) == namespace else {"namespace": space}
        doc = {key: value for key, value in (("doc", base.pop("doc", None)),) if value is not None}
        return {"type": base.pop("type"), "name": simple, **place, **doc, **base}

    def _fields(self, schema: Schema, path: str, namespace: str | None) -> Iterator[Json]:
        seen: dict[str, str] = {}
        for field in schema.fields:
            place = _below(path, field.name)
            name = self.names.field(field.name, place)
            if seen.setdefault(name, field.name) != field.name:
                clash = f"the fields {seen[name]!r} and {field.name!r} would both be {name!r} in Avro: rename one of them."
                raise ConversionRefused(clash, place)
            yield self.field(schema, field, place, namespace)

    def field(self, schema: Schema, field: Field, path: str, namespace: str | None) -> Json:
        """A field of a struct as the record has it that stands for it, inside of a namespace. Raises ConversionRefused."""
        written = self.write(field.schema, path, namespace)
        return {"name": self.names.field(field.name, path), "type": written, **self._field_notes(schema, field, path)}

    def _field_notes(self, schema: Schema, field: Field, path: str) -> Json:
        doc = field.schema.doc if self._options.discard_type_doc_default else schema.parameters.get(marks.FIELD_DOC + field.name)
        notes: Json = {} if doc is None else {"doc": doc}
        if suits_field(field.schema.default, field.schema):
            notes["default"] = self._defaults.written(field.schema.default, field.schema, path)
        return notes

    def _marked(self, schema: Schema, path: str) -> Json:
        """What is said of a type beside Avro's own, in Confluent's order."""
        carried = {key: value for key, value in schema.parameters.items() if key.startswith("avro")}
        return {**_decimal(schema), **self._connect_marks(schema, path), **_logical(schema), **carried}

    def _connect_marks(self, schema: Schema, path: str) -> Json:
        if not self._options.connect_meta_data:
            return {}
        discard = self._options.discard_type_doc_default
        ours = {marks.ALIASES} if discard else {marks.ALIASES, marks.FIELD_DEFAULT}
        parameters = {key: value for key, value in schema.parameters.items() if key not in ours}
        default = None if marks.FIELD_DEFAULT in schema.parameters and not discard else schema.default
        found = {
            marks.DOC: schema.doc, marks.VERSION: schema.version, marks.PARAMETERS: parameters or None,
            marks.DEFAULT: self._defaults.written(default, schema, path),
            marks.NAME: None if schema.type is Type.STRUCT and is_generated(schema.name) else schema.name,
            marks.TYPE: schema.type.lower() if schema.type in (Type.INT8, Type.INT16) else None,
        }
        return {key: value for key, value in found.items() if value is not None}


def _decimal(schema: Schema) -> Json:
    if schema.name != DECIMAL_NAME:
        return {}
    precision = int(schema.parameters.get(marks.PRECISION, marks.USUAL_PRECISION))
    return {"scale": int(schema.parameters[SCALE]), "precision": precision}


def _logical(schema: Schema) -> Json:
    return {"logicalType": _LOGICAL[schema.name]} if schema.name in _LOGICAL else {}


def _referred(full: str, namespace: str | None) -> str:
    space, _, simple = full.rpartition(".")
    return simple if (space or None) == namespace else full


def _below(path: str, name: str) -> str:
    return path + pointer((name,))


def _shape(schema: Schema) -> Hashable:
    """What makes two types of one name the same: docs and defaults do not count."""
    inner = tuple(_shape(each) for each in (schema.items, schema.keys, schema.values) if each is not None)
    fields = tuple((each.name, each.schema.optional, _shape(each.schema)) for each in schema.fields)
    return (schema.type, schema.name, schema.parameters.get(marks.FIXED_SIZE), fields, inner)
