"""`serve` as it is opened to the world: over a real socket, with what keeps others away around it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from http_source.rest.access import Access
from http_source.rest.answers import answer
from http_source.rest.server import ServerSettings, server_of
from http_source.rest.sockets import Certificate, listen


async def _asked(request: Request) -> Response:
    return answer({"user": request.state.user, "method": request.method})


ANYTHING = Starlette(routes=[Route("/{path:path}", _asked, methods=["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])])
"""An application that says who asks it."""


@contextmanager
def opened(
    app: ASGIApp = ANYTHING, *, access: Access | None = None, certificate: Certificate | None = None, per_second: float = 0
) -> Iterator[str]:
    """Serve an application on a free port; where."""
    listening = listen("127.0.0.1", 0)
    server = server_of(app, ServerSettings(listening=listening, access=access or Access(), certificate=certificate, per_second=per_second))
    thread = threading.Thread(target=server.run, kwargs={"sockets": list(listening.sockets)}, name="serve")
    thread.start()
    try:
        yield f"http{'s' if certificate else ''}://{listening.address}"
    finally:
        server.should_exit = True
        thread.join()


def said(url: str, text: bytes, seconds: float = 20) -> bytes:
    """What is answered to bytes, until the server closes the connection or says nothing for so long."""
    host, _, port = url.partition("://")[2].rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=seconds) as connection:
        connection.sendall(text)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
        return b"".join(parts)
