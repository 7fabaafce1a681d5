"""What can be named in a configuration, and how its properties are described."""

from collections.abc import Iterator

import pytest

from http_source.config.properties import PROPERTIES
from http_source.connect.transforms.catalog import PREDICATES, TRANSFORMS
from http_source_tests.rest.changing import workplace
from http_source_tests.rest.served import Served

KEY = ["name", "type", "required", "default_value", "importance", "documentation", "group", "order_in_group", "width", "display_name",
       "dependents"]
TYPES = {"BOOLEAN", "STRING", "INT", "SHORT", "LONG", "DOUBLE", "LIST", "CLASS", "PASSWORD"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with workplace(tmp_path_factory.mktemp("home")) as (serve, _):
        yield serve


def test_the_connector_is_listed_by_every_name_that_a_configuration_may_use(served: Served) -> None:
    listed = served.json("/connector-plugins")
    assert [each["class"] for each in listed] == ["HttpSource", "io.confluent.connect.http.HttpSourceConnector"]
    assert {each["type"] for each in listed} == {"source"}
    assert all(each["version"] for each in listed)


def test_all_that_can_be_named_is_listed_on_demand(served: Served) -> None:
    listed = served.json("/connector-plugins?connectorsOnly=false")
    by_type = {kind: [each["class"] for each in listed if each["type"] == kind] for kind in {each["type"] for each in listed}}
    assert set(by_type) == {"source", "transformation", "predicate", "converter", "header_converter"}
    assert set(by_type["transformation"]) == set(TRANSFORMS)
    assert set(by_type["predicate"]) == set(PREDICATES)
    assert "org.apache.kafka.connect.storage.SimpleHeaderConverter" in by_type["header_converter"]
    assert served.json("/connector-plugins?connectorsOnly=True") == served.json("/connector-plugins")


@pytest.mark.parametrize("name", ["HttpSource", "HttpSourceConnector", "io.confluent.connect.http.HttpSourceConnector"])
def test_the_connector_describes_each_property_once(served: Served, name: str) -> None:
    keys = served.json(f"/connector-plugins/{name}/config")
    assert [each["name"] for each in keys] == list(PROPERTIES)
    assert {tuple(each) for each in keys} == {tuple(KEY)}
    assert {each["type"] for each in keys} <= TYPES
    assert {each["importance"] for each in keys} == {"HIGH", "MEDIUM", "LOW"}
    assert all(each["default_value"] is None or isinstance(each["default_value"], str) for each in keys)
    assert [each["order_in_group"] for each in keys if each["group"] == "Connector"] == [1, 2, 3]


@pytest.mark.parametrize("name", ["org.apache.kafka.connect.transforms.Cast$Value", "Cast%24Value"])
def test_a_transform_describes_its_properties(served: Served, name: str) -> None:
    assert "spec" in [each["name"] for each in served.json(f"/connector-plugins/{name}/config")]


def test_converters_describe_what_they_have(served: Served) -> None:
    assert served.json("/connector-plugins/JsonConverter/config")[0]["name"] == "schemas.enable"
    assert "schema.registry.url" in [each["name"] for each in served.json("/connector-plugins/AvroConverter/config")]
    assert served.json("/connector-plugins/StringConverter/config") == []


def test_a_class_that_is_not_there_is_unknown(served: Served) -> None:
    assert served.json("/connector-plugins/Nope/config", 404) == {"error_code": 404, "message": "Unknown plugin Nope."}
