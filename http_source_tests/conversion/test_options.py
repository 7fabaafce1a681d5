"""What the options of keys, headers, transforms and errors do to a page; no registry is needed for any of it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from http_source.assembly.conversions import build_conversion, registry_at
from http_source.assembly.redaction import redactor
from http_source.conversion.conversion import Conversion
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import PageRefused
from http_source.foreign.redactor import Redactor
from http_source.model import Message, Page, Position
from http_source_tests.config.samples import load

KEYED: Mapping[str, object] = {"record.key.json.pointer": "/id"}
KAFKAS = "org.apache.kafka.connect.transforms."
NUMBERS = f"{KAFKAS}Cast$Value"
NO_REGISTRY = registry_at(RegistryAddress(url=""), Redactor())


def conversion(properties: Mapping[str, object]) -> Conversion | None:
    config = load(dict(properties)).config
    return build_conversion(config, NO_REGISTRY, redactor(config), lambda: 0)


def converted(properties: Mapping[str, object], *records: bytes) -> Page:
    convert = conversion(properties)
    assert convert is not None
    return convert("spaces", Page(records, Position("1"), progressed=True))


def messages(properties: Mapping[str, object], *records: bytes) -> list[Message]:
    return list(converted(properties, *records).messages or ())


def transform(kind: str, **properties: object) -> dict[str, object]:
    return {"transforms": "t", "transforms.t.type": kind, **{f"transforms.t.{name}": value for name, value in properties.items()}}


def test_records_that_nothing_changes_go_as_they_were_served() -> None:
    assert conversion({}) is None


def test_a_key_is_the_value_at_its_pointer() -> None:
    sent = messages({"record.key.json.pointer": "/a/0/b"}, b'{"a": [{"b": "x"}]}', b'{"a": []}', b"7", b"null")
    assert [(each.key, each.value) for each in sent] == [(b"x", b'{"a": [{"b": "x"}]}'), (None, b'{"a": []}'), (None, b"7"), (None, None)]


def test_values_keep_their_digits_beside_a_key() -> None:
    (sent,) = messages(KEYED, b'{"id": 1, "n": 12345678901234567890, "d": 1.10}')
    assert sent.value == b'{"id": 1, "n": 12345678901234567890, "d": 1.10}'


def test_a_key_is_written_by_its_converter() -> None:
    (sent,) = messages({**KEYED, "key.converter": "org.apache.kafka.connect.converters.LongConverter"}, b'{"id": 258}')
    assert sent.key == b"\0\0\0\0\0\0\x01\x02"


@pytest.mark.parametrize(("enabled", "key"), [(True, {"schema": {"type": "int64", "optional": True}, "payload": 7}), (False, 7)])
def test_a_key_in_json_has_its_schema_before_it_unless_it_is_switched_off(*, enabled: bool, key: object) -> None:
    json_key = {"key.converter": "org.apache.kafka.connect.json.JsonConverter", "key.converter.schemas.enable": enabled}
    (sent,) = messages({**KEYED, **json_key, "value.converter.schemas.enable": True}, b'{"id": 7}')
    assert json.loads(sent.key or b"") == key


def test_json_has_its_schema_before_it() -> None:
    """All records of a page have the page's schema."""
    first, second = messages({"value.converter.schemas.enable": True}, b'{"a": 1}', b'{"a": null, "b": "x"}')
    envelope, other = json.loads(first.value or b""), json.loads(second.value or b"")
    assert [(field["field"], field["type"]) for field in envelope["schema"]["fields"]] == [("a", "int64"), ("b", "string")]
    assert envelope["schema"] == other["schema"]
    assert (envelope["payload"], other["payload"]) == ({"a": 1, "b": None}, {"a": None, "b": "x"})


@pytest.mark.parametrize(
    ("converter", "value"), [("storage.SimpleHeader", b"7"), ("storage.String", b"7"), ("converters.Long", b"\0" * 7 + b"\7")]
)
def test_a_header_is_written_by_its_converter(converter: str, value: bytes) -> None:
    header = {**transform(f"{KAFKAS}InsertHeader", header="h", **{"value.literal": "7"}),
              "header.converter": f"org.apache.kafka.connect.{converter}Converter"}
    (sent,) = messages(header, b"{}")
    assert list(sent.headers) == [("h", value)]


def test_transforms_are_applied_in_their_order() -> None:
    both = {
        "transforms": "hoist, copy",
        "transforms.copy.type": f"{KAFKAS}InsertField$Value", "transforms.copy.topic.field": "from",
        "transforms.hoist.type": f"{KAFKAS}HoistField$Value", "transforms.hoist.field": "line",
    }
    assert [each.value for each in messages(both, b"1")] == [b'{"line":1,"from":"spaces"}']


def test_a_predicate_says_which_records_are_transformed() -> None:
    dropping = {
        **transform(f"{KAFKAS}Filter", predicate="null"),
        "predicates": "null", "predicates.null.type": f"{KAFKAS}predicates.RecordIsTombstone",
    }
    assert [each.value for each in messages(dropping, b"null", b"1", b"null")] == [b"1"]


def test_a_page_whose_records_are_all_dropped_moves_on() -> None:
    page = converted(transform(f"{KAFKAS}Filter"), b"1", b"2")
    assert (list(page.messages or ()), page.position) == ([], Position("1"))


def test_a_transform_may_change_the_topic_of_each_record() -> None:
    routed = messages(transform(f"{KAFKAS}RegexRouter", regex="(.*)", replacement="old-$1"), b"1")
    assert [each.topic for each in routed] == ["old-spaces"]


# Errors

BAD = b'{"id": "s3cret"}'
CAST = transform(NUMBERS, spec="id:int64")


def test_b160_without_tolerance_a_record_that_fails_ends_its_page() -> None:
    with pytest.raises(PageRefused, match=r"Record 1 of the page fails in TRANSFORMATION \(t\)") as refused:
        messages(CAST, b'{"id": 1}', BAD)
    assert not refused.value.retriable
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("tolerant", [{"errors.tolerance": "all"}, {"behavior.on.error": "IGNORE"}])
def test_a_record_that_fails_is_left_out_and_the_others_go_on(tolerant: dict[str, object]) -> None:
    page = converted({**CAST, **tolerant}, b'{"id": "1"}', BAD, b'{"id": 3.0}')
    assert [each.value for each in page.messages or ()] == [b'{"id":1}', b'{"id":3}']
    assert page.skipped == 1


def test_a_record_that_is_left_out_is_reported_as_it_was_served() -> None:
    reported: dict[str, object] = {**CAST, "errors.tolerance": "all", "reporter.error.topic.name": "error-${connector}"}
    (report,) = messages(reported, BAD)
    headers: dict[str, Any] = dict(report.headers)
    assert (report.topic, report.value) == ("error-spaces", BAD)
    assert {name: headers[f"__connect.errors.{name}"] for name in ("topic", "connector.name", "stage", "class.name", "record.index")} == {
        "topic": "spaces", "connector.name": "spaces", "stage": "TRANSFORMATION", "class.name": "t", "record.index": "0",
    }
    assert "s3cret" not in headers["__connect.errors.exception.message"]


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ({}, "record 0 in TRANSFORMATION"),
        ({"errors.log.include.messages": True}, 'record 0 "{"id": "x"}" in'),
        ({"errors.log.enable": False}, ""),
    ],
)
def test_the_log_tells_what_was_left_out_unless_it_is_switched_off(properties: dict[str, object], told: str) -> None:
    page = converted({**CAST, "errors.tolerance": "all", **properties}, b'{"id": "x"}')
    assert told in " ".join(page.warnings)
    assert bool(told) == bool(page.warnings)


def test_of_many_records_that_are_left_out_the_first_are_told() -> None:
    (warning,) = converted({**CAST, "errors.tolerance": "all"}, *[b'{"id": "x"}'] * 10).warnings
    assert warning.startswith("10 records of a page were left out")
    assert "; 7 more. None of the records left out is in Kafka." in warning
