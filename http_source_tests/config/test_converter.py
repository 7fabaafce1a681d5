"""Rules about formats, converters and the registry."""

import pytest

from http_source.config.options.output import CONVERTERS, OutputFormat
from http_source.loading import load_config
from http_source_tests.config.samples import VALID, findings, load, mistakes

LATEST, ID, AUTO = (f"value.converter.{name}" for name in ("use.latest.version", "use.schema.id", "auto.register.schemas"))
STRATEGY = "value.converter.value.subject.name.strategy"
REFERENCES = "value.converter.reference.subject.name.strategy"


@pytest.mark.parametrize("format_", OutputFormat)
def test_the_converter_of_the_format_may_be_named_as_well(format_: OutputFormat) -> None:
    assert load({"output.data.format": format_, "value.converter": CONVERTERS[format_]}).warnings == ()


def test_a_converter_that_contradicts_the_format_is_refused() -> None:
    (finding,) = findings({"output.data.format": "JSON", "value.converter": CONVERTERS[OutputFormat.AVRO]})
    assert finding.message == "It contradicts output.data.format=JSON, which is org.apache.kafka.connect.json.JsonConverter; remove one."


@pytest.mark.parametrize("chosen", [{LATEST: True}, {ID: 7}])
def test_a_schema_is_either_chosen_or_registered(chosen: dict[str, object]) -> None:
    avro = {"output.data.format": "AVRO", **chosen}
    assert mistakes(avro) == list(chosen)
    assert load({**avro, AUTO: False}).warnings == ()


def test_two_ways_to_choose_a_schema_are_refused() -> None:
    assert mistakes({"output.data.format": "AVRO", LATEST: True, ID: 7, AUTO: False}) == [ID]


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"key.converter": CONVERTERS[OutputFormat.AVRO], "record.key.json.pointer": "/id"}, "key.converter"),
        ({"output.data.format": "JSON_SR", STRATEGY: "RecordNameStrategy"}, STRATEGY),
    ],
)
def test_b120_what_never_has_a_subject_is_refused_at_start(properties: dict[str, object], name: str) -> None:
    assert mistakes(properties) == [name]


@pytest.mark.parametrize("format_", ["AVRO", "JSON_SR", "JSON"])
def test_b120_a_reference_strategy_is_for_protobuf_only(format_: str) -> None:
    qualified = {REFERENCES: "QualifiedReferenceSubjectNameStrategy"}
    assert mistakes({"output.data.format": format_, **qualified}) == [REFERENCES]
    assert load({"output.data.format": "PROTOBUF", **qualified}).warnings == ()


@pytest.mark.parametrize(
    ("name", "value", "format_"),
    [
        ("value.converter.decimal.format", "NUMERIC", "AVRO"),
        ("value.converter.schemas.enable", True, "PROTOBUF"),
        ("value.converter.scrub.invalid.names", True, "JSON_SR"),
        ("value.converter.object.additional.properties", False, "JSON"),
        ("value.converter.optional.for.nullables", True, "AVRO"),
    ],
)
def test_a_flag_of_another_format_is_a_doubt(name: str, value: object, format_: str) -> None:
    (warning,) = load({"output.data.format": format_, name: value}).warnings
    assert str(warning) == f"{name}: It does nothing with output.data.format={format_}; remove it."


def test_a_default_that_is_written_out_is_no_doubt() -> None:
    assert load({"value.converter.decimal.format": "BASE64", "value.converter.connect.meta.data": True}).warnings == ()


def test_the_topic_of_errors_is_one_kafka_takes() -> None:
    tolerant = {"errors.tolerance": "all"}
    assert load({**tolerant, "reporter.error.topic.name": "error-${connector}"}).warnings == ()
    assert mistakes({**tolerant, "reporter.error.topic.name": "a b"}) == ["reporter.error.topic.name"]


def test_a_topic_of_errors_without_tolerance_is_a_doubt() -> None:
    assert [each.property for each in load({"reporter.error.topic.name": "errors"}).warnings] == ["reporter.error.topic.name"]


def test_b159_mistakes_in_transforms_are_told_with_all_others() -> None:
    transforms = {"transforms": "cut", "transforms.cut.type": "org.apache.kafka.connect.transforms.Cast$Value"}
    assert mistakes({"tasks.max": 0, **transforms}) == ["transforms.cut.spec", "tasks.max"]


def test_a_transform_with_a_reference_to_a_config_provider_gets_what_it_gives() -> None:
    transforms = {
        "transforms": "add", "transforms.add.type": "org.apache.kafka.connect.transforms.InsertField$Value",
        "transforms.add.static.field": "site", "transforms.add.static.value": "${env:SITE}",
    }
    assert load_config({**VALID, **transforms}, environment={"SITE": "north"}).config.plugins["transforms.add.static.value"] == "north"
