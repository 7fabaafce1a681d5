"""Rules about the proxy and about addresses: whole, and possible to hold."""

import pytest

from http_source_tests.config.samples import findings, mistakes, warnings

PROXY: dict[str, object] = {"http.proxy.host": "proxy.test", "http.proxy.port": 3128}


@pytest.mark.parametrize("host", ["proxy", "proxy.example.com", "10.0.0.1", "::1", "[fd00::1]", "my_proxy-2"])
def test_a_proxy_is_a_host_and_a_port(host: str) -> None:
    assert mistakes({**PROXY, "http.proxy.host": host}) == []


@pytest.mark.parametrize(
    "host",
    [
        "http://proxy", "proxy:3128", "proxy/path", "user@proxy", "user:s3cret@proxy", "a b", "proxy\n.test", "[::1", "[::1]:80", "ho%20st",
        ":::", "1:2:3", "[1:2]",
    ],
)
def test_anything_else_in_the_proxy_s_host_is_refused_and_not_shown(host: str) -> None:
    found = findings({**PROXY, "http.proxy.host": host})
    assert [(each.property, each.warning) for each in found] == [("http.proxy.host", False)]
    assert "without scheme, user, port and path" in found[0].message
    assert "s3cret" not in found[0].message


def test_a_proxy_needs_its_port() -> None:
    assert mistakes({"http.proxy.host": "proxy.test"}) == ["http.proxy.port"]


def test_a_user_of_the_proxy_needs_a_password_and_the_other_way_round() -> None:
    assert mistakes({**PROXY, "http.proxy.user": "me"}) == ["http.proxy.password"]
    assert mistakes({**PROXY, "http.proxy.password": "s3cret"}) == ["http.proxy.user"]
    assert mistakes({**PROXY, "http.proxy.user": "me", "http.proxy.password": "s3cret"}) == []


@pytest.mark.parametrize(
    ("user", "password", "wrong"),
    [("me:you", "x", "http.proxy.user"), ("me\tyou", "x", "http.proxy.user"), ("me", "s3\x00cret", "http.proxy.password")],
)
def test_credentials_of_the_proxy_that_basic_cannot_carry_are_refused(user: str, password: str, wrong: str) -> None:
    assert mistakes({**PROXY, "http.proxy.user": user, "http.proxy.password": password}) == [wrong]


@pytest.mark.parametrize(
    ("name", "value"), [("http.proxy.port", 3128), ("http.proxy.user", "me"), ("http.proxy.password", "s3cret")]
)
def test_what_is_for_a_proxy_without_a_proxy_is_a_warning(name: str, value: object) -> None:
    assert warnings({name: value}) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("connection.disallow.local.ips", True),
        ("connection.disallow.private.ips", True),
        ("connection.disallow.class.e.ips", True),
        ("connection.disallow.cidr.ranges", "10.0.0.0/8"),
    ],
)
def test_addresses_cannot_be_refused_behind_a_proxy(name: str, value: object) -> None:
    assert mistakes({**PROXY, name: value}) == [name]
    assert mistakes({name: value}) == []
    assert warnings({name: value}) == []


def test_allowing_addresses_that_nothing_refuses_is_a_warning() -> None:
    assert warnings({"connection.allow.cidr.ranges": "10.0.0.0/8"}) == ["connection.allow.cidr.ranges"]
    assert warnings({"connection.allow.cidr.ranges": "10.0.0.0/8", "connection.disallow.private.ips": "true"}) == []
