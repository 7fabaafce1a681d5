"""Configurations that are only looked at: what is not there leaves its property unknown, and what is needed is still a mistake."""

from pathlib import Path

import pytest

from http_source.assembly.loading import load_config, look_config
from http_source.config.properties import ConnectorConfig, KafkaOptions, KnownConfig
from http_source.errors import ConfigurationError
from http_source_tests.config.samples import VALID

SECRET = VALID | {"auth.type": "bearer", "bearer.token": "${env:ORDERS_TOKEN}"}


def refused(**properties: str) -> list[str]:
    """The mistakes of a configuration that is looked at in a shell without variables."""
    with pytest.raises(ConfigurationError) as error:
        look_config(VALID | {name.replace("_", "."): value for name, value in properties.items()}, environment={})
    return [str(finding) for finding in error.value.findings]


@pytest.mark.parametrize("properties", [
    {"auth.type": "bearer", "bearer.token": "${env:T}"},
    {"auth.type": "basic", "connection.user": "${env:U}", "connection.password": "${file:/run/none.properties:password}"},
    {"http.request.headers": "X-Key: ${directory:/run/secrets:key}"},
    {"url": "https://${env:HOST}/items?start=${offset}"},
    {"kafka.api.key": "${env:K}", "kafka.api.secret": "${env:S}"},
    {"https.ssl.keystorefile": "${env:STORE}", "https.ssl.keystore.password": "${env:P}"},
    {"transforms": "mask", "transforms.mask.type": "org.apache.kafka.connect.transforms.MaskField$Value",
     "transforms.mask.fields": "card", "transforms.mask.replacement": "${env:MASK}"},
    {"transforms": "mask", "transforms.mask.type": "${env:TYPE}"},
], ids=str)
def test_b183_what_is_not_needed_to_look_may_be_unknown(properties: dict[str, str]) -> None:
    known = look_config(VALID | properties, environment={})
    assert (known.name, known.request.entities) == ("spaces", ("default",))
    assert {finding.property for finding in known.unknown} == {name for name, value in properties.items() if "${" in value}


@pytest.mark.parametrize("name", [
    "name", "entity.names", "tasks.max", "topic.name.pattern", "http.initial.offset", "http.offset.mode", "exactly.once.support",
    "offsets.storage.topic", "request.interval.ms",
])
def test_b183_what_is_needed_to_look_is_still_a_mistake(name: str) -> None:
    (mistake,) = (each for each in refused(**{name: "${env:MISSING}"}) if each.startswith(f"{name}: "))
    assert "${env:MISSING} cannot be resolved: there is no such environment variable" in mistake


@pytest.mark.parametrize(("value", "reason"), [
    ("${enviroment:T}", "no such config provider"), ("${env:}", "write ${env:NAME}"), ("${file:secrets:token}", "the path is relative"),
])
def test_b183_a_reference_that_can_be_resolved_nowhere_is_a_mistake_everywhere(value: str, reason: str) -> None:
    assert reason in refused(auth_type="bearer", bearer_token=value)[0]


def test_b183_other_mistakes_are_found_without_the_secrets() -> None:
    assert [each.partition(":")[0] for each in refused(auth_type="bearer", bearer_token="${env:T}", bogus="1")] == ["bogus"]


def test_b183_what_is_unknown_is_not_there_and_nothing_polls_with_it() -> None:
    known = look_config(SECRET, environment={})
    assert not isinstance(known, ConnectorConfig)
    with pytest.raises(AttributeError):
        _ = known.auth.bearer_token


def test_b183_whoever_needs_what_is_unknown_says_why_it_is() -> None:
    known = look_config(VALID | {"kafka.api.key": "key", "kafka.api.secret": "${env:KAFKA_SECRET}"}, environment={})
    with pytest.raises(ConfigurationError, match=r"kafka\.api\.secret: \$\{env:KAFKA_SECRET\} cannot be resolved"):
        known.require(KafkaOptions)
    look_config(SECRET, environment={}).require(KafkaOptions)


def test_b183_with_the_secrets_nothing_is_unknown() -> None:
    known = look_config(SECRET, environment={"ORDERS_TOKEN": "t0ken"})
    assert known.unknown == ()
    assert known.auth == load_config(SECRET, environment={"ORDERS_TOKEN": "t0ken"}).config.auth


def test_b183_a_file_is_looked_at_as_a_mapping_is(tmp_path: Path) -> None:
    (tmp_path / "orders.json").write_text("{", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="Line 1"):
        look_config(tmp_path / "orders.json")


def test_b183_it_is_shown_without_what_is_unknown() -> None:
    assert isinstance(repr(look_config(SECRET, environment={})), str)
    assert isinstance(look_config(VALID, environment={}), KnownConfig)
