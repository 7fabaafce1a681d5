"""A self-managed connector's configuration, and what belongs to every connector."""

import pytest

from http_source.errors import ConfigurationError
from http_source_tests.migration.moves import SELF_MANAGED, is_valid, moved, remarks


def test_what_is_the_same_stays_and_what_is_the_worker_s_goes() -> None:
    draft = moved(SELF_MANAGED, {"confluent.topic.bootstrap.servers": "b:9092", "confluent.license": "", "key.converter": None})
    assert is_valid(draft)
    assert draft.properties == {
        "name": "messages", "connector.class": "HttpSource", "url": "https://api.example.com/messages?from=${offset}",
        "http.offset.mode": "simple_incrementing", "http.initial.offset": "1", "topic.name.pattern": "messages",
        "output.data.format": "JSON", "value.converter.schemas.enable": "false",
    }
    assert list(remarks(draft)) == ["confluent.topic.bootstrap.servers"]


def test_json_converter_shows_schemas_unless_told_otherwise() -> None:
    draft = moved(SELF_MANAGED, {"value.converter.schemas.enable": None})
    assert draft.properties["value.converter.schemas.enable"] == "true"


def test_string_converter_is_said_to_write_no_json() -> None:
    converter = "org.apache.kafka.connect.storage.StringConverter"
    draft = moved(SELF_MANAGED, {"value.converter": converter, "value.converter.schemas.enable": None})
    assert "Java's text of it" in remarks(draft)["value.converter"]


def test_a_format_that_only_the_worker_knows_is_proposed() -> None:
    draft = moved(SELF_MANAGED, {"value.converter": None, "value.converter.schemas.enable": None})
    assert draft.properties["output.data.format"] == "JSON"
    assert "value.converter" in remarks(draft)["output.data.format"]


def test_settings_of_the_producer_are_overrides() -> None:
    draft = moved(SELF_MANAGED, {"producer.compression.type": "zstd"})
    assert draft.properties["producer.override.compression.type"] == "zstd"
    assert is_valid(draft)


def test_names_that_a_page_made_up_are_understood() -> None:
    draft = moved(SELF_MANAGED, {
        "url": None, "http.url": "https://api.example.com/messages", "http.offset.mode": None, "http.initial.offset": None,
        "http.headers": "Accept: text/json, X-Api-Key: 5ec4e7", "http.pagination.type": "LINK_HEADER",
        "http.response.records.path": "$.data.items[*]", "http.timer.interval.ms": "300000",
    })
    names = ("http.next.page.header", "http.response.data.json.pointer", "request.interval.ms", "http.request.headers")
    assert [draft.properties[name] for name in names] == ["Link", "/data/items", "300000", "Accept: text/json"]
    assert draft.properties["http.request.sensitive.headers"] == "X-Api-Key: ${env:MESSAGES_X_API_KEY}"
    assert is_valid(draft)


def test_an_unknown_property_about_paging_is_left_to_a_person_and_any_other_is_named() -> None:
    assert moved(SELF_MANAGED, {"http.paging.kind": "odd"}).is_open
    assert remarks(moved(SELF_MANAGED, {"some.thing": "odd"}))["some.thing"] == "Left out: unknown property."


@pytest.mark.parametrize(("written", "name"), [("${secrets:ns/secret:key}", "MESSAGES_BEARER_TOKEN"), ("5ec4e7", "MESSAGES_BEARER_TOKEN")])
def test_a_secret_leaves_the_file(written: str, name: str) -> None:
    draft = moved(SELF_MANAGED, {"auth.type": "bearer", "bearer.token": written})
    assert draft.properties["bearer.token"] == f"${{env:{name}}}"
    assert draft.variables[name].reveal() == written
    assert "5ec4e7" not in repr(draft)


@pytest.mark.parametrize("reference", ["${env:TOKEN}", "${file:/run/secrets.properties:token}", "${directory:/run:token}"])
def test_a_reference_that_is_known_here_stays(reference: str) -> None:
    draft = moved(SELF_MANAGED, {"auth.type": "bearer", "bearer.token": reference})
    assert (draft.properties["bearer.token"], draft.variables) == (reference, {})


def test_a_variable_of_a_shell_is_read_from_the_environment() -> None:
    draft = moved(SELF_MANAGED, {"auth.type": "bearer", "bearer.token": "${API_TOKEN}"})
    assert draft.properties["bearer.token"] == "${env:API_TOKEN}"


def test_a_key_in_the_query_leaves_the_file() -> None:
    draft = moved(SELF_MANAGED, {"url": "https://api.example.com/x?api_key=5ec4e7&from=${offset}"})
    assert draft.properties["url"] == "https://api.example.com/x?api_key=${env:MESSAGES_API_KEY}&from=${offset}"
    assert is_valid(draft)


def test_one_without_a_name_is_named_after_its_file() -> None:
    draft = moved(SELF_MANAGED, {"name": None})
    assert draft.properties["name"] == "file"
    assert "the file's name is taken" in remarks(draft)["name"]


def test_another_connector_s_configuration_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="This is not a configuration that can be moved"):
        moved({"name": "a", "connector.class": "io.confluent.connect.http.HttpSinkConnector", "http.api.url": "http://h"})


def test_kafka_connect_rest_asks_the_same_again_and_again() -> None:
    draft = moved({
        "connector.class": "com.tm.kafka.connect.rest.RestSourceConnector", "name": "now", "rest.source.url": "http://clock.example.com/now?a=1",
        "rest.source.method": "POST", "rest.source.headers": "Content-Type:application/json, Accept:application/json",
        "rest.source.body": "{}", "rest.source.param.names": "zone", "rest.source.param.zone.value": "a&b",
        "rest.source.destination.topics": "now, then",
    })
    names = ("url", "http.request.headers", "topic.name.pattern", "request.interval.ms")
    assert [draft.properties[name] for name in names] == [
        "http://clock.example.com/now?a=1&zone=a%26b", "Content-Type:application/json|Accept:application/json", "now", "60000",
    ]
    assert is_valid(draft)


def test_a_header_with_two_colons_is_left_to_a_person() -> None:
    draft = moved({
        "connector.class": "com.tm.kafka.connect.rest.RestSourceConnector", "name": "now", "rest.source.url": "http://clock.example.com/now",
        "rest.source.headers": "Content-Type:text/plain,Accept::application/json", "rest.source.destination.topics": "now",
    })
    (told,) = [each for each in draft.remarks if each.open]
    assert (told.property, "Accept" in told.message, "two colons" in told.message) == ("http.request.headers", True, True)


def test_a_key_in_a_body_leaves_the_file() -> None:
    draft = moved(SELF_MANAGED, {"http.request.method": "POST", "http.request.body": '{"api_key": "5ec4e7\\"x", "from": ${offset}}'})
    assert draft.properties["http.request.body"] == '{"api_key": "${env:MESSAGES_API_KEY}", "from": ${offset}}'
    assert is_valid(draft)


def test_a_header_of_another_provider_is_reported_under_its_property() -> None:
    draft = moved(SELF_MANAGED, {"http.request.headers": "Authorization: Bearer ${secrets:ns/secret:key}"})
    assert "The config provider secrets is not available here" in remarks(draft)["http.request.sensitive.headers"]
