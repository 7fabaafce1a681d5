"""Which addresses are refused, and by which property."""

from ipaddress import ip_network

import pytest

from http_source.edges.http.addresses import refused_by
from http_source_tests.edges.clients import bounds

LOCAL, PRIVATE = "connection.disallow.local.ips", "connection.disallow.private.ips"
CLASS_E, NETWORKS = "connection.disallow.class.e.ips", "connection.disallow.cidr.ranges"
ALL = bounds(no_local=True, no_private=True, no_class_e=True, disallowed=(ip_network("203.0.113.0/24"), ip_network("2001:db8::/32")))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("127.0.0.1", LOCAL),
        ("127.255.0.1", LOCAL),
        ("169.254.169.254", LOCAL),
        ("224.0.0.1", LOCAL),
        ("0.0.0.0", LOCAL),
        ("::1", LOCAL),
        ("::", LOCAL),
        ("fe80::1%eth0", LOCAL),
        ("ff02::1", LOCAL),
        ("10.9.8.7", PRIVATE),
        ("172.31.255.255", PRIVATE),
        ("192.168.0.1", PRIVATE),
        ("fd00:ec2::254", PRIVATE),
        ("fec0::1", PRIVATE),
        ("240.0.0.1", CLASS_E),
        ("255.255.255.255", CLASS_E),
        ("203.0.113.9", NETWORKS),
        ("2001:db8::1", NETWORKS),
    ],
)
def test_an_address_is_refused_by_its_property(address: str, name: str) -> None:
    assert refused_by(address, ALL) == name
    assert refused_by(address, bounds()) is None


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "203.0.114.1"])
def test_a_public_address_is_not_refused(address: str) -> None:
    assert refused_by(address, ALL) is None


@pytest.mark.parametrize("form", ["::ffff:{}", "64:ff9b::{}"], ids=["mapped", "NAT64"])
@pytest.mark.parametrize(
    ("address", "name"), [("127.0.0.1", LOCAL), ("10.0.0.1", PRIVATE), ("250.0.0.1", CLASS_E), ("203.0.113.1", NETWORKS)]
)
def test_an_ipv4_address_inside_an_ipv6_address_counts_as_itself(form: str, address: str, name: str) -> None:
    assert refused_by(form.format(address), ALL) == name
    assert refused_by(form.format("8.8.8.8"), ALL) is None


def test_a_6to4_address_counts_as_its_ipv4_address() -> None:
    assert refused_by("2002:7f00:1::", ALL) == LOCAL


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3"])
def test_what_is_allowed_wins(address: str) -> None:
    options = bounds(no_private=True, disallowed=(ip_network("10.1.0.0/16"),), allowed=(ip_network("10.1.2.0/24"),))
    assert refused_by(address, options) is None
    assert refused_by("10.1.3.1", options) == PRIVATE
