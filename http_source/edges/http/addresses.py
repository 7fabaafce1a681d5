"""Which addresses no connection is made to. The check follows name resolution, so that no name leads around it."""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from http_source.config.properties import AddressOptions

_Address = IPv4Address | IPv6Address
_NAT64 = IPv6Network("64:ff9b::/96")
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10")))
_CLASS_E = ip_network("240.0.0.0/4")


def refused_by(address: str, options: AddressOptions) -> str | None:
    """The property that refuses a connection to an address, or None.

    An IPv6 address that carries an IPv4 address (mapped: RFC 4291 §2.5.5.2, NAT64: RFC 6052 §2.1, 6to4: RFC 3056 §2) is judged as both.
    """
    forms = tuple(_forms(ip_address(address)))
    if any(form in network for form in forms for network in options.allowed):
        return None
    return next((name for name, refuses in _rules(options) if any(map(refuses, forms))), None)


def _forms(address: _Address) -> Iterable[_Address]:
    yield address
    if isinstance(address, IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            embedded = IPv4Address(address.packed[-4:])
        if embedded is not None:
            yield embedded


def _rules(options: AddressOptions) -> Iterable[tuple[str, Callable[[_Address], bool]]]:
    if options.no_local:
        yield "connection.disallow.local.ips", _is_local
    if options.no_private:
        yield "connection.disallow.private.ips", lambda address: any(address in network for network in _PRIVATE)
    if options.no_class_e:
        yield "connection.disallow.class.e.ips", lambda address: address in _CLASS_E
    if options.disallowed:
        yield "connection.disallow.cidr.ranges", lambda address: any(address in network for network in options.disallowed)


def _is_local(address: _Address) -> bool:
    return address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified
