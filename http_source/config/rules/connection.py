"""Rules about the way to the API: a proxy that is whole, and bounds on addresses that can be held."""

import re
from collections.abc import Iterator
from ipaddress import IPv6Address

from http_source.config.findings import doubt, invalid, invalid_in_part
from http_source.config.partly_shown import shown_url
from http_source.config.properties import AddressOptions, ConnectorConfig, ProxyOptions
from http_source.config.rules.rule import Rule
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN

_HOST = re.compile(r"[A-Za-z0-9._-]{1,255}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_connection(config: ConnectorConfig) -> Iterator[Finding]:
    """The proxy has all it needs, and addresses are refused only where the connector itself connects to them."""
    if config.proxy.host:
        yield from _proxy_is_an_address(config.proxy)
        yield from _proxy_credentials_are_whole(config.proxy)
        yield from _addresses_are_ours_to_judge(config.addresses)
    else:
        yield from _nothing_is_for_no_proxy(config.proxy)
    if config.addresses.allowed and not any(_refusing(config.addresses)):
        yield doubt("connection.allow.cidr.ranges", "It allows what nothing refuses; set a `connection.disallow` property, or remove it.")


def _proxy_is_an_address(proxy: ProxyOptions) -> Iterator[Finding]:
    host = proxy.host or ""
    if not (_HOST.fullmatch(host) or _is_ipv6(host)):
        reason = "Expected a host name or an IP address, without scheme, user, port and path"
        yield invalid_in_part("http.proxy.host", shown_url(host), reason)
    if proxy.port == 0:
        yield Finding("http.proxy.port", "It must be set, since http.proxy.host is; a proxy has no usual port.")


def _is_ipv6(host: str) -> bool:
    try:
        return bool(IPv6Address(host[1:-1] if host.startswith("[") and host.endswith("]") else host)) and "%" not in host
    except ValueError:
        return False


def _proxy_credentials_are_whole(proxy: ProxyOptions) -> Iterator[Finding]:
    """RFC 7617 §2: a colon would end the user name; neither has control characters."""
    user, password = proxy.user, proxy.password
    if user is None and password is not None:
        yield Finding("http.proxy.user", "It must be set, since http.proxy.password is.")
    if user is not None and password is None:
        yield Finding("http.proxy.password", "It must be set, since http.proxy.user is.")
    if ":" in (user or "") or _CONTROL.search(user or ""):
        yield invalid("http.proxy.user", HIDDEN, "A user name has no colon and no control characters (RFC 7617)")
    if password is not None and _CONTROL.search(password.reveal()):
        yield invalid("http.proxy.password", HIDDEN, "A password has no control characters (RFC 7617)")


def _addresses_are_ours_to_judge(addresses: AddressOptions) -> Iterator[Finding]:
    for name in _refusing(addresses):
        yield Finding(name, "It cannot be enforced with http.proxy.host, since the proxy resolves names and connects; remove one of them.")


def _nothing_is_for_no_proxy(proxy: ProxyOptions) -> Iterator[Finding]:
    given = {"http.proxy.port": proxy.port, "http.proxy.user": proxy.user, "http.proxy.password": proxy.password}
    for name in (name for name, value in given.items() if value):
        yield doubt(name, "It is not used, since http.proxy.host is not set; set it, or remove this.")


def _refusing(addresses: AddressOptions) -> Iterator[str]:
    """The properties that refuse addresses, of those that are set."""
    refused = {
        "connection.disallow.local.ips": addresses.no_local,
        "connection.disallow.private.ips": addresses.no_private,
        "connection.disallow.class.e.ips": addresses.no_class_e,
        "connection.disallow.cidr.ranges": addresses.disallowed,
    }
    return (name for name, value in refused.items() if value)


RULES: tuple[Rule, ...] = (
    check_connection,
)
"""In the order of the properties."""
