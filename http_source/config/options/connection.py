"""The connection to the API: how long and how much, a proxy, and addresses that are out of bounds."""

from dataclasses import dataclass

from http_source.config.property import LOW, prop
from http_source.config.types import BOOLEAN, NETWORKS, PASSWORD, STRING, Integer, Network, Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportOptions:
    """Transport: how long and how much an answer may take."""

    connect_timeout_ms: int = prop("http.connect.timeout.ms", Integer(minimum=1), 30_000, LOW,
        "A connection that takes longer counts as a failed request.")
    request_timeout_ms: int = prop("http.request.timeout.ms", Integer(minimum=1), 30_000, LOW,
        "A request that is not answered completely by then counts as failed, even if bytes still arrive.")
    max_bytes: int = prop("http.response.max.bytes", Integer(minimum=1), 67_108_864, LOW,
        "An answer with more bytes after decompression is refused, so that no answer can exhaust the memory.")
    compression: bool = prop("http.response.compression.enabled", BOOLEAN, True, LOW,
        "Asks for compressed answers; false asks for plain ones, for servers whose compression is faulty.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyOptions:
    """Proxy: the proxy between the connector and the API. The environment's proxies are never used."""

    host: str | None = prop("http.proxy.host", STRING, None, LOW, "The proxy's host; all requests go through it.")
    port: int = prop("http.proxy.port", Integer(minimum=0, maximum=65_535), 0, LOW, "The proxy's port.")
    user: str | None = prop("http.proxy.user", STRING, None, LOW, "The user name for the proxy.")
    password: Secret | None = prop("http.proxy.password", PASSWORD, None, LOW, "The password for the proxy.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressOptions:
    """Addresses: which ones are never connected to, by any name. Checked for each connection, after name resolution."""

    no_local: bool = prop("connection.disallow.local.ips", BOOLEAN, False, LOW,
        "Refuses loopback, link-local, multicast and unspecified addresses.")
    no_private: bool = prop("connection.disallow.private.ips", BOOLEAN, False, LOW, "Refuses the addresses of private networks (RFC 1918, RFC 4193).")
    no_class_e: bool = prop("connection.disallow.class.e.ips", BOOLEAN, False, LOW, "Refuses 240.0.0.0/4.")
    disallowed: tuple[Network, ...] = prop("connection.disallow.cidr.ranges", NETWORKS, (), LOW,
        "Refuses the addresses of these networks, such as 10.1.0.0/16.")
    allowed: tuple[Network, ...] = prop("connection.allow.cidr.ranges", NETWORKS, (), LOW,
        "Allows the addresses of these networks, even if the properties above refuse them.")
