"""What becomes of one record: by what is registered and the records before it, and by nothing else."""

import json
from typing import Any

import pytest

from http_source_tests.conversion.chains import apache, chain
from http_source_tests.conversion.kept import Kept
from http_source_tests.conversion.law import REFUSED, Cut, Outcome, outcome, texts

FORMATS = ("AVRO", "JSON_SR", "PROTOBUF")
TOLERANT = {"errors.tolerance": "all", "reporter.error.topic.name": REFUSED}
EACH_ALONE = Cut((1, 2, 3, 4), frozenset(range(5)))
"""Each record a page and a process of its own."""


def values(found: Outcome) -> list[Any]:
    return [record[2] for record in found.records]


def reasons(found: Outcome) -> list[str]:
    return [told["__connect.errors.exception.message"] for _, told in found.refused]


@pytest.mark.parametrize("cut", [Cut(), Cut((1,)), EACH_ALONE])
@pytest.mark.parametrize("format_", FORMATS)
def test_b206_a_field_that_was_only_null_so_far_exists_for_transforms(format_: str, cut: Cut) -> None:
    extract = chain(apache("ExtractField$Value", field="o"))
    found = outcome(texts([{"id": 1, "o": None}, {"id": 2, "o": {"x": "y"}}, {"id": 3}]), extract, cut, format_)
    assert values(found) == [None, {"x": "y"}, None]


@pytest.mark.parametrize("cut", [Cut(), Cut((1,)), EACH_ALONE])
@pytest.mark.parametrize("format_", FORMATS)
def test_b207_a_transform_rescues_what_no_schema_holds(format_: str, cut: Cut) -> None:
    records = texts([{"a": 1, "b": 1}, {"a": "z", "b": 2}, {"a": True, "b": 3}])
    cast = outcome(records, chain(apache("Cast$Value", spec="a:string")), cut, format_)
    assert [each["a"] for each in values(cast)] == ["1", "z", "true"]
    excluded = outcome(records, chain(apache("ReplaceField$Value", exclude="a")), cut, format_)
    assert [each.keys() for each in values(excluded)] == [{"b"}] * 3


@pytest.mark.parametrize("cut", [Cut(), EACH_ALONE])
@pytest.mark.parametrize("format_", FORMATS)
def test_b208_an_array_of_mixed_scalars_is_one_of_texts_as_they_were_served(format_: str, cut: Cut) -> None:
    """The public example is the states of a flight: texts, numbers, booleans and nulls in one array."""
    records = [b'{"s": ["3c6", 2.50, 1e3, true, -7]}', b'{"s": [9, 1.10]}', b'{"s": [false]}']
    assert [each["s"] for each in values(outcome(records, {}, cut, format_))] == [
        ["3c6", "2.50", "1e3", "true", "-7"], ["9", "1.10"], ["false"],
    ]


def test_b208_a_subject_that_is_registered_so_is_continued() -> None:
    text = json.dumps({"type": "record", "name": "Flight", "fields": [{"name": "s", "type": {"type": "array", "items": "string"}}]})
    kept = Kept(orders_value=text)
    assert values(outcome([b'{"s": [1.50, "x"]}'], {}, kept=kept)) == [{"s": ["1.50", "x"]}]
    assert len(kept.versions["orders-value"]) == 1


def test_b208_in_an_array_of_numbers_a_text_is_refused_whatever_the_cut() -> None:
    records = texts([{"s": [1, 2]}, {"s": [1, "x"]}, {"s": [3]}])
    for cut in (Cut(), EACH_ALONE):
        found = outcome(records, TOLERANT, cut)
        assert values(found) == [{"s": [1, 2]}, {"s": [3]}]
        assert reasons(found)[0].startswith("at /s/*: a string came where the type is INT64 so far.")


@pytest.mark.parametrize("cut", [Cut(), EACH_ALONE])
def test_b208_in_a_field_the_property_decides(cut: Cut) -> None:
    records = [b'{"a": "x"}', b'{"a": 2.50}', b'{"a": null}', b'{"a": true}']
    assert [each.get("a") for each in values(outcome(records, {"output.data.mixed.scalars": "string"}, cut))] == ["x", "2.50", None, "true"]
    assert [each.get("a") for each in values(outcome(records, TOLERANT, cut))] == ["x", None]
    assert values(outcome([b'{"a": 1}', b'{"a": "x"}'], {"output.data.mixed.scalars": "string", **TOLERANT}, cut)) == [{"a": 1}]


AVRO_UNION = json.dumps({"type": "record", "name": "R", "fields": [{"name": "a", "type": [
    "null", {"type": "record", "name": "U1", "fields": [{"name": "p", "type": "string"}]},
    {"type": "record", "name": "U2", "fields": [{"name": "q", "type": "string"}]}, "long", "string"], "default": None}]})
JSON_UNION = json.dumps({"type": "object", "properties": {"a": {"oneOf": [
    {"type": "null"}, {"type": "object", "properties": {"p": {"type": "string"}}, "required": ["p"], "additionalProperties": False},
    {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"], "additionalProperties": False}, {"type": "integer"},
    {"type": "string"}]}}})


@pytest.mark.parametrize(("format_", "text"), [("AVRO", AVRO_UNION), ("JSON_SR", JSON_UNION)])
def test_b209_of_a_registered_union_the_branch_that_fits_is_written_and_none_is_added(format_: str, text: str) -> None:
    kept = Kept(orders_value=text)
    served = [{"a": {"p": "x"}}, {"a": {"q": "y"}}, {"a": 7}, {"a": "z"}, {"a": None}, {"a": {"r": 1}}, {"a": 1.5}]
    found = outcome(texts(served), TOLERANT, EACH_ALONE, format_, kept)
    assert values(found) == [{"a": {"p": "x"}}, {"a": {"q": "y"}}, {"a": 7}, {"a": "z"}, {}]
    assert all("it fits no branch of the registered union" in reason for reason in reasons(found))
    assert len(kept.versions["orders-value"]) == 1


PAYMENT = """syntax = "proto3";
message R {
  int64 id = 1;
  oneof pay {
    Card card = 2;
    string cash = 3;
  }
  message Card {
    string no = 1;
  }
}
"""


def test_b209_a_member_of_a_oneof_is_served_under_its_own_name() -> None:
    kept = Kept(orders_value=PAYMENT)
    found = outcome(texts([{"id": 1, "card": {"no": "x"}}, {"id": 2, "cash": "y"}, {"id": 3}]), {}, Cut(), "PROTOBUF", kept)
    assert [{**each, "id": None} for each in values(found)] == [{"id": None, "card": {"no": "x"}}, {"id": None, "cash": "y"}, {"id": None}]
    assert len(kept.versions["orders-value"]) == 1


@pytest.mark.parametrize("nothing", [[None, None], [{}], [[], []], {"p": {}}, []])
@pytest.mark.parametrize("format_", ["AVRO", "JSON_SR"])
def test_b210_what_tells_no_type_reads_as_null_until_a_record_shows_it(format_: str, nothing: Any) -> None:
    known: Any = {"p": {"q": "x"}} if isinstance(nothing, dict) else [[["x"]]] if nothing == [[], []] else [{"q": "x"}]
    records = texts([{"id": 1, "a": nothing}, {"id": 2, "a": known}, {"id": 3, "a": nothing}])
    for cut in (Cut(), EACH_ALONE):
        found = outcome(records, {}, cut, format_)
        assert values(found)[0] == {"id": 1}
        assert values(found)[2].keys() == {"id", "a"}
        assert found.undecided == 1


@pytest.mark.parametrize("cut", [Cut(), EACH_ALONE])
def test_b210_a_record_that_is_refused_is_not_counted_for_what_it_would_have_lost(cut: Cut) -> None:
    fields = [{"name": "b", "type": ["null", {"type": "enum", "name": "State", "symbols": ["x"]}]}]
    kept = Kept(orders_value=json.dumps({"type": "record", "name": "R", "fields": fields}))
    assert outcome(texts([{"new": 1}, {"b": "gone", "o": []}, {"b": "x", "o": []}]), TOLERANT, cut, kept=kept).undecided == 1


@pytest.mark.parametrize("format_", ["AVRO", "PROTOBUF"])
def test_b250_scrubbed_names_are_the_same_fields_in_every_process(format_: str) -> None:
    scrub = {"value.converter.scrub.invalid.names": "true", **TOLERANT}
    found = outcome(texts([{"@time": "a"}, {"@time": "b", "a-b": "1"}, {"a.b": "2"}, {"a-b": "3", "a.b": "4"}]), scrub, EACH_ALONE, format_)
    assert values(found) == [{"_40time": "a"}, {"_40time": "b", "a_b": "1"}, {"a_b": "2"}]
    assert reasons(found) == ["the fields 'a-b' and 'a.b' would both be 'a_b': rename or exclude one with ReplaceField."]


@pytest.mark.parametrize("cut", [Cut(), EACH_ALONE])
@pytest.mark.parametrize("format_", FORMATS)
def test_b251_b257_exactly_the_bad_records_are_left_out_and_named(format_: str, cut: Cut) -> None:
    rename = chain(apache("ReplaceField$Value", renames="x:y"))
    records = texts([{"x": "a"}, {"x": 1}, {"x": "b"}, {"x": [1]}, {"x": "c"}])
    found = outcome(records, {**rename, **TOLERANT}, cut, format_)
    assert values(found) == [{"y": "a"}, {"y": "b"}, {"y": "c"}]
    assert [served for served, _ in found.refused] == [b'{"x": 1}', b'{"x": [1]}']
    strict = outcome(records, rename, cut, format_)
    assert strict.refused[0][0] == 1


@pytest.mark.parametrize("format_", ["AVRO", "PROTOBUF"])
def test_b257_of_two_names_that_are_not_legal_the_same_one_is_named_whatever_was_registered(format_: str) -> None:
    records = texts([{"o": {"a": True}}, {"o": {"@c": True}, "@t": True}])
    (together,), (apart,) = (reasons(outcome(records, TOLERANT, cut, format_)) for cut in (Cut(), EACH_ALONE))
    assert together == apart
    assert "is not legal in" in together


@pytest.mark.parametrize("cut", [Cut(), EACH_ALONE])
def test_b257_records_are_reported_in_their_order_however_late_they_are_refused(cut: Cut) -> None:
    """The enum refuses a symbol only when the page is written, the array is refused at once."""
    fields = [{"name": "b", "type": ["null", {"type": "enum", "name": "State", "symbols": ["x"]}]}]
    kept = Kept(orders_value=json.dumps({"type": "record", "name": "R", "fields": fields}))
    found = outcome(texts([{"new": 1}, {"b": "gone"}, {"b": []}, {"b": [1]}]), TOLERANT, cut, kept=kept)
    assert [served for served, _ in found.refused] == [b'{"b": "gone"}', b'{"b": []}', b'{"b": [1]}']


@pytest.mark.parametrize("format_", ["AVRO", "PROTOBUF"])
@pytest.mark.parametrize("cut", [Cut(), EACH_ALONE])
def test_b254_nothing_of_a_refused_record_stays_in_the_schema(format_: str, cut: Cut) -> None:
    """Neither where its value is refused after its key, nor where the format refuses what the schema would become."""
    keyed = {"record.key.json.pointer": "/k", "key.converter": "org.apache.kafka.connect.converters.LongConverter", **TOLERANT}
    records = texts([{"k": 1, "a": 1}, {"k": "no long", "new": 1}, {"k": 2, "not legal": 1, "more": 2}, {"k": 3, "b": "x"}])
    found = outcome(records, keyed, cut, format_)
    assert [each[0] for each in found.schemas["orders-value"][3]] == ["k", "a", "b"]
    assert [json.loads(served)["k"] for served, _ in found.refused] == ["no long", 2]


@pytest.mark.parametrize("cut", [Cut(), EACH_ALONE])
def test_b213_a_number_that_only_a_decimal_holds_has_its_record_s_key(cut: Cut) -> None:
    """The key is read apart from the value, by a reader that knows no decimals."""
    wide = {"type": "bytes", "logicalType": "decimal", "precision": 500, "scale": 0}
    fields = [{"name": "k", "type": ["null", "string"]}, {"name": "a", "type": ["null", wide]}]
    kept = Kept(orders_value=json.dumps({"type": "record", "name": "R", "fields": fields}))
    found = outcome([b'{"k": "x", "a": 1e400}', b'{"k": "y", "a": 1}'], {"record.key.json.pointer": "/k"}, cut, kept=kept)
    assert [(key, value["a"] > 1) for _, key, value, _ in found.records] == [(b"x", True), (b"y", False)]


@pytest.mark.parametrize("levels", [150, 480, 900])
def test_b210_what_is_nested_too_deeply_is_refused_also_where_a_text_lets_it_by(levels: int) -> None:
    kept = Kept(orders_value=json.dumps({"type": "object", "additionalProperties": True, "properties": {"k": {"type": "string"}}}))
    deep = b'{"a": ' + b"[" * levels + b"]" * levels + b"}"
    found = outcome([b'{"k": "x"}', deep, b'{"k": "y"}'], TOLERANT, EACH_ALONE, "JSON_SR", kept)
    assert reasons(found) == ["it is nested deeper than 100 levels, which no schema can follow."]
    assert values(found) == [{"k": "x"}, {"k": "y"}]


@pytest.mark.parametrize(("format_", "text"), [
    ("AVRO", json.dumps({"type": "record", "name": "R", "fields": [
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["OPEN", "DONE"]}}]})),
    ("JSON_SR", json.dumps({"type": "object", "properties": {"state": {"type": "string", "enum": ["OPEN", "DONE"]}}})),
])
def test_b256_a_new_symbol_of_an_enum_is_refused_by_name_and_null_adds_no_branch(format_: str, text: str) -> None:
    kept = Kept(orders_value=text)
    found = outcome(texts([{"state": "OPEN"}, {"state": "GONE"}, {"state": "DONE"}]), TOLERANT, EACH_ALONE, format_, kept)
    assert values(found) == [{"state": "OPEN"}, {"state": "DONE"}]
    assert "/state" in reasons(found)[0]
    assert len(kept.versions["orders-value"]) == 1
