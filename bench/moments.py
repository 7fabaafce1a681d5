"""An API in which a record comes into being every now and then, and says when.

`python -m bench.moments MEAN_MS` listens on 127.0.0.1 until its standard input closes. A request for `/records?after=K` is answered with
the records that there are by then after the K-th: `{"id": 7, "made": 1764576000.123}`. Between two records passes a time of the
exponential distribution with that mean, so that they fall anywhere between two polls.
"""

import random
import sys
import threading
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from http_source.demo.serving import LocalHandler, LocalServer, serve


def moments(mean_s: float, start: float) -> Iterator[float]:
    """When each record comes into being, in seconds since the epoch, one after another; the same distances each time."""
    chance = random.Random(20)  # noqa: S311  distances, not secrets
    while True:
        start += chance.expovariate(1 / mean_s)
        yield start


class Api(LocalServer):
    """Answers with what there is by now."""

    def __init__(self, mean_s: float) -> None:
        super().__init__(0, _Handler)
        self._ahead = moments(mean_s, time.time())
        self._next = next(self._ahead)
        self._made: list[float] = []
        self._lock = threading.Lock()

    def after(self, known: int) -> list[dict[str, float]]:
        """The records after the first `known`."""
        with self._lock:
            while self._next <= time.time():
                self._made.append(self._next)
                self._next = next(self._ahead)
            return [{"id": number, "made": made} for number, made in enumerate(self._made[known:], known + 1)]


class _Handler(LocalHandler):
    server: Api

    def answer(self, _body: bytes) -> tuple[int, object]:
        return 200, self.server.after(int(parse_qs(urlsplit(self.path).query)["after"][0]))


if __name__ == "__main__":
    with Api(float(sys.argv[1]) / 1000) as api:
        serve(api)
