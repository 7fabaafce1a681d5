"""What `http-source preview` shows of each record: its key, its way through the transforms, what is left out, why it is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from http_source_tests.commands.previews import FIRST, document, preview, put, record_of
from http_source_tests.conversion.chains import apache, chain
from http_source_tests.registry import Stand

Capture = pytest.CaptureFixture[str]
APACHE = "org.apache.kafka.connect.transforms."
CHAIN = chain(
    apache("Filter", predicate="empty"),
    apache("MaskField$Value", fields="total"),
    apache("RegexRouter", regex="orders", replacement="eu-$0"),
    apache("ReplaceField$Value", exclude="nothing"),
) | {"predicates": "empty", "predicates.empty.type": f"{APACHE}predicates.RecordIsTombstone"}


def shown_below(out: str, record: str, end: str = "next offset") -> list[str]:
    """The lines below a record, without their margin."""
    lines = out.splitlines()
    below = lines[lines.index(f"  {record}") + 1 :]
    return [line[4:] for line in below[: next(place for place, line in enumerate(below) if line.startswith(end))]]


def test_keys_are_shown_with_their_records(tmp_path: Path, capsys: Capture) -> None:
    assert preview(tmp_path, [{"id": "a"}, {"no": 1}], output_data_format="JSON", record_key_json_pointer="/id") == 0
    assert '\n  {"id": "a"}\n    key: "a"\n  {"no": 1}\n    key: null\nnext offset' in capsys.readouterr().out


def test_each_record_is_shown_after_each_transform(tmp_path: Path, capsys: Capture) -> None:
    assert preview(tmp_path, [FIRST[0], None], output_data_format="JSON", **CHAIN) == 0
    out = capsys.readouterr().out
    assert shown_below(out, '{"id": 1, "total": 5}', "  null") == [
        "t0: unchanged", 't1: value {"id":1,"total":0}', "t2: topic eu-orders", "t3: unchanged",
    ]  # fmt: skip
    assert shown_below(out, "null") == ["t0: dropped"]
    assert out.endswith("}\n")


@pytest.mark.usefixtures("stand")
def test_what_a_transform_does_to_the_schema_is_shown_place_by_place(tmp_path: Path, capsys: Capture) -> None:
    changes = chain(
        apache("ReplaceField$Value", renames="id:number", exclude="note"),
        apache("Cast$Value", spec="total:float64"),
        apache("Flatten$Value", delimiter="_"),
    )
    served = {"id": 1, "total": "5.25", "note": None, "buyer": {"name": "Ada"}}
    assert preview(tmp_path, [served], **changes) == 0
    assert shown_below(capsys.readouterr().out, json.dumps(served)) == [
        't0: value {"number":1,"total":"5.25","buyer":{"name":"Ada"}}',
        "  - /id: INT64, optional",
        "  - /note: undecided",
        "  + /number: INT64, optional",
        't1: value {"number":1,"total":5.25,"buyer":{"name":"Ada"}}',
        "  ~ /total: STRING, optional → FLOAT64, optional",
        't2: value {"number":1,"total":5.25,"buyer_name":"Ada"}',
        "  - /buyer: STRUCT, optional",
        "  + /buyer_name: STRING, optional",
    ]


@pytest.mark.usefixtures("stand")
def test_the_key_that_transforms_make_is_shown_with_its_schema(tmp_path: Path, capsys: Capture) -> None:
    keyed = chain(apache("ValueToKey", fields="id"), apache("ExtractField$Key", field="id"))
    assert preview(tmp_path, FIRST[:1], **keyed) == 0
    assert shown_below(capsys.readouterr().out, json.dumps(FIRST[0])) == [
        't0: key {"id":1}', "  + key: STRUCT", "  + key/id: INT64, optional", "t1: key 1", "  ~ key: STRUCT → INT64, optional",
    ]  # fmt: skip


def test_keys_and_headers_that_transforms_make_are_shown(tmp_path: Path, capsys: Capture) -> None:
    made = chain(apache("ValueToKey", fields="id"), apache("InsertHeader", header="origin", value_literal="shop"))
    assert preview(tmp_path, FIRST[:1], output_data_format="JSON", **made) == 0
    assert '\n    t0: key {"id":1}\n    t1: headers {"origin":"shop"}\nnext offset' in capsys.readouterr().out


@pytest.mark.usefixtures("stand")
def test_numbers_are_shown_with_the_digits_they_were_served_with(tmp_path: Path, capsys: Capture) -> None:
    assert preview(tmp_path, [{"a": 1, "b": 1e300}], **chain(apache("ReplaceField$Value", exclude="a"))) == 0
    assert shown_below(capsys.readouterr().out, '{"a": 1, "b": 1e+300}')[0] == 't0: value {"b":1e+300}'


@pytest.mark.usefixtures("stand")
def test_all_places_of_a_record_are_there_for_machines(tmp_path: Path, capsys: Capture) -> None:
    _, shown = document(capsys, tmp_path, [{"id": 1, "tags": [], "none": None}], **{"record.key.json.pointer": "/id"})
    (way,) = shown["page"]["converted"]
    assert way["places"] == [
        {"path": "", "type": "STRUCT"},
        {"path": "/id", "type": "INT64, optional"},
        {"path": "/tags", "type": "ARRAY, optional"},
        {"path": "/none", "type": "undecided"},
    ]
    assert (way["key"], way["key_places"]) == ("1", [{"path": "", "type": "INT64, optional"}])


def test_b210_what_is_left_out_as_undecided_is_shown_below_its_record(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(id="long"))
    assert preview(tmp_path, [{"id": 1, "tags": [], "box": {"a": None}}, {"id": 2, "tags": ["x"]}, {"id": 3, "tags": []}]) == 0
    out = capsys.readouterr().out
    assert shown_below(out, '{"id": 1, "tags": [], "box": {"a": null}}', "  {") == ["left out as undecided: /box, /tags"]
    assert shown_below(out, '{"id": 3, "tags": []}') == []


def test_b210_what_is_left_out_of_a_key_is_shown_as_well(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(a="long"), subject="orders-key")
    keyed: dict[str, object] = {"record.key.json.pointer": "/id", "key.converter": "io.confluent.connect.avro.AvroConverter"}
    record = {"id": {"a": 1, "tags": []}}
    assert preview(tmp_path, [record], **keyed) == 0
    assert shown_below(capsys.readouterr().out, json.dumps(record)) == [
        'key: {"a":1,"tags":[]}', "left out as undecided: key/tags, /id/tags",
    ]  # fmt: skip


def test_a_record_that_is_refused_says_where_and_why(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(id="string"))
    assert preview(tmp_path, [{"id": "a"}, {"id": 2}, {"id": "c"}]) == 1
    shown = capsys.readouterr()
    assert shown_below(shown.out, '{"id": 2}', "  {") == [
        "refused in SCHEMA_INFERENCE at /id: an integer came where the type is STRING so far. No schema holds both;",
        "  `output.data.format=JSON` writes records as they are served.",
    ]
    assert shown_below(shown.out, '{"id": "c"}') == ["not reached: the page ends at record 1"]
    assert "version 1 (id 1) is registered, and this page fails\n" in shown.out
    assert shown.err.startswith("Record 1 of the page at /id: an integer came where the type is STRING so far.")


def test_a_record_that_is_refused_is_shown_wherever_it_is(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(id="string"))
    records: list[Any] = [{"id": "a"}] * 10
    _, shown = document(capsys, tmp_path, [*records, {"id": 2}])
    (refused,) = shown["page"]["refused"]
    assert (refused["record"], refused["excerpt"], len(shown["page"]["first"])) == (10, '{"id": 2}', 3)
    assert refused["refused"] == {
        "stage": "SCHEMA_INFERENCE", "transform": None, "path": "/id",
        "reason": "an integer came where the type is STRING so far. No schema holds both; `output.data.format=JSON` writes records as they "
                  "are served.",
    }  # fmt: skip
    preview(tmp_path, [*records, *[{"id": 2}] * 5], errors_tolerance="all")
    out = capsys.readouterr().out
    assert "\n15 records for topic orders, 5 of them left out, the first 3:\n" in out
    assert '\n  record 12: {"id": 2}\n    refused in SCHEMA_INFERENCE at /id: ' in out
    assert "\n  … and 2 more refused records\nnext offset" in out


def test_records_that_would_be_left_out_are_counted(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(id="string"))
    assert preview(tmp_path, [{"id": "a"}, {"id": 2}], errors_tolerance="all") == 0
    shown = capsys.readouterr()
    assert '\n2 records for topic orders, 1 of them left out:\n  {"id": "a"}\n  {"id": 2}\n    refused in SCHEMA_INFERENCE' in shown.out
    assert shown.out.endswith("version 1 (id 1) is registered and holds this page: the same\n")
    assert shown.err.startswith("warning: 1 record of a page was left out")


def test_a_transform_that_fails_ends_as_its_run_would(tmp_path: Path, capsys: Capture) -> None:
    cast = chain(apache("Cast$Value", spec="id:int8"))
    code, shown = document(capsys, tmp_path, [{"id": "no number"}], output_data_format="JSON", **cast)
    (way,) = shown["page"]["converted"]
    assert (code, shown["page"]["records"], way["transforms"]) == (1, 1, [])
    assert (way["refused"]["stage"], way["refused"]["transform"], way["refused"]["path"]) == ("TRANSFORMATION", "t0", "/id")
    assert "fails in TRANSFORMATION (t0)" in shown["error"]


def test_a_record_that_cannot_be_read_says_so(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(id="string"))
    code, shown = document(capsys, tmp_path, [{"id": "\ud800"}])
    (way,) = shown["page"]["converted"]
    assert (code, way["key"], way["places"], way["refused"]["stage"]) == (1, None, None, "SCHEMA_INFERENCE")


def test_a_schema_is_that_of_the_transformed_records_under_the_topic_they_go_to(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(id="long"), subject="eu-orders-value")
    _, shown = document(capsys, tmp_path, FIRST, **CHAIN)
    (schema,) = shown["schemas"]
    assert (schema["subject"], [each["path"] for each in schema["changes"]]) == ("eu-orders-value", ["/total"])
    assert [step["transform"] for step in shown["page"]["converted"][0]["transforms"]] == ["t0", "t1", "t2", "t3"]


def test_a_schema_that_a_transform_names_is_told(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    named = chain(apache("SetSchemaMetadata$Value", schema_name="shop.Order"))
    strategy = {"value.converter.value.subject.name.strategy": "RecordNameStrategy"}
    code, shown = document(capsys, tmp_path, FIRST, **named, **strategy)
    assert (code, shown["schemas"][0]["subject"], stand.server.store.subjects) == (0, "shop.Order", {})
    assert shown["page"]["converted"][0]["transforms"] == [{"transform": "t0", "dropped": False, "schema": "shop.Order"}]


def test_b207_a_field_that_a_transform_mends_is_shown_as_it_is_written(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(code="string"))
    mended = chain(apache("Cast$Value", spec="code:string"))
    code, shown = document(capsys, tmp_path, [{"code": "A"}, {"code": 1}], **mended)
    changes = shown["page"]["converted"][1]["transforms"][0]["changes"]
    assert (code, shown["schemas"][0]["state"]) == (0, "same")
    assert changes == [{"path": "/code", "before": "INT64, optional", "after": "STRING, optional"}]


@pytest.mark.usefixtures("stand")
def test_no_line_of_a_wide_record_is_wide(tmp_path: Path, capsys: Capture) -> None:
    wide = {f"field_number_{place}": {"inner": ["text"] * 5} for place in range(40)}
    assert preview(tmp_path, [wide], **chain(apache("HoistField$Value", field="h"))) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 120
    assert "      … and 109 more places" in lines
