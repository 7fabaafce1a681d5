"""An authority as a client trusts it, and raw TLS servers with its certificates."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from http_source_tests.certificates import authority, issue, server_context
from http_source_tests.servers import raw


class Authority:
    """Issues certificates for this machine.

    Attributes:
        file: its own certificate as PEM.
    """

    def __init__(self, folder: Path, name: str = "Test CA") -> None:
        self._identity = authority(name)
        self._folder = folder
        self.file = folder / f"{name}.pem"
        self.file.write_text(self._identity.pem)

    def trusted(self) -> ssl.SSLContext:
        """A client's context that trusts this authority and no other."""
        context = ssl.create_default_context(cafile=str(self.file))
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context

    def server(self, *, highest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
        """The context of a server with a certificate of this authority."""
        context = server_context(self._folder, issue(self._identity, "server", ["localhost", "127.0.0.1", "::1"]))
        context.maximum_version = highest
        return context


@contextmanager
def tls(context: ssl.SSLContext, speak: Callable[[ssl.SSLSocket], None]) -> Iterator[str]:
    """Run a server that shakes hands, reads a request's head and speaks; its https URL."""

    def shake_hands(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65_536)
            speak(secure)

    with raw(shake_hands, listen_first=False) as url:
        yield url.replace("http:", "https:")
