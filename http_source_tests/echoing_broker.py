"""A raw "broker" that lets nobody sign in, and repeats in its answer what it was sent, with control characters and line breaks.

It speaks as much of Kafka's protocol as comes before that: ApiVersions, SaslHandshake and SaslAuthenticate
(https://kafka.apache.org/protocol: a request has a length, an int16 key, an int16 version, an int32 correlation id and a client id).
"""

import base64
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_METADATA, _HANDSHAKE, _API_VERSIONS, _AUTHENTICATE = 3, 17, 18, 36
_SERVED = ((0, 0, 7), (1, 0, 11), (_METADATA, 0, 4), (_HANDSHAKE, 0, 1), (_API_VERSIONS, 0, 3), (_AUTHENTICATE, 0, 0))
_UNSUPPORTED_VERSION, _AUTHENTICATION_FAILED = 35, 58


class EchoingBroker:
    """Where it is, and what was sent to sign in with."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.bootstrap = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.signed: list[bytes] = []

    def serve(self) -> None:
        """Take connections until it is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                thread = threading.Thread(target=self._talk, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def end(self) -> None:
        """Take no more connections."""
        _close(self._listener)

    def close(self) -> None:
        """End every connection, once no more are taken."""
        for each in self._connections:
            _close(each)
        for thread in self._threads:
            thread.join()

    def _talk(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        with suppress(OSError, struct.error, ValueError):
            while size := stream.read(4):
                request = stream.read(struct.unpack(">i", size)[0])
                key, version, correlation, client = struct.unpack(">hhih", request[:10])
                body = self._answer(key, version, request[10 + max(client, 0) :])
                connection.sendall(struct.pack(">ii", len(body) + 4, correlation) + body)

    def _answer(self, key: int, version: int, body: bytes) -> bytes:
        if key == _API_VERSIONS:
            error = _UNSUPPORTED_VERSION if version > 0 else 0
            return struct.pack(">hi", error, len(_SERVED)) + b"".join(struct.pack(">hhh", *each) for each in _SERVED)
        if key == _HANDSHAKE:
            return struct.pack(">hih", 0, 1, 5) + b"PLAIN"
        if key == _AUTHENTICATE:
            return self._refusal(body[4:])
        return b""

    def _refusal(self, signed: bytes) -> bytes:
        self.signed.append(signed)
        forms = [signed.replace(b"\0", b"|"), base64.b64encode(signed), *signed.split(b"\0"), signed[: len(signed) * 2 // 3]]
        words = b"\x1b[31mNobody is called\r\n" + b"\n".join(forms)
        return struct.pack(">hh", _AUTHENTICATION_FAILED, len(words)) + words + struct.pack(">i", 0)


def _close(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def echoing_broker() -> Iterator[EchoingBroker]:
    """Run one."""
    broker = EchoingBroker()
    thread = threading.Thread(target=broker.serve)
    thread.start()
    try:
        yield broker
    finally:
        broker.end()
        thread.join()
        broker.close()
