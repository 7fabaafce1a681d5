"""What transforms see of one record."""

from typing import Any

import pytest

from http_source.connect.infer import DEEPEST, infer, infer_key, infer_record
from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import UNDECIDED, Type
from http_source_tests.connect.pages import sketch


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (1, "INT64"), (1.0, "FLOAT64"), (True, "BOOLEAN"), ("2026-01-01T00:00:00Z", "STRING"), ({}, {}),
        ([1], ["UNDECIDED?"]), ({"a": {"b": [1]}, "n": None}, {"a?": {"b?": ["UNDECIDED?"]}, "n?": "UNDECIDED"}),
    ],
)
def test_a_record_has_the_plain_type_of_its_json_and_its_own_fields_only(value: Any, schema: Any) -> None:
    """No text is guessed to be a date, no integer to be small, and of arrays it is decided later what is in them."""
    assert sketch(infer_record(value)) == schema


def test_a_key_may_be_null_since_it_is_a_field_of_its_record() -> None:
    assert (infer_key(1), infer_record(1), infer_key(None)) == (infer(1), infer(1).as_required(), None)


def test_a_tombstone_has_no_schema_and_a_null_field_has_one_without_a_type() -> None:
    assert (infer_record(None), infer({"a": None}).fields[0].schema) == (None, UNDECIDED)


def test_all_that_was_served_is_marked_as_inferred() -> None:
    schema = infer_record({"a": {"b": 1}, "c": []})
    assert schema is not None
    assert schema.inferred
    assert all(each.schema.inferred for each in (*schema.fields, *schema.fields[0].schema.fields))
    assert schema.fields[1].schema.type is Type.ARRAY


def test_a_record_nested_deeper_than_a_schema_can_be_followed_is_refused() -> None:
    value: Any = {}
    for _ in range(DEEPEST):
        value = {"in": value}
    with pytest.raises(PlaceRefused, match="deeper than 100 levels"):
        infer(value)
