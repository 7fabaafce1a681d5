"""Sends one request and reads its answer: bounded in time and bytes, and only to where it may go.

requests and urllib3 do the talking, without a session of requests: it would take proxies and credentials from the
environment, keep cookies and stumble over redirects. What they leave open is closed here: a deadline over the whole exchange, a
limit on decompressed bytes, redirects by our own rule.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from typing import Protocol, Self
from urllib.parse import quote, urldefrag, urljoin

import requests
from requests.models import PreparedRequest
from urllib3.exceptions import HTTPError

from http_source.config.properties import AddressOptions, ProxyOptions, TransportOptions
from http_source.config.types import NO_STATUS, StatusRanges
from http_source.edges.http.body_framing import BODYLESS
from http_source.edges.http.content_codings import ACCEPTED, PIECE, DamagedBody, unpackers
from http_source.edges.http.dial import Dialer, Resolve
from http_source.edges.http.failures import explain, given_up, not_let_through, overdue, shown
from http_source.edges.http.transport import Proxy, Transport
from http_source.edges.http.watchdog import Flight, Watchdog
from http_source.errors import Defect, HttpSourceError, PageRefused, RequestFailed
from http_source.foreign.chains import apart, trace
from http_source.foreign.text import Foreign, Redact, readable
from http_source.model import Request, Response
from http_source.polling.charset import in_utf8
from http_source.polling.redirect import FOLLOWED

Permit = Callable[[str], None]
"""Raises PageRefused for a URL that must not be asked."""

_FOREIGN = (requests.RequestException, HTTPError, HTTPException, OSError, UnicodeError, DamagedBody)
_IN_URLS = "%!#$&'()*+,/:;=?@[]~"
_MAX_REDIRECTS = 5


class Credentials(Protocol):
    """Signs requests, and may get new credentials when the present ones are refused."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request. May raise RequestFailed."""

    def renew(self, refused: PreparedRequest, answer: Response) -> bool:
        """Whether a request that was answered so is worth sending once more, signed anew. May raise RequestFailed."""

    def distrust(self) -> None:
        """Begin with new credentials where there are some to be had."""


class Fetcher:
    """A pooled HTTP client for one task, shared by its fetch threads.

    `context` says whom https connections trust (the system's roots without one), `proxy` what all of them go through, `addresses`
    where none is made to. Proxies and credentials of the environment are never used. A `companion`, such as the client that asks for
    `auth`'s tokens, is closed together with this one. Credentials are renewed on 401 and `renew_on`; of answers with a status of
    `unread` nothing is decoded. `pay` is called, and may wait, before each request of a fetch but the first. Without `redact` messages
    say nothing in the words of others. `resolve` gives the addresses of names.
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
        pay: Callable[[], None] = lambda: None,
        redact: Redact | None = None,
        resolve: Resolve = socket.getaddrinfo,
    ) -> None:
        self._redact = redact
        self._renew_on = renew_on
        self._unread = unread
        self._pay = pay
        self._companion = companion
        self._options = options
        self._auth = auth
        self._timeout = (options.connect_timeout_ms / 1000, options.request_timeout_ms / 1000)
        self._watchdog = Watchdog()
        self._proxy = Proxy.of(proxy)
        self._transport = Transport(Dialer(addresses, resolve), context=context, proxy=self._proxy, connections=connections)
        headers = {"User-Agent": "http-source", "Accept-Encoding": ACCEPTED if options.compression else "identity"}
        self._blank = requests.Request("GET", "http://blank.invalid/", headers).prepare()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Cut what is on its way, close every connection, end the watchdog."""
        if self._companion is not None:
            self._companion.close()
        self._watchdog.close()
        self._transport.close()

    def distrust(self) -> None:
        """Sign with new credentials from now on where there are some to be had: what was asked with these has failed for good."""
        if self._auth is not None:
            self._auth.distrust()

    def fetch(self, request: Request, gate: Permit) -> Response:
        """Send a request and read its answer to the end, whatever its status; once more where refused credentials could be renewed.

        Raises RequestFailed when no whole answer came, PageRefused when `gate` refuses where a redirect leads or the answer is too large.
        """
        with self._watchdog.flight(time.monotonic() + self._timeout[1]) as flight:
            # Alone: urllib3's frames hold the headers that were sent, and its exceptions the URL with its query.
            response = apart(lambda: self._ask(request, gate, flight), Exception, partial(self._failure, request, flight),
                             (HttpSourceError, MemoryError))
            if cut_off := self._cut_off(request, flight):
                raise cut_off
            return response

    def _failure(self, request: Request, flight: Flight, error: Exception) -> HttpSourceError:
        if not isinstance(error, _FOREIGN):
            return Defect(trace(error, self._redact))
        asked, proxy = replace(request, url=flight.url or request.url), self._proxy.address if self._proxy else None
        return self._cut_off(request, flight) or explain(error, asked, self._options, proxy, self._redact)

    def _cut_off(self, request: Request, flight: Flight) -> RequestFailed | None:
        if flight.was_cut and self._watchdog.closed:
            return given_up(request)
        return overdue(request, self._options) if flight.was_cut or not flight.left else None

    def _ask(self, request: Request, gate: Permit, flight: Flight) -> Response:
        response, signed = self._follow(request, gate, flight)
        flight.leave()
        is_refusal = response.status == HTTPStatus.UNAUTHORIZED or response.status in self._renew_on
        if is_refusal and self._renewed(signed, response, flight):
            self._pay_more(flight)
            response, _ = self._follow(request, gate, flight)
        return response

    def _pay_more(self, flight: Flight) -> None:
        with flight.paused():
            self._pay()

    def _renewed(self, refused: PreparedRequest, answer: Response, flight: Flight) -> bool:
        if self._auth is None:
            return False
        with flight.paused():
            return self._auth.renew(refused, answer)

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

    def _follow(self, request: Request, gate: Permit, flight: Flight) -> tuple[Response, PreparedRequest]:
        """The answer after all redirects, and the request that it answers; its URL is the one that nothing was signed into."""
        been = set[str]()
        while len(been) <= _MAX_REDIRECTS:
            been.add(request.url)
            flight.url = request.url
            signed = self._sign(request, flight)
            with self._send(signed, flight) as answer:
                location = answer.headers.get("Location", "").strip()
                if request.method != "GET" or answer.status_code not in FOLLOWED or not location:
                    body = in_utf8(self._read(answer, flight), answer.headers.get("Content-Type", ""))
                    return Response(answer.status_code, request.url, body, answer.headers), signed
            request = replace(request, url=_target(request.url, answer.raw.headers.getlist("Location")))
            gate(request.url)
            if request.url in been:
                back = self._told(request.url)
                raise RequestFailed(f"The redirects lead in a circle, back to {back}. Set `url` to where they should end; "
                                    "a site that needs its cookie does not get it, since cookies are not kept.")
            self._pay_more(flight)
        last = self._told(request.url)
        raise RequestFailed(f"More than {_MAX_REDIRECTS} redirects, the last one to {last}. Set `url` to where they should end.")

    def _told(self, url: str) -> str:
        """Where a server leads to, as it may be shown."""
        return readable(Foreign(shown(url)), self._redact) or "somewhere"

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
            raise RequestFailed("The server switches to another protocol (status 101), which was not requested.")
        if answer.status_code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED and self._proxy is not None:
            raise not_let_through(self._proxy.address)
        if answer.status_code in self._unread or answer.status_code in BODYLESS:
            return _passed_over(answer)
        announced = answer.headers.get("Content-Length", "")
        length, limit = int(announced or PIECE), self._options.max_bytes
        if announced and length > limit:
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


def _target(url: str, locations: list[str]) -> str:
    """Where a redirect leads, without a fragment; bytes that no URL can hold are encoded as they came (headers are read as Latin-1)."""
    places = {location.strip() for location in locations}
    if len(places) > 1:
        raise RequestFailed("The server redirects to several places at once (Location). Set `url` to where it should lead.")
    try:
        return urldefrag(urljoin(url, quote(places.pop().encode("latin-1"), safe=_IN_URLS))).url
    except ValueError:
        raise RequestFailed("The server redirects to something that is not a URL. Set `url` to where it should lead.") from None


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
