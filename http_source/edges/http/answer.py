"""http.client's answer with a head and a body that are read as RFC 9112 has it.

http.client takes what it cannot read for something else: a length that is no number for none, a header line without a colon for the end of
the head. The first waits for the end of a connection that is kept, the second loses headers.
"""

import socket
import sys
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPMessage, HTTPResponse
from typing import Any

from http_source.edges.http.body_framing import BodyStream, Framing, body_of, framing_of
from http_source.edges.http.head import StatusLine, read_fields, read_status_line


class RawAnswer(HTTPResponse):
    """The final answer, after the interim ones (RFC 9110 §15.2).

    A connection on which something follows the body is not used again: it would be taken for the next answer.
    """

    _body: BodyStream
    _sock: socket.socket

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._sock = sock

    def begin(self) -> None:
        """Read the head. Raises Malformed, and RemoteDisconnected when the connection was closed before it."""
        # To http.client an answer has begun when it has headers.
        while self.headers is None:
            line, fields = read_status_line(self.fp), read_fields(self.fp)
            if line.status >= HTTPStatus.OK or line.status == HTTPStatus.SWITCHING_PROTOCOLS:
                self._take(line, fields, framing_of(line, fields))

    def _take(self, line: StatusLine, fields: HTTPMessage, framing: Framing) -> None:
        del fields["Content-Length"]
        if framing.length is not None:
            # urllib3 counts along.
            fields["Content-Length"] = str(framing.length)
        self.version, self.status, self.reason = line
        self.code, self.headers, self.msg = line.status, fields, fields
        self.chunked, self.chunk_left, self.length = framing.chunked, None, framing.length
        self.will_close = framing.is_last
        self._body = body_of(self.fp, framing)

    def read(self, amt: int | None = None) -> bytes:
        """At most so many bytes of the body, none at its end. Raises Malformed when it is cut off."""
        if self.fp is None:
            return b""
        piece = self._body.read(sys.maxsize if amt is None else amt)
        if self._body.is_over:
            if not self.will_close and self._has_more():
                with suppress(OSError):
                    # The plain socket's method: the TLS one would swap the stream under the reader.
                    socket.socket.shutdown(self._sock, socket.SHUT_RDWR)
            self.close()
        return piece

    def _has_more(self) -> bool:
        """Whether bytes of something else have already come."""
        timeout = self._sock.gettimeout()
        self._sock.settimeout(0)
        try:
            return bool(self.fp.peek(1))
        except OSError:
            # A TLS socket with nothing to read says so by an error.
            return False
        finally:
            self._sock.settimeout(timeout)
