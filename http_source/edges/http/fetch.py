"""Sends one request and reads its answer: bounded in time and bytes, and only to where it may go.

requests and urllib3 do the talking, without a session of requests: it would take proxies and credentials from the
environment, keep cookies and stumble over redirects. What they leave open is closed here: a deadline over the whole exchange, a
limit on decompressed bytes, redirects by our own rule.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import quote, urljoin

import requests
from requests.models import PreparedRequest
from urllib3.exceptions import HTTPError

from http_source.config.properties import AddressOptions, ProxyOptions, TransportOptions
from http_source.config.types import NO_STATUS, StatusRanges
from http_source.edges.http.dial import Dialer
from http_source.edges.http.encodings import ACCEPTED, PIECE, DamagedBody, unpackers
from http_source.edges.http.failures import explain, given_up, not_let_through, overdue, shown
from http_source.edges.http.transport import Proxy, Transport
from http_source.edges.http.watchdog import Flight, Watchdog
from http_source.errors import PageRefused, RequestFailed
from http_source.model import Request, Response

Gate = Callable[[str], None]
"""Raises PageRefused for a URL that must not be asked."""

_FOREIGN = (requests.RequestException, HTTPError, HTTPException, OSError, UnicodeError, DamagedBody)
_IN_URLS = "%!#$&'()*+,/:;=?@[]~"
_LONGEST_NUMBER = 20
_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Credentials(Protocol):
    """Signs requests, and may get new credentials when the present ones are refused."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request. May raise RequestFailed."""

    def renew(self, refused: PreparedRequest) -> bool:
        """Whether a request whose credentials were refused is worth sending once more, signed anew. May raise RequestFailed."""


class Fetcher:
    """A pooled HTTP client for one task, shared by its fetch threads.

    `context` says whom https connections trust (the system's roots without one), `proxy` what all of them go through, `addresses`
    where none is made to. Proxies and credentials of the environment are never used. A `companion`, such as the client that asks for
    `auth`'s tokens, is closed together with this one. Credentials are renewed on 401 and `renew_on`; of answers with a status of
    `unread` nothing is decoded.
    """

    def __init__(  # noqa: PLR0913 - one option group each
        self,
        options: TransportOptions,
        *,
        auth: Credentials | None = None,
        connections: int = 10,
        context: ssl.SSLContext | None = None,
        proxy: ProxyOptions | None = None,
        addresses: AddressOptions | None = None,
        companion: "Fetcher | None" = None,
        renew_on: StatusRanges = NO_STATUS,
        unread: StatusRanges = NO_STATUS,
    ) -> None:
        self._renew_on = renew_on
        self._unread = unread
        self._companion = companion
        self._options = options
        self._auth = auth
        self._timeout = (options.connect_timeout_ms / 1000, options.request_timeout_ms / 1000)
        self._watchdog = Watchdog()
        self._proxy = Proxy.of(proxy)
        self._transport = Transport(Dialer(addresses), context=context, proxy=self._proxy, connections=connections)
        headers = {"User-Agent": "http-source", "Accept-Encoding": ACCEPTED if options.compression else "identity"}
        self._blank = requests.Request("GET", "http://blank.invalid/", headers).prepare()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Cut what is on its way, close every connection, end the watchdog."""
        if self._companion is not None:
            self._companion.close()
        self._watchdog.close()
        self._transport.close()

    def fetch(self, request: Request, gate: Gate) -> Response:
        """Send a request and read its answer to the end, whatever its status; once more where refused credentials could be renewed.

        Raises RequestFailed when no whole answer came, PageRefused when `gate` refuses where a redirect leads or the answer is too large.
        """
        with self._watchdog.flight(time.monotonic() + self._timeout[1]) as flight:
            try:
                response = self._ask(request, gate, flight)
            except _FOREIGN as error:
                raise self._cut_off(request, flight) or self._explain(error, request) from error
            if cut_off := self._cut_off(request, flight):
                raise cut_off
            return response

    def _cut_off(self, request: Request, flight: Flight) -> RequestFailed | None:
        if flight.was_cut and self._watchdog.closed:
            return given_up(request)
        return overdue(request, self._options) if flight.was_cut or not flight.left else None

    def _explain(self, error: Exception, request: Request) -> RequestFailed:
        return explain(error, request, self._options, self._proxy.address if self._proxy else None)

    def _ask(self, request: Request, gate: Gate, flight: Flight) -> Response:
        response, signed = self._follow(request, gate, flight)
        flight.leave()
        if self._is_refusal(response.status) and self._renewed(signed, flight):
            response, _ = self._follow(request, gate, flight)
        return response

    def _is_refusal(self, status: int) -> bool:
        return status == HTTPStatus.UNAUTHORIZED or status in self._renew_on

    def _renewed(self, refused: PreparedRequest, flight: Flight) -> bool:
        if self._auth is None:
            return False
        with flight.paused():
            return self._auth.renew(refused)

    def _sign(self, request: Request, flight: Flight) -> PreparedRequest:
        # Copying a prepared request costs a third of preparing a new one, and leaves the URL exactly as we encoded it.
        prepared = self._blank.copy()
        prepared.method, prepared.url, prepared.body = request.method, request.url, request.body
        prepared.headers.update(request.headers)
        if request.body is not None:
            prepared.headers["Content-Length"] = str(len(request.body))
        if self._auth is None:
            return prepared
        with flight.paused():
            return self._auth(prepared)

    def _follow(self, request: Request, gate: Gate, flight: Flight) -> tuple[Response, PreparedRequest]:
        """The answer after all redirects, and the request that it answers; its URL is the one that nothing was signed into."""
        for _ in range(_MAX_REDIRECTS + 1):
            signed = self._sign(request, flight)
            with self._send(signed, flight) as answer:
                location = answer.headers.get("Location")
                if request.method != "GET" or answer.status_code not in _REDIRECTS or not location:
                    return Response(answer.status_code, request.url, self._read(answer, flight), answer.headers), signed
            request = replace(request, url=_target(request.url, location))
            gate(request.url)
        last = shown(request.url)
        raise RequestFailed(f"More than {_MAX_REDIRECTS} redirects, the last one to {last}. Set `url` to where they should end.")

    def _send(self, prepared: PreparedRequest, flight: Flight) -> requests.Response:
        """Send, and at once again when a kept connection was closed before it answered: the second time goes by a new connection."""
        was_stale = flight.stale
        try:
            return self._transport.send(prepared, stream=True, timeout=self._timeout)
        except requests.RequestException:
            if flight.stale == was_stale or flight.was_cut:
                raise
        return self._transport.send(prepared, stream=True, timeout=self._timeout)

    def _read(self, answer: requests.Response, flight: Flight) -> bytes:
        if answer.status_code < HTTPStatus.OK:
            raise RequestFailed("The server switches to another protocol (status 101), which was not asked for.")
        if answer.status_code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED and self._proxy is not None:
            raise not_let_through(self._proxy.address)
        if answer.status_code in self._unread or answer.status_code == HTTPStatus.NOT_MODIFIED:
            return _passed_over(answer)
        announced = answer.headers.get("Content-Length", "")
        length = int(announced) if announced.isdecimal() and len(announced) < _LONGEST_NUMBER else PIECE
        limit = self._options.max_bytes
        if length > limit and announced.isdecimal():
            raise _too_large(limit)
        unpacking = unpackers(answer.headers.get("Content-Encoding", ""))
        size = min(length + 1, PIECE) if unpacking else length + 1
        pieces: Iterable[bytes] = _within(iter(partial(answer.raw.read, size, decode_content=False), b""), limit, flight)
        for unpack in unpacking:
            pieces = _within(unpack(pieces), limit, flight)
        return b"".join(pieces)


def _passed_over(answer: requests.Response) -> bytes:
    """Nothing. A short body is taken off the connection, so that it can be kept; it ends with a longer one, or one that is cut off."""
    with suppress(*_FOREIGN):
        answer.raw.read(PIECE, decode_content=False)
    return b""


def _target(url: str, location: str) -> str:
    """Where a redirect leads; bytes that no URL can hold are encoded as they came (http.client reads headers as Latin-1)."""
    try:
        return urljoin(url, quote(location.encode("latin-1"), safe=_IN_URLS))
    except ValueError:
        raise RequestFailed("The server redirects to something that is no URL. Set `url` to where it should lead.") from None


def _within(pieces: Iterable[bytes], limit: int, flight: Flight) -> Iterator[bytes]:
    """The pieces, as long as there are no more bytes than allowed and somebody waits for them."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        if flight.was_cut or not flight.left:
            raise TimeoutError
        yield piece


def _too_large(limit: int) -> PageRefused:
    return PageRefused(
        f"The answer is larger than http.response.max.bytes={limit}. Ask for smaller pages, or raise the limit.", retriable=False
    )
