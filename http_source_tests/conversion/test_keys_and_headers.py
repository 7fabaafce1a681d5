"""Keys and headers that no registry keeps a schema for: the bytes are those of the record alone, whatever came before it."""

from typing import Any

import pytest

from http_source_tests.conversion.chains import apache, chain
from http_source_tests.conversion.law import REFUSED, Cut, Outcome, outcome, texts

_KEYED = {"record.key.json.pointer": "/k", "key.converter": "org.apache.kafka.connect.storage.StringConverter"}
_HEADED = chain(apache("HeaderFrom$Value", fields="k", headers="h", operation="copy"))
_JSON = {"header.converter": "org.apache.kafka.connect.json.JsonConverter"}
_ONE_BY_ONE = Cut(tuple(range(9)))


def outcomes(keys: list[Any], properties: dict[str, Any]) -> Outcome:
    """On one page, and on a page for each record: the same."""
    served = texts({"id": number, "k": key} for number, key in enumerate(keys))
    whole, parts = outcome(served, properties, Cut()), outcome(served, properties, _ONE_BY_ONE)
    assert parts == whole
    return whole


def keys_of(found: Outcome) -> list[Any]:
    return [key for _, key, _, _ in found.records]


def headers_of(found: Outcome) -> list[Any]:
    return [dict(headers).get("h") for _, _, _, headers in found.records]


@pytest.mark.parametrize(
    "transforms", [{}, chain(apache("InsertField$Value", static_field="s", static_value="x")), chain(apache("MaskField$Key", fields="c"))],
)
def test_b206_a_key_has_the_fields_of_its_own_record_in_their_order(transforms: dict[str, Any]) -> None:
    keys = [{"b": 1, "a": 2}, {"a": 3, "b": 4}, {"a": 5}, {"a": 6, "b": None}]
    assert keys_of(outcomes(keys, _KEYED | transforms)) == [b"Struct{b=1,a=2}", b"Struct{a=3,b=4}", b"Struct{a=5}", b"Struct{a=6}"]


def test_b206_a_header_has_the_fields_of_its_own_record_in_their_order() -> None:
    found = outcomes([{"b": 1, "a": 2}, {"a": 3, "b": 4}, {"a": 5}], _HEADED)
    assert headers_of(found) == [b'{"b":1,"a":2}', b'{"a":3,"b":4}', b'{"a":5}']


@pytest.mark.parametrize(("key", "written"), [([], b"[]"), ([None], b"[null]"), ([[], [None]], b"[[], [null]]"), ([1, 2.5], b"[1.0, 2.5]")])
def test_b210_an_array_that_tells_no_type_is_a_key_all_the_same(key: Any, written: bytes) -> None:
    assert keys_of(outcomes([key, key], _KEYED)) == [written, written]


@pytest.mark.parametrize(
    ("value", "written"), [([], b"[]"), ([None], b"[null]"), ([[]], b"[[]]"), ([1, "x"], b'["1","x"]'), (2.50, b"2.5")],
)
def test_b210_an_array_that_tells_no_type_is_a_header_all_the_same(value: Any, written: bytes) -> None:
    assert headers_of(outcomes([value, None, value], _HEADED)) in ([written, None, written], [written, b"null", written])


@pytest.mark.parametrize("value", [[], [None], [1, "x"], {"a": 1, "gap": []}, {"a": [2.5]}])
def test_b210_a_header_with_its_schema_takes_what_is_empty(value: Any) -> None:
    (header,) = headers_of(outcomes([value], _HEADED | _JSON))
    assert header.startswith(b'{"schema":{"type":')


def test_a_header_that_no_schema_holds_is_refused_and_no_defect() -> None:
    tolerant = {"errors.tolerance": "all", "reporter.error.topic.name": REFUSED}
    found = outcomes([1, [{"a": 1}, {"a": "x"}], [[[]]]], _HEADED | _JSON | tolerant)
    assert len(found.records) == 1
    assert len(found.refused) == 2
