"""Records that cannot be converted: left out, counted, told and reported, or the end of their page."""

import json
from typing import Any

import pytest

from http_source.errors import RequestFailed
from http_source_tests.conversion.readers import avro
from http_source_tests.conversion.rig import FORMATS, SKIP, STRATEGY, TOPIC, VALUE, conversion, made, payloads, served, versions
from http_source_tests.registry import Stand

GOOD = {"id": 1}
BAD = {"id": "x", "word": "hidden-word"}
REPORTED = {**SKIP, "reporter.error.topic.name": "bad-${connector}"}
CAST = {"transforms": "c", "transforms.c.type": "org.apache.kafka.connect.transforms.Cast$Value", "transforms.c.spec": "n:int8"}
LONG_KEY = {"record.key.json.pointer": "/id", "key.converter": "org.apache.kafka.connect.converters.LongConverter"}


@pytest.mark.parametrize("tolerant", [SKIP, {"behavior.on.error": "IGNORE"}])
@pytest.mark.parametrize("format_", FORMATS)
def test_bad_records_are_left_out_and_the_others_of_the_page_arrive(stand: Stand, format_: str, tolerant: dict[str, object]) -> None:
    with conversion(stand, {"output.data.format": format_, **tolerant}) as convert:
        page = convert(TOPIC, served(GOOD, BAD, {"id": 2}, [1], {"id": 3}))
    assert page.skipped == 2
    assert [each.topic for each in page.messages or ()] == [TOPIC] * 3
    assert len(versions(stand)) == 1


def test_the_schema_holds_nothing_of_a_record_that_was_left_out(stand: Stand) -> None:
    with conversion(stand, SKIP) as convert:
        made(convert, GOOD, BAD)
    assert "word" not in versions(stand)[0]


def test_a_record_left_out_goes_to_the_reporters_topic_as_it_was_served_with_connects_headers(stand: Stand) -> None:
    text = b'{"id":"x",  "u":"\\u00e9"}'
    with conversion(stand, REPORTED) as convert:
        good, report = made(convert, GOOD, text)
    assert (good.topic, report.topic) == (TOPIC, "bad-test")
    assert report.value is not None
    assert bytes(report.value) == text
    assert dict(report.headers) == {
        "__connect.errors.topic": TOPIC,
        "__connect.errors.connector.name": "test",
        "__connect.errors.record.index": "1",
        "__connect.errors.stage": "SCHEMA_INFERENCE",
        "__connect.errors.exception.message": "at /id: a string came where the type is INT64 so far. "
        "No schema holds both; `output.data.format=JSON` writes records as they are served.",
    }


def test_the_log_tells_which_records_and_why_and_none_of_their_content(stand: Stand) -> None:
    with conversion(stand, SKIP) as convert:
        (warning,) = convert(TOPIC, served(GOOD, BAD)).warnings
    assert warning.startswith("1 record of a page was left out (errors.tolerance=all): record 1 in SCHEMA_INFERENCE: at /id: a string")
    assert warning.endswith("as they are served. None of the records left out is in Kafka.")
    assert "hidden-word" not in warning


def test_the_log_tells_the_beginning_of_a_record_without_secrets_when_asked_to(stand: Stand) -> None:
    shown = {"errors.log.include.messages": "true", "auth.type": "BASIC", "connection.user": "u", "connection.password": "hidden-word"}
    with conversion(stand, {**REPORTED, **shown}) as convert:
        (warning,) = convert(TOPIC, served(GOOD, BAD)).warnings
    assert 'record 1 "{"id": "x", "word": "[hidden]"}" in' in warning
    assert warning.endswith("The records left out are in topic bad-test.")


def test_the_log_is_silent_when_told_to_be_and_records_are_counted_all_the_same(stand: Stand) -> None:
    with conversion(stand, {**SKIP, "errors.log.enable": "false"}) as convert:
        page = convert(TOPIC, served(GOOD, BAD))
    assert (page.skipped, page.warnings) == (1, ())


def test_many_records_left_out_are_told_in_one_line(stand: Stand) -> None:
    with conversion(stand, SKIP) as convert:
        (warning,) = convert(TOPIC, served(GOOD, *[BAD] * 50)).warnings
    assert "50 records of a page were left out" in warning
    assert "; 47 more." in warning
    assert ".;" not in warning


def test_b114_a_record_with_an_illegal_name_is_left_out_alone(stand: Stand) -> None:
    with conversion(stand, SKIP) as convert:
        page = convert(TOPIC, served(GOOD, {"id": 2, "@x": 1}, {"id": 3}))
        assert page.skipped == 1
        assert "record 1 in VALUE_CONVERTER: at /@x: the name '@x' is not legal in Avro" in page.warnings[0]
        assert len(made(convert, {"id": 4, "@x": 1}, GOOD)) == 1
    assert len(versions(stand)) == 1


def test_every_record_of_a_schema_that_has_no_subject_is_left_out_and_counted(stand: Stand) -> None:
    drop = "org.apache.kafka.connect.transforms.DropHeaders"
    unnamed = {"transforms": "none", "transforms.none.type": drop, "transforms.none.headers": "h"}
    with conversion(stand, {**REPORTED, "output.data.format": "JSON_SR", STRATEGY: "RecordNameStrategy", **unnamed}) as convert:
        page = convert(TOPIC, served(GOOD, GOOD, GOOD))
    assert page.skipped == 3
    assert [each.topic for each in page.messages or ()] == ["bad-test"] * 3


def test_a_value_that_the_format_cannot_hold_is_left_out_alone(stand: Stand) -> None:
    with conversion(stand, {**SKIP, "output.data.format": "PROTOBUF"}) as convert:
        page = convert(TOPIC, served({"tags": ["a"]}, {"tags": ["a", None]}, {"tags": []}))
    assert page.skipped == 1
    assert "at /tags/*: null came in an array, where Protobuf cannot hold it." in page.warnings[0]


@pytest.mark.parametrize(
    ("properties", "bad", "words"),
    [
        (CAST, {"id": 2, "n": "x"}, "Record 1 of the page fails in TRANSFORMATION (c)"),
        ({**LONG_KEY, "output.data.format": "JSON"}, {"id": "x"}, "Record 1 of the page fails in KEY_CONVERTER"),
        ({"output.data.format": "PROTOBUF"}, {"id": 2, "tags": [None, "a"]}, "Record 1 of the page fails in VALUE_CONVERTER at /tags/*"),
        ({}, {"id": "x"}, "Record 1 of the page at /id: a string came where the type is INT64"),
    ],
)
def test_b160_without_tolerance_a_bad_record_ends_its_page_with_index_stage_and_place(
    stand: Stand, properties: dict[str, object], bad: dict[str, Any], words: str,
) -> None:
    with conversion(stand, properties) as convert, pytest.raises(RequestFailed) as caught:
        made(convert, GOOD, bad)
    assert str(caught.value).startswith(words)
    assert not caught.value.retriable


@pytest.mark.parametrize("properties", [CAST, LONG_KEY])
def test_b160_with_tolerance_a_bad_record_is_left_out_at_each_stage(stand: Stand, properties: dict[str, object]) -> None:
    with conversion(stand, {**REPORTED, **properties, "output.data.format": "JSON"}) as convert:
        page = convert(TOPIC, served(GOOD, {"id": "thousand", "n": "x"}, {"id": 3}))
    assert page.skipped == 1
    assert [each.topic for each in page.messages or ()] == [TOPIC, TOPIC, "bad-test"]


def test_text_that_no_format_can_hold_is_left_out(stand: Stand) -> None:
    with conversion(stand, SKIP) as convert:
        page = convert(TOPIC, served(GOOD, b'{"id":1,"t":"\\ud800"}'))
    assert page.skipped == 1
    assert "half a surrogate pair" in page.warnings[0]


def test_a_page_of_bad_records_only_moves_on_with_nothing_for_the_topic(stand: Stand) -> None:
    with conversion(stand, SKIP) as convert:
        made(convert, GOOD)
        page = convert(TOPIC, served(BAD, BAD))
    assert (page.skipped, page.messages) == (2, [])
    assert len(versions(stand)) == 1


def test_a_registered_schema_decides_which_records_are_bad(stand: Stand) -> None:
    with conversion(stand, SKIP) as convert:
        made(convert, GOOD)
    with conversion(stand, SKIP) as convert:
        values = payloads(made(convert, BAD, BAD, {"id": 7}))
    assert [avro(each[5:], versions(stand)[-1]) for each in values] == [{"id": 7}]


@pytest.mark.parametrize("strategy", ["TopicNameStrategy", "RecordNameStrategy"])
def test_a_conflict_that_transforms_make_is_left_out_with_its_record(stand: Stand, strategy: str) -> None:
    with conversion(stand, {STRATEGY: strategy}) as convert:
        made(convert, {"id": "text"})
    subject = VALUE if strategy == "TopicNameStrategy" else "io.confluent.connect.avro.ConnectDefault"
    renamed = {"transforms": "r", "transforms.r.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
               "transforms.r.renames": "no:id"}
    with conversion(stand, {**SKIP, **renamed, STRATEGY: strategy}) as convert:
        page = convert(TOPIC, served({"no": 1}, {"no": 2}))
    assert page.skipped == 2
    assert "at /id: an integer came where the type is STRING so far" in page.warnings[0]
    assert len(versions(stand, subject)) == 1
    assert json.loads(versions(stand, subject)[0])["fields"][0]["type"] == ["null", "string"]
