"""What properties demand of each other."""

import dagster as dg
import pytest

from http_source_tests.config.samples import ENTITIES, findings, load, mistakes, warnings

CHAINING: dict[str, object] = {"http.offset.mode": "CHAINING", "http.offset.json.pointer": "/id"}
CURSOR: dict[str, object] = {"http.offset.mode": "CURSOR_PAGINATION", "http.next.page.json.pointer": "/next"}
LINK: dict[str, object] = {"http.offset.mode": "CURSOR_PAGINATION", "http.next.page.header": "link", "http.request.parameters": None}
REQUIRED: dict[str, object] = {"http.response.data.required": True, "http.response.data.json.pointer": "/items"}
BASIC: dict[str, object] = {"auth.type": "basic", "connection.user": "me", "connection.password": "secret"}
BEARER: dict[str, object] = {"auth.type": "bearer", "bearer.token": "token"}
OAUTH: dict[str, object] = {
    "auth.type": "oauth2", "oauth2.token.url": "https://id.example.com/token", "oauth2.client.id": "me", "oauth2.client.secret": "secret",
}


@pytest.mark.parametrize(
    "changes", [CHAINING, CURSOR, {**CURSOR, "http.initial.offset": None}, REQUIRED, LINK, BASIC, BEARER, {"name": "a" * 64}]
)
def test_these_are_valid(changes: dict[str, object]) -> None:
    assert findings(changes) == ()


def test_an_empty_password_or_user_is_one() -> None:
    """Some APIs take a key as the user, or as the password, and nothing as the other."""
    assert findings({**BASIC, "connection.password": ""}) == findings({**BASIC, "connection.user": ""}) == ()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"http.offset.mode": "CHAINING"}, "http.offset.json.pointer"),
        ({"http.offset.mode": "CURSOR_PAGINATION"}, "http.next.page.json.pointer"),
        ({"http.initial.offset": None}, "http.initial.offset"),
        ({**CHAINING, "http.initial.offset": None}, "http.initial.offset"),
        ({"url": "https://example.com/${entityName}"}, "entity.names"),
        ({"topic.name.pattern": "${entityName}"}, "entity.names"),
        ({**BASIC, "connection.user": None}, "connection.user"),
        ({**BASIC, "connection.password": None}, "connection.password"),
        ({"auth.type": "bearer"}, "bearer.token"),
        ({"kafka.api.key": "k"}, "kafka.api.secret"),
        ({"kafka.api.secret": "s"}, "kafka.api.key"),
    ],
)
def test_a_missing_dependent_is_named_with_what_needs_it(changes: dict[str, object], name: str) -> None:
    """B147."""
    (finding,) = findings(changes)
    assert finding.property == name
    assert finding.message.startswith("It must be set, since ")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"http.offset.json.pointer": "/id"}, "http.offset.json.pointer"),
        ({**CURSOR, "http.offset.json.pointer": "/id"}, "http.offset.json.pointer"),
        ({**CHAINING, "http.next.page.json.pointer": "/next"}, "http.next.page.json.pointer"),
        ({**CHAINING, "http.next.page.header": "Link"}, "http.next.page.header"),
        ({**CURSOR, "http.next.page.header": "X-Next"}, "http.next.page.header"),
        ({**LINK, "http.next.page.header": "a b"}, "http.next.page.header"),
        ({**LINK, "http.next.page.header": ""}, "http.next.page.header"),
        ({"http.cursor.end": "stop"}, "http.cursor.end"),
        ({"http.response.format": "NDJSON", "http.response.data.json.pointer": "/items"}, "http.response.data.json.pointer"),
        ({"http.response.format": "NDJSON", "http.response.error.json.pointer": "/error"}, "http.response.error.json.pointer"),
        ({**BASIC, "http.request.sensitive.headers": "authorization:Basic x"}, "http.request.sensitive.headers"),
        ({"http.request.headers": "Authorization:Basic x"}, "http.request.headers"),
        ({"catchup.interval.ms": 15_001}, "catchup.interval.ms"),
        ({"http.initial.offset": "1.5"}, "http.initial.offset"),
        ({"http.initial.offset": "abc", "http.request.parameters": None}, "http.initial.offset"),
        ({**BASIC, "connection.user": "a:b"}, "connection.user"),
        ({**BASIC, "connection.password": "a\x01b"}, "connection.password"),
        ({**BEARER, "bearer.token": "a b"}, "bearer.token"),
        ({**BEARER, "bearer.token": ""}, "bearer.token"),
    ],
)
def test_contradictions_are_mistakes(changes: dict[str, object], name: str) -> None:
    """B148."""
    assert mistakes(changes) == [name]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"http.request.body": "{}"}, "http.request.body"),
        ({"http.request.method": "POST", "http.request.body": "${offset}"}, "http.request.parameters"),
        ({"http.request.parameters": "a=1"}, "url"),
        ({"http.request.headers": "From:a|Content-Length:348"}, "http.request.headers"),
        ({"bearer.token": "token"}, "bearer.token"),
        ({"entity.names": "a,b"}, "entity.names"),
        ({"http.response.data.required": True}, "http.response.data.required"),
        ({**LINK, "http.request.parameters": "page=${offset}"}, "http.next.page.header"),
        ({**LINK, "http.next.page.header": "X-Next-Cursor"}, "url"),
    ],
)
def test_what_is_not_sent_or_does_nothing_is_a_warning(changes: dict[str, object], name: str) -> None:
    """B148, B149, B151."""
    assert warnings(changes) == [name]


def test_an_authorization_header_may_be_sensitive() -> None:
    assert findings({"http.request.sensitive.headers": "Authorization:Custom x"}) == ()


@pytest.mark.parametrize("name", ["url", "http.request.parameters", "http.request.body"])
@pytest.mark.parametrize("typo", ["${offest}", "${Offset}", "${offset", "${ offset }", "${entityNames}"])
def test_a_mistyped_template_variable_is_refused_with_what_was_meant(name: str, typo: str) -> None:
    """B149."""
    changes: dict[str, object] = {name: f"https://example.com/?a={typo}"}
    found = [finding for finding in findings(changes) if not finding.warning and finding.property == name]
    assert "unknown template variable" in found[-1].message
    assert "${offset}" in found[-1].message


def test_a_topic_takes_no_offset() -> None:
    (finding,) = findings({"topic.name.pattern": "a-${offset}"})
    assert "It takes ${entityName}." in finding.message


@pytest.mark.parametrize("name", ["", "a" * 65, "a\x00b", "a\nb", "a/b", "a\\b", ".", ".."])
def test_a_connectors_name_fits_the_original_and_a_path(name: str) -> None:
    """B150."""
    assert mistakes({"name": name}) == ["name"]


@pytest.mark.parametrize("header", ["A:1\r\nB:2", ":x", "x", "A:\u20ac", "Host:x", "Transfer-Encoding:chunked", "Connection:close"])
@pytest.mark.parametrize("name", ["http.request.headers", "http.request.sensitive.headers"])
def test_a_header_that_cannot_be_sent_is_refused(name: str, header: str) -> None:
    """B151."""
    assert mistakes({name: header}) == [name]


@pytest.mark.parametrize(
    ("name", "separator"),
    [
        ("http.request.headers.separator", ""),
        ("http.request.headers.separator", " "),
        ("http.request.headers.separator", ":"),
        ("http.request.parameters.separator", ""),
        ("http.request.parameters.separator", "="),
    ],
)
def test_a_separator_separates(name: str, separator: str) -> None:
    """B152."""
    assert mistakes({name: separator, "http.request.headers": "A:1", "http.request.sensitive.headers": "B:1"}) == [name]


@pytest.mark.parametrize("host", ["example.com", "10.0.0.1", "127.example.com"])
def test_credentials_over_an_open_line_are_a_warning(host: str) -> None:
    """B153."""
    assert warnings({**BASIC, "url": f"http://{host}/"}) == ["url"]
    assert warnings({"http.request.sensitive.headers": "X-Key:x", "url": f"HTTP://{host}/"}) == ["url"]
    assert warnings({"url": f"http://{host}/"}) == []


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:80", "api.localhost"])
def test_credentials_stay_on_this_machine_without_a_warning(host: str) -> None:
    assert warnings({**BASIC, "url": f"http://{host}/"}) == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/api",
        "file:///etc/passwd",
        "ftp://example.com/",
        "https://user:password@example.com/",
        "https://user@example.com/",
        "https:///path",
        "https://",
        "https://example.com/#part",
        "https://example.com/a b",
        "https://example.com/a\nb",
        "https://example.com\\@evil.com/",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://example.com:x/",
        "https://[::1/",
    ],
)
def test_a_url_is_an_address_without_credentials(url: str) -> None:
    """B154."""
    assert mistakes({"url": url}) == ["url"]
    assert "password@" not in repr(findings({"url": url}))


def test_a_url_may_be_the_offset_alone() -> None:
    """A next-page URL becomes the whole address; the initial offset is the first one."""
    changes: dict[str, object] = {**CURSOR, "url": "${offset}", "http.request.parameters": None}
    assert findings({**changes, "http.initial.offset": "https://example.com/api"}) == ()
    assert mistakes({**changes, "http.initial.offset": "/api"}) == ["http.initial.offset"]
    assert mistakes({**changes, "http.initial.offset": None}) == ["http.initial.offset"]


@pytest.mark.parametrize(
    "url", ["https://${entityName}.example.com/", "https://example.com${offset}", "https://example.com:8080/${entityName}/${offset}?a=b"]
)
def test_a_url_may_have_template_variables_anywhere(url: str) -> None:
    assert mistakes({"url": url, "entity.names": "a"}) == []


@pytest.mark.parametrize("names", ["a,b,a", "a,,b", "a,", "a\x07b", "a...b", ["a\nb"], ["a\x85"]])
def test_entities_are_named_once_and_can_be_partitions(names: object) -> None:
    assert mistakes({"entity.names": names, "topic.name.pattern": "t"}, ENTITIES) == ["entity.names"]


@pytest.mark.parametrize("name", [*(f"a{chr(code)}b" for code in range(0x21)), "a...b", "..", "a|b", "[a]", "a/b", "ä", "a,b", "a:b"])
def test_dagster_takes_every_entity_name_that_is_accepted(name: str) -> None:
    """The rule is copied, since configuration does not know Dagster; here the copy is held against the original."""
    if mistakes({"entity.names": [name], "topic.name.pattern": "t"}, ENTITIES) == []:
        entity = load({"entity.names": [name], "topic.name.pattern": "t"}, ENTITIES).config.request.entities[0]
        assert dg.StaticPartitionsDefinition([entity]).get_partition_keys() == [entity]


@pytest.mark.parametrize("topic", ["a b", "a/b", "ä", ".", "..", "a" * 250, "", "__consumer_offsets", "__transaction_state",
                                   "__share_group_state", "__cluster_metadata"])
def test_b102_a_topic_is_one_kafka_takes(topic: str) -> None:
    assert mistakes({"topic.name.pattern": topic}) == ["topic.name.pattern"]


def test_every_entitys_topic_is_one_kafka_takes() -> None:
    (finding,) = findings({"entity.names": "a,b c"}, ENTITIES)
    assert "http-b c" in finding.message


def test_b103_topics_that_kafka_confuses_are_a_warning() -> None:
    assert warnings({"entity.names": "a.b,a_b,c"}, ENTITIES) == ["topic.name.pattern"]


def test_entities_may_share_a_topic() -> None:
    assert findings({"entity.names": "a,b", "topic.name.pattern": "t"}, ENTITIES) == ()


@pytest.mark.parametrize(
    ("name", "changes"), [("http.response.empty.status.codes", {}), ("oauth2.renew.on.status.codes", OAUTH)]
)
@pytest.mark.parametrize("codes", ["200", "404,204", "100-", "299-404", "250-260"])
def test_b200_a_success_is_never_empty_and_refuses_no_token(name: str, changes: dict[str, object], codes: str) -> None:
    assert mistakes({**changes, name: codes}) == [name]
    assert mistakes({**changes, name: "199,300-"}) == []


@pytest.mark.parametrize("host", ["https://cdn.example.com", "cdn.example.com/path", "me@cdn.example.com", "a b"])
def test_an_allowed_host_is_a_host_with_or_without_a_port(host: str) -> None:
    accepted = {**CURSOR, "http.next.page.allowed.hosts": "cdn.example.com, [::1]:8443, localhost:80"}

    assert findings(accepted) == ()
    assert mistakes({**CURSOR, "http.next.page.allowed.hosts": host}) == ["http.next.page.allowed.hosts"]


def test_b203_a_parameter_without_an_equals_sign_is_a_warning_that_does_not_show_it() -> None:
    (warning,) = load({"http.request.parameters": "start=${offset}&s3cret&&limit="}).warnings
    assert warning.message == "Parameter 2 has no =, so it is sent with an empty value; write name=value, or name= where that is meant."
    assert warnings({"http.request.parameters": "start=${offset}|s3cret", "http.request.parameters.separator": "|"}) == [
        "http.request.parameters"
    ]


def test_b203_a_parameter_of_the_token_request_has_an_equals_sign_too() -> None:
    oauth: dict[str, object] = {
        "auth.type": "oauth2", "oauth2.token.url": "https://id.example.com/t", "oauth2.client.id": "i", "oauth2.client.secret": "s",
    }
    (warning,) = load({**oauth, "oauth2.token.parameters": "audience=a&s3cret"}).warnings
    assert warning.property == "oauth2.token.parameters"
    assert "s3cret" not in warning.message


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"http.requests.per.second": 0.05}, "the interval will be 20 s. Raise it, or set request.interval.ms to at least 20000."),
        ({"http.requests.per.second": "0.5", "entity.names": [f"e{number}" for number in range(12)], "url": "https://a.example/${entityName}"},
         "12 entities, each polled every 15000 ms, need 0.8 requests a second, and it allows 0.5: the interval will be 24 s."),
        ({"http.requests.per.second": "0.001"}, "it allows 0.001: the interval will be 1000 s. Raise it,"),
    ],
)
def test_b234_a_budget_that_stretches_the_interval_says_to_what(changes: dict[str, object], sentence: str) -> None:
    (finding,) = findings(changes)
    assert (finding.property, finding.warning) == ("http.requests.per.second", True)
    assert sentence in finding.message


def test_a_budget_that_suffices_is_no_matter() -> None:
    assert findings({"http.requests.per.second": 1, "request.interval.ms": 1_000}) == ()
