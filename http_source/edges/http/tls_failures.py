"""Why a TLS connection failed, in words a user can act on: OpenSSL names the symptom, and the properties are ours."""

import re
import ssl
from collections.abc import Iterator

from cryptography import x509

from http_source.config.findings import LONGEST_SHOWN, some
from http_source.edges.http.tls_peer import CertificateRefused
from http_source.foreign.text import Foreign, Redact, readable

_TRUST = "If it is to be trusted, put the certificate of the authority that issued it into https.ssl.truststorefile."
_CLIENT = "Put a key and a certificate that the server accepts, with those above it, into https.ssl.keystorefile."
_VERSIONS = "There are TLS 1.2 and 1.3, of which https.ssl.protocol and https.ssl.enabled.protocols choose; change them, or the server."

_UNKNOWN = "was issued by an authority that is not trusted here", _TRUST
_REFUSED: dict[int, tuple[str, str]] = {
    2: _UNKNOWN,
    9: ("is not valid yet, or one above it is not", "Is the clock of this machine right?"),
    10: ("has expired, or one above it has", "It must be replaced on the server, unless the clock of this machine is wrong."),
    18: ("is signed with its own key and not trusted here", "If it is to be trusted, put it into https.ssl.truststorefile."),
    19: _UNKNOWN,
    20: _UNKNOWN,
    21: ("cannot be traced to an authority that is trusted here", f"The server may leave out the intermediate certificates. {_TRUST}"),
    62: ("is not for this host name", "Use a name that the certificate has in `url`, or have the name added to the certificate."),
    64: ("is not for this IP address", "Use a name that the certificate has in `url`, or have the address added to the certificate."),
}
"""OpenSSL's verification results (x509_vfy.h) → what is wrong with the certificate, and what to do."""

_ALERTS: dict[str, str] = {
    **dict.fromkeys(
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_NO_CERTIFICATE"),
        f"{{host}} asks for a client certificate, and none was sent. {_CLIENT}",
    ),
    **dict.fromkeys(
        ("SSLV3_ALERT_BAD_CERTIFICATE", "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
            "TLSV1_ALERT_ACCESS_DENIED"),
        f"the client certificate is missing, or {{host}} refused it. {_CLIENT}",
    ),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": f"{{host}} refused the client certificate, since it has expired. {_CLIENT}",
    "SSLV3_ALERT_CERTIFICATE_REVOKED": f"{{host}} refused the client certificate, since it was revoked. {_CLIENT}",
    "TLSV1_ALERT_UNKNOWN_CA": f"{{host}} refused the client certificate, since it does not know who issued it. {_CLIENT}",
    "SSLV3_ALERT_HANDSHAKE_FAILURE":
        f"{{host}} ended the TLS handshake. Either it asks for a client certificate, or there is no cipher that both support. {_CLIENT}",
    **dict.fromkeys(
        ("TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "WRONG_SSL_VERSION"),
        f"{{host}} speaks none of the TLS versions that are enabled here. {_VERSIONS}",
    ),
    **dict.fromkeys(
        ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST"),
        "{host} does not speak TLS on this port. Is the port in `url` right, or should it start with http://?",
    ),
    "TLSV1_ALERT_NO_APPLICATION_PROTOCOL":
        "{host} speaks HTTP/2 alone, but only HTTP/1.1 is supported here. Have the server, or a proxy before it, allow HTTP/1.1.",
    "TLSV1_UNRECOGNIZED_NAME": "{host} does not know the host name in `url`. Use the name that it is set up for.",
}
"""OpenSSL's reasons (sslerr.h) → the sentence."""

_BY_WORDS = {name.lower().replace("_", " "): sentence for name, sentence in _ALERTS.items()}

_WORDS = re.compile(r"\[SSL[^]]*\] ([a-z0-9 ]+) \(_ssl")

_CLOSED = (
    "{host} closed the TLS connection without an answer. If it asks for a client certificate, none was given or it was refused: "
    "check https.ssl.keystorefile."
)


def explain_tls(error: BaseException, host: str, redact: Redact | None = None) -> str | None:
    """One or two sentences about a failure of a connection to an https URL; None when TLS has nothing to say about it.

    The error is a cause itself and not what requests or urllib3 wrap it in. A connection that is closed early counts as well: under
    TLS 1.3 a server refuses a client certificate after the handshake (RFC 8446 §4.4.2.4), and the alert may get lost.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return _refused(error, host, redact)
    if isinstance(error, ssl.SSLEOFError | ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
        return _CLOSED.format(host=host)
    if isinstance(error, ssl.SSLError):
        sentence = _BY_WORDS.get(_reason(error).one_of(_BY_WORDS))
        return sentence.format(host=host) if sentence else f"no TLS connection to {host}: {_brief(error, redact)}."
    return None


def _refused(error: ssl.SSLCertVerificationError, host: str, redact: Redact | None) -> str:
    what, advice = _REFUSED.get(getattr(error, "verify_code", 0), (f"was not accepted ({_brief(error, redact)})", _TRUST))
    certificate = error.certificate if isinstance(error, CertificateRefused) else None
    about = "".join(_facts(certificate, redact)) if certificate and redact else ""
    return f"the certificate of {host} {what}. {about}{advice} Nothing of the request was sent."


def _facts(certificate: x509.Certificate, redact: Redact) -> Iterator[str]:
    """What a certificate says, each text of it cut and on one line: it is foreign."""
    try:
        yield f"It is for {some([readable(each, redact, LONGEST_SHOWN) for each in _names(certificate)]) or 'no host name'}, "
        yield f"issued by {readable(Foreign(certificate.issuer.rfc4514_string()), redact, LONGEST_SHOWN) or 'nobody'}, "
        yield f"valid from {certificate.not_valid_before_utc.date()} to {certificate.not_valid_after_utc.date()}. "
    except ValueError:
        yield "the rest of it cannot be read. "


def _names(certificate: x509.Certificate) -> list[Foreign]:
    """The names it is for; the common name is none since RFC 9525."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return []
    return [Foreign(each) for kind in (x509.DNSName, x509.IPAddress) for each in names.get_values_for_type(kind)]


def _brief(error: ssl.SSLError, redact: Redact | None) -> str:
    words = getattr(error, "verify_message", None)
    return readable(Foreign(words) if words else _reason(error), redact) or type(error).__name__


def _reason(error: ssl.SSLError) -> Foreign:
    """OpenSSL's name for it, as words. Python does not know all of them, and has its words then; what Python itself raises has neither."""
    name = getattr(error, "reason", None)
    return Foreign(name.lower().replace("_", " ")) if name else Foreign.of(error).found(_WORDS)
