"""What `http-source preview` shows of schemas, against a registry."""

import json
from pathlib import Path

import pytest

from http_source_tests.commands.previews import FIRST, document, preview, put, record_of
from http_source_tests.registry import Stand, incompatible, registry, says

Capture = pytest.CaptureFixture[str]
CHOSEN: dict[str, object] = {"value.converter.auto.register.schemas": False, "value.converter.use.latest.version": True}
NO_REGISTRY = (
    "warning: output.data.format needs a Schema Registry, and none is named. Set SCHEMA_REGISTRY_URL, or choose output.data.format=JSON. "
    "The schema shown is of this page alone.\n"
)


@pytest.fixture
def without_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCHEMA_REGISTRY_URL", raising=False)


def test_the_first_schema_of_a_subject_is_shown_and_not_registered(
    tmp_path: Path, capsys: Capture, stand: Stand
) -> None:
    assert preview(tmp_path, FIRST) == 0
    shown = capsys.readouterr()
    page, _, schema = shown.out.partition("\n\nAVRO schema for subject orders-value, of this page:\n")
    assert page.endswith('position: {"offset": 2, "sequence": 1, "mode": "SIMPLE_INCREMENTING"}')
    text, _, outlook = schema.rpartition("  }\n")
    assert [field["name"] for field in json.loads(text + "}")["fields"]] == ["id", "total"]
    assert outlook == "nothing is registered yet: a run registers this one\n"
    assert (shown.err, stand.server.store.subjects) == ("", {})


def test_a_page_that_the_newest_schema_holds_is_the_same(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(id="long", total="long"))
    assert preview(tmp_path, [{"total": 7}, {"id": 1, "total": None}]) == 0
    assert capsys.readouterr().out.endswith("version 1 (id 1) is registered and holds this page: the same\n")


def test_what_a_page_adds_and_widens_is_told_field_by_field(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(id="long", total="long"))
    assert preview(tmp_path, [{"id": 1, "total": 5.25, "tags": ["new"], "customer": {"name": "Ada"}}]) == 0
    assert capsys.readouterr().out.splitlines()[-7:] == [
        "version 1 (id 1) is registered; this page changes it:",
        "  ~ /total: INT64, optional → FLOAT64, optional",
        "  + /tags: ARRAY, optional",
        "  + /tags/*: STRING, optional",
        "  + /customer: STRUCT, optional",
        "  + /customer/name: STRING, optional",
        "the registry would take the change",
    ]
    assert len(stand.server.store.subjects["orders-value"]) == 1


def test_what_changes_below_is_told_with_its_path(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    inner = {"type": "record", "name": "Line", "fields": [{"name": "n", "type": ["null", "int"], "default": None}]}
    lines = {"name": "lines", "type": ["null", {"type": "array", "items": inner}], "default": None}
    put(stand, json.dumps({"type": "record", "name": "Order", "fields": [lines, {"name": "id", "type": "long"}]}))
    _, shown = document(capsys, tmp_path, [{"lines": [{"n": 2**40, "price": 1.5}]}])
    assert [change["path"] for change in shown["schemas"][0]["changes"]] == ["/lines/*/n", "/lines/*/price", "/id"]
    assert shown["schemas"][0]["changes"][2] == {"path": "/id", "before": "INT64", "after": "INT64, optional"}


def test_a_change_that_the_registry_refuses_ends_as_its_run_would(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(id="long"))
    stand.fault = incompatible("reader type: LONG not compatible with writer type: DOUBLE")
    assert preview(tmp_path, [{"id": 0.5}]) == 1
    shown = capsys.readouterr()
    assert "\nthe registry would refuse the change:\n  reader type: LONG not compatible with writer type: DOUBLE\n" in shown.out
    assert shown.err.startswith(f"The Schema Registry at {stand.url} does not accept a schema for subject orders-value that "
                                "is not compatible")


@pytest.mark.usefixtures("without_registry")
def test_without_an_address_the_schema_of_the_page_is_shown(tmp_path: Path, capsys: Capture) -> None:
    assert preview(tmp_path, FIRST) == 0
    shown = capsys.readouterr()
    assert shown.err == NO_REGISTRY
    assert "AVRO schema for subject orders-value, of this page:\n  {\n" in shown.out
    assert "registered" not in shown.out


@pytest.mark.usefixtures("without_registry")
def test_an_address_in_the_file_is_asked(tmp_path: Path, capsys: Capture) -> None:
    with registry() as running:
        code, shown = document(capsys, tmp_path, FIRST, value_converter_schema_registry_url=running.url)
    assert (code, shown["schemas"][0]["state"], shown["warnings"]) == (0, "new", [])


def test_a_registry_that_fails_is_a_sentence_and_the_rest_stands(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    stand.fault = says(503, 50002, "try again")
    code, shown = document(capsys, tmp_path, FIRST)
    assert (code, shown["page"]["records"], shown["schemas"][0]["state"]) == (0, 2, "unknown")
    assert shown["warnings"] == [
        f"The Schema Registry at {stand.url} cannot answer at the moment (status 503): try again. The schema shown is of this page alone."
    ]


def test_a_schema_that_is_chosen_and_cannot_be_asked_for_ends_as_its_run_would(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    stand.fault = says(503, 50002, "try again")
    code, shown = document(capsys, tmp_path, FIRST, **CHOSEN)
    assert (code, shown["warnings"], shown["page"]["refused"]) == (1, [], [])
    assert shown["error"] == f"The Schema Registry at {stand.url} cannot answer at the moment (status 503): try again."


def test_a_schema_that_an_older_version_has_is_the_same_where_nothing_may_be_registered(
    tmp_path: Path, capsys: Capture, stand: Stand
) -> None:
    put(stand, record_of(id="long", total="long"))
    put(stand, record_of(id="long"))
    code, shown = document(capsys, tmp_path, FIRST, value_converter_auto_register_schemas=False)
    (schema,) = shown["schemas"]
    assert (code, schema["state"], schema["registered"]["version"]) == (0, "same", 1)


def test_a_registry_that_will_never_do_is_an_error(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    stand.fault = says(401, 401, "who is it?")
    code, shown = document(capsys, tmp_path, FIRST)
    assert (code, shown["schemas"][0]["state"], shown["warnings"]) == (1, "unknown", [])
    assert "did not accept the credentials" in shown["error"]


def test_a_schema_that_must_be_there_and_is_not_is_an_error(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    code, shown = document(capsys, tmp_path, FIRST, value_converter_auto_register_schemas=False)
    assert (code, len(stand.server.store.subjects), shown["schemas"][0]["state"]) == (1, 0, "missing")
    assert "value.converter.auto.register.schemas is false" in shown["error"]


@pytest.mark.parametrize(("kind", "beginning"), [("JSON_SR", '  {\n    "type": "object",'), ("PROTOBUF", '  syntax = "proto3";')])
@pytest.mark.usefixtures("stand")
def test_each_format_is_shown_in_its_own_text(tmp_path: Path, capsys: Capture, kind: str, beginning: str) -> None:
    assert preview(tmp_path, FIRST, output_data_format=kind) == 0
    assert f"schema for subject orders-value, of this page:\n{beginning}" in capsys.readouterr().out


def test_json_with_schemas_shows_what_each_record_carries(tmp_path: Path, capsys: Capture) -> None:
    code, shown = document(capsys, tmp_path, FIRST, output_data_format="JSON", value_converter_schemas_enable=True)
    (schema,) = shown["schemas"]
    assert (code, schema["state"], [each["field"] for each in json.loads(schema["schema"])["fields"]]) == (0, "inline", ["id", "total"])


def test_keys_as_json_show_the_schema_that_each_carries(tmp_path: Path, capsys: Capture) -> None:
    keyed: dict[str, object] = {"record.key.json.pointer": "/id", "key.converter": "org.apache.kafka.connect.json.JsonConverter"}
    assert preview(tmp_path, [{"id": 1}, {"id": 2.5}], output_data_format="JSON", value_converter_schemas_enable=True, **keyed) == 0
    assert '\nschema that each key in topic orders carries:\n  {"type": "double", "optional": true}\n' in capsys.readouterr().out


def test_json_with_schemas_carries_the_schema_of_all_records_of_the_page(tmp_path: Path, capsys: Capture) -> None:
    inline: dict[str, object] = {"output.data.format": "JSON", "value.converter.schemas.enable": True}
    _, shown = document(capsys, tmp_path, [{"a": None}, {"a": 1}, {"b": ["x"]}], **inline)
    assert [each["field"] for each in json.loads(shown["schemas"][0]["schema"])["fields"]] == ["a", "b"]


def test_a_page_that_fails_shows_no_schema_that_its_records_would_carry(tmp_path: Path, capsys: Capture) -> None:
    inline: dict[str, object] = {"output.data.format": "JSON", "value.converter.schemas.enable": True}
    code, shown = document(capsys, tmp_path, [{"a": 1}, {"a": "x"}], **inline)
    assert (code, shown["schemas"], shown["page"]["refused"][0]["record"]) == (1, [], 1)


def test_the_end_of_a_long_schema_is_left_to_machines(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(**{f"field{number}": "long" for number in range(100)}))
    assert preview(tmp_path, [{"field1": 1}]) == 0
    assert "\n  … and 27 more lines; --json shows all\nversion 1 (id 1) is registered" in capsys.readouterr().out


def test_keys_have_a_subject_of_their_own(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    avro: dict[str, object] = {"record.key.json.pointer": "/id", "key.converter": "io.confluent.connect.avro.AvroConverter"}
    code, shown = document(capsys, tmp_path, FIRST, **avro)
    assert (code, {each["subject"] for each in shown["schemas"]}) == (0, {"orders-key", "orders-value"})
    assert not any(call.startswith("POST") for call in stand.calls())


def test_a_schema_chosen_by_its_id_is_shown(tmp_path: Path, capsys: Capture, stand: Stand) -> None:
    put(stand, record_of(id="long", total="long"))
    chosen: dict[str, object] = {"value.converter.auto.register.schemas": False, "value.converter.use.schema.id": 1}
    code, shown = document(capsys, tmp_path, FIRST, **chosen)
    assert (code, shown["schemas"][0]["state"], shown["schemas"][0]["registered"]) == (0, "same", {"id": 1, "version": 1})


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_secret_in_names_values_and_schemas_is_hidden(
    tmp_path: Path, capsys: Capture, stand: Stand, flags: list[str]
) -> None:
    bearer: dict[str, object] = {"auth.type": "bearer", "bearer.token": "canary_token_1", "record.key.json.pointer": "/id"}
    put(stand, record_of(id="string"))
    preview(tmp_path, [{"id": "canary_token_1", "canary_token_1": 1}], *flags, **bearer)
    shown = "".join(capsys.readouterr())
    assert "[hidden]" in shown
    assert "canary" not in shown
