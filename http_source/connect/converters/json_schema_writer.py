"""Connect's schemas as JSON Schemas. Source: Confluent's JsonSchemaData, `fromConnectSchema`."""

from collections.abc import Mapping
from typing import Any

from http_source.config.options.converter import ConverterOptions, DecimalFormat
from http_source.connect.converters import json_schema_marks as marks
from http_source.connect.converters.json_schema_values import converter
from http_source.connect.schema import DECIMAL_NAME, Schema, Type

_NULL = {"type": "null"}
_FRACTIONS = (Type.FLOAT32, Type.FLOAT64)
_SCALARS: Mapping[Type, dict[str, Any]] = {
    **{each: {"type": "number" if each in _FRACTIONS else "integer", marks.TYPE: name} for name, each in marks.NUMBER_OF.items()},
    Type.BOOLEAN: {"type": "boolean"},
    Type.STRING: {"type": "string"},
    Type.BYTES: {"type": "string", marks.TYPE: marks.BYTES},
}


class JsonSchemaWriter:
    """Writes schemas under one set of options; `indexed` says whether properties carry `connect.index`."""

    def __init__(self, options: ConverterOptions, *, indexed: bool = True) -> None:
        self._options = options
        self._indexed = indexed

    def write(self, schema: Schema, index: int | None = None) -> dict[str, Any]:
        """The JSON Schema; `index` is the field's place, which JSON objects do not keep. Raises ConversionRefused."""
        if marks.is_union(schema):
            branches = [self.write(each.schema.as_required(), each.index) for each in schema.fields]
            written: dict[str, Any] = {"oneOf": [_NULL, *branches] if schema.optional else branches}
        elif schema.optional:
            written = {"oneOf": [_NULL, self._required(schema)]}
        else:
            written = self._required(schema)
        return {**written, marks.INDEX: index} if self._indexed and index is not None else written

    def _required(self, schema: Schema) -> dict[str, Any]:
        written: dict[str, Any] = {"title": schema.name, "description": schema.doc, "default": self._default(schema)}
        parameters = {name: value for name, value in sorted(schema.parameters.items()) if not name.startswith(marks.OURS)}
        written |= {**self._body(schema), marks.VERSION: schema.version, marks.PARAMETERS: parameters or None}
        return {name: value for name, value in written.items() if value is not None}

    def _default(self, schema: Schema) -> Any:
        return None if schema.default is None else converter(schema.as_required(), self._options, "")(schema.default)

    def _body(self, schema: Schema) -> dict[str, Any]:
        match schema.type:
            case Type.STRUCT:
                return self._object(schema)
            case Type.ARRAY if schema.items is not None:
                return {"type": "array", "items": self.write(schema.items)}
            case Type.MAP if schema.keys is not None and schema.values is not None:
                return self._map(schema, schema.keys, schema.values)
            case _ if marks.is_enum(schema):
                return {"enum": self._symbols(schema)}
        if schema.name == DECIMAL_NAME and self._options.decimal_format is DecimalFormat.NUMERIC:
            return {"type": "number", marks.TYPE: marks.BYTES}
        return _SCALARS[schema.type]

    def _object(self, schema: Schema) -> dict[str, Any]:
        properties = {each.name: self.write(each.schema, each.index) for each in schema.fields}
        others = schema.parameters.get(marks.ADDITIONAL) == marks.EVERY
        said = {} if self._options.additional_properties and not others else {"additionalProperties": others}
        return {"type": "object", "properties": properties, **said}

    def _map(self, schema: Schema, keys: Schema, values: Schema) -> dict[str, Any]:
        if marks.is_object(schema):
            return {"type": "object", "additionalProperties": self.write(values), marks.TYPE: marks.MAP}
        entry = {marks.KEY: self.write(keys, 0), marks.VALUE: self.write(values, 1)}
        return {"type": "array", "items": {"type": "object", "properties": entry}, marks.TYPE: marks.MAP}

    def _symbols(self, schema: Schema) -> list[str | None]:
        mark = f"{marks.enum_mark(self._options)}."
        symbols = [name.removeprefix(mark) for name in schema.parameters if name.startswith(mark)]
        return [None if symbol == marks.NULL_SYMBOL else symbol for symbol in symbols]
