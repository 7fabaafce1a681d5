"""TLS with the API: whom to trust, and what to show."""

from dataclasses import dataclass

from http_source.config.property import HIGH, LOW, MEDIUM, prop
from http_source.config.types import BOOLEAN, DATA_URI, LIST, PASSWORD, STRING, OneOf, Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsOptions:
    """TLS: which certificates https connections trust and present. Certificates and host names are always verified."""

    enabled: bool = prop("https.ssl.enabled", BOOLEAN, False, MEDIUM,
        "With true an http URL is refused. https URLs use TLS with the stores below in any case.")
    keystore: Secret | None = prop("https.ssl.keystorefile", DATA_URI, None, LOW,
        "The store with the client's key and certificate (JKS, JCEKS or PKCS12), for servers that ask for one.")
    keystore_location: str | None = prop("https.ssl.keystore.location", STRING, None, LOW,
        "The key store as a file (JKS, JCEKS, PKCS12 or PEM) instead of a data URI.")
    keystore_type: str | None = prop("https.ssl.keystore.type", OneOf("JKS", "JCEKS", "PKCS12", "PEM"), None, LOW,
        "The type of the key store; detected if not set, and a wrong one is refused.")
    keystore_password: Secret | None = prop("https.ssl.keystore.password", PASSWORD, None, HIGH, "The password of the key store.")
    key_password: Secret | None = prop("https.ssl.key.password", PASSWORD, None, HIGH,
        "The password of the key in the key store; the store's own if not set.")
    keystore_key: Secret | None = prop("https.ssl.keystore.key", PASSWORD, None, LOW,
        "The client's key as PEM text (PKCS #8), with `https.ssl.keystore.certificate.chain` instead of a key store.")
    keystore_chain: Secret | None = prop("https.ssl.keystore.certificate.chain", PASSWORD, None, LOW,
        "The client's certificate and those above it as PEM text, with `https.ssl.keystore.key`.")
    truststore: Secret | None = prop("https.ssl.truststorefile", DATA_URI, None, HIGH,
        "The store with the certificates that are trusted (JKS, JCEKS or PKCS12) instead of the system's roots.")
    truststore_location: str | None = prop("https.ssl.truststore.location", STRING, None, LOW,
        "The trust store as a file (JKS, JCEKS, PKCS12 or PEM) instead of a data URI.")
    truststore_type: str | None = prop("https.ssl.truststore.type", OneOf("JKS", "JCEKS", "PKCS12", "PEM"), None, LOW,
        "The type of the trust store; detected if not set, and a wrong one is refused.")
    truststore_password: Secret | None = prop("https.ssl.truststore.password", PASSWORD, None, HIGH, "The password of the trust store.")
    truststore_certificates: Secret | None = prop("https.ssl.truststore.certificates", PASSWORD, None, LOW,
        "Trusted certificates as PEM text instead of a trust store.")
    protocol: str = prop("https.ssl.protocol", OneOf("TLSv1.3", "TLSv1.2", "TLS"), "TLSv1.3", MEDIUM,
        "The highest version wanted; with TLSv1.3 and TLS a server that speaks TLS 1.2 only is connected to as well, as in Java.")
    enabled_protocols: tuple[str, ...] = prop("https.ssl.enabled.protocols", LIST, ("TLSv1.2", "TLSv1.3"), LOW,
        "The versions that may be used, of TLSv1.2 and TLSv1.3; TLSv1.3 alone refuses servers that speak TLS 1.2 only.")
