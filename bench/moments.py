"""An API in which a record comes into being every now and then, and says when.

`python -m bench.moments MEAN_MS` listens on 127.0.0.1 until its standard input closes. A request for `/records?after=K` is answered with
the records that there are by then after the K-th: `{"id": 7, "made": 1764576000.123}`. Between two records passes a time of the
exponential distribution with that mean, so that they fall anywhere between two polls.
"""

import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def moments(mean_s: float, start: float) -> Iterator[float]:
    """When each record comes into being, in seconds since the epoch, one after another; the same distances each time."""
    chance = random.Random(20)  # noqa: S311  distances, not secrets
    while True:
        start += chance.expovariate(1 / mean_s)
        yield start


class Api(ThreadingHTTPServer):
    """Answers with what there is by now."""

    daemon_threads = True

    def __init__(self, mean_s: float) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self._ahead = moments(mean_s, time.time())
        self._next = next(self._ahead)
        self._made: list[float] = []
        self._lock = threading.Lock()

    def after(self, known: int) -> bytes:
        """The records after the first `known`, as a JSON array."""
        with self._lock:
            while self._next <= time.time():
                self._made.append(self._next)
                self._next = next(self._ahead)
            return json.dumps([{"id": number, "made": made} for number, made in enumerate(self._made[known:], known + 1)]).encode()


class Answer(BaseHTTPRequestHandler):
    """Of one connection, which is kept."""

    protocol_version = "HTTP/1.1"
    server: Api

    def do_GET(self) -> None:
        """Answer."""
        body = self.server.after(int(parse_qs(urlsplit(self.path).query)["after"][0]))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def main(mean_ms: float) -> None:
    """Serve."""
    with Api(mean_ms / 1000) as api:
        threading.Thread(target=api.serve_forever, daemon=True).start()
        sys.stdout.write(f"listening on http://127.0.0.1:{api.server_address[1]}\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            sys.stdin.read()


if __name__ == "__main__":
    main(float(sys.argv[1]))
