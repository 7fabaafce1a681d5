"""What the demo's servers have in common: HTTP on this machine alone, a port, and a process that lives as long as its parent.

Benchmarks use it as well.
"""

import json
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

Server = TypeVar("Server", bound=ThreadingHTTPServer)


class LocalServer(ThreadingHTTPServer):
    """An HTTP server on 127.0.0.1; port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 128
    # A port that another demo listens on must count as taken.
    allow_reuse_port = False

    def __init__(self, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", port), handler)

    @property
    def url(self) -> str:
        """The address, without a path."""
        return f"http://127.0.0.1:{self.server_port}"


class LocalHandler(BaseHTTPRequestHandler, ABC):
    """Answers the requests of one connection, which stays open, with JSON."""

    protocol_version = "HTTP/1.1"
    # Head and body are two writes; with Nagle's algorithm the second would wait for the client's acknowledgment.
    disable_nagle_algorithm = True
    content_type = "application/json"

    @abstractmethod
    def answer(self, body: bytes) -> tuple[int, object]:
        """Status and document of the answer to the request with this body."""

    def do_GET(self) -> None:
        """Answer, whatever the method."""
        status, document = self.answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", self.content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815  the name is the parent's

    def log_message(self, *_: object) -> None:
        """Log nothing: a line per request would bury everything else."""


def listen(make: Callable[[int], Server], port: int) -> Server:
    """Return the server on this port, or on a free one when it is taken."""
    try:
        return make(port)
    except OSError:
        return make(0)


def serve(server: LocalServer) -> None:
    """Serve until standard input closes."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stay(server.url)


def stay(address: str) -> None:
    """Say where this process listens, and wait until standard input closes, which it does when the parent ends."""
    with suppress(KeyboardInterrupt):
        sys.stdout.write(f"listening on {address}\n")
        sys.stdout.flush()
        sys.stdin.read()
