"""Foreign exceptions of an HTTP exchange → one sentence a user can act on."""

import http.client
import re
import ssl
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

import requests
from urllib3 import exceptions as urllib3_errors

from http_source.config.properties import TransportOptions
from http_source.edges.http.content_codings import DamagedBody
from http_source.edges.http.head import Malformed
from http_source.edges.http.tls_failures import explain_tls
from http_source.errors import RequestFailed
from http_source.foreign.text import Foreign, Redact, readable
from http_source.model import Request

_Sentences = Sequence[tuple[type[BaseException] | tuple[type[BaseException], ...], str]]
_LONGEST = 400
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")


def explain(error: Exception, request: Request, options: TransportOptions, proxy: str | None = None,
            redact: Redact | None = None) -> RequestFailed:
    """Say what went wrong with a request, without its query (which may hold a token) and without its headers.

    `proxy` is the address of the proxy it went through, if it did. Without `redact` nothing of foreign words is said.
    """
    causes = list(_causes(error))
    if any(isinstance(cause, urllib3_errors.ProxyError) for cause in causes):
        words = _tunnel_refused(causes) or _sentence(causes, _PROXY_SENTENCES, redact)
    else:
        words = _malformed(causes) or _sentence(causes, _SENTENCES, redact)
    told = _tls(error, causes, request, redact) or (words and words.format(options=options, host=_host(request.url), proxy=proxy))
    return RequestFailed(_where(request, proxy) + (f": {told}" if told else f" failed: {type(error).__name__}."))


def overdue(request: Request, options: TransportOptions) -> RequestFailed:
    """Say that a request was cut off when its time was over."""
    return RequestFailed(f"{_where(request)} was not answered whole within {options.request_timeout_ms} ms (http.request.timeout.ms).")


def given_up(request: Request) -> RequestFailed:
    """Say that a request was cut off since nobody waits for it any longer."""
    return RequestFailed(f"{_where(request)} was given up, since polling was stopped.")


def not_let_through(proxy: str) -> RequestFailed:
    """Say that the proxy asks for credentials or takes others than those it got (status 407)."""
    return RequestFailed(f"{_REFUSED.format(proxy=proxy)} Nothing was sent beyond it.")


def shown(url: str) -> str:
    """A URL as it may be shown: scheme, host, port and path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{_host(url)}{parts.path}"


def _where(request: Request, proxy: str | None = None) -> str:
    return f"{request.method} {shown(request.url)}" + (f" through the proxy {proxy}" if proxy else "")


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it wraps, outermost first; requests and urllib3 keep the cause in different places."""
    pending: list[object] = [error]
    seen: set[int] = set()
    while pending:
        cause = pending.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        pending += [getattr(cause, "reason", None), cause.__cause__, cause.__context__, *cause.args]


def _sentence(causes: Sequence[BaseException], sentences: _Sentences, redact: Redact | None) -> str | None:
    for kind, sentence in sentences:
        for cause in causes:
            if isinstance(cause, kind):
                return sentence.replace("{cause}", _brief(cause, redact).replace("{", "{{").replace("}", "}}"))
    return None


def _brief(cause: BaseException, redact: Redact | None) -> str:
    if isinstance(cause, urllib3_errors.NewConnectionError) and cause.__cause__ is not None:
        cause = cause.__cause__
    return readable(Foreign.of(cause).first_line(), redact) or type(cause).__name__


def _tls(error: Exception, causes: Sequence[BaseException], request: Request, redact: Redact | None) -> str | None:
    """What TLS has to say about it. Once an answer has begun, which requests did not fail to get, a closed connection is none of TLS's."""
    if not request.url.lower().startswith("https:") or any(isinstance(cause, urllib3_errors.ProxyError) for cause in causes):
        return None
    kinds = BaseException if isinstance(error, requests.RequestException) else ssl.SSLError
    told = (explain_tls(cause, _host(request.url), redact) for cause in causes if isinstance(cause, kinds))
    return next(filter(None, told), None)


def _tunnel_refused(causes: Sequence[BaseException]) -> str | None:
    """What the proxy's answer to CONNECT means; its reason phrase is foreign text and is not shown."""
    statuses = (Foreign.of(cause).number(_TUNNEL) for cause in causes if type(cause) is OSError)
    status = next(filter(None, statuses), None)
    if status is None:
        return None
    return _NO_WAY.replace("{status}", str(status)) if status != HTTPStatus.PROXY_AUTHENTICATION_REQUIRED else _REFUSED


def _malformed(causes: Sequence[BaseException]) -> str | None:
    """What is wrong with the answer, which says nothing of what is in it."""
    return next((readable(Foreign.of(cause), str, _LONGEST) for cause in causes if isinstance(cause, Malformed)), None)


_NO_WAY = "the proxy {proxy} opens no way to {host} (status {status}). Does it allow that host and port?"
_REFUSED = "the proxy {proxy} asks for a user name and a password (status 407). Check `http.proxy.user` and `http.proxy.password`."

_PROXY_SENTENCES: _Sentences = (
    (urllib3_errors.NameResolutionError, "the proxy's host name cannot be resolved ({cause}). Check `http.proxy.host`."),
    (ConnectionRefusedError, "the proxy refused the connection. Is it running, and are `http.proxy.host` and `http.proxy.port` right?"),
    (urllib3_errors.NewConnectionError, "no connection to the proxy: {cause}. Check `http.proxy.host` and `http.proxy.port`."),
    ((urllib3_errors.ConnectTimeoutError, TimeoutError),
        "the proxy did not connect within {options.connect_timeout_ms} ms (http.connect.timeout.ms). Check `http.proxy.host`."),
    (Exception, "the proxy did not answer as an HTTP proxy should. Check `http.proxy.host` and `http.proxy.port`."),
)

_SENTENCES: _Sentences = (
    (urllib3_errors.NameResolutionError,
        "the host name {host} cannot be resolved ({cause}). Check `url`, and the network's name service."),
    (ConnectionRefusedError, "{host} refused the connection. Is the server running, and the port in `url` right?"),
    (urllib3_errors.NewConnectionError, "no connection to {host}: {cause}."),
    (urllib3_errors.ConnectTimeoutError,
        "no connection to {host} within {options.connect_timeout_ms} ms (http.connect.timeout.ms)."),
    ((urllib3_errors.ReadTimeoutError, requests.ReadTimeout, TimeoutError),
        "{host} sent nothing for {options.request_timeout_ms} ms (http.request.timeout.ms)."),
    (DamagedBody, "the compressed body is damaged: {cause}."),
    ((urllib3_errors.IncompleteRead, http.client.IncompleteRead), "the answer was cut off."),
    ((ConnectionResetError, BrokenPipeError, ConnectionAbortedError),
        "the connection was closed by {host} before the whole answer had come. Is this the port for the scheme of `url`?"),
    ((requests.exceptions.InvalidURL, http.client.InvalidURL, urllib3_errors.LocationValueError, UnicodeError),
        "the URL or a header cannot be sent as it is."),
    # What such a server sends is foreign text, and may repeat the request with its query: it is not shown.
    ((urllib3_errors.ProtocolError, http.client.HTTPException),
        "{host} did not answer as an HTTP server should. Is it one, and does it expect the scheme of `url`?"),
)
"""Tried from top to bottom: the first kind found among the causes explains the failure."""
