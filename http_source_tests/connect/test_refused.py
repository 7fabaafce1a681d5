from typing import Any

import pytest

from http_source.connect.decode import Decoder
from http_source.connect.refused import RecordRefused, TypeConflict
from http_source.connect.schema import BYTES, INT64, TIMESTAMP, Schema, array, struct
from http_source_tests.connect.pages import page, read


@pytest.mark.parametrize(
    ("first", "second", "path", "known", "seen"),
    [
        ({"a": 1}, {"a": "x"}, ("a",), "INT64", "a string"),
        ({"a": 1.5}, {"a": True}, ("a",), "FLOAT64", "a boolean"),
        ({"a": {"b": 1}}, {"a": "x"}, ("a",), "STRUCT", "a string"),
        ({"a": {"b": 1}}, {"a": []}, ("a",), "STRUCT", "an array"),
        ({"a": [1]}, {"a": {}}, ("a",), "ARRAY", "an object"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}, {"b": 1}]}, ("a", "*", "b"), "STRING", "an integer"),
        ({"a": 1}, [1], (), "STRUCT", "an array"),
        (1, '"x"', (), "INT64", "a string"),
    ],
)
def test_b110_b111_types_that_do_not_merge_are_refused_with_both_and_their_place(
    first: Any, second: Any, path: tuple[str, ...], known: str, seen: str
) -> None:
    """The whole page is, before any of it is produced, whether they meet in one page or in two."""
    with pytest.raises(TypeConflict) as within:
        Decoder().read(page(first, second))
    with pytest.raises(TypeConflict) as between:
        read(page(first)).decoder.read(page(first, second))
    for refused in (within.value, between.value):
        assert (refused.record, refused.path, refused.known, refused.seen, refused.retriable) == (1, path, known, seen, False)


def test_b112_elements_of_different_types_are_refused() -> None:
    with pytest.raises(TypeConflict, match=r"^Record 0 of the page at /a/\*: a string came where the type is INT64 so far\."):
        Decoder().read(page({"a": [1, "x"]}))


def test_an_integer_beyond_64_bits_is_refused_rather_than_rounded() -> None:
    with pytest.raises(TypeConflict, match=r"an integer beyond 64 bits .* Register a schema .* decimal, or a double"):
        Decoder().read(page({"id": 2**63}))


def test_an_integer_beyond_64_bits_among_doubles_is_a_double() -> None:
    assert read(page({"n": 2**64}, {"n": 0.5})).values[0] == {"n": 2.0**64}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ('{"n": 1e400}', r"^Record 0 of the page: it does not fit the schema: Number out of range - at `\$\.n`"),
        ('{"n": ' + "9" * 5000 + "}", "Integer value out of range"),
        (r'{"n": "\ud800"}', "half a surrogate pair"),
        ('{"n": ' + "[" * 101 + "]" * 101 + "}", "deeper than 100 levels"),
        ('{"n": ' + "[" * 99_999 + "]" * 99_999 + "}", "nested too deeply"),
        (r'{"n\"": 1}', r'^Record 0 of the page at /n": no schema takes a name with a quote'),
        (r'{"n\n": null}', r"at /n\\n: no schema takes a name"),
        ("[]", "an array in which nothing has a type"),
    ],
)
def test_a_record_no_schema_can_hold_is_refused(record: str, reason: str) -> None:
    with pytest.raises(RecordRefused, match=reason):
        Decoder().read(page(record))


@pytest.mark.parametrize(
    ("known", "value", "reason"),
    [
        (TIMESTAMP, "soon", "Invalid RFC3339"),
        (TIMESTAMP, "2026-01-01T00:00:00", "timezone"),
        (TIMESTAMP, 1, r"where the type is INT64 \(org.apache.kafka.connect.data.Timestamp\)"),
        (BYTES, "?", "Invalid base64"),
    ],
)
def test_a_value_its_registered_type_cannot_be_read_from_is_refused(known: Schema, value: Any, reason: str) -> None:
    with pytest.raises(RecordRefused, match=reason):
        read(page({"v": value}), known=struct({"v": known}))


def test_a_decoder_refuses_what_its_schema_does_not_say() -> None:
    with pytest.raises(RecordRefused, match=r"^Record 1 of the page: it does not fit the schema: .* unknown field `b`"):
        Decoder(struct({"a": INT64})).decode(page({"a": 1}, {"a": 1, "b": 1}))
    assert Decoder(array(INT64)).decode(page([1], None)) == [[1], None]


def test_a_refusal_tells_no_value() -> None:
    with pytest.raises(RecordRefused) as refused:
        Decoder().read(page({"a": 1}, {"a": "s3cret"}))
    assert "s3cret" not in str(refused.value)
