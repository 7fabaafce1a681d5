"""A TLS socket that, when it refuses a certificate, can tell what was in it.

OpenSSL keeps nothing of a handshake that failed. So the same address is asked once more for its certificate, by a handshake that trusts
nobody and sends nothing.
"""

import contextlib
import socket
import ssl

from cryptography.x509 import Certificate, InvalidVersion, load_der_x509_certificate

from http_source.config.stores.opened import unwarned
from http_source.edges.http.watchdog import board

_LONGEST_LOOK_S = 5.0


class CertificateRefused(ssl.SSLCertVerificationError):
    """A certificate that was not accepted; `certificate` is None when it could not be had a second time."""

    def __init__(self, refused: ssl.SSLCertVerificationError, certificate: Certificate | None) -> None:
        super().__init__(*refused.args)
        self.library, self.reason = refused.library, refused.reason
        self.verify_code, self.verify_message = refused.verify_code, refused.verify_message
        self.certificate = certificate


class TellingSocket(ssl.SSLSocket):
    """Raises CertificateRefused in place of its base."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - ssl's signature
        """Do the handshake."""
        try:
            super().do_handshake(block)
        except ssl.SSLCertVerificationError as error:
            raise CertificateRefused(error, self._look()) from error

    def _look(self) -> Certificate | None:
        """The certificate of the other side, from the address that this socket was connected to: nothing is resolved anew."""
        # Any failure means that there is nothing to tell, such as a proxy at that address or a server that asks for a certificate.
        with contextlib.suppress(OSError, ValueError, InvalidVersion), socket.socket(self.family, self.type) as plain:
            plain.settimeout(min(self.gettimeout() or _LONGEST_LOOK_S, _LONGEST_LOOK_S))
            plain.connect(self.getpeername())
            with _trusting_nobody().wrap_socket(plain, server_hostname=self.server_hostname, do_handshake_on_connect=False) as looking:
                board(looking)
                looking.do_handshake()
                with unwarned():
                    return load_der_x509_certificate(looking.getpeercert(binary_form=True) or b"")
        return None


def _trusting_nobody() -> ssl.SSLContext:
    """For a connection that nothing is sent on and nothing is believed of."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
