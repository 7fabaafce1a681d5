"""Statuses and headers, from the wire's edge to the sentence: what is asked again, and what is said of it.

`responses` stands in for the transport: what a socket shows better is in test_protocol.py.
"""

from collections.abc import Mapping

import pytest
import responses

from http_source.config.properties import RetryOptions
from http_source.config.types import STATUS_RANGES
from http_source.errors import RequestFailed
from http_source.model import Request
from http_source.polling.policy import check_status
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.polling.samples import options

URL = "https://api.test/items?key=s3cret"
NOW = 784_111_777.0
RETRIES = options(RetryOptions, on_status_codes=STATUS_RANGES.parse("500-"))


def failure(status: int, headers: Mapping[str, str], method: str = "GET", body: str = "") -> RequestFailed:
    """What a request ends in that is answered with a status."""
    with responses.RequestsMock() as mocked, patient() as client:
        mocked.add(method, URL, body=body, status=status, headers=dict(headers))
        response = client.fetch(Request(method, URL), anywhere)
    with pytest.raises(RequestFailed) as failed:
        check_status(response, RETRIES, NOW, redact=lambda text: text.replace("s3cret", "[hidden]"))
    assert "s3cret" not in str(failed.value)
    assert str(failed.value).isprintable()
    return failed.value


@pytest.mark.parametrize(("status", "headers", "words"), [
    (400, {}, "The server answered 400 Bad Request. The request is not sent again: add 400 to `retry.on.status.codes` if it should be."),
    (401, {}, "Check `auth.type` and its credentials, or `http.request.sensitive.headers`."),
    (401, {"WWW-Authenticate": 'Basic realm="s3cret", charset="UTF-8"'}, "The server asks for Basic (WWW-Authenticate)."),
    (401, {"WWW-Authenticate": 'Digest nonce="a, b", qop=auth, Bearer error="x", Negotiate'}, "asks for Digest, Bearer, Negotiate (WWW"),
    (403, {}, "Check the rights (scope, permissions) of the credentials. The request is not"),
    (404, {}, "Check `url` and `entity.names`."),
    (405, {}, "Check `http.request.method` and `url`."),
    (405, {"Allow": "POST, OPTIONS"}, "Check `http.request.method` and `url`: the server takes POST, OPTIONS there (Allow)."),
    (405, {"Allow": "<script>"}, "Check `http.request.method` and `url`."),
    (406, {}, "check `Accept`, `Accept-Language` and the like in `http.request.headers`"),
    (408, {}, "The server answered 408 Request Timeout."),
    (410, {}, "is permanently gone"),
    (413, {}, "The request is larger than the server takes."),
    (414, {}, "The URL is longer than the server takes."),
    (415, {}, "Check that `Content-Type` in `http.request.headers` says what `http.request.body` is."),
    (421, {}, "is not set up for that host name"),
    (426, {"Upgrade": "HTTP/2.0"}, "It requires another protocol than HTTP/1.1, by its own words HTTP/2.0."),
    (426, {}, "It requires another protocol than HTTP/1.1. Check"),
    (429, {}, "Raise `request.interval.ms` if this happens repeatedly."),
    (431, {}, "The headers are larger than the server takes."),
    (451, {}, "add 451 to `retry.on.status.codes`"),
    (500, {}, "The server answered 500 Internal Server Error."),
    (503, {"Retry-After": "7200"}, "Its Retry-After asks for a longer wait than the 900 s that are waited at most."),
    (511, {}, "The network requires a sign-in"),
    (599, {}, "The server answered 599."),
])  # fmt: skip
def test_a_status_says_what_to_do(status: int, headers: Mapping[str, str], words: str) -> None:
    assert words in str(failure(status, headers))


@pytest.mark.parametrize(("status", "is_retried"), [
    (202, False), (206, False), (300, False), (305, False), (400, False), (401, True), (403, False), (404, False), (408, True),
    (409, False), (425, False), (429, True), (499, False), (500, True), (502, True), (503, True), (504, True), (599, True),
])  # fmt: skip
def test_some_statuses_are_asked_again_and_others_are_not(status: int, is_retried: bool) -> None:  # noqa: FBT001 - a column of the table
    failed = failure(status, {})
    assert failed.retriable is is_retried
    assert ("is not sent again" in str(failed)) is (not is_retried)


@pytest.mark.parametrize(("text", "seconds"), [
    ("120", 120.0), (" 7 ", 7.0), ("0", 0.0), ("7200", 900.0),
    ("Sun, 06 Nov 1994 08:50:37 GMT", 60.0), ("Sunday, 06-Nov-94 08:50:37 GMT", 60.0),
    ("Sun Nov  6 08:50:37 1994", 60.0), ("Sun, 06 Nov 1994 08:00:00 GMT", 0.0), ("-5", None), ("1.5", 1.5), ("soon", None), ("", None),
])  # fmt: skip
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_server_asks_for_is_read_in_every_form(status: int, text: str, seconds: float | None) -> None:
    assert failure(status, {"Retry-After": text}).retry_after == seconds


@pytest.mark.parametrize(("status", "location", "words"), [
    (301, "/v2/items?token=s3cret#part", 'It leads to "https://api.test/v2/items". A request that is not a GET is not sent on: set'),
    (302, "https://user:s3cret@other.test:8443/login", 'It leads to "https://other.test:8443/login".'),
    (303, "//other.test/result", "set `url` to where it leads and `http.request.method=GET`, if the records are there."),
    (307, "../up", 'It leads to "https://api.test/up".'),
    (308, "https://api.test/s3cret/\x1b[31m", 'It leads to "https://api.test/[hidden]/'),
    (300, "/one", 'It offers several places, the first of which leads to "https://api.test/one". Set `url` to one of them.'),
])  # fmt: skip
def test_b227_a_redirect_of_a_post_names_where_it_leads(status: int, location: str, words: str) -> None:
    failed = failure(status, {"Location": location}, method="POST")
    assert words in str(failed)
    assert "retry.on.status.codes" not in str(failed)
    assert not failed.retriable


@pytest.mark.parametrize("location", ["", " ", "http://[", "mailto:somebody"])
def test_b227_a_redirect_to_nowhere_says_so(location: str) -> None:
    assert "It does not say where to go (no usable Location). Check `url`." in str(failure(302, {"Location": location}, method="POST"))
