"""Rules 1, 2 and 5 of schemas: a record is judged by what is known and the records before it."""

from typing import Any

import pytest

from http_source.connect.record_refused import PlaceRefused
from http_source_tests.connect.pages import TEXTS, read, schema_of


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("1", "INT64"), ("-9223372036854775808", "INT64"), ("9223372036854775807", "INT64"),
        ("1.0", "FLOAT64"), ("1e5", "FLOAT64"), ("true", "BOOLEAN"), ('"2026-01-01T00:00:00Z"', "STRING"),
        ("[1]", ["INT64?"]), ('[{"a": [[true]]}]', [{"a?": [["BOOLEAN?"]]}]), ("{}", {}),
    ],
)
def test_a_record_has_the_plain_type_of_its_json(text: str, schema: Any) -> None:
    sole = read(text).schema
    assert schema_of(text) == schema
    assert sole is not None
    assert not sole.optional


def test_every_field_is_optional_so_that_a_null_or_a_missing_one_is_no_new_version() -> None:
    stream = read({"a": 1, "b": {"c": "x"}})
    first = stream.schema
    stream.add({"a": None, "b": {"c": None}}, {}, {"b": {}}, {"b": None})
    assert stream.schema is first
    assert stream.values[1:] == [{"a": None, "b": {"c": None}}, {}, {"b": {}}, {"b": None}]


def test_b109_a_new_field_follows_the_known_ones_and_may_be_missing() -> None:
    assert list(schema_of({"b": 1}, {"a": "x", "b": 2})) == ["b?", "a?"]


def test_b109_the_order_is_that_of_the_first_record_in_which_a_field_had_a_type() -> None:
    assert list(schema_of({"a": None, "b": 1}, {"c": [], "a": 1}, {"c": [1]})) == ["b?", "a?", "c?"]


def test_b118_another_order_of_the_fields_is_the_same_schema() -> None:
    stream = read({"a": 1, "b": {"c": 1, "d": 2}})
    first = stream.schema
    assert stream.add({"b": {"d": 2, "c": 1}, "a": 1}).schema is first


def test_b110_integers_widen_to_doubles_where_one_has_a_fraction() -> None:
    stream = read({"n": 1}, {"n": 1.5}, {"n": 2})
    wide = stream.schema
    assert schema_of({"n": 1}, {"n": 1.5}) == {"n?": "FLOAT64"}
    assert [type(value["n"]) for value in stream.values] == [int, float, float]
    assert stream.add({"n": 3}).schema is wide


def test_b112_the_elements_of_an_array_have_one_type() -> None:
    assert schema_of({"a": [1, None, 2.5]}, {"a": []}) == {"a?": ["FLOAT64?"]}
    assert schema_of({"a": [{"x": 1}, {"y": "2"}]}) == {"a?": [{"x?": "INT64", "y?": "STRING"}]}


@pytest.mark.parametrize("nothing", [None, [], {}, [None], [[]], [{}], {"x": None}, {"x": [{"y": {}}]}])
def test_b113_what_tells_no_type_is_left_out_and_lost_unless_it_was_null(nothing: Any) -> None:
    stream = read({"a": nothing, "b": 1})
    assert schema_of({"a": nothing, "b": 1}) == {"b?": "INT64"}
    assert stream.values == [{"b": 1}]
    assert (set(stream.noticed.omitted), stream.noticed.lossy) == ({("a",)}, set() if nothing is None else {("a",)})


@pytest.mark.parametrize(
    ("nothing", "later", "schema"),
    [
        (None, "x", "STRING"), ([], [1], ["INT64?"]), ({}, {"y": 1}, {"y?": "INT64"}), ([None], [1], ["INT64?"]),
        ([{}], [{"y": 1}], [{"y?": "INT64"}]), ({"y": None}, {"y": 1}, {"y?": "INT64"}), ([], {"y": 1}, {"y?": "INT64"}),
    ],
)
def test_b113_a_place_without_a_type_takes_any_later(nothing: Any, later: Any, schema: Any) -> None:
    stream = read({"a": nothing, "b": 1}, {"a": later})
    assert schema_of({"a": nothing, "b": 1}, {"a": later}) == {"b?": "INT64", "a?": schema}
    assert stream.values == [{"b": 1}, {"a": later}]


@pytest.mark.parametrize("nothing", [[None, None], [{}], [[], []]])
def test_b210_a_record_that_tells_no_type_reads_null_before_another_tells_it_and_whole_behind(nothing: Any) -> None:
    assert read({"a": nothing}, {"a": [[1]] if nothing == [[], []] else [{"x": 1}]}, {"a": nothing}).values[::2] == [{}, {"a": nothing}]


def test_nothing_known_and_only_null_is_no_schema() -> None:
    stream = read("null", "null")
    assert (stream.values, stream.schema) == ([None, None], None)


def test_a_tombstone_among_records_is_none_and_changes_nothing() -> None:
    assert read({"a": 1}, None).values == [{"a": 1}, None]
    assert schema_of({"a": 1}, None) == schema_of({"a": 1})


def test_a_restart_with_the_registered_schema_resumes() -> None:
    known = read({"a": 1, "n": None}).schema
    assert schema_of({"n": "x"}, known=known) == schema_of({"a": 1, "n": None}, {"n": "x"})


def test_a_refused_record_leaves_nothing_of_itself() -> None:
    stream = read({"a": 1})
    first = stream.schema
    with pytest.raises(PlaceRefused):
        stream.add({"new": 1, "a": "x"})
    assert (stream.schema, stream.values) == (first, [{"a": 1}])


@pytest.mark.parametrize(
    ("first", "second", "texts"),
    [(["x"], "[1]", ["1"]), (["x"], "[2.50, 1e3, true, null]", ["2.50", "1e3", "true", None]), (["x"], "[1e400]", ["1e400"])],
)
def test_b208_scalars_beside_texts_in_an_array_are_texts_as_they_were_served(first: Any, second: str, texts: Any) -> None:
    stream = read(first, second)
    assert (schema_of(first, second), stream.values[1]) == (["STRING?"], texts)


@pytest.mark.parametrize(
    ("text", "values"),
    [('[1, "x"]', ["1", "x"]), ("[true, 1]", ["true", "1"]), ('[null, 1.0, "x"]', [None, "1.0", "x"]), ("[1, 2.5]", [1.0, 2.5]),
     (f'[{2**70}, "x"]', [str(2**70), "x"]), ('[[1], ["x"]]', [["1"], ["x"]])],
)
def test_b208_an_array_of_mixed_scalars_is_one_of_texts_and_two_widths_of_numbers_are_no_mix(text: str, values: Any) -> None:
    assert read(text).values == [values]


@pytest.mark.parametrize("second", ['[1, "x"]', '["x"]', "[true]"])
def test_b208_an_array_of_numbers_stays_one(second: str) -> None:
    with pytest.raises(PlaceRefused, match="came where the type is INT64"):
        read("[1, 2]", second)


def test_b208_numbers_beyond_any_type_are_no_mix_either() -> None:
    with pytest.raises(PlaceRefused, match="a number beyond what a double holds came, which FLOAT64 cannot hold"):
        read("[1.5, 1e400]")


@pytest.mark.parametrize("second", ['{"a": 1}', '{"a": 2.50}', '{"a": true}', f'{{"a": {2**70}}}'])
def test_b111_a_field_of_texts_takes_other_scalars_only_if_the_user_wants_it(second: str) -> None:
    with pytest.raises(PlaceRefused, match="came where the type is STRING"):
        read({"a": "x"}, second)
    stream = read({"a": "x"}, second, mixed=TEXTS)
    assert stream.values[1] == {"a": second.removeprefix('{"a": ').removesuffix("}")}


def test_b111_a_field_that_is_a_number_stays_one_whatever_the_user_wants() -> None:
    with pytest.raises(PlaceRefused, match="a string came where the type is INT64"):
        read({"a": 1}, {"a": "x"}, mixed=TEXTS)


def test_b111_the_same_field_of_several_objects_in_an_array_is_a_field_and_no_element() -> None:
    both = [{"a": 1}, {"a": "x"}]
    with pytest.raises(PlaceRefused, match="a string came where the type is INT64"):
        read(both)
    assert read(both, mixed=TEXTS).values == [[{"a": "1"}, {"a": "x"}]]


@pytest.mark.parametrize("mixed", [[1], {"b": 1}])
def test_b111_what_is_no_scalar_is_never_a_text(mixed: Any) -> None:
    with pytest.raises(PlaceRefused, match="came where the type is STRING"):
        read({"a": "x"}, {"a": mixed}, mixed=TEXTS)
