"""The demo's folder and the connectors that it shows."""

import json
from pathlib import Path

import pytest

from http_source.assembly.loading import load_config
from http_source.demo.options import DemoOptions
from http_source.demo.workplace import DemoEntity, entities_of, environment, prepare
from http_source.errors import ConfigurationError

CONNECTORS = DemoOptions().connectors


@pytest.mark.parametrize("name", ["spaces", "search", "objects", "invoices"])
def test_each_example_connector_loads_without_a_doubt(name: str) -> None:
    loaded = load_config(CONNECTORS / f"{name}.json")
    assert loaded.config.connector.name == name
    assert loaded.warnings == ()


def test_the_examples_show_all_three_offset_modes_of_the_specification() -> None:
    modes = {load_config(file).config.offsets.mode for file in CONNECTORS.glob("*.json")}
    assert modes == {"SIMPLE_INCREMENTING", "CHAINING", "CURSOR_PAGINATION"}


def test_every_entity_is_known_with_its_topic() -> None:
    assert entities_of(CONNECTORS) == [
        DemoEntity("invoices", "default", "invoices_sensor", "invoices"),
        DemoEntity("objects", "default", "objects_sensor", "objects"),
        DemoEntity("search", "test-index", "search_sensor", "search.test-index"),
        DemoEntity("search", "audit-index", "search_sensor", "search.audit-index"),
        DemoEntity("spaces", "default", "spaces_sensor", "spaces"),
    ]


def test_a_folder_without_connectors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"No connector was found; put a \.json file there"):
        entities_of(tmp_path)


def test_the_copies_differ_from_the_connectors_in_the_address_of_the_api_alone(tmp_path: Path) -> None:
    prepare(tmp_path, CONNECTORS, "http://127.0.0.1:4711")
    for file in CONNECTORS.glob("*.json"):
        expected = json.loads(file.read_text())
        expected["url"] = expected["url"].replace("http://localhost:8765", "http://127.0.0.1:4711")
        assert json.loads((tmp_path / "connectors" / file.name).read_text()) == expected


def test_dagster_finds_its_settings_in_the_folder(tmp_path: Path) -> None:
    prepare(tmp_path, CONNECTORS, "http://127.0.0.1:4711")
    variables = environment(tmp_path, "127.0.0.1:9", "http://127.0.0.1:8")
    assert {"dagster.yaml", "workspace.yaml"} <= {file.name for file in Path(variables["DAGSTER_HOME"]).iterdir()}
    assert Path(variables["TMPDIR"]).is_dir()


def test_dagster_is_told_of_no_kafka_and_no_registry_but_those_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "production:9092")
    monkeypatch.setenv("KAFKA_SASL_USERNAME", "somebody")
    monkeypatch.setenv("SCHEMA_REGISTRY_USER", "somebody")
    variables = environment(tmp_path, "127.0.0.1:9", "http://127.0.0.1:8")
    told = {name: value for name, value in variables.items() if name.startswith(("KAFKA", "SCHEMA"))}
    assert told == {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9", "SCHEMA_REGISTRY_URL": "http://127.0.0.1:8"}
