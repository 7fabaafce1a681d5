"""A file or a mapping becomes a ConnectorConfig, or one error that lists every mistake."""

import pickle

import pytest

from http_source.assembly.loading import load_config
from http_source.config.properties import PROPERTIES, CursorEnd, OffsetMode
from http_source.config.refused import REFUSED
from http_source.config.unknown import MOST_UNKNOWN
from http_source.errors import ConfigurationError
from http_source_tests.config.samples import findings, load, mistakes

CANARY = "canary-5ec4e7"


def test_a_valid_configuration_has_its_groups_and_no_warnings() -> None:
    loaded = load({})
    assert loaded.warnings == ()
    assert loaded.config.request.url == "https://example.com/api"
    assert loaded.config.request.entities == ("default",)
    assert loaded.config.pace.request_interval_ms == 15_000
    assert loaded.config.offsets.mode is OffsetMode.SIMPLE_INCREMENTING
    assert loaded.config == load({}).config


def test_values_may_be_of_jsons_types_and_null_is_no_value() -> None:
    config = load(
        {"tasks.max": 3, "auto.restart.on.user.error": False, "http.initial.offset": 7, "entity.names": None, "max.retries": "0"}
    ).config
    assert (config.connector.tasks_max, config.retry.auto_restart, config.offsets.initial, config.retry.max_retries) == (3, False, "7", 0)


@pytest.mark.parametrize(
    "snippet",
    [
        {
            "url": "https://confluentinc.atlassian.net/wiki/rest/api/space",
            "http.request.parameters": "start=${offset}&limit=1",
            "http.offset.mode": "SIMPLE_INCREMENTING",
            "http.initial.offset": "0",
            "http.response.data.json.pointer": "/results",
            "auth.type": "basic",
            "connection.user": "username",
            "connection.password": "*****",
        },
        {
            "url": "https://domain/test-index/_search",
            "http.offset.mode": "CHAINING",
            "http.request.parameters": None,
            "http.request.body": '{"size": 100, "sort": [{"@time": "asc"}], "search_after": [${offset}]}',
            "http.request.method": "POST",
            "http.initial.offset": "1647948000000",
            "http.response.data.json.pointer": "/hits/hits",
            "http.offset.json.pointer": "/sort/0",
            "auth.type": "basic",
            "connection.user": "username",
            "connection.password": "*****",
        },
        {
            "url": "https://storage.googleapis.com/storage/v1/b/test-bucket/o",
            "http.offset.mode": "CURSOR_PAGINATION",
            "http.request.method": "GET",
            "http.request.parameters": "pageToken=${offset}",
            "http.initial.offset": None,
            "http.response.data.json.pointer": "/items",
            "http.next.page.json.pointer": "/nextPageToken",
            "auth.type": "bearer",
            "bearer.token": "*****",
        },
        {"auth.type": "none", "http.request.headers": "X-API-Key: <your-api-key>|Content-Type: application/json"},
        {"retry.on.status.codes": "401,429,500-"},
    ],
    ids=["SIMPLE_INCREMENTING", "CHAINING", "CURSOR_PAGINATION", "API key", "retries"],
)
def test_the_specifications_snippets_load_without_a_warning(snippet: dict[str, object]) -> None:
    assert load(snippet).warnings == ()


def test_words_are_taken_in_any_case() -> None:
    """The self-managed connector writes `get` and `simple_incrementing`."""
    config = load({"http.request.method": "get", "http.offset.mode": "simple_incrementing", "http.cursor.end": "FOLLOW"}).config
    assert (config.request.method, config.offsets.mode) == ("GET", OffsetMode.SIMPLE_INCREMENTING)
    assert config.offsets.cursor_end is CursorEnd.FOLLOW


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tasks.max": "x"}, "Invalid value x for configuration tasks.max: Not a number of type INT."),
        ({"tasks.max": 0}, "Invalid value 0 for configuration tasks.max: Value must be at least 1."),
        ({"request.interval.ms": "5s"}, "Invalid value 5s for configuration request.interval.ms: Not a number of type INT; write"),
        ({"max.retries": 1.5}, "Invalid value 1.5 for configuration max.retries: Not a number of type INT."),
        ({"url": None}, 'Missing required configuration "url" which has no default value.'),
        ({"http.request.method": "PUT"}, "Invalid value PUT for configuration http.request.method: String must be one of"),
        ({"kafka.api.key": {"a": 1}}, "Invalid value [hidden] for configuration kafka.api.key: Expected value to be a string, but it was"),
        ({"request.interval.ms": 99}, "Invalid value 99 for configuration request.interval.ms: Value must be at least 100."),
        ({"max.retries": ""}, 'Invalid value "" for configuration max.retries: Not a number of type INT.'),
        ({"http.request.headers": 1.5}, "Invalid value [hidden] for configuration http.request.headers: Expected value to be a string"),
        ({"name": ["a"]}, "Invalid value of type list for configuration name: Expected value to be a string, but it was a list."),
    ],
)
def test_messages_are_connects(changes: dict[str, object], message: str) -> None:
    """B143."""
    assert [finding.message for finding in findings(changes) if finding.message.startswith(message)]


@pytest.mark.parametrize(
    ("name", "near"),
    [("http.inital.offset", "http.initial.offset"), ("topic.name.patern", "topic.name.pattern"), ("URL", "url"), (" url", "url")],
)
def test_an_unknown_property_is_told_with_the_nearest_name(name: str, near: str) -> None:
    """B146."""
    (finding,) = findings({name: "x"})
    assert f"Unknown property. Did you mean {near}?" in finding.message


def test_properties_are_flat() -> None:
    (finding,) = findings({"http": {"initial": {"offset": 1}}})
    assert "properties are flat" in finding.message


@pytest.mark.parametrize("name", [name.replace("[0-9]", "1").replace("*", "x" if "." in name else ".x") for name in REFUSED])
def test_what_is_known_but_not_supported_is_refused_with_what_to_do(name: str) -> None:
    """Nothing a user relies on is silently ignored."""
    (finding,) = findings({name: "com.example.Unsupported"})
    assert finding.property == name
    assert "Unknown property" not in finding.message


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, refusal in REFUSED.items() for value in refusal.harmless])
def test_defaults_that_confluent_cloud_exports_change_nothing(name: str, value: str) -> None:
    assert load({name: f" {value.upper()} "}) == load({})


def test_a_json_boolean_is_a_harmless_default_too() -> None:
    assert load({"tasks.max.enforce": True}) == load({})
    assert mistakes({"tasks.max.enforce": False}) == ["tasks.max.enforce"]


def test_a_property_may_have_another_of_its_names() -> None:
    assert load({"output.data.format": None, "data.format": "JSON"}) == load({})


def test_a_property_under_two_names_is_told() -> None:
    (finding,) = findings({"data.format": "JSON"})
    assert str(finding) == "data.format: This is another name of output.data.format, which is set as well; remove one of them."


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("https.ssl.protocol", "TLSv1.1", "TLS 1.1 is broken"),
        ("output.data.format", "XML", "must be one of"),
    ],
)
def test_values_of_the_original_that_are_not_supported_are_refused_with_what_to_do(name: str, value: str, words: str) -> None:
    (finding,) = findings({name: value})
    assert f"Invalid value {value} for configuration {name}: " in finding.message
    assert words in finding.message


MANY_MISTAKES: dict[str, object] = {
    "name": "a/b",
    "tasks.max": "0",
    "kafka.api.key": CANARY,
    "url": f"ftp://user:{CANARY}@example.com/?key={CANARY}",
    "entity.names": "a,a,,b...c",
    "http.request.headers": f"Authorization:{CANARY}",
    "http.request.sensitive.headers": f"{CANARY}\r\n|X",
    "http.request.parameters": f"={CANARY}",
    "http.request.body": f"${{offest}} {CANARY}",
    "auth.type": "basic",
    "connection.user": f"{CANARY}:b",
    "connection.password": {CANARY: CANARY},
    "bearer.token": [CANARY],
    "http.response.data.json.pointer": "$.items",
    "http.offset.json.pointer": "/id",
    "http.next.page.json.pointer": "/next",
    "http.cursor.end": "stop",
    "http.initial.offset": f"https://example.com/?key={CANARY}",
    "request.interval.ms": "1e3",
    "catchup.interval.ms": "-1",
    "max.retries": True,
    "retry.backoff.ms": "",
    "retry.on.status.codes": "500-400",
    "auto.restart.on.user.error": "maybe",
    "topic.name.pattern": "a b",
    "http.inital.offset": CANARY,
    "exactly.once.support": "maybe",
    "transforms": "a",
}


def test_all_mistakes_are_told_at_once() -> None:
    """B143, B147."""
    found = mistakes(MANY_MISTAKES, {})
    others = {"kafka.api.secret", "output.data.format", "transforms.a.type"}
    assert {*MANY_MISTAKES, *others} - {"kafka.api.key", "auth.type", "transforms"} == set(found)
    assert len(found) > 25


def test_no_secret_is_in_any_finding() -> None:
    """B158."""
    with pytest.raises(ConfigurationError) as error:
        load_config(MANY_MISTAKES)
    assert CANARY not in str(error.value) + repr(error.value.findings)


def test_no_secret_is_in_the_configurations_text() -> None:
    """B158: not in repr and not in a pickle, which is refused."""
    config = load(
        {
            "auth.type": "basic",
            "connection.user": "me",
            "connection.password": CANARY,
            "kafka.api.key": CANARY,
            "kafka.api.secret": CANARY,
            "http.request.sensitive.headers": f"X-API-Key:{CANARY}",
        }
    ).config
    assert CANARY not in repr(config) + str(config)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(config)


@pytest.mark.parametrize("name", [name for name, known in PROPERTIES.items() if known.secret])
@pytest.mark.parametrize("value", [{CANARY: CANARY}, [CANARY], 1.5, f"{CANARY}\ud800", f"${{env:A}}{CANARY}", f"{CANARY}\x00"])
def test_a_secrets_wrong_value_is_hidden(name: str, value: object) -> None:
    """B158."""
    changes = {name: value, "auth.type": "bearer" if name == "bearer.token" else "none"}
    assert CANARY not in repr(findings(changes))


def test_one_mistake_is_told_once() -> None:
    """A rule about a faulty property has nothing to add."""
    single: tuple[dict[str, object], ...] = (
        {"http.offset.mode": "CHAINIG", "http.offset.json.pointer": "/id"},
        {"url": None},
        {"topic.name.pattern": "${offset}"},
        {"entity.names": 1.5, "topic.name.pattern": "${entityName}"},
        {"request.interval.ms": "x", "catchup.interval.ms": 10**6},
    )
    for changes in single:
        assert len(mistakes(changes)) == 1


def test_of_very_many_unknown_properties_the_first_are_told() -> None:
    found = findings({f"unknown.{number}": "x" for number in range(10_000)})
    assert len(found) == MOST_UNKNOWN + 1
    assert f"and {10_000 - MOST_UNKNOWN - 1} more" in found[-1].message
