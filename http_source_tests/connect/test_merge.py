"""Records against a schema that a person registered: how far it grows, and when it stays the very same."""

from dataclasses import replace
from typing import Any

import pytest

from http_source.connect.infer import infer
from http_source.connect.merge import WIDE, WIDEST
from http_source.connect.record_refused import PlaceRefused, pointer
from http_source.connect.schema import (
    BOOLEAN,
    BYTES,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
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
from http_source_tests.connect.pages import Stream, read, schema_of, sketch

CUSTOMER = struct({"id": INT32, "name": STRING, "tags": array(STRING)}, name="shop.Customer")


def test_required_fields_stay_required_while_they_are_there() -> None:
    assert read({"name": "x", "id": 1, "tags": []}, known=CUSTOMER).schema is CUSTOMER


@pytest.mark.parametrize("record", [{"id": 1, "tags": []}, {"id": 1, "tags": [], "name": None}])
def test_a_required_field_that_is_null_or_missing_once_becomes_optional(record: dict[str, Any]) -> None:
    assert schema_of(record, record | {"name": "x"}, known=CUSTOMER) == {"id": "INT32", "name?": "STRING", "tags": ["STRING"]}


def test_a_required_field_is_missing_if_one_object_of_an_array_lacks_it() -> None:
    known = struct({"a": array(struct({"x": INT64, "y": INT64}))})
    assert schema_of({"a": [{"x": 1, "y": 1}, {"x": 2}]}, known=known) == {"a": [{"x": "INT64", "y?": "INT64"}]}


def test_the_elements_of_a_registered_array_become_optional_with_the_first_null() -> None:
    assert schema_of({"id": 1, "name": "x", "tags": [None]}, known=CUSTOMER)["tags"] == ["STRING?"]


def test_what_the_schema_says_beside_types_is_kept() -> None:
    known = struct({"a": replace(INT64, doc="how many", default=7, parameters={"unit": "pieces"})}, name="x.Y")
    grown = read({"a": 1.5, "b": 1}, known=known).schema
    assert grown is not None
    assert (grown.name, grown.fields[0].schema.doc, grown.fields[0].schema.parameters) == ("x.Y", "how many", {"unit": "pieces"})
    assert repr(grown.fields[0].schema.default) == "7.0"


@pytest.mark.parametrize("record", [{"c": "x"}, {"a": None, "b": None, "c": "x"}])
def test_a_field_with_a_default_that_is_null_or_missing_stays_required(record: dict[str, Any]) -> None:
    known = struct({"a": replace(INT64, default=7), "b": replace(array(STRING), default=["x"]), "c": STRING})
    assert read(record, known=known).schema is known


@pytest.mark.parametrize(
    ("known", "number", "type_"),
    [
        (INT8, 127, "INT8"), (INT8, 128, "INT16"), (INT16, -32769, "INT32"), (INT32, 2**31 - 1, "INT32"), (INT32, 2**31, "INT64"),
        (INT32, 0.5, "FLOAT64"), (INT64, 0.5, "FLOAT64"), (FLOAT32, 0.5, "FLOAT32"),
    ],
)
def test_a_registered_number_widens_no_further_than_it_must(known: Schema, number: float, type_: str) -> None:
    assert schema_of({"n": number}, known=struct({"n": known})) == {"n": type_}


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (decimal(2), "0.5"), (decimal(2), str(2**70)), (decimal(2), '"1.5"'), (DATE, "1"), (DATE, '"2026-02-03"'), (TIME, '"04:05:06"'),
        (TIMESTAMP, "1"), (TIMESTAMP, '"2026-02-03T04:05:06Z"'), (BYTES, '"AAH/"'), (map_of(STRING, INT64), '{"2026-01-01": 1}'),
    ],
)
def test_a_registered_type_that_json_lacks_never_changes(known: Schema, text: str) -> None:
    of_one = struct({"v": known})
    assert read(f'{{"v": {text}}}', known=of_one).schema is of_one


def test_the_values_of_a_map_merge_into_one_type() -> None:
    stream = read({"m": {"a": {"x": 1}, "b": {"y": None}, "c": None}}, known=struct({"m": map_of(STRING, struct({"x": INT64}))}))
    assert stream.values == [{"m": {"a": {"x": 1}, "b": {}, "c": None}}]
    assert set(stream.noticed.omitted) == {("m", "*", "y")}


def test_b119_a_struct_that_grows_wide_is_reported_once_a_version() -> None:
    stream = read({f"k{number}": 1 for number in range(WIDE)})
    assert stream.noticed.warnings == []
    stream.add({"one more": 1}, {"k1": 1})
    (warning,) = stream.noticed.warnings
    assert "The schema of the records grows beyond 300 fields" in warning


def test_b119_a_struct_stops_growing_with_its_place_and_the_way_out() -> None:
    wide = {"days": {f"2026-{number}": number for number in range(WIDEST)}}
    stream = read(wide)
    with pytest.raises(PlaceRefused, match=r"more than 1000 .* in which it is a map") as refused:
        stream.add({"days": {"2027": 1}})
    assert pointer(refused.value.path) == "/days"
    known = struct({"days": map_of(STRING, INT64)})
    assert read(wide, {"days": {"2027": 1}}, known=known).schema is known


@pytest.mark.parametrize("known", [BOOLEAN, INT64, array(INT64)])
def test_records_need_be_no_objects(known: Schema) -> None:
    value: Any = {"BOOLEAN": True, "INT64": 1, "ARRAY": [1]}[known.type]
    stream = read(value, None, known=known)
    assert (stream.values, stream.schema) == ([value, None], known)


@pytest.mark.parametrize(
    ("given", "known", "grown"),
    [
        (INT32, INT64, INT64), (FLOAT64, INT64, FLOAT64), (INT64, INT8, INT64), (STRING, None, OPTIONAL_STRING), (STRING, STRING, STRING),
    ],
)
def test_a_type_that_a_transform_gave_is_merged_by_the_same_rules(given: Schema, known: Schema | None, grown: Schema) -> None:
    """Also where this record has null there: the transform says what it would be."""
    stream = Stream(None if known is None else struct({"a": known.as_optional()}))
    stream.add({"a": None}, given=struct({"a": given.as_optional()}))
    assert stream.schema == struct({"a": grown.as_optional()})


def test_a_type_that_a_transform_gave_is_not_guessed_again() -> None:
    """Cast to int8 makes no int64 of it."""
    assert sketch(Stream().add({"a": 1}, given=struct({"a": INT8})).schema) == {"a": "INT8"}


def test_a_name_that_a_transform_gave_is_that_of_the_record() -> None:
    given = replace(infer({"id": 1, "name": "x", "tags": []}).as_required(), name="shop.Buyer", version=2)
    assert Stream(CUSTOMER).add({"id": 1, "name": "x", "tags": []}, given=given).schema == replace(CUSTOMER, name="shop.Buyer", version=2)
