"""What one client, and all of them, may ask of `serve`: so many requests a second, so many at once, each for so long."""

import asyncio
import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, inf

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from http_source.foreign.chains import trace
from http_source.foreign.text import Foreign, readable
from http_source.rest.access import HEALTH
from http_source.rest.answers import failure

PER_SECOND = 100.0
"""Requests of one client, on average. A dashboard asks for each connector and task by itself, hundreds at once every half minute."""

AT_ONCE = 32
"""Requests at work; fewer than Starlette has threads."""

LONGEST_S = 90.0
"""Connect's own."""

_BURST_S = 10.0
_WRONG = 20.0
"""What a wrong password costs, in requests: five guesses a second."""

_MOST_CLIENTS = 10_000
_TOO_MANY = 429
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass
class Rates:
    """Counts requests: of each client, and twice as many of all together.

    Attributes:
        per_second: requests of one client, on average; ten seconds' worth may come at once. 0 for no limit.
    """

    per_second: float = PER_SECOND
    clock: Callable[[], float] = time.monotonic
    _clients: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)
    _all: _Bucket | None = None

    def wait(self, client: str) -> float:
        """Seconds until a client may ask again; 0 for now, and then this request is counted."""
        if self.per_second <= 0:
            return 0.0
        mine, everybody = self._bucket(client), self._everybody()
        wait = max((1 - mine.left) / self.per_second, (1 - everybody.left) / (2 * self.per_second), 0.0)
        if not wait:
            mine.left -= 1
            everybody.left -= 1
        return wait

    def wrong(self, client: str) -> None:
        """Count who signed in with what is not known."""
        if self.per_second > 0:
            self._bucket(client).left -= _WRONG

    def _bucket(self, client: str) -> _Bucket:
        key, most = _network(client), self.per_second * _BURST_S
        bucket = self._clients.pop(key, None) or _Bucket(most, self.clock())
        # The one that asked longest ago is forgotten first.
        self._clients[key] = self._filled(bucket, self.per_second)
        while len(self._clients) > _MOST_CLIENTS:
            self._clients.popitem(last=False)
        return bucket

    def _everybody(self) -> _Bucket:
        most = 2 * self.per_second * _BURST_S
        self._all = self._filled(self._all or _Bucket(most, self.clock()), 2 * self.per_second)
        return self._all

    def _filled(self, bucket: _Bucket, rate: float) -> _Bucket:
        now = self.clock()
        bucket.left, bucket.at = min(bucket.left + (now - bucket.at) * rate, rate * _BURST_S), now
        return bucket


class RateLimit:
    """Answers 429 to who asks too often; `/health` is not counted: what watches over processes shares an address with others."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self._app = app
        self._rates = rates
        self._said = -inf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        client = (scope.get("client") or ("",))[0]
        wait = 0.0 if scope["path"].rstrip("/") == HEALTH else self._rates.wait(client)
        if not wait:
            await self._app(scope, receive, send)
            return
        self._say(client)
        answered = failure(_TOO_MANY, f"Too many requests: {self._rates.per_second:g} a second are answered to one client, and twice as "
                                      f"many to all; a wrong password or token counts as {_WRONG:g}. Ask again in {ceil(wait)} s, or start "
                                      "`http-source serve` with a higher --requests-per-second.")
        answered.headers["Retry-After"] = str(ceil(wait))
        await answered(scope, receive, send)

    def _say(self, client: str) -> None:
        if time.monotonic() - self._said > _BURST_S:
            self._said = time.monotonic()
            _log.warning("Requests are answered with 429, now from %s: more than %g a second arrived, or wrong passwords, which "
                         "count as %g.",
                         client, self._rates.per_second, _WRONG)


def _note(done: "asyncio.Task[None]") -> None:
    """Log what an application raised. Starlette has answered it where it could, and raises once more for servers that would print it."""
    try:
        done.result()
    except Exception as error:  # noqa: BLE001 - whatever it was
        _log.debug("%s", trace(error, str))


class ConcurrencyLimit:
    """Lets so many requests be at work at once, and answers each in time: what takes longer is left to itself."""

    def __init__(self, app: ASGIApp, *, at_once: int = AT_ONCE, longest: float = LONGEST_S) -> None:
        """`longest` is in seconds, with the time for which a request waits until another is done."""
        self._app = app
        self._longest = longest
        self._places = asyncio.Semaphore(at_once)
        self._left: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["path"].rstrip("/") == HEALTH:
            await self._app(scope, receive, send)  # limits itself, and must not wait for others
            return
        answering = _Answering(send)
        task = asyncio.create_task(self._placed(scope, receive, answering))
        self._left.add(task)
        task.add_done_callback(self._left.discard)
        done, _ = await asyncio.wait({task}, timeout=self._longest)
        if not done:
            asked = f"{scope['method']} {readable(Foreign(scope['path']), str)}"
            _log.error("%s was not done after %g s, and is left to itself.", asked, self._longest)
        else:
            _note(task)
        if answering.close():
            message = "Request failed." if done else "Request timed out. Dagster's storage may be slow: /health says whether it answers."
            await failure(500, message)(scope, receive, send)

    async def _placed(self, scope: Scope, receive: Receive, answering: "_Answering") -> None:
        async with self._places:
            if not answering.is_closed:
                await self._app(scope, receive, answering.send)


class _Answering:
    """An answer on its way, which nobody hears any more once it is closed."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._has_begun = False
        self.is_closed = False

    async def send(self, message: Message) -> None:
        if not self.is_closed:
            self._has_begun = True
            await self._send(message)

    def close(self) -> bool:
        """Let nothing more through; whether nothing came through."""
        self.is_closed = True
        return not self._has_begun


def _network(client: str) -> str:
    """What counts as one client: of IPv6 the 64 bits that a machine chooses its addresses in."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    mapped = getattr(address, "ipv4_mapped", None)
    if address.version == 4 or mapped:  # noqa: PLR2004 - IPv4
        return str(mapped or address)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
