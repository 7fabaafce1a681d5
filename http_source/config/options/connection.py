"""The connection to the API: how long and how much, TLS, a proxy, and addresses that are out of bounds."""

from dataclasses import dataclass

from http_source.config.property import HIGH, LOW, MEDIUM, prop
from http_source.config.types import BOOLEAN, DATA_URI, LIST, NETWORKS, PASSWORD, STRING, Integer, Network, OneOf, Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportOptions:
    """Transport: how long and how much an answer may take."""

    connect_timeout_ms: int = prop("http.connect.timeout.ms", Integer(minimum=1), 30_000, LOW,
        "A connection that takes longer counts as a failed request.")
    request_timeout_ms: int = prop("http.request.timeout.ms", Integer(minimum=1), 30_000, LOW,
        "A request that is not answered to its last byte by then counts as failed, however slowly bytes still arrive.")
    max_bytes: int = prop("http.response.max.bytes", Integer(minimum=1), 67_108_864, LOW,
        "An answer with more bytes after decompression is refused, so that no answer can exhaust the memory.")
    compression: bool = prop("http.response.compression.enabled", BOOLEAN, True, LOW,
        "Asks for compressed answers; false asks for plain ones, for servers whose compression is faulty.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsOptions:
    """TLS: whom https connections trust and what they show. Certificates and host names are always verified."""

    enabled: bool = prop("https.ssl.enabled", BOOLEAN, False, MEDIUM,
        "With true an http URL is refused. https URLs use TLS with the stores below in any case.")
    keystore: Secret | None = prop("https.ssl.keystorefile", DATA_URI, None, LOW,
        "The store with the client's key and certificate (JKS, JCEKS or PKCS12), for servers that ask for one.")
    keystore_location: str | None = prop("https.ssl.keystore.location", STRING, None, LOW,
        "The key store as a file (JKS, JCEKS, PKCS12 or PEM) instead of a data URI.")
    keystore_type: str | None = prop("https.ssl.keystore.type", OneOf("JKS", "JCEKS", "PKCS12", "PEM"), None, LOW,
        "What the key store is; found out when it is not set, and refused when it is something else.")
    keystore_password: Secret | None = prop("https.ssl.keystore.password", PASSWORD, None, HIGH, "The password of the key store.")
    key_password: Secret | None = prop("https.ssl.key.password", PASSWORD, None, HIGH,
        "The password of the key in the key store; the store's own when it is not set.")
    keystore_key: Secret | None = prop("https.ssl.keystore.key", PASSWORD, None, LOW,
        "The client's key as PEM text (PKCS #8), with `https.ssl.keystore.certificate.chain` instead of a key store.")
    keystore_chain: Secret | None = prop("https.ssl.keystore.certificate.chain", PASSWORD, None, LOW,
        "The client's certificate and those above it as PEM text, with `https.ssl.keystore.key`.")
    truststore: Secret | None = prop("https.ssl.truststorefile", DATA_URI, None, HIGH,
        "The store with the certificates that are trusted (JKS, JCEKS or PKCS12) instead of the system's roots.")
    truststore_location: str | None = prop("https.ssl.truststore.location", STRING, None, LOW,
        "The trust store as a file (JKS, JCEKS, PKCS12 or PEM) instead of a data URI.")
    truststore_type: str | None = prop("https.ssl.truststore.type", OneOf("JKS", "JCEKS", "PKCS12", "PEM"), None, LOW,
        "What the trust store is; found out when it is not set, and refused when it is something else.")
    truststore_password: Secret | None = prop("https.ssl.truststore.password", PASSWORD, None, HIGH, "The password of the trust store.")
    truststore_certificates: Secret | None = prop("https.ssl.truststore.certificates", PASSWORD, None, LOW,
        "Trusted certificates as PEM text instead of a trust store.")
    protocol: str = prop("https.ssl.protocol", OneOf("TLSv1.3", "TLSv1.2", "TLS"), "TLSv1.3", MEDIUM,
        "The highest version wanted; with TLSv1.3 and TLS a server that speaks TLS 1.2 only is connected to as well, as in Java.")
    enabled_protocols: tuple[str, ...] = prop("https.ssl.enabled.protocols", LIST, ("TLSv1.2", "TLSv1.3"), LOW,
        "The versions that may be used, of TLSv1.2 and TLSv1.3; TLSv1.3 alone refuses servers that speak TLS 1.2 only.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyOptions:
    """Proxy: what stands between the connector and the API. The environment's proxies are never used."""

    host: str | None = prop("http.proxy.host", STRING, None, LOW, "The proxy's host; all requests go through it.")
    port: int = prop("http.proxy.port", Integer(minimum=0, maximum=65_535), 0, LOW, "The proxy's port.")
    user: str | None = prop("http.proxy.user", STRING, None, LOW, "The user name for the proxy.")
    password: Secret | None = prop("http.proxy.password", PASSWORD, None, LOW, "The password for the proxy.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressOptions:
    """Addresses: where no connection is made to, whatever names resolve to. Checked for each connection, after name resolution."""

    no_local: bool = prop("connection.disallow.local.ips", BOOLEAN, False, LOW,
        "Refuses loopback, link-local, multicast and unspecified addresses.")
    no_private: bool = prop("connection.disallow.private.ips", BOOLEAN, False, LOW, "Refuses the addresses of private networks (RFC 1918, RFC 4193).")
    no_class_e: bool = prop("connection.disallow.class.e.ips", BOOLEAN, False, LOW, "Refuses 240.0.0.0/4.")
    disallowed: tuple[Network, ...] = prop("connection.disallow.cidr.ranges", NETWORKS, (), LOW,
        "Refuses the addresses of these networks, such as 10.1.0.0/16.")
    allowed: tuple[Network, ...] = prop("connection.allow.cidr.ranges", NETWORKS, (), LOW,
        "Allows the addresses of these networks, whatever the properties above refuse.")
