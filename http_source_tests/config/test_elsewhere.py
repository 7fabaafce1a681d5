"""Names and values that people bring from elsewhere are answered with what to use here."""

import pytest

from http_source.assembly.loading import load_config
from http_source.config.elsewhere import CLASSES, ELSEWHERE
from http_source.config.properties import NAMES
from http_source_tests.config.samples import VALID, findings, load, mistakes

EVERY = {name: name.replace("[0-9]", "1").replace("[!o]*", "acks").replace("*", "x") for name in ELSEWHERE}
IDLE = [EVERY[name] for name, refusal in ELSEWHERE.items() if refusal.idle]
MISTAKES = [EVERY[name] for name, refusal in ELSEWHERE.items() if not refusal.idle]
JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter"


@pytest.mark.parametrize("name", MISTAKES)
def test_b232_a_name_known_elsewhere_is_answered_and_not_guessed_at(name: str) -> None:
    (finding,) = findings({name: "a value of its own"})
    assert (finding.property, finding.warning) == (name, False)
    assert "Did you mean" not in finding.message


@pytest.mark.parametrize("name", IDLE)
def test_b232_a_name_without_meaning_here_is_a_note(name: str) -> None:
    (finding,) = load({name: "x"}).warnings
    assert (finding.property, finding.message.endswith("it is left out.")) == (name, True)


def test_b232_what_is_answered_with_a_property_names_one_that_there_is() -> None:
    assert {refusal.instead for refusal in ELSEWHERE.values() if refusal.instead} <= set(NAMES)
    assert not set(ELSEWHERE) & set(NAMES)


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("http.url", "url"), ("http.request.url", "url"), ("kafka.topic", "topic.name.pattern"),
        ("poll.interval.ms", "request.interval.ms"),
        ("http.offset.initial", "http.initial.offset"), ("http.timer.interval.millis", "request.interval.ms"),
        ("rest.source.url", "url"), ("http.auth.user", "connection.user"),
    ],
)
def test_b232_another_connector_s_name_is_answered_once_and_its_property_not_missed(name: str, instead: str) -> None:
    valid: dict[str, object] = {"name": "a", "url": "http://h", "topic.name.pattern": "t", "output.data.format": "JSON"}
    (finding,) = findings({instead: None, name: "x"}, valid)
    assert (finding.property, finding.warning) == (name, False)
    assert instead in finding.message


def test_b232_keys_for_a_license_are_one_note() -> None:
    given = {"confluent.topic.bootstrap.servers": "b:9092", "confluent.license": "", "confluent.topic.replication.factor": 1}
    (finding,) = load(given).warnings
    assert str(finding) == (
        "confluent.topic.bootstrap.servers: This is for the license of a self-managed connector, and nothing here needs one; it is left "
        "out. The same holds for confluent.license, confluent.topic.replication.factor."
    )


def test_b232_the_apis_of_http_source_v2_are_one_mistake() -> None:
    given = {"http.api.base.url": "http://h", "api1.http.api.path": "/a", "api1.topics": "t"}
    found = findings({"url": None, "topic.name.pattern": None, **given})
    assert [finding.property for finding in found] == ["http.api.base.url", "api1.http.api.path"]
    assert all("`http-source migrate` writes one for each of them" in finding.message for finding in found)


def test_b232_another_name_with_the_same_value_is_a_note_and_with_another_value_a_mistake() -> None:
    (same,) = load({"kafka.topic": "spaces"}).warnings
    (other,) = findings({"kafka.topic": "rooms"})
    assert same.message == "This is another connector's name of topic.name.pattern, which has the same value; it is left out."
    assert other.message == "This is another connector's name of topic.name.pattern, which is set as well; remove one of them."


@pytest.mark.parametrize(
    ("converter", "data_format"),
    [
        (JSON_CONVERTER, "JSON"), ("org.apache.kafka.connect.storage.StringConverter", "JSON"),
        ("io.confluent.connect.avro.AvroConverter", "AVRO"), ("io.confluent.connect.json.JsonSchemaConverter", "JSON_SR"),
        ("io.confluent.connect.protobuf.ProtobufConverter", "PROTOBUF"),
    ],
)
def test_b232_a_converter_of_values_says_the_format(converter: str, data_format: str) -> None:
    assert load({"output.data.format": None, "value.converter": converter}).config.output.data_format == data_format


def test_b232_a_converter_that_works_otherwise_here_is_noted() -> None:
    (envelope,) = load({"output.data.format": None, "value.converter": JSON_CONVERTER}).warnings
    (texts,) = load({"output.data.format": None, "value.converter": "org.apache.kafka.connect.storage.StringConverter"}).warnings
    assert "value.converter.schemas.enable=false, while Connect's own default is true" in envelope.message
    assert "not Java's text of it" in texts.message
    assert load({"output.data.format": None, "value.converter": JSON_CONVERTER, "value.converter.schemas.enable": "false"}).warnings == ()


def test_b232_a_converter_beside_a_format_is_judged_as_before() -> None:
    assert mistakes({"value.converter": "io.confluent.connect.avro.AvroConverter"}) == ["value.converter"]


@pytest.mark.parametrize("name", CLASSES)
def test_b232_another_connector_s_class_leads_to_the_command_that_moves_it(name: str) -> None:
    (finding,) = findings({"connector.class": name})
    assert "`http-source migrate` rewrites its configuration" in finding.message


@pytest.mark.parametrize("name", ["oauth2.grant.type", "oauth2.client.grant.type", "oauth2.username", "oauth2.password"])
def test_b232_the_password_grant_is_answered_by_name(name: str) -> None:
    (finding,) = findings({"auth.type": "oauth2", "oauth2.token.url": "https://id.example.com/", "oauth2.client.id": "i",
                           "oauth2.client.secret": "s", name: "password"})
    assert "The password grant" in finding.message
    assert "oauth2.client.id" in finding.message


def test_b232_the_client_credentials_grant_may_be_spelled_out() -> None:
    assert load({"oauth2.grant.type": "client_credentials"}) == load({})


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("401,429", "No 5xx is in it"), ("", "No 5xx is in it"), ("200-299,500-", "are not errors"), ("100-199,500-", "are not errors"),
        ("500-,700", "No status code is above 599"), ("400-650", "No status code is above 599"),
    ],
)
def test_b230_retry_codes_that_cannot_be_meant_are_warned_of(codes: str, words: str) -> None:
    (finding,) = load({"retry.on.status.codes": codes}).warnings
    assert finding.property == "retry.on.status.codes"
    assert words in finding.message


@pytest.mark.parametrize("codes", ["400-", "404,408,500-", "401,429,500-", "400-500", "503", "300-"])
def test_b230_retry_codes_of_the_specification_are_fine(codes: str) -> None:
    assert load({"retry.on.status.codes": codes}).warnings == ()


@pytest.mark.parametrize("name", ["name", "url", "topic.name.pattern", "http.initial.offset", "http.request.body", "bearer.token"])
def test_b231_a_boolean_for_a_text_is_refused_with_the_quotes_to_set(name: str) -> None:
    found = [finding.message for finding in findings({name: False}) if finding.property == name]
    assert any("a boolean, as YAML reads yes, no, on, off, true and false; put it in quotes" in message for message in found)


def test_b231_a_boolean_among_entities_is_refused() -> None:
    (finding,) = findings({"entity.names": ["de", False]})
    assert "put it in quotes" in finding.message


def test_b231_a_boolean_is_taken_where_one_is_expected() -> None:
    assert load({"use.http.offset.json.pointer.as.string": False}).config.offsets.as_string is False


@pytest.mark.parametrize("written", ["1_000", "1e3", "0x10", "\uff11\uff12", "1 000", "1.0", "+", ""])
def test_b204_only_digits_are_integers(written: str) -> None:
    assert mistakes({"http.initial.offset": written, "tasks.max": written}) == ["tasks.max", "http.initial.offset"]


@pytest.mark.parametrize("written", ["9" * 19, "9" * 400, "-1", "+7", "007"])
def test_b204_every_integer_is_an_initial_offset(written: str) -> None:
    assert load({"http.initial.offset": written}).config.offsets.initial == written


def test_b204_an_integer_out_of_bounds_is_said_to_be_so_whatever_its_length() -> None:
    assert "no more than 2147483647" in findings({"tasks.max": "9" * 400})[0].message
    assert load({"tasks.max": "0" * 30 + "1"}).config.connector.tasks_max == 1


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("url", "ftp://example.com/orders?start=${offset}", "ftp://example.com/orders?start=${offset}"),
        ("http.initial.offset", "1_000", "1_000"),
        ("http.proxy.host", "http://proxy.example.com", "http://proxy.example.com"),
    ],
)
def test_b205_a_value_without_a_secret_is_shown(name: str, value: str, seen: str) -> None:
    found = [finding.message for finding in findings({name: value, "http.request.parameters": None}) if finding.property == name]
    assert any(message.startswith(f"Invalid value {seen} for configuration {name}: ") for message in found)


def test_b205_a_secret_in_such_a_value_stays_hidden() -> None:
    found = findings({"http.proxy.host": "user:5ec4e7pw@proxy"})
    assert "5ec4e7pw" not in "".join(finding.message for finding in found)


def test_b205_a_word_of_every_other_sentence_hides_none() -> None:
    changes = {
        "auth.type": "oauth2", "oauth2.client.id": "i", "oauth2.client.secret": "${env:ID}", "oauth2.token.url": "http://id.example.com/token",
    }
    warned = {str(each.property): each.message for each in load_config({**VALID, **changes}, environment={"ID": "kc-secret"}).warnings}
    assert warned["oauth2.token.url"].startswith("The client's secret and the tokens travel unencrypted")


def test_a_variable_in_capitals_is_answered_with_the_config_provider() -> None:
    (key, secret) = findings({"kafka.api.key": "${KAFKA_KEY}", "kafka.api.secret": "${KAFKA_SECRET}"})
    assert key.message == "It is ${KAFKA_KEY}, which nothing replaces; write ${env:KAFKA_KEY} for the environment variable."
    assert "${env:KAFKA_SECRET}" in secret.message


@pytest.mark.parametrize("mode", ["SNAPSHOT_PAGINATION", "TIMESTAMP_PAGINATION", "ODATA_PAGINATION"])
def test_b232_a_mode_of_another_connector_is_answered_with_the_one_to_use(mode: str) -> None:
    messages = [finding.message for finding in findings({"http.offset.mode": mode})]
    assert any("CURSOR_PAGINATION" in message or "TIME_WINDOW with" in message for message in messages)


def test_b231_a_boolean_configuration_of_a_topic_may_be_one() -> None:
    given: dict[str, object] = {"partitions": 1, "replication.factor": 1, "preallocate": False}
    assert load({f"topic.creation.default.{name}": value for name, value in given.items()}).warnings == ()


def test_b231_a_boolean_in_a_transform_s_text_is_refused() -> None:
    transform = {"transforms.t.type": "org.apache.kafka.connect.transforms.InsertField$Value", "transforms.t.static.field": "a"}
    found = findings({"transforms": "t", **transform, "transforms.t.static.value": False})
    assert ["put it in quotes" in finding.message for finding in found] == [True]
