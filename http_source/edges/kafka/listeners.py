"""Whether brokers speak the security protocol that the client was told: what the client hears when they do not, and what to change.

librdkafka names the state in which a connection ended; brokers just hang up on what they do not understand.
"""

import re

from http_source.foreign.text import Foreign

_HANDSHAKE = re.compile(r"SSL_HANDSHAKE|SSL handshake failed")
_CERTIFICATE = re.compile(r"certificate|unknown ca", re.IGNORECASE)
_NOT_VERIFIED = re.compile(r"certificate verify failed")
_CUT_AT_FIRST = re.compile(r"Disconnected.*APIVERSION_QUERY|requesting ApiVersion")
_WANTS_SASL = re.compile(r"might require SASL")
_NO_SASL = re.compile(r"SASL Handshake not supported|current SASL state", re.IGNORECASE)

_WHERE = "KAFKA_BOOTSTRAP_SERVERS and KAFKA_SECURITY_PROTOCOL say where Kafka is and which protocol it uses"
_BY_KEY = "kafka.api.key always means SASL_SSL; without kafka.api.key and kafka.api.secret, KAFKA_SECURITY_PROTOCOL counts"
_NO_TLS = (
    "security.protocol is {protocol}, and the listener ended the TLS handshake: it does not speak TLS, or asks for a client certificate. "
    "Name a listener with TLS, or choose {plain} ({by})."
)
_TLS = (
    "security.protocol is {protocol}, and the listener closed the connection after the first request: it may speak TLS, or may just be "
    "starting. If it speaks TLS, choose {encrypted} ({by})."
)
_SASL = "security.protocol is {protocol}, and the listener requires clients to sign in: choose {signed} and a user ({by})."
_UNTRUSTED = (
    "The broker's certificate is not trusted: set KAFKA_SSL_CA_LOCATION to that of the authority that signed it (docs/properties.md has "
    "the producer.override.ssl properties for one connector)."
)
_NO_LOGIN = (
    "security.protocol is {protocol}, and the listener does not support SASL: choose {unsigned}, or name a listener with SASL ({by})."
)


def is_about_listeners(said: Foreign) -> bool:
    """Whether a line of the client may come from a listener that speaks another protocol."""
    return any(said.says(pattern) for pattern in (_HANDSHAKE, _CUT_AT_FIRST, _WANTS_SASL, _NO_SASL))


def advice(protocol: str, said: Foreign) -> str:
    """What to change, by the protocol that is set and what the client said; empty when the two have nothing to do with each other."""
    protocol = protocol.upper()
    by = _BY_KEY if protocol == "SASL_SSL" else _WHERE
    words = {
        "protocol": protocol, "by": by, "plain": protocol.replace("SSL", "PLAINTEXT"),
        "encrypted": protocol.replace("PLAINTEXT", "SSL"), "signed": f"SASL_{protocol.removeprefix('SASL_')}",
        "unsigned": protocol.removeprefix("SASL_"),
    }
    return _sentence(protocol, said).format(**words)


def _sentence(protocol: str, said: Foreign) -> str:
    has_tls, has_sasl = protocol.endswith("SSL"), protocol.startswith("SASL")
    if has_tls and said.says(_HANDSHAKE) and not said.says(_CERTIFICATE):
        return _NO_TLS
    if has_tls and said.says(_NOT_VERIFIED):
        return _UNTRUSTED
    if has_sasl and said.says(_NO_SASL):
        return _NO_LOGIN
    if not has_sasl and said.says(_WANTS_SASL):
        return _SASL
    return _TLS if not has_tls and said.says(_CUT_AT_FIRST) else ""
