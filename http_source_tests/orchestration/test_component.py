"""A connector as a component: the same properties, with a schema, templates, and every mistake at once."""

from collections.abc import Mapping
from inspect import getdoc
from pathlib import Path

import dagster as dg
import pytest
import yaml
from jsonschema import Draft202012Validator

from http_source import ConfigurationError, HttpSourceConnector, KafkaResource
from http_source.assembly.loading import load_config
from http_source.config.properties import PROPERTIES, Property
from http_source.config.refused import REFUSED
from http_source.config.types import BOOLEAN, Integer, OneOf
from http_source.orchestration.scaffold import ConnectorScaffolder, ScaffoldParams
from http_source_tests.orchestration.stand import configuration

MODEL = HttpSourceConnector.get_model_cls()
assert MODEL is not None
SCHEMA = MODEL.model_json_schema()
SAMPLES: list[object] = [
    None, "", "10", " +10 ", "-1", 10, 0, -5, 99_999_999_999, True, False, "TRUE", " false ", "yes", 1.5, {"a": 1},
    "GET", "post", "Basic", "chaining", "HttpSource", "json", "KAFKA_API_KEY", "/items", "items", "a,b", ["a", "b"], ["a", 1], [["a"]],
]
JUDGED = [known for known in PROPERTIES.values() if known.type is BOOLEAN or isinstance(known.type, Integer | OneOf)]


def attributes(**properties: object) -> dict[str, object]:
    return configuration("https://api.example.com", **properties)


def component(**properties: object) -> HttpSourceConnector:
    """A component as its YAML file makes it."""
    return HttpSourceConnector.from_attributes_dict(attributes=attributes(**properties))


def built(connector: HttpSourceConnector) -> dg.Definitions:
    kafka = dg.Definitions(resources={"kafka": KafkaResource()})
    return dg.Definitions.merge(dg.build_defs_for_component(connector), kafka)


def assets_of(connector: HttpSourceConnector) -> list[str]:
    return [spec.key.to_user_string() for spec in built(connector).resolve_all_asset_specs()]


def loaded(file: str) -> HttpSourceConnector:
    """The component of a `defs.yaml` that its schema has nothing against."""
    written = yaml.safe_load(file)["attributes"]
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(written)] == []
    return HttpSourceConnector.from_attributes_dict(attributes=written)


def source(**properties: object) -> Mapping[str, object]:
    """What the component hands on."""
    handed_on = component(**properties).source
    assert isinstance(handed_on, Mapping)
    return handed_on


def mistakes(**properties: object) -> dict[str, str]:
    with pytest.raises(ConfigurationError) as refused:
        dg.build_defs_for_component(component(**properties))
    return {finding.property: finding.message for finding in refused.value.findings}


def judge(**properties: object) -> list[str]:
    """What the schema says against attributes."""
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(attributes(**properties))]


def test_attributes_become_the_definitions_of_the_connector() -> None:
    defs = built(component())
    assert assets_of(component()) == ["orders"]
    assert {job.name for job in defs.jobs or [] if isinstance(job, dg.JobDefinition)} == {"orders_poll", "orders_offsets"}
    assert {sensor.name for sensor in defs.sensors or [] if isinstance(sensor, dg.SensorDefinition)} == {"orders_sensor"}


def test_b248_the_sensor_of_a_component_is_shown_with_the_job_of_its_asset() -> None:
    """Dagster copies each definition of a component, to say where it stands."""
    (sensor,) = [each for each in built(component()).sensors or [] if isinstance(each, dg.SensorDefinition)]
    copied = sensor.with_attributes(metadata={**sensor.metadata, "file": "defs.yaml"})
    assert [target.job_name for target in copied.targets] == ["orders_poll", "orders_once"]
    assert copied.metadata.keys() == sensor.metadata.keys() | {"file"}


def test_in_code_a_component_is_made_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "orders.json"
    file.write_text('{"name": "o", "url": "https://x.org/${offset}", "http.initial.offset": 0, "topic.name.pattern": "o", '
                    '"output.data.format": "JSON"}')
    assert assets_of(HttpSourceConnector(file)) == ["o"]


def test_a_component_without_attributes_hears_what_is_required() -> None:
    with pytest.raises(ConfigurationError) as refused:
        dg.build_defs_for_component(HttpSourceConnector())
    assert {finding.property for finding in refused.value.findings} >= {known.name for known in PROPERTIES.values() if known.required}


def test_every_mistake_is_told_at_once() -> None:
    assert {"tasks.max", "tasks.maximum", "transforms.mine.type", "http.offset.json.pointer"} <= set(
        mistakes(tasks_max="many", tasks_maximum=1, transforms="mine", http_offset_mode="CHAINING")
    )


def test_the_example_in_the_description_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_TOKEN", "token")
    example = (getdoc(HttpSourceConnector) or "").split("```")[1].removeprefix("yaml")
    assert assets_of(loaded(example)) == ["orders"]


@pytest.mark.parametrize("name", ["orders", "my orders", "größe", "1", "n" * 80])
def test_what_is_scaffolded_has_no_fault(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    params = ScaffoldParams(url="https://api.example.com/orders?filter=a:b")
    request = dg.ScaffoldRequest("http_source.HttpSourceConnector", tmp_path / name, "yaml", None, params)
    ConnectorScaffolder().scaffold(request)
    assert assets_of(loaded((tmp_path / name / "defs.yaml").read_text(encoding="utf-8"))) == [name[:64]]


# Templates


TEXTS = ["1_000", "007", "1e5", "0x10", "True", "None", "'quoted'", "[1, 2]", '{"a": 1}', "ends with a line break\n", "{{ env.HOME }}", "ü"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_variable_of_the_environment_arrives_exactly(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", text)
    filled = source(connection_password="{{ env.SHOP_TOKEN }}", connection_user="u", auth_type="basic")
    assert filled["connection.password"] == text


@pytest.mark.parametrize("text", TEXTS[:-2])
def test_a_text_without_a_template_is_taken_as_it_stands(text: str) -> None:
    assert source(http_request_method="POST", http_request_parameters=None, http_request_body=text + "${offset}") == attributes(
        http_request_method="POST", http_request_parameters=None, http_request_body=text + "${offset}"
    )


def test_templates_stand_within_texts_and_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP", "eu")
    filled = source(entity_names=["{{ env.SHOP }}-orders", "refunds"], topic_name_pattern="shop.{{ env.SHOP }}.${entityName}")
    assert (filled["entity.names"], filled["topic.name.pattern"]) == (["eu-orders", "refunds"], "shop.eu.${entityName}")


def test_a_template_that_gives_a_list_gives_the_elements() -> None:
    assert source(entity_names="{{ ['a', 'b'] }}")["entity.names"] == "a,b"


def test_a_variable_that_is_not_set_is_told_beside_every_other_mistake() -> None:
    with pytest.raises(ConfigurationError) as refused:
        component(auth_type="bearer", bearer_token="{{ env.NOT_THERE }}", url="{{ nothing }}", tasks_max="many")
    messages = {finding.property: finding.message for finding in refused.value.findings}
    assert "variable of the environment that it names is not set" in messages.pop("bearer.token")
    assert "'nothing' is undefined" in messages.pop("url")
    assert set(messages) == {"tasks.max"}


def test_a_template_that_cannot_be_read_is_told() -> None:
    with pytest.raises(ConfigurationError, match="url: Its template cannot be filled in: Expected an expression"):
        component(url="{{ }}")


def test_a_variable_may_have_a_default() -> None:
    assert source(tasks_max="{{ env('NOT_THERE', '2') }}")["tasks.max"] == "2"


@pytest.mark.parametrize("name", ["tasks_max", "http_offset_mode", "http_response_data_json_pointer", "catchup_interval_ms"])
def test_a_secret_in_the_wrong_place_is_not_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "9hidden")
    with pytest.raises(ConfigurationError, match=r"Invalid value \[hidden\]") as refused:
        component(**{name: "{{ env.SHOP_TOKEN }}"})
    assert "9hidden" not in str(refused.value)


def test_a_component_does_not_show_its_values() -> None:
    assert "hidden-token" not in repr(component(auth_type="bearer", bearer_token="hidden-token"))


# The schema


@pytest.mark.parametrize("name", ["transforms.cut.type", "predicates.null.type", "topic.creation.default.cleanup.policy"])
def test_the_schema_takes_names_that_a_person_makes(name: str) -> None:
    assert Draft202012Validator({**SCHEMA, "required": []}).is_valid({name: "x"})
    assert not Draft202012Validator({**SCHEMA, "required": []}).is_valid({name.replace(".", "_", 1): "x"})


@pytest.mark.parametrize("known", PROPERTIES.values(), ids=lambda known: known.name)
def test_every_property_is_described_as_it_is_declared(known: Property) -> None:
    described = SCHEMA["properties"][known.name]
    assert described["description"].startswith(known.doc)
    assert known.type.valid_values in described["description"]
    assert (known.name in SCHEMA["required"]) == known.required
    assert ("writeOnly" in described) == known.secret
    if "default" in described:
        assert known.type.parse(described["default"]) == known.default


@pytest.mark.parametrize("known", PROPERTIES.values(), ids=lambda known: known.name)
def test_the_schema_takes_every_value_that_the_connector_takes(known: Property) -> None:
    judged = Draft202012Validator(SCHEMA["properties"][known.name])
    assert [value for value in SAMPLES if accepts(known, value) and not judged.is_valid(value)] == []


@pytest.mark.parametrize("known", JUDGED, ids=lambda known: known.name)
def test_the_schema_refuses_every_other_word_number_and_boolean(known: Property) -> None:
    """Except for an integer out of bounds that is written as a text, which is left to the connector."""
    judged = Draft202012Validator(SCHEMA["properties"][known.name])
    samples = [value for value in SAMPLES if not (isinstance(known.type, Integer) and isinstance(value, str))]
    assert [value for value in samples if judged.is_valid(value) and not accepts(known, value)] == []


def accepts(known: Property, value: object) -> bool:
    """Whether a value is one of the property; what other properties demand is another matter."""
    try:
        load_config(attributes(**{known.name.replace(".", "_"): value}))
    except ConfigurationError as error:
        return not any(finding.property == known.name and "Invalid value" in finding.message for finding in error.findings)
    return True


@pytest.mark.parametrize("known", PROPERTIES.values(), ids=lambda known: known.name)
def test_a_template_may_stand_for_any_value(known: Property) -> None:
    assert Draft202012Validator(SCHEMA["properties"][known.name]).is_valid("{{ env.SHOP }}")


def test_the_schema_says_what_is_wrong() -> None:
    assert judge() == []
    assert judge(http_request_method="PUT") == ["'PUT' is not one of ['GET', 'POST']"]
    assert judge(tasks_max=0) == ["0 is less than the minimum of 1"]
    (unknown,) = judge(tasks_maximum=1)
    assert unknown.startswith("'tasks.maximum' does not match any of the regexes")


@pytest.mark.parametrize("name", [name for name, refusal in REFUSED.items() if refusal.harmless])
def test_the_schema_takes_the_harmless_values_of_refused_properties(name: str) -> None:
    judged = Draft202012Validator(SCHEMA["properties"][name])
    assert [value for value in REFUSED[name].harmless if not judged.is_valid(value)] == []
    assert [value for value in ("something", 7) if judged.is_valid(value)] == []
