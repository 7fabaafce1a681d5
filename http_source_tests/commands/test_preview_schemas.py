"""What `http-source preview` shows of schemas, keys and transforms, against a real registry."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from http_source.cli import main
from http_source_tests.registry import Stand, registry, says
from http_source_tests.servers import api

ORDERS = {
    "name": "orders",
    "http.request.parameters": "start=${offset}",
    "http.initial.offset": "0",
    "topic.name.pattern": "orders",
    "output.data.format": "AVRO",
}
APACHE = "org.apache.kafka.connect.transforms."
FIRST = [{"id": 1, "total": 5}, {"id": 2, "total": 6}]
NO_REGISTRY = (
    "warning: output.data.format needs a Schema Registry, and none is named. Set SCHEMA_REGISTRY_URL, or choose output.data.format=JSON. "
    "The schema shown is of this page alone.\n"
)


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    with registry() as running:
        monkeypatch.setenv("SCHEMA_REGISTRY_URL", running.url)
        yield running


@pytest.fixture
def without_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCHEMA_REGISTRY_URL", raising=False)


def preview(folder: Path, records: list[Any], *flags: str, **properties: object) -> int:
    """The exit code of a preview of these records; `a_b` is the property a.b."""
    with api(lambda _: json.dumps(records).encode()) as server:
        given = {**ORDERS, "url": server.url, **{name.replace("_", "."): value for name, value in properties.items()}}
        (folder / "orders.json").write_text(json.dumps(given), encoding="utf-8")
        return main(["preview", *flags, str(folder / "orders.json")])


def document(capsys: pytest.CaptureFixture[str], folder: Path, records: list[Any], **properties: object) -> tuple[int, Any]:
    code = preview(folder, records, "--json", **properties)
    return code, json.loads(capsys.readouterr().out)


def put(stand: Stand, text: str, kind: str = "AVRO", subject: str = "orders-value") -> None:
    """Register a schema as a person would."""
    body = json.dumps({"schema": text, "schemaType": kind}).encode()
    assert stand.server.answer("POST", f"/subjects/{subject}/versions", body)[0] == 200


def record_of(**fields: str) -> str:
    """An Avro record of optional fields."""
    optional = [{"name": name, "type": ["null", kind], "default": None} for name, kind in fields.items()]
    return json.dumps({"type": "record", "name": "ConnectDefault", "namespace": "io.confluent.connect.avro", "fields": optional})


def test_the_first_schema_of_a_subject_is_shown_and_not_registered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand
) -> None:
    assert preview(tmp_path, FIRST) == 0
    shown = capsys.readouterr()
    page, _, schema = shown.out.partition("\n\nAVRO schema for subject orders-value, of this page:\n")
    assert page.endswith('position: {"offset": 2, "sequence": 1, "mode": "SIMPLE_INCREMENTING"}')
    text, _, outlook = schema.rpartition("  }\n")
    assert [field["name"] for field in json.loads(text + "}")["fields"]] == ["id", "total"]
    assert outlook == "nothing is registered yet: a run registers this one\n"
    assert (shown.err, stand.server.store.subjects) == ("", {})


def test_a_page_that_the_newest_schema_holds_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    put(stand, record_of(id="long", total="long"))
    assert preview(tmp_path, [{"total": 7}, {"id": 1, "total": None}]) == 0
    assert capsys.readouterr().out.endswith("version 1 (id 1) is registered and holds this page: the same\n")


def test_what_a_page_adds_and_widens_is_told_field_by_field(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    put(stand, record_of(id="long", total="long"))
    assert preview(tmp_path, [{"id": 1, "total": 5.25, "tags": ["new"], "customer": {"name": "Ada"}}]) == 0
    assert capsys.readouterr().out.splitlines()[-5:] == [
        "version 1 (id 1) is registered; this page changes it:",
        "  ~ /total: INT64, optional → FLOAT64, optional",
        "  + /tags: ARRAY, optional",
        "  + /customer: STRUCT, optional",
        "the registry would take the change",
    ]
    assert len(stand.server.store.subjects["orders-value"]) == 1


def test_what_changes_below_is_told_with_its_path(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    inner = {"type": "record", "name": "Line", "fields": [{"name": "n", "type": ["null", "int"], "default": None}]}
    lines = {"name": "lines", "type": ["null", {"type": "array", "items": inner}], "default": None}
    put(stand, json.dumps({"type": "record", "name": "Order", "fields": [lines, {"name": "id", "type": "long"}]}))
    _, shown = document(capsys, tmp_path, [{"lines": [{"n": 2**40, "price": 1.5}]}])
    assert [change["path"] for change in shown["schemas"][0]["changes"]] == ["/lines/*/n", "/lines/*/price", "/id"]
    assert shown["schemas"][0]["changes"][2] == {"path": "/id", "before": "INT64", "after": "INT64, optional"}


def test_a_change_that_the_registry_refuses_ends_as_its_run_would(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    put(stand, record_of(id="long"))
    stand.server.store.set_level("orders-value", "FORWARD")
    put(stand, record_of(id="long", total="long"))
    assert preview(tmp_path, [{"id": 0.5, "total": 1}]) == 1
    shown = capsys.readouterr()
    assert "\nthe registry would refuse the change:\n  " in shown.out
    assert shown.err.startswith(f"The Schema Registry at {stand.url} takes no schema for subject orders-value that is not compatible")


@pytest.mark.usefixtures("without_registry")
def test_without_an_address_the_schema_of_the_page_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert preview(tmp_path, FIRST) == 0
    shown = capsys.readouterr()
    assert shown.err == NO_REGISTRY
    assert "AVRO schema for subject orders-value, of this page:\n  {\n" in shown.out
    assert "registered" not in shown.out


@pytest.mark.usefixtures("without_registry")
def test_an_address_in_the_file_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with registry() as running:
        code, shown = document(capsys, tmp_path, FIRST, value_converter_schema_registry_url=running.url)
    assert (code, shown["schemas"][0]["state"], shown["warnings"]) == (0, "new", [])


def test_a_registry_that_fails_is_a_sentence_and_the_rest_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    stand.fault = says(503, 50002, "try again")
    code, shown = document(capsys, tmp_path, FIRST)
    assert (code, shown["page"]["records"], shown["schemas"][0]["state"]) == (0, 2, "unknown")
    assert shown["warnings"] == [
        f"The Schema Registry at {stand.url} cannot answer at the moment (status 503): try again. The schema shown is of this page alone."
    ]


def test_a_registry_that_will_never_do_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    stand.fault = says(401, 401, "who is it?")
    code, shown = document(capsys, tmp_path, FIRST)
    assert (code, shown["schemas"][0]["state"], shown["warnings"]) == (1, "unknown", [])
    assert "did not accept the credentials" in shown["error"]


def test_records_that_no_schema_holds_end_as_their_run_would(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    put(stand, record_of(id="string"))
    code, shown = document(capsys, tmp_path, FIRST)
    assert (code, shown["page"]["converted"], shown["schemas"][0]["registered"]) == (1, [None, None], {"id": 1, "version": 1})
    assert shown["error"].startswith("Record 0 of the page at /id: an integer came where the type is STRING so far.")


def test_records_that_would_be_left_out_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    put(stand, record_of(id="string"))
    assert preview(tmp_path, [{"id": "a"}, {"id": 2}], errors_tolerance="all") == 0
    shown = capsys.readouterr()
    assert '\n2 records for topic orders, 1 of them left out:\n  {"id": "a"}\n  {"id": 2}\n    left out\n' in shown.out
    assert shown.err.startswith("warning: 1 records of a page were left out")


def test_a_schema_that_must_be_there_and_is_not_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    code, shown = document(capsys, tmp_path, FIRST, value_converter_auto_register_schemas=False)
    assert (code, len(stand.server.store.subjects), shown["schemas"][0]["state"]) == (1, 0, "missing")
    assert "value.converter.auto.register.schemas is false" in shown["error"]


@pytest.mark.parametrize(("kind", "beginning"), [("JSON_SR", '  {\n    "type": "object",'), ("PROTOBUF", '  syntax = "proto3";')])
@pytest.mark.usefixtures("stand")
def test_each_format_is_shown_in_its_own_text(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, beginning: str) -> None:
    assert preview(tmp_path, FIRST, output_data_format=kind) == 0
    assert f"schema for subject orders-value, of this page:\n{beginning}" in capsys.readouterr().out


def test_json_with_schemas_shows_what_each_record_carries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = document(capsys, tmp_path, FIRST, output_data_format="JSON", value_converter_schemas_enable=True)
    (schema,) = shown["schemas"]
    assert (code, schema["state"], [each["field"] for each in json.loads(schema["schema"])["fields"]]) == (0, "inline", ["id", "total"])


def test_keys_are_shown_with_their_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert preview(tmp_path, [{"id": "a"}, {"no": 1}], output_data_format="JSON", record_key_json_pointer="/id") == 0
    assert '\n  {"id": "a"}\n    key: "a"\n  {"no": 1}\n    key: null\nnext offset' in capsys.readouterr().out


def test_keys_have_a_subject_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    avro: dict[str, object] = {"record.key.json.pointer": "/id", "key.converter": "io.confluent.connect.avro.AvroConverter"}
    code, shown = document(capsys, tmp_path, FIRST, **avro)
    assert (code, {each["subject"] for each in shown["schemas"]}) == (0, {"orders-key", "orders-value"})
    assert not any(call.startswith("POST") for call in stand.calls())


def transforms(**classes: dict[str, str]) -> dict[str, object]:
    """The properties of transforms by alias."""
    of = {f"transforms.{alias}.{name}": value for alias, given in classes.items() for name, value in given.items()}
    return {"transforms": ",".join(classes), **of}


CHAIN = transforms(
    drop={"type": f"{APACHE}Filter", "predicate": "empty"},
    mask={"type": f"{APACHE}MaskField$Value", "fields": "total"},
    route={"type": f"{APACHE}RegexRouter", "regex": "orders", "replacement": "eu-$0"},
    keep={"type": f"{APACHE}ReplaceField$Value", "exclude": "nothing"},
) | {"predicates": "empty", "predicates.empty.type": f"{APACHE}predicates.RecordIsTombstone"}


def test_each_record_is_shown_after_each_transform(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert preview(tmp_path, [FIRST[0], None], output_data_format="JSON", **CHAIN) == 0
    lines = capsys.readouterr().out.splitlines()
    first, second = lines.index('  {"id": 1, "total": 5}'), lines.index("  null")
    assert lines[first + 1 : second] == [
        "    drop: unchanged", '    mask: value {"id":1,"total":0}', "    route: topic eu-orders", "    keep: unchanged",
    ]  # fmt: skip
    assert lines[second + 1] == "    drop: dropped"
    assert lines[second + 2].startswith("next offset")


def test_a_schema_is_that_of_the_transformed_records_under_the_topic_they_go_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand
) -> None:
    put(stand, record_of(id="long"), subject="eu-orders-value")
    _, shown = document(capsys, tmp_path, FIRST, **CHAIN)
    (schema,) = shown["schemas"]
    assert (schema["subject"], [each["path"] for each in schema["changes"]]) == ("eu-orders-value", ["/total"])
    assert [step["transform"] for step in shown["page"]["converted"][0]["transforms"]] == ["drop", "mask", "route", "keep"]


def test_keys_and_headers_that_transforms_make_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = transforms(
        key={"type": f"{APACHE}ValueToKey", "fields": "id"},
        header={"type": f"{APACHE}InsertHeader", "header": "origin", "value.literal": "shop"},
    )
    assert preview(tmp_path, FIRST[:1], output_data_format="JSON", **made) == 0
    assert '\n    key: key {"id":1}\n    header: headers {"origin":"shop"}\nnext offset' in capsys.readouterr().out


def test_a_schema_that_a_transform_names_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    named = transforms(name={"type": f"{APACHE}SetSchemaMetadata$Value", "schema.name": "shop.Order"})
    strategy = {"value.converter.value.subject.name.strategy": "RecordNameStrategy"}
    code, shown = document(capsys, tmp_path, FIRST, **named, **strategy)
    assert (code, shown["schemas"][0]["subject"], stand.server.store.subjects) == (0, "shop.Order", {})
    assert shown["page"]["converted"][0]["transforms"] == [{"transform": "name", "dropped": False, "schema": "shop.Order"}]


def test_a_schema_chosen_by_its_id_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand) -> None:
    put(stand, record_of(id="long", total="long"))
    chosen: dict[str, object] = {"value.converter.auto.register.schemas": False, "value.converter.use.schema.id": 1}
    code, shown = document(capsys, tmp_path, FIRST, **chosen)
    assert (code, shown["schemas"][0]["state"], shown["schemas"][0]["registered"]) == (0, "same", {"id": 1, "version": 1})


def test_a_transform_that_fails_ends_as_its_run_would(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cast = transforms(cast={"type": f"{APACHE}Cast$Value", "spec": "id:int8"})
    code, shown = document(capsys, tmp_path, [{"id": "no number"}], output_data_format="JSON", **cast)
    assert (code, shown["page"]["records"]) == (1, 1)
    assert "fails in TRANSFORMATION (cast)" in shown["error"]


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_secret_in_names_values_and_schemas_is_hidden(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stand: Stand, flags: list[str]
) -> None:
    bearer: dict[str, object] = {"auth.type": "bearer", "bearer.token": "canary_token_1", "record.key.json.pointer": "/id"}
    put(stand, record_of(id="string"))
    preview(tmp_path, [{"id": "canary_token_1", "canary_token_1": 1}], *flags, **bearer)
    shown = "".join(capsys.readouterr())
    assert "[hidden]" in shown
    assert "canary" not in shown
