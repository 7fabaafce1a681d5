from typing import Any

import pytest

from http_source.connect.record_refused import PlaceRefused, RecordRefused, pointer
from http_source.connect.schema import BYTES, TIMESTAMP, Schema, struct
from http_source_tests.connect.pages import read


@pytest.mark.parametrize(
    ("first", "second", "place", "known", "seen"),
    [
        ({"a": 1}, {"a": "x"}, "/a", "INT64", "a string"),
        ({"a": 1.5}, {"a": True}, "/a", "FLOAT64", "a boolean"),
        ({"a": {"b": 1}}, {"a": "x"}, "/a", "STRUCT", "a string"),
        ({"a": {"b": 1}}, {"a": []}, "/a", "STRUCT", "an array"),
        ({"a": [1]}, {"a": {}}, "/a", "ARRAY", "an object"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}, {"b": 1}]}, "/a/*/b", "STRING", "an integer"),
        ({"a": 1}, [1], "", "STRUCT", "an array"),
        (1, '"x"', "", "INT64", "a string"),
    ],
)
def test_b110_b111_types_that_do_not_merge_are_refused_with_both_and_their_place(
    first: Any, second: Any, place: str, known: str, seen: str
) -> None:
    with pytest.raises(PlaceRefused, match=f"^{seen} came where the type is {known} so far") as refused:
        read(first, second)
    assert pointer(refused.value.path) == place


def test_an_integer_beyond_64_bits_is_refused_rather_than_rounded() -> None:
    with pytest.raises(PlaceRefused, match=r"beyond 64 bits came, which INT64 cannot hold\. Register .* decimal, or a double"):
        read({"id": 2**63})


def test_an_integer_beyond_64_bits_behind_a_double_is_a_double() -> None:
    assert read({"n": 0.5}, {"n": 2**64}).values[1] == {"n": 2.0**64}


@pytest.mark.parametrize(
    ("record", "place", "reason"),
    [
        ('{"n": 1e400}', "/n", "a number beyond what a double holds"),
        ('{"n": ' + "9" * 5000 + "}", "", "Integer value out of range"),
        (r'{"n": "\ud800"}', "", "half a surrogate pair"),
        ('{"n": ' + "[" * 101 + "]" * 101 + "}", "", "deeper than 100 levels"),
        ('{"n": ' + "[" * 99_999 + "]" * 99_999 + "}", "", "nested too deeply"),
        (r'{"n\"": 1}', '/n"', "no schema takes a name with a quote"),
        (r'{"n\n": 1}', r"/n\n", "no schema takes a name"),
        ("[]", "", "an array in which nothing has a type"),
    ],
)
def test_a_record_no_schema_can_hold_is_refused(record: str, place: str, reason: str) -> None:
    with pytest.raises(PlaceRefused, match=reason) as refused:
        read(record)
    assert pointer(refused.value.path) == place


@pytest.mark.parametrize(("known", "value"), [(TIMESTAMP, "soon"), (TIMESTAMP, True), (BYTES, "?")])
def test_a_value_its_registered_type_cannot_be_read_from_is_refused(known: Schema, value: Any) -> None:
    with pytest.raises(PlaceRefused, match=r"came where the type is INT64|the text cannot be read as (INT64|BYTES)") as refused:
        read({"v": value}, known=struct({"v": known}))
    assert pointer(refused.value.path) == "/v"


def test_a_refusal_tells_no_value() -> None:
    with pytest.raises(PlaceRefused) as refused:
        read({"a": 1}, {"a": "s3cret"})
    assert "s3cret" not in str(refused.value)


def test_a_record_is_named_by_its_number_and_place() -> None:
    refused = RecordRefused(3, ("a", "b/c", "\n"), "it is too long.")
    assert (str(refused), refused.retriable) == (r"Record 3 of the page at /a/b~1c/\n: it is too long.", False)
