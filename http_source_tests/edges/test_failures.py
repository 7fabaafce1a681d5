"""Each foreign exception becomes one sentence: what happened and what to look at, never the query or a header."""

import http.client
import socket

import pytest
import requests
from urllib3 import exceptions as urllib3_errors
from urllib3.connection import HTTPConnection

from http_source.edges.http.content_codings import DamagedBody
from http_source.edges.http.failures import explain, given_up, overdue, shown
from http_source.edges.http.head import Malformed
from http_source.foreign.redactor import Redactor
from http_source.model import Request
from http_source_tests.edges.clients import transport

URL = "https://user:s3cret@api.test:8443/items?token=s3cret"
REQUEST = Request("GET", URL, {"X-Api-Key": "s3cret"})
OPTIONS = transport(connect_timeout_ms=111, request_timeout_ms=222)
CONNECTION = HTTPConnection("api.test", 8443)


def wrapped(cause: Exception) -> requests.ConnectionError:
    """As requests and urllib3 wrap what went wrong while connecting."""
    return requests.ConnectionError(urllib3_errors.MaxRetryError(None, URL, cause))  # type: ignore[arg-type]


CASES: list[tuple[Exception, str]] = [
    (wrapped(urllib3_errors.NameResolutionError("api.test", CONNECTION, socket.gaierror(-2, "unknown"))), "cannot be resolved"),
    (wrapped(urllib3_errors.NewConnectionError(CONNECTION, "No route to host")), "no connection to api.test:8443: "),
    (wrapped(urllib3_errors.ConnectTimeoutError(CONNECTION, "late")), "within 111 ms (http.connect.timeout.ms)"),
    (requests.ReadTimeout(URL), "sent nothing for 222 ms (http.request.timeout.ms)"),
    (TimeoutError(), "sent nothing for 222 ms (http.request.timeout.ms)"),
    (DamagedBody("bad"), "the compressed body is damaged: bad"),
    (urllib3_errors.IncompleteRead(3, 7), "the answer was cut off."),
    (urllib3_errors.ProtocolError("Connection broken", ConnectionResetError(104, "reset")), "was closed by api.test:8443"),
    (urllib3_errors.ProtocolError("Connection aborted.", http.client.BadStatusLine(URL)), "did not answer as an HTTP server should"),
    (urllib3_errors.ProtocolError("Connection aborted.", Malformed("{host} sends {{")), "api.test:8443 sends {"),
    (requests.exceptions.InvalidURL(URL), "cannot be sent as it is"),
    (UnicodeEncodeError("latin-1", URL, 0, 1, "not in range"), "cannot be sent as it is"),
    (requests.RequestException(URL), "failed: RequestException."),
]


@pytest.mark.parametrize(("error", "sentence"), CASES, ids=[f"{number}-{type(error).__name__}" for number, (error, _) in enumerate(CASES)])
def test_a_foreign_exception_is_explained_in_one_sentence(error: Exception, sentence: str) -> None:
    failure = explain(error, REQUEST, OPTIONS, redact=Redactor())
    assert sentence in str(failure)
    assert str(failure).startswith("GET https://api.test:8443/items")
    assert "s3cret" not in str(failure)
    assert "\n" not in str(failure)
    assert failure.retriable


def test_a_cut_is_explained_by_its_reason() -> None:
    assert "within 222 ms (http.request.timeout.ms)" in str(overdue(REQUEST, OPTIONS))
    assert "polling was stopped" in str(given_up(REQUEST))


def test_a_url_is_shown_without_user_query_and_fragment() -> None:
    assert shown(URL + "#part") == "https://api.test:8443/items"
