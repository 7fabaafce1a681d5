"""Rules about formats, converters and the registry."""

import pytest

from http_source.assembly.loading import load_config
from http_source.config.options.converter import STRATEGIES, SubjectStrategy
from http_source.config.options.output import CONVERTERS, JSON_CONVERTER, OutputFormat
from http_source_tests.config.samples import VALID, findings, load, mistakes

LATEST, ID, AUTO = (f"value.converter.{name}" for name in ("use.latest.version", "use.schema.id", "auto.register.schemas"))
STRATEGY = "value.converter.value.subject.name.strategy"
KEYS_STRATEGY = "key.converter.key.subject.name.strategy"


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


@pytest.mark.parametrize("part", ["value", "key"])
@pytest.mark.parametrize("package", ["", STRATEGIES])
def test_b216_a_strategy_for_references_is_refused_since_none_are_made(part: str, package: str) -> None:
    name = f"{part}.converter.reference.subject.name.strategy"
    (finding,) = findings({"output.data.format": "PROTOBUF", name: f"{package}QualifiedReferenceSubjectNameStrategy"})
    assert finding.property == name
    assert "the references of registered schemas stay as they are; remove it." in finding.message
    default = f"{package}DefaultReferenceSubjectNameStrategy"
    assert mistakes({"output.data.format": "AVRO", "record.key.json.pointer": "/id", name: default}) == []


@pytest.mark.parametrize("package", ["", STRATEGIES, STRATEGIES.upper()])
def test_b217_a_strategy_may_be_named_by_confluents_class(package: str) -> None:
    strategies = {STRATEGY: f"{package}RecordNameStrategy", KEYS_STRATEGY: f"{package}TopicRecordNameStrategy"}
    registry = load({"output.data.format": "AVRO", "record.key.json.pointer": "/id", **strategies}).config.registry
    assert (registry.value_subject, registry.key_subject) == (SubjectStrategy.RECORD, SubjectStrategy.TOPIC_RECORD)


@pytest.mark.parametrize("name", [STRATEGY, KEYS_STRATEGY])
@pytest.mark.parametrize("package", ["", STRATEGIES])
def test_b217_a_strategy_that_asks_the_registry_is_refused_with_those_that_do_not(name: str, package: str) -> None:
    (finding,) = findings({"output.data.format": "AVRO", "record.key.json.pointer": "/id", name: f"{package}AssociatedNameStrategy"})
    assert "Subjects that a registry associates with topics are not looked up here; use TopicNameStrategy" in finding.message


@pytest.mark.parametrize(
    ("name", "value", "format_"),
    [
        ("value.converter.decimal.format", "NUMERIC", "AVRO"),
        ("value.converter.schemas.enable", True, "PROTOBUF"),
        ("value.converter.scrub.invalid.names", True, "JSON_SR"),
        ("value.converter.object.additional.properties", False, "JSON"),
        ("value.converter.optional.for.nullables", True, "AVRO"),
        ("output.data.mixed.scalars", "string", "JSON"),
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


JSON_KEYS = {"key.converter": JSON_CONVERTER, "record.key.json.pointer": "/id"}
AVRO_KEYS = {"key.converter": CONVERTERS[OutputFormat.AVRO], "record.key.json.pointer": "/id"}
KEYS: dict[str, object] = {
    "key.converter": "org.apache.kafka.connect.converters.LongConverter",
    "key.converter.schemas.enable": False,
    "key.converter.key.subject.name.strategy": "RecordNameStrategy",
    "key.converter.key.schema.id.serializer": "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer",
}


@pytest.mark.parametrize("name", KEYS)
def test_b203_what_says_how_keys_are_written_does_nothing_without_keys(name: str) -> None:
    (warning,) = load({name: KEYS[name]}).warnings
    words = "It does nothing, since records have no key; set record.key.json.pointer, or make keys with a transform."
    assert str(warning) == f"{name}: {words}"
    keyed = AVRO_KEYS if ".key." in name else JSON_KEYS
    assert load({"output.data.format": "AVRO", **keyed, name: KEYS[name]}).warnings == ()
    make_key = {"transforms": "k", "transforms.k.type": "org.apache.kafka.connect.transforms.ValueToKey", "transforms.k.fields": "id"}
    assert load({"output.data.format": "AVRO", **keyed, name: KEYS[name], **make_key}).warnings == ()


@pytest.mark.parametrize("name", list(KEYS)[1:])
def test_b203_what_the_converter_of_keys_does_not_look_at_is_a_doubt(name: str) -> None:
    (warning,) = load({"output.data.format": "AVRO", "record.key.json.pointer": "/id", name: KEYS[name]}).warnings
    assert str(warning).startswith(f"{name}: It does nothing with key.converter=org.apache.kafka.connect.storage.StringConverter")


@pytest.mark.parametrize(("chosen", "strict"), [({LATEST: True}, "latest"), ({ID: 7}, "id")])
def test_b203_how_strict_a_choice_is_does_nothing_where_none_is_made(chosen: dict[str, object], strict: str) -> None:
    loose = {"output.data.format": "AVRO", AUTO: False, f"value.converter.{strict}.compatibility.strict": False}
    (warning,) = load(loose).warnings
    assert str(warning).startswith(f"value.converter.{strict}.compatibility.strict: It does nothing without {next(iter(chosen))}")
    assert load({**loose, **chosen}).warnings == ()


def test_b203_a_flag_that_acts_on_keys_alone_is_no_doubt() -> None:
    scrubbed = {"output.data.format": "JSON_SR", "value.converter.scrub.invalid.names": True}
    assert [each.property for each in load(scrubbed).warnings] == ["value.converter.scrub.invalid.names"]
    assert load({**scrubbed, **AVRO_KEYS}).warnings == ()


@pytest.mark.parametrize("context", ["a b", "a\tb", "a:b", ":.a b:", "a\x00b", "\u00a0a"])
def test_b203_a_context_with_blanks_is_refused(context: str) -> None:
    (finding,) = findings({"output.data.format": "AVRO", "schema.context.name": context})
    assert (finding.property, finding.warning) == ("schema.context.name", False)
    assert "A context has no blanks" in finding.message


@pytest.mark.parametrize("context", ["orders", "orders-2.b_c", ":.orders:", ".orders", "default", ""])
def test_b203_a_context_is_a_name_in_any_of_its_spellings(context: str) -> None:
    assert load({"output.data.format": "AVRO", "schema.context.name": context}).warnings == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema.context.name", "orders"), ("value.converter.schema.registry.url", "http://registry:8081"),
        ("value.converter.normalize.schemas", True), (STRATEGY, "TopicRecordNameStrategy"), (AUTO, False),
    ],
)
def test_b203_what_is_for_the_registry_does_nothing_with_json(name: str, value: object) -> None:
    (warning,) = load({name: value}).warnings
    assert str(warning) == f"{name}: It does nothing with output.data.format=JSON, which keeps no schemas in a registry; remove it."
    assert load({"output.data.format": "AVRO", name: value}).warnings == ()


def test_b203_keys_in_a_registry_are_in_a_context_with_json_too() -> None:
    keys = {"key.converter": CONVERTERS[OutputFormat.AVRO], "record.key.json.pointer": "/id", "value.converter.schemas.enable": True}
    assert load({**keys, "schema.context.name": "orders", AUTO: False}).warnings == ()
    assert [each.property for each in load({**keys, STRATEGY: "TopicRecordNameStrategy"}).warnings] == [STRATEGY]
