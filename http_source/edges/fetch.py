"""Sends one request and reads its answer: bounded in time and bytes, and only to where it may go.

requests and urllib3 do the talking. What they leave open is closed here: no proxy, netrc or cookie from outside the
configuration, a deadline over the whole exchange, a limit on decompressed bytes, redirects by our own rule.
"""

import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Self
from urllib.parse import quote, urljoin

import requests
from requests.auth import AuthBase
from requests.models import PreparedRequest
from urllib3.exceptions import HTTPError

from http_source.config.properties import TransportOptions
from http_source.edges.failures import explain, given_up, overdue
from http_source.edges.watchdog import Flight, Watchdog, WatchedAdapter
from http_source.errors import PageRefused, RequestFailed
from http_source.model import Request, Response
from http_source.polling.excerpt import escape

Gate = Callable[[str], None]
"""Raises PageRefused for a URL that must not be asked."""

_CHUNK = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS
_IN_URLS = "%!#$&'()*+,/:;=?@[]~"
_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Fetcher:
    """A pooled HTTP client for one task, shared by its fetch threads."""

    def __init__(self, options: TransportOptions, *, auth: AuthBase | None = None, connections: int = 10) -> None:
        self._options = options
        self._auth = auth
        self._timeout = (options.connect_timeout_ms / 1000, options.request_timeout_ms / 1000)
        self._watchdog = Watchdog()
        self._session = _bare_session(connections)
        self._blank = self._session.prepare_request(requests.Request("GET", "http://blank.invalid/"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Cut what is on its way, close every connection, end the watchdog. A request still connecting ends with its connect time-out."""
        self._watchdog.close()
        self._session.close()

    def fetch(self, request: Request, gate: Gate) -> Response:
        """Send a request and read its answer to the end, whatever its status.

        Raises RequestFailed when no whole answer came, PageRefused when `gate` refuses where a redirect leads.
        """
        with self._watchdog.flight(time.monotonic() + self._timeout[1]) as flight:
            try:
                response = self._follow(self._prepare(request), gate)
            except (requests.RequestException, HTTPError, HTTPException, OSError, UnicodeError, zlib.error) as error:
                raise self._cut_off(request, flight) or explain(error, request, self._options) from error
            if cut_off := self._cut_off(request, flight):
                raise cut_off
            return response

    def _cut_off(self, request: Request, flight: Flight) -> RequestFailed | None:
        if not flight.was_cut:
            return None
        return given_up(request) if self._watchdog.closed else overdue(request, self._options)

    def _prepare(self, request: Request) -> PreparedRequest:
        # Copying a prepared request costs a third of preparing a new one, and leaves the URL exactly as we encoded it.
        prepared = self._blank.copy()
        prepared.method, prepared.url, prepared.body = request.method, request.url, request.body
        prepared.headers.update(request.headers)
        if request.body is not None:
            prepared.headers["Content-Length"] = str(len(request.body))
        return self._auth(prepared) if self._auth else prepared

    def _follow(self, prepared: PreparedRequest, gate: Gate) -> Response:
        for _ in range(_MAX_REDIRECTS + 1):
            answer = self._session.send(prepared, stream=True, allow_redirects=False, timeout=self._timeout, proxies={})
            with answer:
                location = answer.headers.get("Location")
                if prepared.method != "GET" or answer.status_code not in _REDIRECTS or not location:
                    return Response(answer.status_code, prepared.url or "", self._read(answer), answer.headers)
            target = _target(prepared.url or "", location)
            gate(target)
            prepared = prepared.copy()
            prepared.url = target
        raise RequestFailed(f"More than {_MAX_REDIRECTS} redirects. Set `url` to where they should end.")

    def _read(self, answer: requests.Response) -> bytes:
        if answer.status_code < HTTPStatus.OK:
            # The final answer follows on the connection: leaving the block closes it, or the next request would get that answer.
            raise RequestFailed(f"The server answered with the interim status {answer.status_code}, which was not asked for.")
        announced = answer.headers.get("Content-Length", "")
        length = int(announced) if announced.isdecimal() else _CHUNK
        limit = self._options.max_bytes
        if length > limit and announced.isdecimal():
            raise _too_large(limit)
        chunks = iter(partial(answer.raw.read, length + 1, decode_content=False), b"")
        return _decoded(chunks, answer.headers.get("Content-Encoding", ""), limit)


def _target(url: str, location: str) -> str:
    """Where a redirect leads; bytes that no URL can hold are encoded as they came (http.client reads headers as Latin-1)."""
    try:
        return urljoin(url, quote(location.encode("latin-1"), safe=_IN_URLS))
    except ValueError:
        raise RequestFailed("The server redirects to something that is no URL. Set `url` to where it should lead.") from None


def _decoded(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The body without its Content-Encoding (RFC 9110 §8.4): none or gzip, which alone is asked for."""
    match encoding.strip().lower():
        case "" | "identity":
            return _joined(chunks, limit)
        case "gzip" | "x-gzip":
            return _joined(_gunzipped(chunks, limit), limit)
        case other:
            raise RequestFailed(f"The answer comes with Content-Encoding {escape(other[:40])}, where only gzip is read. "
                                "Does a header of `http.request.headers` ask for it?")


def _gunzipped(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The content of all gzip members (RFC 1952 §2.2), each checked to its end; no piece is much larger than the limit."""
    member = None
    for chunk in chunks:
        rest = chunk
        while rest:
            member = member or zlib.decompressobj(_GZIP)
            yield member.decompress(rest, limit + 1)
            rest = member.unused_data.lstrip(b"\0")
            if member.eof:
                member = None
    if member is not None:
        raise zlib.error("it ends before its end mark")


def _joined(chunks: Iterable[bytes], limit: int) -> bytes:
    kept, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        kept.append(chunk)
    return b"".join(kept)


def _too_large(limit: int) -> PageRefused:
    return PageRefused(
        f"The answer is larger than http.response.max.bytes={limit}. Ask for smaller pages, or raise the limit.", retriable=False
    )


class _Session(requests.Session):
    """A session that leaves redirects alone: its own would read each Location, and stumble over some."""

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - requests' name
        return None


def _bare_session(connections: int) -> requests.Session:
    session = _Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers = requests.structures.CaseInsensitiveDict({"User-Agent": "http-source", "Accept-Encoding": "gzip"})
    adapter = WatchedAdapter(pool_connections=connections, pool_maxsize=connections, max_retries=0)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
