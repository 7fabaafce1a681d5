from typing import Any

import pytest

from http_source.connect.decode import Decoder
from http_source_tests.connect.pages import page, read, schema_of


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("1", "INT64"), ("-9223372036854775808", "INT64"), ("9223372036854775807", "INT64"),
        ("1.0", "FLOAT64"), ("1e5", "FLOAT64"), ("true", "BOOLEAN"), ('"2026-01-01T00:00:00Z"', "STRING"),
        ("[1]", ["INT64?"]), ('[{"a": [[true]]}]', [{"a?": [["BOOLEAN?"]]}]), ("{}", {}),
    ],
)
def test_a_record_has_the_plain_type_of_its_json(text: str, schema: Any) -> None:
    """No text is guessed to be a date, and no integer to be small."""
    sole = read(page(text)).decoder.schema
    assert schema_of(page(text)) == schema
    assert sole is not None
    assert not sole.optional


def test_every_field_is_optional_so_that_a_null_or_a_missing_one_is_no_new_version() -> None:
    first = read(page({"a": 1, "b": {"c": "x"}})).decoder
    second = first.read(page({"a": None, "b": {"c": None}}, {}, {"b": {}}, {"b": None}))
    assert second.decoder is first
    assert second.values == [
        {"a": None, "b": {"c": None}}, {"a": None, "b": None}, {"a": None, "b": {"c": None}}, {"a": None, "b": None},
    ]


def test_b109_a_new_field_follows_the_known_ones_and_may_be_missing() -> None:
    assert list(schema_of(page({"b": 1}), page({"a": "x", "b": 2}))) == ["b?", "a?"]


def test_b118_another_order_of_the_fields_is_the_same_schema() -> None:
    first = read(page({"a": 1, "b": {"c": 1, "d": 2}})).decoder
    assert first.read(page({"b": {"d": 2, "c": 1}, "a": 1})).decoder is first


def test_b110_integers_widen_to_doubles_where_one_has_a_fraction() -> None:
    reading = read(page({"n": 1}), page({"n": 1.5}, {"n": 2}))
    assert schema_of(page({"n": 1}), page({"n": 1.5})) == {"n?": "FLOAT64"}
    assert [type(value["n"]) for value in reading.values] == [float, float]
    assert reading.decoder.read(page({"n": 3})).decoder is reading.decoder


def test_b112_the_elements_of_an_array_have_one_type() -> None:
    assert schema_of(page({"a": [1, None, 2.5]}, {"a": []})) == {"a?": ["FLOAT64?"]}
    assert schema_of(page({"a": [{"x": 1}, {"y": "2"}]})) == {"a?": [{"x?": "INT64", "y?": "STRING"}]}


@pytest.mark.parametrize("nothing", [None, [], {}, [None], [[]], [{}], {"x": None}, {"x": [{"y": {}}]}])
def test_b113_what_tells_no_type_is_left_out_and_costs_no_second_inference(nothing: Any) -> None:
    first = read(page({"a": nothing, "b": 1}))
    assert schema_of(page({"a": nothing, "b": 1})) == {"b?": "INT64"}
    assert first.values == [{"b": 1}]
    assert first.decoder.read(page({"a": nothing, "b": 1}, {"a": None}, {})).decoder is first.decoder


@pytest.mark.parametrize(
    ("nothing", "later", "schema"),
    [
        (None, "x", "STRING"), ([], [1], ["INT64?"]), ({}, {"y": 1}, {"y?": "INT64"}), ([None], [1], ["INT64?"]),
        ([{}], [{"y": 1}], [{"y?": "INT64"}]), ({"y": None}, {"y": 1}, {"y?": "INT64"}), ([], {"y": 1}, {"y?": "INT64"}),
    ],
)
def test_b113_a_place_without_a_type_takes_any_later(nothing: Any, later: Any, schema: Any) -> None:
    reading = read(page({"a": nothing, "b": 1}), page({"a": later}))
    assert schema_of(page({"a": nothing, "b": 1}), page({"a": later})) == {"b?": "INT64", "a?": schema}
    assert reading.values == [{"b": None, "a": later}]
    assert not reading.decoder.undecided


def test_b113_null_only_fields_are_kept_in_mind_though_they_come_in_turns() -> None:
    both = read(page({"a": None}), page({"b": None})).decoder
    assert both.read(page({"a": None}, {"b": []})).decoder is both


def test_nothing_known_and_only_null_is_no_schema() -> None:
    reading = read(page("null", "null"))
    assert (reading.values, reading.decoder.schema) == ([None, None], None)


def test_a_tombstone_among_records_is_none_and_changes_nothing() -> None:
    reading = read(page({"a": 1}, None))
    assert reading.values == [{"a": 1}, None]
    assert schema_of(page({"a": 1}, None)) == schema_of(page({"a": 1}))


def test_an_array_of_records_without_any_type_waits_for_one_that_has() -> None:
    assert schema_of(page([], [1])) == ["INT64?"]


def test_a_restart_with_the_registered_schema_goes_on_where_it_was() -> None:
    known = read(page({"a": 1, "n": None})).decoder.schema
    assert schema_of(page({"n": "x"}), known=known) == schema_of(page({"a": 1, "n": None}), page({"n": "x"}))


def test_reading_changes_no_decoder() -> None:
    decoder = Decoder()
    decoder.read(page({"a": 1}))
    assert decoder.schema is None
