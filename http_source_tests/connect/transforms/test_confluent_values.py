"""Filter, Drop and TombstoneHandler of Confluent, GzipDecompress, BytesToString and ExtractNestedField."""

import gzip
import logging

import pytest

from http_source.connect.record import Record
from http_source.connect.schema import BYTES, INT64, OPTIONAL_BYTES, OPTIONAL_STRING, STRING, Schema, decimal, struct
from http_source.connect.transforms.gzip_decompress import LARGEST
from http_source_tests.connect.transforms.confluent_cases import Case, Given, check, made, mistakes

WRITERS = {"filter.condition": "$.book[?(@.author == 'Tolstoy' || @.author == 'Dostoevsky')]", "filter.type": "include"}
OTHERS = WRITERS | {"filter.type": "exclude"}
LENIENT = {"missing.or.null.behavior": "include"}
NESTED = {"input.outer.field.name": "address", "input.inner.field.name": "state", "output.field.name": "st"}
ADDRESS = struct({"state": STRING})
PERSON = struct({"name": STRING, "address": ADDRESS}, name="Person")
MOVED = struct({"name": STRING, "address": ADDRESS, "st": STRING}, name="Person")
MAYBE = struct({"address": ADDRESS.as_optional()})
MAYBE_MOVED = struct({"address": ADDRESS.as_optional(), "st": OPTIONAL_STRING})
RAW = struct({"a": BYTES, "b": OPTIONAL_BYTES, "n": INT64}, name="Raw")
DECODED = struct({"a": STRING, "b": OPTIONAL_STRING, "n": INT64}, name="Raw")


def of(value: object, schema: Schema | None = None) -> Record:
    return Record(topic="t", key="k", key_schema=STRING, value=value, value_schema=schema)


def keyed(key: object, schema: Schema | None = None) -> Record:
    return Record(topic="t", key=key, key_schema=schema, value=1)


IN_TEXAS = of({"name": "N", "address": {"state": "TX"}}, PERSON)
TOLSTOY, GOGOL, NOBODY = of({"book": {"author": "Tolstoy"}}), of({"book": {"author": "Gogol"}}), of({"book": {"author": None}})
PACKED = gzip.compress(b"Hello ") + gzip.compress(b"world")

CASES: list[Case] = [
    ("Filter$Value", WRITERS, TOLSTOY, TOLSTOY),
    ("Filter$Value", WRITERS, GOGOL, None),
    ("Filter$Value", WRITERS, NOBODY, None),
    ("Filter$Value", OTHERS, TOLSTOY, None),
    ("Filter$Value", OTHERS, GOGOL, GOGOL),
    ("Filter$Value", OTHERS, NOBODY, NOBODY),
    ("Filter$Value", WRITERS, of({"title": "x"}), "lacks a field of the condition"),
    ("Filter$Value", WRITERS, of(None), "lacks a field of the condition"),
    ("Filter$Value", WRITERS | LENIENT, of({"book": None}), of({"book": None})),
    ("Filter$Value", WRITERS | {"missing.or.null.behavior": "exclude"}, of({}), None),
    ("Filter$Value", WRITERS, of("x"), "filters objects and arrays, but this is a string"),
    ("Filter$Value", WRITERS, of({"book": {"author": "Tolstoy"}}, struct({"book": struct({"author": STRING})})),
        of({"book": {"author": "Tolstoy"}}, struct({"book": struct({"author": STRING})}))),
    ("Filter$Key", {"filter.condition": "$[?(@.id > 9)]", "filter.type": "exclude"}, keyed({"id": 10}), None),
    ("Drop$Key", {}, keyed(24, INT64), keyed(None)),
    ("Drop$Key", {}, keyed(24), keyed(None)),
    ("Drop$Key", {}, keyed(None), keyed(None)),
    ("Drop$Key", {"schema.behavior": "retain"}, keyed(24, INT64), keyed(None, INT64)),
    ("Drop$Key", {"schema.behavior": "validate"}, keyed(24, INT64), "Its schema is not optional"),
    ("Drop$Key", {"schema.behavior": "validate"}, keyed(24, INT64.as_optional()), keyed(None, INT64.as_optional())),
    ("Drop$Key", {"schema.behavior": "force_optional"}, keyed(24, INT64), keyed(None, INT64.as_optional())),
    ("Drop$Value", {"schema.behavior": "force_optional"}, of({"a": 1}), of(None)),
    ("TombstoneHandler", {}, of({}), of({})),
    ("TombstoneHandler", {}, of(None), None),
    ("TombstoneHandler", {"behavior": "ignore"}, of(None, OPTIONAL_STRING), None),
    ("TombstoneHandler", {"behavior": "fail"}, of(None), "value is null"),
    ("GzipDecompress$Value", {}, of(PACKED, BYTES), of(b"Hello world", BYTES)),
    ("GzipDecompress$Value", {}, of(PACKED), of(b"Hello world")),
    ("GzipDecompress$Value", {}, of(None), of(None)),
    ("GzipDecompress$Value", {}, of(PACKED[:-3]), "not gzip, or they are damaged or cut off"),
    ("GzipDecompress$Value", {}, of(b"Hello"), "not gzip, or they are damaged or cut off"),
    ("GzipDecompress$Value", {}, of("Hello", STRING), "unpacks bytes, but this is STRING"),
    ("GzipDecompress$Value", {}, of({}), "unpacks bytes, but this is an object"),
    ("GzipDecompress$Value", {}, of(gzip.compress(bytes(LARGEST + 1))), "no Kafka message can hold"),
    ("BytesToString$Value", {}, of("é".encode(), BYTES), of("é", STRING)),
    ("BytesToString$Value", {"charset": "ISO-8859-1"}, of(b"\xe9"), of("é")),
    ("BytesToString$Value", {"charset": "US-ASCII"}, of(b"a\xe9"), of("a\ufffd")),
    ("BytesToString$Value", {}, of(None, OPTIONAL_BYTES), of(None, OPTIONAL_STRING)),
    ("BytesToString$Value", {}, of(None), of(None)),
    ("BytesToString$Value", {"fields": "a,b,zzz"}, of({"a": b"x", "b": None, "n": 1}, RAW), of({"a": "x", "b": None, "n": 1}, DECODED)),
    ("BytesToString$Value", {"fields": "a"}, of({"a": b"x", "c": b"y"}), of({"a": "x", "c": b"y"})),
    ("BytesToString$Value", {"fields": "zzz"}, of({"a": b"x", "b": None, "n": 1}, RAW), of({"a": b"x", "b": None, "n": 1}, RAW)),
    ("BytesToString$Value", {"fields": "n"}, of({"a": b"x", "b": None, "n": 1}, RAW), "the schema says INT64"),
    ("BytesToString$Value", {}, of("x", STRING), "the schema says STRING"),
    ("BytesToString$Value", {}, of(1, decimal(2)), "the schema says org.apache.kafka.connect.data.Decimal"),
    ("BytesToString$Value", {"fields": "a"}, of({"a": 1}), "decodes bytes, but this is a number"),
    ("ExtractNestedField$Value", NESTED, IN_TEXAS, of({"name": "N", "address": {"state": "TX"}, "st": "TX"}, MOVED)),
    ("ExtractNestedField$Value", NESTED, of({"address": None}, MAYBE), of({"address": None, "st": None}, MAYBE_MOVED)),
    ("ExtractNestedField$Value", NESTED, of({"address": {"state": "TX"}}), of({"address": {"state": "TX"}, "st": "TX"})),
    ("ExtractNestedField$Value", NESTED, of({"address": {}}), of({"address": {}, "st": None})),
    ("ExtractNestedField$Value", NESTED, of({}), of({"st": None})),
    ("ExtractNestedField$Value", NESTED, of(None), of(None)),
    ("ExtractNestedField$Value", NESTED, of({"address": "x"}), "a field of an object, but this is a string"),
    ("ExtractNestedField$Value", NESTED, of({"name": "N"}, struct({"name": STRING})), "no such field; it has name"),
    ("ExtractNestedField$Value", NESTED | {"input.inner.field.name": "zip"}, IN_TEXAS, "no such field"),
    ("ExtractNestedField$Value", NESTED | {"output.field.name": "name"}, IN_TEXAS, "of this name already"),
]


@pytest.mark.parametrize("case", CASES)
def test_a_record_becomes_what_the_transform_makes_of_it(case: Case) -> None:
    check(case)

def test_a_tombstone_is_dropped_with_a_warning_or_without(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    made("TombstoneHandler", {"behavior": "ignore"})(of(None))
    assert not caplog.messages
    made("TombstoneHandler", {})(of(None))
    assert caplog.messages == ["Dropped a record for topic t because its value is null (TombstoneHandler)."]


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("Filter$Value", {"filter.type": "include"}, 'Missing required configuration "transforms.it.filter.condition"'),
        ("Filter$Value", WRITERS | {"filter.condition": "$[?(@.a size 2)]"}, "Expected a JSON Path such as"),
        ("Drop$Key", {"schema.behavior": "forget"}, "nullify, retain, validate, force_optional"),
        ("BytesToString$Value", {"charset": "EBCDIC-XX"}, "Expected the name of a character set"),
        ("BytesToString$Value", {"charset": "rot13"}, "Expected the name of a character set"),
    ],
)
def test_properties_that_cannot_be_are_refused_before_the_first_record(name: str, given: Given, expected: str) -> None:
    assert expected in mistakes(name, given)
