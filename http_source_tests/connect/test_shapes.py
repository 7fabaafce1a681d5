"""Records that differ by nulls and missing fields share one schema, in which each value has the very type of its own."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.connect.infer import infer_key, infer_record
from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import Schema, Type
from http_source.connect.shapes import Shapes
from http_source_tests.connect.streams import RECORDS, STREAMS


def has_own_types(schema: Schema | None, own: Schema | None) -> bool:
    """Whether a schema gives every value of a record its own type; where the record has null or nothing, it may say anything."""
    if schema is None or own is None or own.type is Type.UNDECIDED:
        return own is None or own.type is Type.UNDECIDED
    fields = {each.name: each.schema for each in schema.fields}
    return schema.type is own.type and schema.optional == own.optional and all(
        has_own_types(fields.get(each.name), each.schema) for each in own.fields
    )


def test_records_that_lack_or_null_a_field_share_a_schema() -> None:
    shapes = Shapes()
    both = [shapes.of({"a": 1, "in": {"b": "x"}}), shapes.of({"a": None, "in": None}), shapes.of({"in": {}}), shapes.of({})]
    assert all(each is both[0] for each in both)


def test_a_field_that_was_null_so_far_joins_the_schema_with_its_type() -> None:
    shapes = Shapes()
    shapes.of({"a": None})
    joined = shapes.of({"a": 1})
    assert shapes.of({"a": None}) is joined is shapes.of({"a": 2})


@pytest.mark.parametrize("others", [({"a": 1}, {"a": 1.5}), ({"a": 1}, {"a": True}), ({"a": {}}, {"a": []}), (1, 1.0), (1, True)])
def test_records_with_two_types_in_one_place_share_none(others: tuple[Any, Any]) -> None:
    """Equal in Python is not enough: true is no 1, and 1.0 neither."""
    shapes = Shapes()
    first, second = map(shapes.of, others)
    assert first != second
    assert [shapes.of(each) for each in others] == [first, second]


def test_tombstones_have_none_and_keys_may_be_null() -> None:
    assert (Shapes().of(None), Shapes(infer_key).of("x"), Shapes().of("x")) == (None, infer_key("x"), infer_record("x"))


def test_more_kinds_of_records_than_are_kept_are_inferred_anew() -> None:
    shapes = Shapes()
    kinds: list[Any] = [{f"k{number}": 1, "x": {str(number): 1} if number % 2 else number, f"y{number}": []} for number in range(40)]
    clashing: list[Any] = [{f"k{place}": True if place == number else 1.5 for place in range(40)} for number in range(40)]
    for record in kinds + clashing + kinds:
        assert has_own_types(shapes.of(record), infer_record(record))


def test_a_record_nested_too_deeply_is_refused() -> None:
    value: Any = {}
    for _ in range(100):
        value = {"in": value}
    with pytest.raises(PlaceRefused, match="deeper than 100 levels"):
        Shapes().of(value)


@given(STREAMS | st.lists(RECORDS, max_size=6), st.sampled_from([infer_record, infer_key]))
def test_each_value_has_the_type_it_has_in_a_schema_of_its_own(records: list[Any], infer: Any) -> None:
    shapes = Shapes(infer)
    assert all(has_own_types(shapes.of(record), infer(record)) for record in records)
