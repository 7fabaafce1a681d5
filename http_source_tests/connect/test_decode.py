"""The quick way of reading: what fits a schema is decoded at once, everything else is UNREAD and looked at closely."""

from typing import Any

import pytest

from http_source.connect.decode import MOST_OMITTED, UNREAD, Decoder, is_decodable
from http_source.connect.noticed import Noticed
from http_source.connect.schema import (
    DATE,
    INT32,
    INT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    STRING,
    Schema,
    array,
    decimal,
    map_of,
    struct,
)
from http_source_tests.connect.names import scrubbed
from http_source_tests.connect.pages import read, text
from http_source_tests.connect.unions import CARD, aliased, letting_by, union

ORDER = struct({"id": INT64, "note": OPTIONAL_STRING})


def decoded(decoder: Decoder, *records: Any) -> list[Any]:
    return decoder.read([text(record) for record in records])[0]


def lost(decoder: Decoder, *records: Any) -> Any:
    return decoder.read([text(record) for record in records])[1]


def test_records_that_fit_are_read_and_each_other_one_is_left_to_a_closer_look() -> None:
    assert decoded(Decoder(ORDER), {"id": 1}, {"id": "x"}, {"note": "x"}, {"id": 2, "more": None}, None, {"note": "y", "id": 3}) == [
        {"id": 1, "note": None}, UNREAD, UNREAD, UNREAD, None, {"id": 3, "note": "y"},
    ]


def test_where_nothing_is_known_only_null_is_a_record() -> None:
    assert decoded(Decoder(), None, {}, 1) == [None, UNREAD, UNREAD]


@pytest.mark.parametrize(
    "record", ['{"id": 1.0}', '{"id": true}', f'{{"id": {2**63}}}', '{"id": 1, "note": "\\ud800"}', '"x"', "[" * 9_999],
)
def test_what_only_nearly_fits_is_left_to_a_closer_look(record: str) -> None:
    assert decoded(Decoder(ORDER), record) == [UNREAD]


def test_a_place_that_was_empty_so_far_is_read_without_it_until_it_shows_its_type() -> None:
    stream = read({"id": 1, "gap": None, "in": {"gap": []}}, known=ORDER)
    decoder = Decoder(stream.schema, stream.noticed)
    assert decoded(decoder, {"id": 1, "gap": None}, {"id": 2, "gap": [[]], "in": {}}, {"id": 3, "gap": [1]}) == [
        {"id": 1, "note": None}, {"id": 2, "note": None}, UNREAD,
    ]


def test_records_are_known_in_which_something_other_than_null_reads_as_null() -> None:
    stream = read({"id": 1, "gap": None}, known=ORDER)
    decoder = Decoder(stream.schema, stream.noticed)
    assert lost(decoder, {"id": 1, "gap": None}, {"id": 2, "gap": []}, {"id": 3, "gap": [1]}, {"id": 4, "gap": {}}) == [1, 3]


def test_a_place_that_is_emptier_than_a_record_may_be_deep_is_left_to_a_closer_look() -> None:
    stream = read({"id": 1, "gap": None, "in": {"gap": None}}, {"in": {"x": 1}}, known=ORDER)
    decoder = Decoder(stream.schema, stream.noticed)
    deep, deeper = ("[" * levels + "]" * levels for levels in (99, 100))
    assert decoded(decoder, f'{{"gap": {deep}}}', f'{{"gap": {deeper}}}', f'{{"in": {{"gap": {deep}}}}}') == [
        {"id": None, "note": None, "in": None}, UNREAD, UNREAD,
    ]


def test_more_empty_places_than_can_be_kept_in_mind_are_looked_at_closely() -> None:
    many = Noticed(omitted={(f"k{number}",): f"k{number}" for number in range(MOST_OMITTED + 1)})
    assert decoded(Decoder(ORDER, many), {"id": 1}, {"id": 1, "k1": None}) == [{"id": 1, "note": None}, UNREAD]


@pytest.mark.parametrize(
    ("record", "value"),
    [
        ({"@id": 1}, {"_id": 1}),
        ({"a-b": {"c-d": 1, "x": 2}}, {"a_b": {"c_d": 1, "x": 2}}),
        ([{"@id": 1}, {"@id": 2}], [{"_id": 1}, {"_id": 2}]),
        ({"a": [[{"@id": 1}], []]}, {"a": [[{"_id": 1}], []]}),
    ],
)
def test_b250_a_field_served_under_another_name_is_read_at_once_under_its_own(record: Any, value: Any) -> None:
    stream = read(record, record, rename=scrubbed)
    assert stream.values == [value, value]
    assert decoded(Decoder(stream.schema, stream.noticed), record, None) == [value, None]


def test_b250_fields_of_a_maps_values_are_read_under_their_own_names() -> None:
    stream = read({"x": {"@id": 1}}, known=map_of(STRING, struct({"_id": OPTIONAL_INT64})), rename=scrubbed)
    assert decoded(Decoder(stream.schema, stream.noticed), {"x": {"@id": 1}, "y": {}}) == [{"x": {"_id": 1}, "y": {"_id": None}}]


@pytest.mark.parametrize(
    ("before", "record"),
    [
        ([{"a-b": None}, {"a.b": None}], {"a-b": None, "a.b": None}),
        ([{"a.b": None}, {"a-b": 1}], {"a-b": 1, "a.b": None}),
        ([{"a_b": None}, {"a-b": [1]}], {"a_b": []}),
    ],
)
def test_b250_two_names_that_are_one_are_never_read_at_once(before: list[Any], record: Any) -> None:
    stream = read(*before, {"id": 1}, rename=scrubbed)
    assert decoded(Decoder(stream.schema, stream.noticed), record) == [UNREAD]


@pytest.mark.parametrize("schema", [ORDER, array(ORDER), map_of(STRING, DATE), map_of(INT32, decimal(2)), INT64])
def test_plain_schemas_are_decoded(schema: Schema) -> None:
    assert is_decodable(schema)


@pytest.mark.parametrize("schema", [union({"card": CARD}), aliased(STRING, "old"), letting_by({})])
def test_what_needs_a_look_at_each_value_is_not_decoded_wherever_it_stands(schema: Schema) -> None:
    inner = struct({"in": schema})
    assert not any(is_decodable(each) for each in (inner, array(inner), map_of(STRING, inner), struct({"a": inner})))
