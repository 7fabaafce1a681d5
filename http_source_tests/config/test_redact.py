"""What is taken out of foreign text before it is shown."""

import base64
from urllib.parse import quote

import pytest

from http_source.config.load import load_config
from http_source.config.redact import redactor

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
