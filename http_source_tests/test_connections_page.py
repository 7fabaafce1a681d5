"""docs/connections.md names every variable of the environment that is read."""

import re
from pathlib import Path

from http_source import KafkaResource, SchemaRegistryResource

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "connections.md").read_text(encoding="utf-8")


def test_the_page_has_each_variable_of_kafka_and_of_the_schema_registry() -> None:
    kafka = {f"KAFKA_{field.upper()}" for field in KafkaResource.model_fields if field != "properties"}
    registry = {f"SCHEMA_REGISTRY_{field.upper()}" for field in SchemaRegistryResource.model_fields}
    assert {name for name in kafka | registry | {"KAFKA_PROPERTY_"} if name not in PAGE} == set()


def test_the_page_has_each_variable_of_the_project() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "http_source").rglob("*.py"))
    read = set(re.findall(r'"(HTTP_SOURCE_[A-Z_]+)"', code))
    assert "HTTP_SOURCE_CONNECTORS" in read
    assert {name for name in read if name not in PAGE} == set()
