"""The gate: credentials stay at the configured origin (A11, B21, B22, B61)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from http_source.errors import PageRefused
from http_source.polling.origin import Gate, Origin, origin_of
from http_source.polling.template import url_template

HOME = "https://api.example.com/v1/items?page=1"

DISGUISES = [
    "http://api.example.com/v1",
    "https://api.example.com:8443/v1",
    "https://api.example.com.evil.test/v1",
    "https://evil.test/https://api.example.com/",
    "https://api.example.com@evil.test/",
    "https://api.example.com:443@evil.test/",
    "https://user:word@api.example.com/",
    "https://@api.example.com/",
    "https://evil.test\\@api.example.com/",
    "https://api.example.com\\.evil.test/",
    "https://api.example.com%2eevil.test/",
    "https://api%2eexample.com/",
    "https://evil.test#@api.example.com/",
    "https://evil.test?@api.example.com/",
    "https://api.example.com./",
    "https://\uff41pi.example.com/",
    "https://api.examp\u0142e.com/",
    "//evil.test/v1",
    "///evil.test/v1",
    "https:///evil.test",
    "https:/evil.test",
    "https:evil.test",
    "ftp://api.example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://api.example.com:99999/",
    "https://api.example.com:port/",
    "https://[::1/",
    "https://169.254.169.254/latest/meta-data",
    "https://api.example.com/a b",
    "https://api.example.com/a\r\nHost: evil.test",
    "https://api.example.com\t.evil.test/",
    " https://api.example.com/",
    "https://",
    "",
]


@pytest.mark.parametrize("url", DISGUISES)
def test_b61_a_disguised_or_foreign_url_is_refused(url: str) -> None:
    with pytest.raises(PageRefused) as refused:
        Gate(HOME).refuse_foreign(url)
    assert not refused.value.retriable
    assert "word" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://api.example.com/v2", "HTTPS://API.Example.COM:443/x?y#z", "https://api.example.com:/", "https://api.example.com"]
)
def test_the_same_origin_in_another_spelling_passes(url: str) -> None:
    Gate(HOME).refuse_foreign(url)


def test_b21_the_message_names_both_origins_and_the_property() -> None:
    with pytest.raises(PageRefused, match=r"https://api\.example\.com:443 to https://evil\.test:443.*`http\.next\.page\.allowed\.hosts`"):
        Gate(HOME).refuse_foreign("https://evil.test/?key=abc")


@pytest.mark.parametrize("token", [".evil.test/x", "@evil.test/x", ":80@evil.test/", "//evil.test", "\\@evil.test/", "%2eevil.test", "0"])
def test_b61_a_token_glued_to_the_host_does_not_lead_elsewhere(token: str) -> None:
    url = url_template("https://api.example.com${offset}", "e").render(token)
    try:
        Gate(HOME).refuse_foreign(url)
    except PageRefused:
        return
    assert parse_url(url).host == "api.example.com"


@given(st.text())
def test_whatever_passes_is_sent_to_the_configured_origin(token: str) -> None:
    for text in ("https://api.example.com${offset}", "${offset}", "https://${offset}/"):
        url = url_template(text, "e").render(token.encode("utf-8", "ignore").decode())
        try:
            Gate(HOME).refuse_foreign(url)
        except PageRefused:
            continue
        sent = parse_url(url)
        assert (sent.scheme, sent.auth, sent.host, sent.port or 443) == ("https", None, "api.example.com", 443)


@pytest.mark.parametrize(
    ("home", "allowed", "url", "passes"),
    [
        (HOME, "cdn.test", "https://cdn.test/", True),
        (HOME, "cdn.test", "https://cdn.test:8443/", False),
        (HOME, "CDN.test:8443", "https://cdn.test:8443/", True),
        (HOME, "cdn.test", "http://cdn.test/", False),
        (HOME, "[::1]:8443", "https://[::1]:8443/", True),
        ("http://api.test/", "cdn.test", "http://cdn.test/", True),
        ("http://api.test/", "cdn.test", "https://cdn.test/", True),
    ],
)
def test_b22_an_allowed_host_passes_at_its_port_and_never_gives_up_https(home: str, allowed: str, url: str, passes: bool) -> None:  # noqa: FBT001
    gate = Gate(home, [allowed])
    if passes:
        gate.refuse_foreign(url)
    else:
        with pytest.raises(PageRefused):
            gate.refuse_foreign(url)


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin_of("HTTP://Api.Example.com/x") == Origin("http", "api.example.com", 80) == ("http", "api.example.com", 80)
