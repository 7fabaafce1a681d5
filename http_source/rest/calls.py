"""A request as handlers see it: the names in its path decoded, its query, and its body as JSON."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias
from urllib.parse import unquote_to_bytes

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from http_source.config.findings import shown
from http_source.foreign.text import Foreign, readable
from http_source.rest.answers import Refused
from http_source.rest.worker import Worker

MOST_BYTES = 8 * 1024 * 1024
"""The largest body, as the largest configuration file."""

BODY_S = 10.0
"""Seconds for a body to arrive: until then its request keeps others from being at work."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        path: the parts of the path that its route names, decoded.
        query: parameters.
        body: the document that was sent; None where there was none.
        user: who sent it, for the log; empty where nobody is asked who he is.
    """

    worker: Worker
    path: Mapping[str, str]
    query: QueryParams
    body: Any = None
    user: str = ""

    @property
    def expansions(self) -> frozenset[str]:
        """What a list is to tell of each connector (KIP-465)."""
        return frozenset(self.query.getlist("expand"))

    def flag(self, name: str) -> bool:
        """A parameter as Java reads booleans: true in any case is true, everything else is false."""
        return self.query.get(name, "").lower() == "true"


def who(user: str) -> str:
    """By whom something was done, for what Dagster shows of it."""
    return f"over REST by {shown(user)}" if user else "over REST"


Handler: TypeAlias = Callable[[Call], Response]
"""Answers a call; it may block, and raises Refused for what it does not do."""

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def endpoint(handler: Handler, *, takes_body: bool = False) -> Endpoint:
    """What Starlette calls: reads the body where one is taken, and lets the handler work in a thread."""

    async def called(request: Request) -> Response:
        if not accepts_json(", ".join(request.headers.getlist("accept"))):
            raise Refused(406, "Answers are application/json, which the Accept of the request does not allow.")
        path = {name: decoded(part) for name, part in request.path_params.items()}
        body = await _body(request) if takes_body else None
        call = Call(request.app.state.worker, path, request.query_params, body, getattr(request.state, "user", ""))
        return await run_in_threadpool(handler, call)

    called.__doc__ = handler.__doc__  # for who describes the routes
    called.takes_body = takes_body  # type: ignore[attr-defined]  # the same
    return called


def decoded(part: str) -> str:
    """A part of a path: %2F is a slash in it, and a plus is a plus. Bytes that were not encoded stand for UTF-8, too."""
    return unquote_to_bytes(part.encode("latin-1")).decode(errors="replace")


def accepts_json(accept: str) -> bool:
    """Whether JSON satisfies an `Accept` (RFC 9110 §12.5.1): the range that fits it best decides; none, or an empty one, takes all."""
    ranges = (each.partition(";") for each in accept.split(",") if each.strip())
    weights = {kind.strip().lower(): _weight(parameters) for kind, _, parameters in ranges}
    fitting = [weights[kind] for kind in ("application/json", "application/*", "*/*") if kind in weights]
    return bool(fitting[0]) if fitting else not weights


def _weight(parameters: str) -> float:
    """The `q` of a range; 1 where it is missing, or is not a number."""
    named = (each.partition("=") for each in parameters.split(";"))
    text = next((value.strip() for name, _, value in named if name.strip().lower() == "q"), "1")
    try:
        return float(text)
    except ValueError:
        return 1.0


async def _body(request: Request) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, f"The body's Content-Type is {kind or 'missing'}; send application/json.")
    try:
        async with asyncio.timeout(BODY_S):
            return _parsed(await _read(request))
    except TimeoutError:
        raise Refused(408, f"The body did not arrive within {BODY_S:g} s.") from None
    except ClientDisconnect:
        raise Refused(400, "The body ended too early.") from None


async def _read(request: Request) -> bytes:
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MOST_BYTES:
            raise Refused(413, f"The body is larger than {MOST_BYTES // 1024 // 1024} MB; no configuration is.")
    return bytes(data)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode(), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise Refused(400, f"The body is not UTF-8 (byte {error.start + 1}).") from None
    except json.JSONDecodeError as error:
        raise Refused(400, f"The body is not JSON: {readable(Foreign.of(error), str)}.") from None
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not JSON as it is used here: no NaN or Infinity, no number of thousands of digits, and not nested "
                           "a thousand times.") from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)
