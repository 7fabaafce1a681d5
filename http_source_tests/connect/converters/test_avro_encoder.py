"""Values as Avro's bytes: what fastavro writes for the same schema, and what it reads back."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from hypothesis import given

from http_source.connect.converters.avro import AvroFormat
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.schema import (
    BOOLEAN,
    BYTES,
    DATE,
    DECIMAL_NAME,
    FLOAT32,
    FLOAT64,
    INT8,
    INT32,
    INT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    STRING,
    TIME,
    TIMESTAMP,
    Schema,
    array,
    decimal,
    map_of,
    struct,
)
from http_source_tests.connect.converters.avro_samples import options, record_and_value

AVRO = AvroFormat(options())


def encoded(schema: Schema, value: Any, **changes: object) -> bytes:
    return AvroFormat(options(**changes)).encoder(schema)(value)


def read_back(schema: Schema, value: Any, **changes: object) -> Any:
    """What fastavro alone reads."""
    avro = parse_schema(json.loads(AvroFormat(options(**changes)).write_schema(schema).text))
    return schemaless_reader(BytesIO(encoded(schema, value, **changes)), avro, None)


def record(*fields: Any) -> str:
    return json.dumps({"type": "record", "name": "R", "fields": fields})


def refusal(schema: Schema, value: Any, **changes: object) -> ConversionRefused:
    encode = AvroFormat(options(**changes)).encoder(schema)
    with pytest.raises(ConversionRefused) as caught:
        encode(value)
    return caught.value


@given(record_and_value())
def test_the_bytes_are_those_of_fastavro(sample: tuple[Schema, Any]) -> None:
    schema, value = sample
    avro, out = parse_schema(json.loads(AVRO.write_schema(schema).text)), BytesIO()
    schemaless_writer(out, avro, value)
    ours, theirs = AVRO.encoder(schema)(value), out.getvalue()
    # A decimal of the digits -128 has one byte in Java and here, and two in fastavro.
    assert ours == theirs or schemaless_reader(BytesIO(ours), avro, None) == schemaless_reader(BytesIO(theirs), avro, None)


@pytest.mark.parametrize(("schema", "value", "data"), [
    (INT64, 0, "00"), (INT64, -1, "01"), (INT64, 64, "8001"), (INT64, 2**63 - 1, "feffffffffffffffff01"),
    (INT64, -(2**63), "ffffffffffffffffff01"),
    (STRING, "é", "04c3a9"), (BYTES, b"", "00"), (BOOLEAN, True, "01"), (FLOAT32, 1.5, "0000c03f"), (FLOAT64, -0.0, "0000000000000080"),
    (OPTIONAL_STRING, None, "00"), (OPTIONAL_STRING, "", "0200"), (array(INT64), [], "00"), (array(INT64), [1, 2], "04020400"),
    (map_of(STRING, INT64), {"a": 1}, "0202610200"), (map_of(INT32, STRING), {1: "a"}, "0202026100"),
    (DATE, date(1969, 12, 31), "01"), (TIME, time(0, 0, 1), "d00f"), (TIMESTAMP, datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), "d00f"),
    (decimal(2), Decimal("-1.28"), "0280"), (decimal(2), Decimal("1.28"), "040080"), (decimal(2), Decimal(1), "0264"),
    (decimal(0), Decimal("1E+3"), "0403e8"),
])
def test_values_are_written_as_the_specification_says(schema: Schema, value: Any, data: str) -> None:
    assert encoded(schema, value).hex() == data


def test_time_is_cut_to_the_millisecond() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_999, UTC)
    assert read_back(struct({"t": TIMESTAMP}), {"t": moment}) == {"t": moment.replace(microsecond=678_000)}


def test_scrubbed_names_hold_the_values_of_the_names_they_were() -> None:
    schema = struct({"@time": INT64, "in-side": struct({"1st": STRING}, optional=True)})
    value = {"@time": 5, "in-side": {"1st": "x"}}
    assert read_back(schema, value, scrub_invalid_names=True) == {"_40time": 5, "in_side": {"x1st": "x"}}


def test_a_missing_field_is_null() -> None:
    assert read_back(struct({"a": OPTIONAL_INT64, "b": INT64}), {"b": 1}) == {"a": None, "b": 1}


def test_a_default_stands_for_null_unless_null_is_to_stay() -> None:
    schema = struct({"it": replace(OPTIONAL_INT64, default=5)})
    assert read_back(schema, {"it": None}) == {"it": 5}
    assert read_back(schema, {"it": None}, ignore_default=True) == {"it": None}


def test_enums_and_fixed_are_written_as_such() -> None:
    text = json.dumps({"type": "record", "name": "R", "fields": [
        {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A", "B"]}},
        {"name": "f", "type": {"type": "fixed", "name": "F", "size": 2}},
        {"name": "u", "type": ["null", "int", "string", "E"]}]})
    avro = AvroFormat(options(enhanced_avro=True))
    schema = avro.read_schema(text)
    for union, expected in ((None, "00"), ({"string": "x"}, "040278"), ({"E": "A"}, "0600"), ({"int": 7, "string": None}, "020e")):
        assert avro.encoder(schema)({"e": "B", "f": b"ab", "u": union}).hex() == "02" + b"ab".hex() + expected
    with pytest.raises(ConversionRefused, match="A, B") as caught:
        avro.encoder(schema)({"e": "C", "f": b"ab", "u": None})
    assert caught.value.path == "/e"


def test_a_decimal_of_fixed_size_is_padded_with_its_sign() -> None:
    schema = replace(decimal(0), parameters={"scale": "0", "connect.fixed.size": "4", "connect.decimal.precision": "9"})
    assert schema.name == DECIMAL_NAME
    assert encoded(struct({"d": schema}), {"d": Decimal(-2)}).hex() == "fffffffe"
    assert encoded(struct({"d": schema}), {"d": Decimal(200)}).hex() == "000000c8"


def test_b213_more_digits_than_a_registered_precision_are_refused_by_name() -> None:
    number = {"logicalType": "decimal", "precision": 4, "scale": 2}
    for avro in ({"type": "bytes", **number}, {"type": "fixed", "name": "F", "size": 2, **number}):
        text = record({"name": "d", "type": avro})
        encode = AVRO.encoder(AVRO.read_schema(text), text)
        assert encode({"d": Decimal("-99.99")})[-2:].hex() == "d8f1"
        for beyond in (Decimal(100), Decimal("-100.00"), Decimal("1E+5")):
            with pytest.raises(ConversionRefused, match="more than the 4 digits") as caught:
                encode({"d": beyond})
            assert caught.value.path == "/d"


def test_a_default_stands_for_null_in_a_required_field_whatever_the_option_says() -> None:
    text = record({"name": "a", "type": "int", "default": 5}, {"name": "b", "type": ["int", "null"], "default": 6})
    for ignore, data in ((False, "0a000c"), (True, "0a02")):
        avro = AvroFormat(options(ignore_default=ignore))
        assert avro.encoder(avro.read_schema(text), text)({"b": None}).hex() == data


def test_b255_fields_that_only_the_text_has_are_their_default_or_null() -> None:
    text = record({"name": "n", "type": "null"}, {"name": "a", "type": ["null", "string"], "default": None}, {"name": "b", "type": "long"},
                  {"name": "c", "type": "double", "default": 1}, {"name": "u", "type": ["null"]})
    assert AVRO.encoder(struct({"b": INT32}), text)({"b": 3}).hex() == "00" + "06" + "000000000000f03f" + "00"
    with pytest.raises(ConversionRefused, match="requires the field 'b'"):
        AVRO.encoder(struct({}), text)


def test_the_default_of_a_record_is_written_when_a_number_in_it_has_grown() -> None:
    text = record({"name": "in", "type": {"type": "record", "name": "In", "fields": [{"name": "n", "type": "int"}]}, "default": {"n": 1}})
    known = AVRO.read_schema(text)
    grown = known.with_fields([("in", known.fields[0].schema.with_fields([("n", FLOAT64), ("by", OPTIONAL_STRING)]))])
    assert AVRO.encoder(grown, AVRO.grow(grown, text).text)({}).hex() == "000000000000f03f" + "00"


def test_b255_a_number_that_grew_in_another_use_of_its_type_is_written_as_wide() -> None:
    text = record({"name": "a", "type": "double"}, {"name": "b", "type": "long"})
    assert AVRO.encoder(struct({"a": INT64, "b": INT8}), text)({"a": 1, "b": 2}).hex() == "000000000000f03f" + "04"


def test_b209_records_of_one_shape_are_written_as_the_branch_that_was_chosen() -> None:
    branches = [{"type": "record", "name": f"{space}.Card", "fields": [{"name": "n", "type": "int"}]} for space in ("old", "new")]
    text = record({"name": "u", "type": [*branches, "string"]})
    schema = AVRO.read_schema(text)
    assert [each.name for each in schema.fields[0].schema.fields] == ["old.Card", "new.Card", "string"]
    assert AVRO.encoder(schema, text)({"u": {"new.Card": {"n": 5}}}).hex() == "020a"


def test_a_registered_text_decides_the_order_of_fields_and_branches() -> None:
    text = json.dumps({"type": "record", "name": "R", "fields": [
        {"name": "b", "type": ["string", "null"]}, {"name": "a", "type": ["null", "long"], "default": None}]})
    schema = struct({"a": OPTIONAL_INT64, "b": OPTIONAL_STRING})
    data = AVRO.encoder(schema, text)({"a": 1, "b": None})
    assert schemaless_reader(BytesIO(data), parse_schema(json.loads(text)), None) == {"a": 1, "b": None}


@pytest.mark.parametrize("fields", [[], [{"name": "a", "type": "string"}], [{"name": "a", "type": ["null", "int", "long"]}]])
def test_a_registered_text_of_other_fields_or_types_is_refused(fields: list[Any]) -> None:
    with pytest.raises(ConversionRefused, match="registered"):
        AVRO.encoder(struct({"a": OPTIONAL_INT64}), json.dumps({"type": "record", "name": "R", "fields": fields}))


@pytest.mark.parametrize(("schema", "value", "path"), [
    (INT64, None, "/in/it"), (INT64, True, "/in/it"), (INT64, "1", "/in/it"), (INT64, 2**63, "/in/it"), (INT8, 128, "/in/it"),
    (STRING, 1, "/in/it"), (STRING, "\ud83d", "/in/it"), (BYTES, "x", "/in/it"), (FLOAT64, True, "/in/it"), (FLOAT32, 1e300, "/in/it"),
    (array(INT64), [1, None], "/in/it/*"), (array(INT64), {}, "/in/it"), (map_of(STRING, INT64), {"a": "b"}, "/in/it/*"),
    (map_of(STRING, INT64), {1: 1}, "/in/it"), (struct({"a/b": INT64}, name="ok"), [], "/in/it"),
    (DATE, datetime(2026, 1, 1, tzinfo=UTC), "/in/it"),
    (TIMESTAMP, datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), "/in/it"), (TIME, time(1, tzinfo=UTC), "/in/it"),
    (decimal(2), Decimal("0.001"), "/in/it"),
    (decimal(2), Decimal("1E+999999"), "/in/it"), (decimal(2), Decimal("NaN"), "/in/it"), (struct({}), {"more": 1}, "/in/it"),
])
def test_a_value_that_does_not_fit_is_refused_with_its_path(schema: Schema, value: Any, path: str) -> None:
    refused = refusal(struct({"in": struct({"it": schema})}), {"in": {"it": value}}, scrub_invalid_names=True)
    assert refused.path == path


def test_a_refusal_never_shows_the_value() -> None:
    assert "secret" not in str(refusal(struct({"a": INT64}), {"a": "secret"}))
