"""The sample API: Confluence spaces, Elasticsearch hits, Cloud Storage objects, invoices and orders that grow while one watches.

`python -m http_source.demo.api [PORT]` serves it on 127.0.0.1 until its standard input closes.
"""

import re
import sys
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from http_source.demo import serving
from http_source.demo.pages import FIRST_ORDER, Asked, Json, invoices_page, objects_page, orders_page, search_page, spaces_page

DEFAULT_PORT = 8765
_BASIC = "Basic " + b64encode(b"sample-user:sample-password").decode()
_BEARER = "Bearer sample-token"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One kind of page: how it is reached, with which credentials, and how its data grows.

    Attributes:
        path: the whole path; its group, if any, is the name of the index or bucket.
        per_second: records that are added every second to the `backlog` of the start.
        began: the start, in seconds since the epoch: the data grows whether it is served or not; None for the start of the API.
        outage: which requests, counted from 1, are refused as if the server were down.
    """

    method: str
    path: re.Pattern[str]
    authorization: str
    page: Callable[[Asked, int], Json]
    backlog: int
    per_second: float
    began: float | None = None
    outage: range = range(0)

    def count(self, seconds: float) -> int:
        """Return how many records there are so many seconds after the start."""
        return self.backlog + int(seconds * self.per_second)


ENDPOINTS = (
    Endpoint("GET", re.compile("/wiki/rest/api/space"), _BASIC, spaces_page, backlog=40, per_second=1),
    Endpoint("POST", re.compile("/(test-index|audit-index)/_search"), _BASIC, search_page, backlog=60, per_second=2),
    Endpoint("GET", re.compile("/storage/v1/b/(test-bucket)/o"), _BEARER, objects_page, backlog=35, per_second=0.5),
    # So that the demo shows, each time alike, how an entity fails and recovers.
    Endpoint("GET", re.compile("/storage/v1/b/(unsteady-bucket)/o"), _BEARER, objects_page, backlog=35, per_second=0.5, outage=range(2, 4)),
    Endpoint("GET", re.compile("/shop/invoices"), _BEARER, invoices_page, backlog=30, per_second=1),
    Endpoint("GET", re.compile("/orders"), _BEARER, orders_page, backlog=0, per_second=0.5, began=FIRST_ORDER),
)


class SampleApi(serving.LocalServer):
    """Serves the endpoints on 127.0.0.1.

    Args:
        port: 0 takes a free one.
        clock: seconds, from anywhere; the data grows by it.
        now: seconds since the epoch; the data that began once grows by it.
    """

    def __init__(self, port: int = 0, clock: Callable[[], float] = time.monotonic, now: Callable[[], float] = time.time) -> None:
        super().__init__(port, _Handler)
        self._clock = clock
        self._now = now
        self._started = clock()
        self._requests: Counter[Endpoint] = Counter()
        self._counting = threading.Lock()

    def seconds(self, began: float | None = None) -> float:
        """Return how long ago the data began to grow: at this time, or with the API."""
        return self._clock() - self._started if began is None else self._now() - began

    def is_down_for(self, endpoint: Endpoint) -> bool:
        """Count one more request, and return whether it falls into the outage."""
        with self._counting:
            self._requests[endpoint] += 1
            return self._requests[endpoint] in endpoint.outage


class _Handler(serving.LocalHandler):
    server: SampleApi

    def answer(self, body: bytes) -> tuple[int, Json]:
        url = urlsplit(self.path)
        for endpoint in ENDPOINTS:
            if match := endpoint.path.fullmatch(url.path):
                query = dict(parse_qsl(url.query, keep_blank_values=True))
                return self._page_of(endpoint, Asked("".join(match.groups()), query, body))
        return _refusal(404, f"There is nothing at {url.path}.")

    def _page_of(self, endpoint: Endpoint, asked: Asked) -> tuple[int, Json]:
        if self.command != endpoint.method:
            return _refusal(405, f"This address takes {endpoint.method} only.")
        if self.headers.get("Authorization") != endpoint.authorization:
            return _refusal(401, "The credentials are missing or wrong.")
        if self.server.is_down_for(endpoint):
            return _refusal(503, "Down for maintenance.")
        try:
            return 200, endpoint.page(asked, endpoint.count(self.server.seconds(endpoint.began)))
        except ValueError as error:
            return _refusal(400, str(error))


def _refusal(status: int, message: str) -> tuple[int, Json]:
    return status, {"statusCode": status, "message": message}


def listen(port: int) -> SampleApi:
    """Return the API on this port, or on a free one when it is taken."""
    return serving.listen(SampleApi, port)


def serve(port: int | None = None) -> None:
    """Serve on this port, or on the default one or a free one, until standard input closes, which it does when the parent ends."""
    with listen(DEFAULT_PORT) if port is None else SampleApi(port) as api:
        serving.serve(api)


if __name__ == "__main__":
    serve(*map(int, sys.argv[1:]))
