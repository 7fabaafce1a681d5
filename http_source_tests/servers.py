"""Local HTTP servers for tests: one that answers properly and remembers what it was asked, and one that speaks raw bytes."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived; `connection` numbers the connections from 1."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; without a Date among its headers it has the clock's."""

    body: bytes = b"[]"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Api:
    """A running server: where it is and what it was asked, oldest first."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def api(answer: Callable[[Asked], Reply | bytes], *, tls: ssl.SSLContext | None = None) -> Iterator[Api]:
    """Serve on a free port; `answer` runs in one thread a connection. With a context it serves https."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            connections.append(self)

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, self.path, dict(self.headers), body, connections.index(self) + 1)
            running.asked.append(asked)
            answered = answer(asked)
            reply = Reply(answered) if isinstance(answered, bytes) else answered
            with suppress(OSError):
                self._send(reply)

        do_POST = do_GET  # noqa: N815 - http.server's name

        def _send(self, reply: Reply) -> None:
            self.send_response_only(reply.status)
            known = {"Date": self.date_time_string(), "Content-Length": str(len(reply.body))}
            for name, value in (known | dict(reply.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_args: Any) -> None:
            """Keep the tests' output quiet."""

    connections: list[Handler] = []
    server = _Server(("127.0.0.1", 0), Handler, tls)
    running = Api(f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        for connection in connections:
            with suppress(OSError):
                connection.connection.shutdown(socket.SHUT_RDWR)
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None) -> None:
        super().__init__(address, handler)
        self._tls = tls

    def get_request(self) -> tuple[socket.socket, Any]:
        plain, address = super().get_request()
        if self._tls is None:
            return plain, address
        # The handshake comes with the first read, in the connection's own thread: a client that never begins it stops nobody.
        return self._tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, *_args: Any) -> None:
        """A client that went away is part of many tests."""


class RawServer:
    """Speaks raw bytes to each connection in turn, by default after it has read a request's head."""

    def __init__(self, speak: Callable[[socket.socket], None], *, listen_first: bool) -> None:
        self._speak = speak
        self._listen_first = listen_first
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._stopped.set()
        for each in (self._listener, *self._connections):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # who is closed, by whomever, would be asked again without a pause
            with connection, suppress(OSError):
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        self._connections.append(connection)
        if self._listen_first:
            connection.recv(65_536)
        self._speak(connection)


@contextmanager
def raw(speak: Callable[[socket.socket], None], *, listen_first: bool = True) -> Iterator[str]:
    """Run a raw server; its URL."""
    server = RawServer(speak, listen_first=listen_first)
    try:
        yield server.url
    finally:
        server.close()


def drip(connection: socket.socket, *, start: bytes, drop: bytes, every: float = 0.05) -> None:
    """Send a start and then a drop at a time until the client hangs up."""
    gone = threading.Event()
    with suppress(OSError):
        connection.sendall(start)
        while not gone.wait(every):
            connection.sendall(drop)
