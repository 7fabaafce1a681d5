"""How the demo's HTTP servers find a port, and run in processes of their own."""

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import ThreadingHTTPServer
from typing import TypeVar

Server = TypeVar("Server", bound=ThreadingHTTPServer)


def listen(make: Callable[[int], Server], port: int) -> Server:
    """Return the server on this port, or on a free one when it is taken."""
    try:
        return make(port)
    except OSError:
        return make(0)


def serve(server: ThreadingHTTPServer, url: str) -> None:
    """Serve, and tell where, until standard input closes, which it does when the parent ends."""
    with suppress(KeyboardInterrupt):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"listening on {url}\n")
        sys.stdout.flush()
        sys.stdin.read()
