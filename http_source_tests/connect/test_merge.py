"""A page against a schema that a person registered."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from http_source.connect.merge import WIDE, WIDEST
from http_source.connect.refused import RecordRefused
from http_source.connect.schema import (
    BOOLEAN,
    BYTES,
    DATE,
    FLOAT32,
    INT8,
    INT16,
    INT32,
    INT64,
    STRING,
    TIME,
    TIMESTAMP,
    Schema,
    array,
    decimal,
    map_of,
    struct,
)
from http_source_tests.connect.pages import page, read, schema_of

CUSTOMER = struct({"id": INT32, "name": STRING, "tags": array(STRING)}, name="shop.Customer")


def test_required_fields_stay_required_while_they_are_there() -> None:
    reading = read(page({"name": "x", "id": 1, "tags": []}), known=CUSTOMER)
    assert reading.decoder.schema is CUSTOMER
    assert list(reading.values[0]) == ["id", "name", "tags"]


@pytest.mark.parametrize("record", [{"id": 1, "tags": []}, {"id": 1, "tags": [], "name": None}])
def test_a_required_field_that_is_null_or_missing_once_becomes_optional(record: dict[str, Any]) -> None:
    assert schema_of(page(record, record | {"name": "x"}), known=CUSTOMER) == {"id": "INT32", "name?": "STRING", "tags": ["STRING"]}


def test_the_elements_of_a_registered_array_become_optional_with_the_first_null() -> None:
    assert schema_of(page({"id": 1, "name": "x", "tags": [None]}), known=CUSTOMER)["tags"] == ["STRING?"]


def test_what_the_schema_says_beside_types_is_kept() -> None:
    known = struct({"a": replace(INT64, doc="how many", default=7, parameters={"unit": "pieces"})}, name="x.Y")
    grown = read(page({"a": 1.5, "b": 1}), known=known).decoder.schema
    assert grown is not None
    assert (grown.name, grown.fields[0].schema.doc, grown.fields[0].schema.parameters) == ("x.Y", "how many", {"unit": "pieces"})
    assert repr(grown.fields[0].schema.default) == "7.0"


def test_a_missing_field_with_a_default_has_it_and_stays_required() -> None:
    known = struct({"a": replace(INT64, default=7), "b": replace(array(STRING), default=["x"]), "c": STRING})
    reading = read(page({"c": "x"}), known=known)
    assert reading.values == [{"a": 7, "b": ["x"], "c": "x"}]
    assert reading.decoder.schema is known


@pytest.mark.parametrize(
    ("known", "number", "type_"),
    [
        (INT8, 127, "INT8"), (INT8, 128, "INT16"), (INT16, -32769, "INT32"), (INT32, 2**31 - 1, "INT32"), (INT32, 2**31, "INT64"),
        (INT32, 0.5, "FLOAT64"), (INT64, 0.5, "FLOAT64"), (FLOAT32, 0.5, "FLOAT32"),
    ],
)
def test_a_registered_number_widens_no_further_than_it_must(known: Schema, number: float, type_: str) -> None:
    """The field beside it has the page inferred, so that the number does not only stay by fitting."""
    assert schema_of(page({"n": number, "new": 1}), known=struct({"n": known})) == {"n": type_, "new?": "INT64"}


@pytest.mark.parametrize(
    ("known", "text", "value"),
    [
        (decimal(2), "12345678901234567890.10", Decimal("12345678901234567890.10")),
        (decimal(0), "18446744073709551616", Decimal(18446744073709551616)),
        (DATE, '"2026-02-03"', date(2026, 2, 3)),
        (TIME, '"04:05:06"', time(4, 5, 6)),
        (TIMESTAMP, '"2026-02-03T04:05:06Z"', datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        (BYTES, '"AAH/"', b"\x00\x01\xff"),
        (map_of(STRING, INT64), '{"2026-01-01": 1, "2026-01-02": 2}', {"2026-01-01": 1, "2026-01-02": 2}),
    ],
)
def test_registered_types_that_json_lacks_are_read_exactly(known: Schema, text: str, value: Any) -> None:
    of_one = struct({"v": known})
    for record in (f'{{"v": {text}}}', f'{{"v": {text}, "new": 1}}'):
        reading = read(page(record), known=of_one)
        assert reading.values[0]["v"] == value
        assert reading.decoder.schema is not None
        assert reading.decoder.schema.fields[0].schema == known


def test_the_values_of_a_map_merge_into_one_type() -> None:
    reading = read(page({"m": {"a": {"x": 1}, "b": {"y": None}, "c": None}}), known=struct({"m": map_of(STRING, struct({"x": INT64}))}))
    assert reading.values == [{"m": {"a": {"x": 1}, "b": {"x": None}, "c": None}}]
    assert reading.decoder.undecided == {("m", "*", "y")}


def test_b119_a_struct_that_grows_wide_is_told_once_a_version() -> None:
    reading = read(page({f"k{number}": 1 for number in range(WIDE)}))
    assert reading.warnings == ()
    grown = reading.decoder.read(page({"one more": 1}))
    assert "The schema of the records grows beyond 300 fields" in grown.warnings[0]
    assert grown.decoder.read(page({"k1": 1})).warnings == ()


def test_b119_a_struct_stops_growing_with_its_place_and_the_way_out() -> None:
    wide = {"days": {f"2026-{number}": number for number in range(WIDEST)}}
    decoder = read(page(wide)).decoder
    with pytest.raises(RecordRefused, match=r"^Record 1 of the page at /days: .* more than 1000 .* in which it is a map"):
        decoder.read(page({}, {"days": {"2027": 1}}))
    known = struct({"days": map_of(STRING, INT64)})
    assert read(page(wide, {"days": {"2027": 1}}), known=known).decoder.schema is known


@pytest.mark.parametrize("known", [BOOLEAN, INT64, array(INT64)])
def test_records_need_be_no_objects(known: Schema) -> None:
    value: Any = {"BOOLEAN": True, "INT64": 1, "ARRAY": [1]}[known.type]
    reading = read(page(value, None), known=known)
    assert (reading.values, reading.decoder.schema) == ([value, None], known)
