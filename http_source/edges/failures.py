"""Foreign exceptions of an HTTP exchange → one sentence a user can act on."""

import http.client
import ssl
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests
from urllib3 import exceptions as urllib3_errors

from http_source.config.properties import TransportOptions
from http_source.errors import RequestFailed
from http_source.model import Request


def explain(error: Exception, request: Request, options: TransportOptions) -> RequestFailed:
    """Say what went wrong with a request, without its query (which may hold a token) and without its headers."""
    causes = list(_causes(error))
    for kind, sentence in _SENTENCES:
        for cause in causes:
            if isinstance(cause, kind):
                words = sentence.format(options=options, host=_host(request.url), cause=_brief(cause))
                return RequestFailed(f"{_where(request)}: {words}")
    return RequestFailed(f"{_where(request)} failed: {type(error).__name__}.")


def overdue(request: Request, options: TransportOptions) -> RequestFailed:
    """Say that a request was cut off when its time was over."""
    return RequestFailed(f"{_where(request)} was not answered whole within {options.request_timeout_ms} ms (http.request.timeout.ms).")


def given_up(request: Request) -> RequestFailed:
    """Say that a request was cut off since nobody waits for it any longer."""
    return RequestFailed(f"{_where(request)} was given up, since polling was told to stop.")


def shown(url: str) -> str:
    """A URL as it may be shown: scheme, host, port and path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{_host(url)}{parts.path}"


def _where(request: Request) -> str:
    return f"{request.method} {shown(request.url)}"


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


def _brief(cause: BaseException) -> str:
    text = getattr(cause, "strerror", None) or getattr(cause, "verify_message", None) or str(cause) or type(cause).__name__
    return str(text).splitlines()[0][:200]


_SENTENCES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (urllib3_errors.NameResolutionError, "the host name {host} cannot be resolved. Check `url`, and the network's name service."),
    (ssl.SSLCertVerificationError, "the certificate of {host} was not accepted: {cause}."),
    (ssl.SSLError, "no TLS connection to {host}: {cause}. Is this an https port?"),
    (ConnectionRefusedError, "{host} refused the connection. Is the server running, and the port in `url` right?"),
    (urllib3_errors.NewConnectionError, "no connection to {host}: {cause}."),
    (urllib3_errors.ConnectTimeoutError,
        "no connection to {host} within {options.connect_timeout_ms} ms (http.connect.timeout.ms)."),
    ((urllib3_errors.ReadTimeoutError, requests.ReadTimeout, TimeoutError),
        "{host} sent nothing for {options.request_timeout_ms} ms (http.request.timeout.ms)."),
    (zlib.error, "the compressed body is damaged: {cause}."),
    ((urllib3_errors.IncompleteRead, http.client.IncompleteRead), "the answer was cut off: {cause}."),
    ((ConnectionResetError, BrokenPipeError, ConnectionAbortedError),
        "the connection was closed by {host} before the whole answer had come. Is this the port for the scheme of `url`?"),
    (http.client.LineTooLong, "a header of the answer is longer than 64 KB."),
    # What such a server sends is foreign text, and may repeat the request with its query: it is not shown.
    ((urllib3_errors.ProtocolError, http.client.HTTPException),
        "{host} did not answer as an HTTP server should. Is it one, and does it expect the scheme of `url`?"),
    ((requests.exceptions.InvalidURL, urllib3_errors.LocationValueError, UnicodeError), "the URL or a header cannot be sent as it is."),
)
"""Tried from top to bottom: the first kind found among the causes explains the failure."""
