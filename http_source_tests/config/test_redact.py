"""What is taken out of foreign text before it is shown."""

import base64
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from http_source.assembly.loading import load_config
from http_source.assembly.redaction import redactor
from http_source.config.types import Secret
from http_source.foreign.redactor import Redactor
from http_source_tests.certificates import stored

CONNECTOR = {
    "name": "shop",
    "url": "https://api.example.com/items",
    "http.request.parameters": "start=${offset}&key=query-canary",
    "http.request.headers": "X-API-Key: plain-canary",
    "http.request.sensitive.headers": "X-Token: Token sensitive-canary",
    "http.initial.offset": "0",
    "topic.name.pattern": "shop",
    "output.data.format": "JSON",
    "auth.type": "basic",
    "connection.user": "me",
    "connection.password": 'pass "canary" ü',
}


@pytest.mark.parametrize(
    "echo",
    [
        'pass "canary" ü',
        r"pass \"canary\" ü",
        r"pass \"canary\" \u00fc",
        quote('pass "canary" ü'),
        base64.b64encode('pass "canary" ü'.encode()).decode(),
        base64.b64encode('me:pass "canary" ü'.encode()).decode(),
        "query-canary",
        "plain-canary",
        "sensitive-canary",
    ],
)
def test_b38_a_secret_that_the_server_echoes_is_hidden_in_every_form(echo: str) -> None:
    redact = redactor(load_config(CONNECTOR).config)

    assert redact(f"bad key: {echo}!") == "bad key: [hidden]!"


def test_a_key_in_the_body_is_hidden_however_it_is_written() -> None:
    body = '{"api_key": "quo\\"ted", "size": 10}'
    config = load_config({**CONNECTOR, "http.request.method": "POST", "http.request.parameters": None, "http.request.body": body,
                          "url": "https://api.example.com/items/${offset}"}).config

    assert redactor(config)('key quo"ted, or quo\\"ted') == "key [hidden], or [hidden]"


def test_text_without_a_secret_stays_as_it_is() -> None:
    redact = redactor(load_config(CONNECTOR).config)

    assert redact("<!doctype html>") == "<!doctype html>"


def test_a_connector_without_secrets_hides_nothing() -> None:
    plain = {name: CONNECTOR[name] for name in ("name", "url", "topic.name.pattern", "output.data.format")}

    assert redactor(load_config(plain).config)("anything") == "anything"


PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\nDSIIIXSqG9ZmN2bW3kpA\n-----END PRIVATE KEY-----"
OAUTH = {
    "auth.type": "oauth2",
    "oauth2.token.url": "https://id.example.com/token",
    "oauth2.client.id": "shöp",
    "oauth2.client.secret": "client canary",
    "oauth2.client.headers": "X-Key: Key token-header-canary",
    "oauth2.token.parameters": "assertion=assertion-canary&a=b",
}
PROXY = {"http.proxy.host": "proxy", "http.proxy.port": 1, "http.proxy.user": "me", "http.proxy.password": "proxy-canary"}
KEY = {"auth.type": "api_key", "api.key.value": "key/canary", "http.request.headers": None}


@pytest.mark.parametrize(
    ("changes", "echo"),
    [
        (OAUTH, "client canary"),
        (OAUTH, "client+canary"),
        (OAUTH, base64.b64encode("shöp:client canary".encode()).decode()),
        (OAUTH, base64.b64encode(b"sh%C3%B6p:client+canary").decode()),
        (OAUTH, "token-header-canary"),
        (OAUTH, "assertion-canary"),
        (KEY, "key/canary"),
        (KEY, "key%2Fcanary"),
        (PROXY, "proxy-canary"),
        (PROXY, base64.b64encode(b"me:proxy-canary").decode()),
    ],
)
def test_b38_every_kind_of_credential_is_hidden(changes: dict[str, object], echo: str) -> None:
    others = {"connection.user": None, "connection.password": None, "auth.type": "none"}
    redact = redactor(load_config({**CONNECTOR, **others, **changes}).config)

    assert redact(f"bad: {echo}!") == "bad: [hidden]!"


def test_the_passwords_and_the_key_of_tls_are_hidden_the_key_line_by_line() -> None:
    config = load_config(CONNECTOR).config
    tls = replace(
        config.tls,
        keystore_password=Secret("store-canary"),
        key_password=Secret("key-canary"),
        truststore_password=Secret("trust-canary"),
        keystore_key=Secret(PEM),
        keystore_chain=Secret(PEM.replace("MII", "XYZ")),
    )
    redact = redactor(replace(config, tls=tls))

    assert redact("store-canary, key-canary, trust-canary") == "[hidden], [hidden], [hidden]"
    assert redact("MIIEvQIBADANBgkqhkiG\r\n XYZEvQIBADANBgkqhkiG\\n") == "[hidden]\r\n [hidden]\\n"


def test_what_is_learned_is_hidden_from_then_on_in_every_form() -> None:
    redact = Redactor()
    redact.learn('to"ken')
    redact.learn("other")

    assert redact('to"ken to\\"ken to%22ken other') == "[hidden] [hidden] [hidden] [hidden]"


def test_of_very_many_learned_secrets_the_newest_are_hidden() -> None:
    redact = Redactor()
    for number in range(100):
        redact.learn(f"token-{number:03}")

    assert redact("token-000 token-090 token-099") == "token-000 [hidden] [hidden]"


@pytest.mark.parametrize(
    "echo",
    [r"ab\/cd+ef&gh<ij", r"ab/cd\u002Bef\u0026gh\u003Cij", "ab/cd+ef&amp;gh&lt;ij", "ab%2fcd%2bef%26gh%3cij", "ab/cd%2Bef%26gh%3Cij"],
    ids=["PHP", "NET", "HTML", "lower case", "path"],
)
def test_b38_a_secret_is_hidden_as_servers_escape_it(echo: str) -> None:
    redact = Redactor()
    redact.learn("ab/cd+ef&gh<ij")
    assert redact(f"no such key: {echo}!") == "no such key: [hidden]!"


def test_a_store_that_a_config_provider_gives_is_repeated_by_nobody(tmp_path: Path) -> None:
    """Its pieces would take a second to make, and a hundred megabytes."""
    (tmp_path / "stores").write_text(f"keys={stored('client.p12')}\npassword=pass-canary")
    given = {"https.ssl.keystorefile": f"${{file:{tmp_path}/stores:keys}}", "https.ssl.keystore.password": "storepw",
             "auth.type": "bearer", "bearer.token": f"${{file:{tmp_path}/stores:password}}"}
    without = {name: value for name, value in CONNECTOR.items() if not name.startswith(("auth.", "connection."))}
    redact = redactor(load_config({**without, **given}, environment={"HTTP_SOURCE_CONFIG_ALLOWED_PATHS": str(tmp_path)}).config)
    assert redact(stored("client.p12")) == stored("client.p12")
    assert redact("pass-canary") == "[hidden]"
