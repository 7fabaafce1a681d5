"""The gate: credentials stay at the configured origin (A11, B21, B22, B61)."""

import re

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter
from urllib3.util import parse_url

from http_source.config.properties import RequestOptions
from http_source.config.variables import ENTITY
from http_source.errors import PageRefused
from http_source.polling.origin import DEFAULT_PORTS, Gate, Origin, origin_of
from http_source.polling.template import url_template
from http_source_tests.polling.samples import builder, options

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
    "https://api.exam\u00adple.com/",
    "https://api\u3002example.com/",
    "https://api.example.co\u217f/",
    "https://xn--pi-7ba.example.com/",
    "https://api.example.com:\uff14\uff14\uff13/",
    "https://api.example.com:443:443/",
    "https://api.example.com,evil.test/",
    "https://api.example.com;evil.test/",
    "https://api.example.com&evil.test/",
    "https://api.example.com[.evil.test/",
    "https://[api.example.com]/",
    "https://api_example.com/",
    "https://api.example.com:0443x/",
    "https:\\\\evil.test/",
    "https:/\\evil.test/",
    "https:////evil.test/",
    "h\tttps://api.example.com/",
    "https://api.example\u2028.com/",
    "view-source:https://api.example.com/",
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


@pytest.mark.parametrize("home", ["http://api.example.com/", "https://api.example.com/"])
@pytest.mark.parametrize("host", ["other.test", "other.test:9900", "api.example.com:9900", "[::1]:9900"])
def test_what_the_message_says_to_set_lets_the_url_pass(home: str, host: str) -> None:
    url = f"{home.partition(':')[0]}://{host}/next"
    with pytest.raises(PageRefused) as refused:
        Gate(home).refuse_foreign(url)
    (value,) = re.findall(r"set `http\.next\.page\.allowed\.hosts` to (\S+)\.$", str(refused.value))
    Gate(home, [value]).refuse_foreign(url)


def test_no_property_is_named_where_a_link_gives_up_https() -> None:
    with pytest.raises(PageRefused, match="never continue in clear text") as refused:
        Gate("https://api.example.com/").refuse_foreign("http://other.test/next")
    assert "allowed.hosts" not in str(refused.value)


@pytest.mark.parametrize("token", [".evil.test/x", "@evil.test/x", ":80@evil.test/", "//evil.test", "\\@evil.test/", "%2eevil.test", "0"])
def test_b61_a_token_glued_to_the_host_does_not_lead_elsewhere(token: str) -> None:
    url = url_template("https://api.example.com${offset}", {ENTITY: "e"}).render(token)
    try:
        Gate(HOME).refuse_foreign(url)
    except PageRefused:
        return
    assert parse_url(url).host == "api.example.com"


def connected_to(url: str) -> Origin:
    """Where the client that sends a URL connects to."""
    prepared = requests.Request("GET", "http://blank.invalid/").prepare()
    prepared.url = url
    to, _ = HTTPAdapter().build_connection_pool_key_attributes(prepared, verify=True)
    return Origin(to["scheme"], to["host"] or "", to["port"] or DEFAULT_PORTS[to["scheme"]])


def told_alike(url: str, home: Origin) -> bool:
    """Whether a URL that the gate of `home` lets through, if it does, is sent there."""
    try:
        Gate(f"{home}/").refuse_foreign(url)
    except PageRefused:
        return True
    return connected_to(url)._replace(host=connected_to(url).host.strip("[]")) == home._replace(host=home.host.strip("[]"))


@given(st.text() | st.text("apiexmlc.:/@[]\\%#?0123456789\t\r\n \u00df\u212a\uff41"))
def test_whatever_passes_is_sent_to_the_configured_origin(token: str) -> None:
    for text in ("https://api.example.com${offset}", "${offset}", "https://${offset}/", "https://api.${offset}example.com"):
        url = url_template(text, {ENTITY: "e"}).render(token.encode("utf-8", "ignore").decode())
        assert told_alike(url, Origin("https", "api.example.com", 443))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "2130706433", "017700000001", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "localhost."),
        *("[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    ],
)
def test_b61_an_address_in_another_spelling_is_another_origin(host: str) -> None:
    for home in ("127.0.0.1", "[::1]", "localhost"):
        url = f"http://{host}:8080/"
        assert told_alike(url, Origin("http", home, 8080))
        if host != home:
            with pytest.raises(PageRefused, match="leads from"):
                Gate(f"http://{home}:8080/").refuse_foreign(url)


@pytest.mark.parametrize("url", ["https://fa\u00df.example/", "https://FA\u00df.example:443/a", "https://xn--fa-hia.example/b"])
def test_b61_an_international_host_is_judged_and_sent_by_the_same_rules(url: str) -> None:
    """By the older rules of resolvers the host would be `fass.example`."""
    request = builder(options(RequestOptions, url="${offset}"), "e", initial="https://fa\u00df.example/").build(url)
    Gate("https://fa\u00df.example/").refuse_foreign(request.url)
    assert connected_to(request.url) == ("https", "xn--fa-hia.example", 443)


@pytest.mark.parametrize("url", ["https://fass.example/", "https://fa\u00df.example:8443/", "https://\u2460.example/"])
def test_b61_what_only_looks_like_the_international_host_is_refused(url: str) -> None:
    with pytest.raises(PageRefused):
        Gate("https://fa\u00df.example/", ["b\u00fccher.example"]).refuse_foreign(
            builder(options(RequestOptions, url="${offset}"), "e", initial="https://fa\u00df.example/").build(url).url
        )


@pytest.mark.parametrize(
    ("home", "allowed", "url", "passes"),
    [
        (HOME, "cdn.test", "https://cdn.test/", True),
        (HOME, "cdn.test", "https://cdn.test:8443/", False),
        (HOME, "CDN.test:8443", "https://cdn.test:8443/", True),
        (HOME, "cdn.test", "http://cdn.test/", False),
        (HOME, "b\u00fccher.test", "https://xn--bcher-kva.test/", True),
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
