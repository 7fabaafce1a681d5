"""How served values become values of a registered schema, and which of them are refused by name."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from http_source.connect.adapt import Adapter
from http_source.connect.noticed import Noticed
from http_source.connect.record_refused import PlaceRefused, pointer
from http_source.connect.schema import (
    BYTES,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
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
from http_source_tests.connect.names import scrubbed
from http_source_tests.connect.pages import REFUSE, read, sketch
from http_source_tests.connect.unions import aliased, letting_by


@pytest.mark.parametrize(
    ("known", "text", "value"),
    [
        (decimal(2), "12345678901234567890.10", Decimal("12345678901234567890.10")),
        (decimal(2), "1e3", Decimal(1000)),
        (decimal(2), '"2.50"', Decimal("2.50")),
        (decimal(0), "18446744073709551616", Decimal(18446744073709551616)),
        (DATE, '"2026-02-03"', date(2026, 2, 3)),
        (TIME, '"04:05:06"', time(4, 5, 6)),
        (TIMESTAMP, '"2026-02-03T04:05:06Z"', datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        (BYTES, '"AAH/"', b"\x00\x01\xff"),
        (map_of(STRING, INT64), '{"2026-01-01": 1, "2026-01-02": null}', {"2026-01-01": 1, "2026-01-02": None}),
        (map_of(INT32, STRING), '{"1": "x"}', {1: "x"}),
        (FLOAT64, "1", 1.0), (FLOAT64, f"{2**64}", 2.0**64), (FLOAT32, "0.5", 0.5),
    ],
)
def test_registered_types_that_json_lacks_are_read_exactly(known: Schema, text: str, value: Any) -> None:
    written = read(f'{{"v": {text}}}', known=struct({"v": known})).values[0]["v"]
    assert (type(written), written) == (type(value), value)


@pytest.mark.parametrize(
    ("known", "raw", "value"),
    [
        (DATE, 1, date(1970, 1, 2)), (DATE, -1, date(1969, 12, 31)),
        (TIME, 86_399_999, time(23, 59, 59, 999_000)),
        (TIMESTAMP, -1, datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)), (TIMESTAMP, 0, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_integer_at_a_date_a_time_or_a_timestamp_is_the_raw_value(known: Schema, raw: int, value: Any) -> None:
    assert read({"v": raw}, known=struct({"v": known})).values == [{"v": value}]


@pytest.mark.parametrize(
    ("known", "raw"), [(TIME, 86_400_000), (TIME, -1), (DATE, 10**9), (TIMESTAMP, 2**62), (DATE, True), (TIMESTAMP, 1.5), (TIME, [])],
)
def test_a_raw_value_that_is_none_is_refused_rather_than_made_another_one(known: Schema, raw: Any) -> None:
    with pytest.raises(PlaceRefused, match=rf"came where the type is {known.type} \(org"):
        read({"v": raw}, known=struct({"v": known}))


@pytest.mark.parametrize("known", [decimal(2), DATE, TIME, TIMESTAMP, BYTES])
def test_a_text_that_is_no_such_value_is_refused_without_showing_it(known: Schema) -> None:
    with pytest.raises(PlaceRefused, match=r"^the text cannot be read as ") as refused:
        read({"v": "s3cret!"}, known=struct({"v": known}))
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("known", "text"),
    [(map_of(INT32, STRING), '{"x": "y"}'), (map_of(INT8, STRING), '{"128": "y"}'), (map_of(INT32, STRING), '{"1.0": "y"}')],
)
def test_a_name_that_is_no_key_of_the_map_is_refused(known: Schema, text: str) -> None:
    with pytest.raises(PlaceRefused, match="a name cannot be read as INT") as refused:
        read(text, known=known)
    assert pointer(refused.value.path) == "/*"


@pytest.mark.parametrize("served", [["a-b", "a.b"], ["a-b", "a_b"], ["a_b", "a-b"]])
@pytest.mark.parametrize("known", [struct({"a_b": OPTIONAL_STRING}), struct({"id": INT64}), None])
@pytest.mark.parametrize("value", ["x", None])
def test_b250_two_served_names_that_are_one_are_refused_with_both(served: list[str], known: Schema | None, value: Any) -> None:
    with pytest.raises(PlaceRefused, match=f"the fields {served[0]!r} and {served[1]!r} would both be 'a_b'"):
        read(dict.fromkeys(served, value), known=known, rename=scrubbed)


def test_b250_a_scrubbed_name_is_the_same_field_in_every_record() -> None:
    stream = read({"a-b": 1}, {"a.b": 2}, {"a_b": 3}, rename=scrubbed)
    assert (sketch(stream.schema), stream.values) == ({"a_b?": "INT64"}, [{"a_b": 1}, {"a_b": 2}, {"a_b": 3}])


def test_b250_the_keys_of_a_map_are_data_and_stay_as_they_are() -> None:
    known = struct({"m": map_of(STRING, INT64)})
    stream = read({"m": {"a-b": 1, "a.b": 2}}, known=known, rename=scrubbed)
    assert (stream.schema, stream.values) == (known, [{"m": {"a-b": 1, "a.b": 2}}])


CITY = struct({"city": aliased(STRING, "town", "place"), "size": aliased(INT32, "people")})


def test_an_alias_fills_its_field() -> None:
    stream = read({"town": "Ur", "people": 9}, known=CITY)
    assert (stream.schema, stream.values) == (CITY, [{"city": "Ur", "size": 9}])


@pytest.mark.parametrize(("value", "grown"), [(2**40, "INT64"), (0.5, "FLOAT64"), (None, "INT32?")])
def test_what_an_alias_brings_lets_its_field_grow_as_its_own_name_would(value: Any, grown: str) -> None:
    stream = read({"town": "Ur", "people": value}, known=CITY)
    name = "size?" if grown.endswith("?") else "size"
    assert sketch(stream.schema) == {"city": "STRING", name: grown.removesuffix("?")}
    assert stream.values == [{"city": "Ur", "size": value}]


def test_an_alias_and_the_name_by_turns_make_no_field_optional() -> None:
    assert read([{"town": "Ur", "people": 1}, {"city": "Uruk", "size": 2}], known=array(CITY)).schema == array(CITY)


@pytest.mark.parametrize("served", [["city", "town"], ["town", "city"], ["town", "place"]])
def test_an_alias_beside_another_name_of_its_field_is_refused_with_both(served: list[str]) -> None:
    with pytest.raises(PlaceRefused, match=f"the fields {served[0]!r} and {served[1]!r} would both be 'city'"):
        read(dict.fromkeys(served, "Ur") | {"size": 1}, known=CITY)


def test_a_text_that_lets_properties_by_gets_them_as_they_are_and_no_version() -> None:
    known = struct({"in": letting_by({"id": INT64})})
    stream = read('{"in": {"id": 1, "new": {"x": [1.50, 1e3, null, "y"]}, "none": null}}', known=known)
    assert stream.schema is known
    assert stream.values == [{"in": {"id": 1, "new": {"x": [Decimal("1.50"), Decimal("1E+3"), None, "y"]}, "none": None}}]
    assert not stream.noticed.omitted


def test_a_number_that_a_transform_made_is_let_by_and_one_whose_digits_are_lost_is_not() -> None:
    """Who reads quickly has a float for `2.50`; who reads exactly has one from Cast alone."""
    known = letting_by({"id": INT64})
    assert Adapter(REFUSE, str).compose(known)({"id": 1, "new": [2.5]}, Noticed()) == {"id": 1, "new": [2.5]}
    with pytest.raises(PlaceRefused, match="its digits are not known"):
        Adapter(REFUSE, str, exact=False).compose(known)({"id": 1, "new": [2.5]}, Noticed())


def test_what_a_text_names_beside_what_it_lets_by_grows_all_the_same() -> None:
    assert sketch(read({"id": 1.5, "new": 1}, known=letting_by({"id": INT64})).schema) == {"id": "FLOAT64"}


@pytest.mark.parametrize("record", [{}, {"a": None}])
def test_a_default_is_left_to_the_format(record: dict[str, Any]) -> None:
    assert read(record, known=struct({"a": replace(INT64, default=7)})).values == [record]


def test_a_fixed_schema_that_may_lose_something_leaves_out_what_it_does_not_have() -> None:
    noticed = Noticed()
    adapt = Adapter(REFUSE, str, lossy=True).compose(struct({"id": INT64}))
    assert adapt({"id": 1, "new": "x", "none": None, "gap": []}, noticed) == {"id": 1}
    assert (noticed.omitted, noticed.lossy) == ({("none",): "none", ("gap",): "gap"}, {("gap",)})


def test_a_field_that_the_schema_does_not_have_is_refused_elsewhere() -> None:
    with pytest.raises(PlaceRefused, match="the schema does not have this field"):
        Adapter(REFUSE, str).compose(struct({"id": INT64}))({"id": 1, "new": "x"}, Noticed())
