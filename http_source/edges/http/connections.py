"""urllib3's connections as a fetcher needs them: a watchdog can cut them at any step, and they go to permitted addresses only."""

import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, ClassVar

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, ProxyError

from http_source.edges.http.answer import RawAnswer
from http_source.edges.http.dial import Dialer
from http_source.edges.http.watchdog import board, current

_GONE = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


def pool_classes(dialer: Dialer) -> Mapping[str, type[HTTPConnectionPool]]:
    """Scheme → a pool of connections that the dialer opens."""
    to_dial = dialer

    class Plain(_Watched):
        dialer = to_dial

    class Secure(_Watched, HTTPSConnection):
        dialer = to_dial

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def watched(base: type[ssl.SSLSocket]) -> type[ssl.SSLSocket]:
    """That class of TLS sockets, but one that can be cut during its handshake; for `SSLContext.sslsocket_class`."""
    return base if issubclass(base, _WatchedTlsSocket) else type(base.__name__, (_WatchedTlsSocket, base), {})


class _WatchedTlsSocket(ssl.SSLSocket):
    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - ssl's signature
        board(self)
        super().do_handshake(block)


class _Watched(HTTPConnection):
    """Tells the thread's flight which socket it is on, and whether a kept connection was closed before it answered."""

    dialer: ClassVar[Dialer]
    response_class = RawAnswer
    _kept = False

    def _new_conn(self) -> socket.socket:
        self._kept = False
        try:
            return self.dialer.dial(self._dns_host, self.port, float(self.timeout or 0))
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "The connection took too long") from error
        except OSError as error:
            raise NewConnectionError(self, "No connection") from error

    def connect(self) -> None:
        try:
            super().connect()
        except HTTPException as error:
            # Nothing but a proxy speaks HTTP while a connection is made.
            raise ProxyError("No tunnel", error) from error

    @property
    def is_connected(self) -> bool:
        flight = current()
        return not (flight is not None and flight.stale) and super().is_connected

    def request(self, *args: Any, **kwargs: Any) -> None:
        board(self.sock)
        try:
            super().request(*args, **kwargs)
        except _GONE:
            self._note_gone()
            raise

    def getresponse(self) -> Any:
        try:
            answer = super().getresponse()
        except _GONE:
            self._note_gone()
            raise
        self._kept = True
        return answer

    def _note_gone(self) -> None:
        flight = current()
        if self._kept and flight is not None:
            flight.stale = True
