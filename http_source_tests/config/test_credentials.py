"""Rules about credentials: complete, given once, never in a plain property, never in the clear without a warning."""

import pytest

from http_source.config.types import Secret
from http_source_tests.config.samples import VALID, findings, load, mistakes, warnings

BASIC: dict[str, object] = {"auth.type": "basic", "connection.user": "me", "connection.password": "secret"}
BEARER: dict[str, object] = {"auth.type": "bearer", "bearer.token": "token"}
OAUTH: dict[str, object] = {
    "auth.type": "oauth2", "oauth2.token.url": "https://id.example.com/token?tenant=a",
    "oauth2.client.id": "shop", "oauth2.client.secret": "s:+/% ü", "oauth2.client.scope": "read write:all",
}
BY_FORM: dict[str, object] = {**OAUTH, "oauth2.client.mode": "url"}
KEY: dict[str, object] = {"auth.type": "api_key", "api.key.value": "s3cret"}
IN_QUERY: dict[str, object] = {**KEY, "api.key.location": "query", "api.key.name": "api key"}
PLAIN, SENSITIVE = "http.request.headers", "http.request.sensitive.headers"


@pytest.mark.parametrize(
    "changes",
    [
        OAUTH, BY_FORM, KEY, IN_QUERY,
        {**OAUTH, "oauth2.client.scope": ""},
        {**OAUTH, "oauth2.client.secret": ""},
        {**OAUTH, "oauth2.client.headers": "X-A: b|Accept: */*", "oauth2.token.parameters": "audience=https://a/?b=c&resource=d&resource=e"},
        {**OAUTH, "oauth2.client.headers": "X-A: b|c;X-D: e", "oauth2.client.header.separator": ";"},
        {**BY_FORM, "oauth2.client.id": "a:b", "oauth2.client.headers": "Authorization: Basic x"},
        {**OAUTH, "oauth2.token.url": "http://localhost:8080/token"},
        {**KEY, "api.key.name": "Authorization"},
        {**KEY, SENSITIVE: "Authorization: Basic x"},
        {**IN_QUERY, "api.key.value": "schlüssel", "http.request.headers": "API-Key: public"},
    ],
)
def test_these_are_valid(changes: dict[str, object]) -> None:
    assert findings(changes) == ()


def test_a_header_that_the_type_sends_has_no_other_place_to_move_to() -> None:
    (finding,) = findings({**BASIC, "http.request.headers": "Authorization: Bearer x"})
    assert "auth.type=basic sends its own; remove one" in finding.message


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        (OAUTH, "oauth2.token.url"), (OAUTH, "oauth2.client.id"), (OAUTH, "oauth2.client.secret"), (KEY, "api.key.value"),
        (BASIC, "connection.user"), (BASIC, "connection.password"), (BEARER, "bearer.token"),
    ],
)
def test_b147_a_missing_dependent_names_both_properties(changes: dict[str, object], name: str) -> None:
    (finding,) = findings({**changes, name: None})
    assert finding.property == name
    assert finding.message == f"It must be set, since auth.type={changes['auth.type']} needs it."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("connection.user", "me"), ("connection.password", "p"), ("bearer.token", "t"),
        ("oauth2.token.url", "x"), ("oauth2.client.id", "i"), ("oauth2.client.secret", "s"), ("oauth2.token.property", "id_token"),
        ("oauth2.client.scope", "read"), ("oauth2.client.mode", "url"), ("oauth2.token.parameters", "a=b"),
        ("oauth2.renew.on.status.codes", "403"),
        ("oauth2.client.headers", "A: b"), ("oauth2.client.header.separator", ";"),
        ("api.key.location", "QUERY"), ("api.key.name", "key"), ("api.key.value", "k"),
    ],
)
def test_b148_what_is_for_another_type_is_a_warning(name: str, value: str) -> None:
    assert warnings({name: value}) == [name]
    (finding,) = load({name: value}).warnings
    assert finding.message.startswith("It is not used, since auth.type is none; set auth.type=")


def test_a_default_that_is_written_out_is_no_warning() -> None:
    assert warnings({**BASIC, "oauth2.client.scope": "any", "oauth2.client.mode": "HEADER", "api.key.name": "X-API-KEY"}) == []


@pytest.mark.parametrize(
    "url", ["", "id.example.com/token", "ftp://id.example.com/", "https://", "https://a:b@id.example.com/", "https://id.example.com/#a",
            "https://id.example.com/a b", "https://id.example.com:0/", "https://[::1/", "https://a\x00b/"]
)
def test_b154_a_token_url_is_an_address_without_credentials(url: str) -> None:
    assert mistakes({**OAUTH, "oauth2.token.url": url}) == ["oauth2.token.url"]
    assert "connection.user" not in repr(findings({**OAUTH, "oauth2.token.url": url}))


def test_b153_a_token_url_over_http_is_a_warning() -> None:
    assert warnings({**OAUTH, "oauth2.token.url": "http://id.example.com/token"}) == ["oauth2.token.url"]


@pytest.mark.parametrize("changes", [OAUTH, KEY, IN_QUERY])
def test_b153_credentials_over_http_are_a_warning(changes: dict[str, object]) -> None:
    assert warnings({**changes, "url": "http://example.com/"}) == ["url"]


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        (OAUTH, "oauth2.client.id", ""), (OAUTH, "oauth2.client.id", "a\x01b"), (OAUTH, "oauth2.client.id", "a:b"),
        (OAUTH, "oauth2.client.secret", "a\nb"), (BY_FORM, "oauth2.client.secret", "a\x7fb"),
        (OAUTH, "oauth2.token.property", ""),
        (OAUTH, "oauth2.client.scope", "a  b"), (OAUTH, "oauth2.client.scope", 'a"b'), (OAUTH, "oauth2.client.scope", "a\\b"),
        (OAUTH, "oauth2.client.scope", "ä"), (OAUTH, "oauth2.client.scope", "a\tb"),
        (OAUTH, "oauth2.client.headers", "s3cret"), (OAUTH, "oauth2.client.headers", "A: \u20ac"),
        (OAUTH, "oauth2.client.headers", "Host: a"), (OAUTH, "oauth2.client.headers", "authorization: Basic x"),
        (OAUTH, "oauth2.client.header.separator", ":"), (OAUTH, "oauth2.client.header.separator", ""),
        (OAUTH, "oauth2.token.parameters", "=b"),
        (OAUTH, "oauth2.token.parameters", "scope=a"), (OAUTH, "oauth2.token.parameters", "grant_type=password"),
        (OAUTH, "oauth2.token.parameters", "client_id=a"), (BY_FORM, "oauth2.token.parameters", "client_secret=a"),
        (KEY, "api.key.name", ""), (KEY, "api.key.name", "a b"), (KEY, "api.key.name", "a:b"), (KEY, "api.key.name", "Host"),
        (KEY, "api.key.name", "content-length"), (KEY, "api.key.name", "Accept"),
        (IN_QUERY, "api.key.name", ""), (IN_QUERY, "api.key.name", "a\x01b"),
        (KEY, "api.key.value", ""), (KEY, "api.key.value", "ü"), (KEY, "api.key.value", "a\r\nb"), (IN_QUERY, "api.key.value", "a\nb"),
        (BASIC, "connection.user", "a:b"), (BASIC, "connection.password", "a\x01b"), (BEARER, "bearer.token", "a b"),
    ],
)
def test_what_cannot_be_sent_is_a_mistake_that_does_not_show_it(changes: dict[str, object], name: str, value: str) -> None:
    found = findings({**changes, name: value})
    assert [finding.property for finding in found] == [name]
    if name.endswith(("secret", "value", "headers", "password")) and value:
        assert value not in found[0].message


def test_a_colon_in_the_clients_name_says_what_to_do() -> None:
    """It would end the name in the header, as RFC 7617 §2 has it."""
    (finding,) = findings({**OAUTH, "oauth2.client.id": "a:b"})
    assert "set oauth2.client.mode=url" in finding.message


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({**OAUTH, SENSITIVE: "Authorization: x"}, SENSITIVE),
        ({**KEY, SENSITIVE: "x-api-key: x"}, SENSITIVE),
        ({**KEY, PLAIN: "X-Api-Key: x"}, PLAIN),
        ({**IN_QUERY, "url": "https://example.com/?a=1&api%20key=x"}, "url"),
        ({**IN_QUERY, "http.request.parameters": "start=${offset}&api key=x"}, "http.request.parameters"),
        ({**BASIC, "sensitive.headers.validation.enabled": False, PLAIN: "Authorization: x"}, PLAIN),
    ],
)
def test_b148_what_the_authentication_sends_is_not_there_a_second_time(changes: dict[str, object], name: str) -> None:
    assert mistakes(changes) == [name]


@pytest.mark.parametrize("header", ["Authorization", "AUTHORIZATION"])
def test_an_authorization_header_is_refused_where_all_can_read_it(header: str) -> None:
    (finding,) = findings({PLAIN: f"{header}: Basic s3cret"})
    assert (finding.property, finding.warning) == (PLAIN, False)
    assert SENSITIVE in finding.message
    assert "s3cret" not in finding.message


def test_the_names_of_sensitive_headers_are_configurable() -> None:
    listed: dict[str, object] = {"sensitive.headers.list": "X-Api-Key, x-token"}
    assert mistakes({**listed, PLAIN: "x-api-key: a|X-Token: b|X-Other: c"}) == [PLAIN, PLAIN]
    assert mistakes({**listed, PLAIN: "Authorization: Basic x"}) == []
    assert mistakes({**listed, SENSITIVE: "x-api-key: a"}) == []


def test_sensitive_headers_are_allowed_in_the_open_with_a_warning() -> None:
    allowed = {"sensitive.headers.validation.enabled": False}
    assert warnings({**allowed, PLAIN: "Authorization: Basic x"}) == [PLAIN]
    assert warnings({**allowed, PLAIN: "X-Other: x"}) == []


def test_every_mistake_is_told_at_once() -> None:
    wrong = {"oauth2.token.url": "x", "oauth2.client.id": "", "oauth2.client.scope": "ä", "oauth2.client.headers": "x"}
    assert mistakes({**OAUTH, **wrong}) == ["oauth2.token.url", "oauth2.client.id", "oauth2.client.scope", "oauth2.client.headers"]


def test_a_faulty_type_of_authentication_hides_no_other_mistake() -> None:
    assert mistakes({**OAUTH, "auth.type": "oauth", "url": "x"}) == ["url", "auth.type"]


def test_the_other_name_of_the_clients_mode_is_taken() -> None:
    """HTTP Source V2 calls it so."""
    assert load({**OAUTH, "oauth2.client.auth.mode": "url"}).config.auth.client_mode == "url"
    assert load(OAUTH, VALID).config.auth.client_secret == Secret("s:+/% ü")
