"""A small API over HTTP: every entity has numbered records, served page by page from `?start=`."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, str, bytes]


class Api(ThreadingHTTPServer):
    """Serves until it is left.

    Attributes:
        total: how many records an entity has.
        size: how many of them a page has.
        asked: entity, offset and time of each request.
        headers: what its answers have besides.
        answer: what it says; a test replaces it to make it say something else.
    """

    daemon_threads = True

    def __init__(self, total: int, size: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.total = total
        self.size = size
        self.asked: list[tuple[str, int, float]] = []
        self.headers: dict[str, str] = {}
        self.answer: Callable[[str, int], Answer] = self.page

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def page(self, entity: str, start: int) -> Answer:
        items = [{"id": n, "entity": entity} for n in range(start, min(start + self.size, self.total))]
        return 200, "application/json", json.dumps({"items": items}).encode()

    def offsets(self, entity: str) -> list[int]:
        """The offsets that were asked for, in order."""
        return [offset for name, offset, _ in self.asked if name == entity]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Api

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        entity, start = parts.path.strip("/"), int(parse_qs(parts.query)["start"][0])
        self.server.asked.append((entity, start, monotonic()))
        status, kind, body = self.server.answer(entity, start)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the parent's
        """Say nothing."""


@contextmanager
def serving(total: int, size: int = 10) -> Iterator[Api]:
    """A running API with that many records per entity."""
    with Api(total, size) as api:
        thread = threading.Thread(target=api.serve_forever, args=(0.01,))
        thread.start()
        yield api
        api.shutdown()
        thread.join()
