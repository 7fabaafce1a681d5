"""The server of the benchmarks, with its answers made in advance, so that the client is what gets measured.

`python -m bench.feed SIZE [ITEMS]` listens on 127.0.0.1 until its standard input closes; ITEMS makes records larger.

    /feed?offset=K&total=N    the records from K on, SIZE of them; an empty page from N on
    /one/ENTITY, /none/ENTITY a page of one record, or of none
    /gaps                     for every second and later request of an entity since the last call of this path: the seconds
                              between the end of the answer before it and its arrival
    /known                    how many entities were answered so far
    /span                     the seconds from the first to the last request for records since the last call of this path
"""

import asyncio
import json
import sys
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from bench.records import page

_DISTINCT_PAGES, _FEW_PAGES, _MANY_RECORDS = 20, 2, 100_000
"""So many different pages there are, and so many of that many records."""


def _answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


class Feed:
    """Finds the answer to a request, and remembers when each entity was last answered."""

    def __init__(self, size: int, items: int) -> None:
        self._size = size
        pages = _DISTINCT_PAGES if size < _MANY_RECORDS else _FEW_PAGES
        self._pages = [_answer(page(number * size, size, items)) for number in range(pages)]
        self._one, self._none = _answer(page(0, 1)), _answer(page(0, 0))
        self._answered: dict[str, float] = {}
        self._gaps: list[float] = []
        self._asked: list[float] = []

    def answer(self, target: str, arrived: float) -> bytes:
        """The whole answer to a request that arrived at that time."""
        url = urlsplit(target)
        kind = url.path.split("/")[1]
        if kind == "feed":
            query = parse_qs(url.query)
            offset, total = int(query["offset"][0]), int(query["total"][0])
            if offset <= total:
                self._asked = [*self._asked[:1], arrived]
            return self._pages[offset // self._size % len(self._pages)] if offset < total else self._none
        if kind == "gaps":
            gaps, self._gaps = self._gaps, []
            return _answer(json.dumps(gaps).encode())
        if kind == "known":
            return _answer(b"%d" % self._known())
        if kind == "span":
            asked, self._asked = self._asked, []
            return _answer(json.dumps(asked[-1] - asked[0] if asked else 0).encode())
        if (before := self._answered.get(url.path)) is not None:
            self._gaps.append(arrived - before)
        return self._one if kind == "one" else self._none

    def _known(self) -> int:
        return sum(path.startswith(("/one/", "/none/")) for path in self._answered)

    def ended(self, target: str, now: float) -> None:
        """Note that the answer to a request was written."""
        self._answered[urlsplit(target).path] = now


class _Connection(asyncio.Protocol):
    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._clock = asyncio.get_running_loop().time
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  what a TCP server always passes
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            target = head.split(b" ", 2)[1].decode()
            self._transport.write(self._feed.answer(target, self._clock()))
            self._feed.ended(target, self._clock())


async def _serve(size: int, items: int = 0) -> None:
    loop = asyncio.get_running_loop()
    feed = Feed(size, items)
    server = await loop.create_server(lambda: _Connection(feed), "127.0.0.1", 0, backlog=1024)
    async with server:
        sys.stdout.write(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(*map(int, sys.argv[1:])))
