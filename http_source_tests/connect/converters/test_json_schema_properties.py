"""JSON_SR over random schemas and values, judged by json and jsonschema alone."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from struct import pack
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from http_source.config.options.converter import ConverterOptions, DecimalFormat
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema import JsonSchemaFormat
from http_source.connect.schema import DATE_NAME, DECIMAL_NAME, TIME_NAME, TIMESTAMP_NAME, Schema, Type
from http_source_tests.connect.converters.avro_samples import RECORDS, SCHEMAS, options, values_of

OPTIONS = st.builds(
    lambda decimals, more: options(decimal_format=decimals, additional_properties=more), st.sampled_from(DecimalFormat), st.booleans()
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(SCHEMAS, OPTIONS)
def test_a_schema_read_back_is_the_same_and_written_as_the_very_same_text(schema: Schema, chosen: ConverterOptions) -> None:
    form = JsonSchemaFormat(chosen)
    text = form.write_schema(schema).text
    Draft7Validator.check_schema(json.loads(text))
    assert form.read_schema(text) == schema
    assert form.write_schema(form.read_schema(text)).text == text


@given(RECORDS, OPTIONS, st.data())
def test_a_value_is_valid_by_the_registered_schema_and_reads_as_it_was(
    schema: Schema, chosen: ConverterOptions, data: st.DataObject
) -> None:
    form = JsonSchemaFormat(chosen)
    value = data.draw(values_of(schema))
    payload = _payload(form, schema, value)
    Draft7Validator(json.loads(form.write_schema(schema).text)).validate(json.loads(payload))
    assert _value(json.loads(payload, parse_float=Decimal), schema, chosen) == value


@given(RECORDS, RECORDS, OPTIONS)
def test_a_growing_schema_keeps_the_place_and_type_of_every_field(schema: Schema, more: Schema, chosen: ConverterOptions) -> None:
    form = JsonSchemaFormat(chosen)
    known = form.read_schema(form.write_schema(schema).text)
    new = [(f"new_{each.name}", each.schema.as_optional()) for each in more.fields]
    grown = known.with_fields([*((each.name, each.schema) for each in known.fields), *new])
    before, after = (json.loads(form.write_schema(each).text)["properties"] for each in (schema, grown))
    assert {name: after[name] for name in before} == before


def _payload(form: JsonSchemaFormat, schema: Schema, value: Any) -> bytes:
    try:
        return form.encoder(schema)(value)
    except ConversionRefused as refused:
        assume("infinity" not in str(refused))
        raise


def _value(read: Any, schema: Schema, chosen: ConverterOptions) -> Any:
    """What JSON stands for, by the schema alone."""
    if read is None:
        return None
    if schema.fields or schema.type is Type.STRUCT:
        return {each.name: _value(read[each.name], each.schema, chosen) for each in schema.fields}
    if schema.items:
        return [_value(each, schema.items, chosen) for each in read]
    if schema.values:
        return {key: _value(each, schema.values, chosen) for key, each in read.items()}
    return _scalar(read, schema, chosen)


def _scalar(read: Any, schema: Schema, chosen: ConverterOptions) -> Any:
    if schema.name == DECIMAL_NAME and chosen.decimal_format is DecimalFormat.NUMERIC:
        return Decimal(read)
    if schema.name is not None:
        return _LOGICAL[schema.name](read, schema)
    return _PLAIN[schema.type](read) if schema.type in _PLAIN else read


def _float32(read: Any) -> float:
    (exact,) = memoryview(pack("f", float(read))).cast("f")
    return float(exact)


_PLAIN: dict[Type, Any] = {Type.FLOAT32: _float32, Type.FLOAT64: float, Type.BYTES: b64decode}
_LOGICAL: dict[str, Any] = {
    DECIMAL_NAME: lambda read, schema: Decimal(int.from_bytes(b64decode(read), signed=True)).scaleb(-int(schema.parameters["scale"])),
    DATE_NAME: lambda read, _: (datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=read + 719_162)).date(),
    TIME_NAME: lambda read, _: (EPOCH + timedelta(milliseconds=read)).time(),
    TIMESTAMP_NAME: lambda read, _: EPOCH + timedelta(milliseconds=read),
}
