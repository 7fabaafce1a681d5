"""What a status means, and how long to wait."""

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.properties import RetryOptions
from http_source.config.types import STATUS_RANGES
from http_source.errors import RequestFailed
from http_source.model import Response
from http_source.polling.policy import check_status, pause_before_retry
from http_source_tests.polling.samples import options

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT, the standard's own example


def retries(codes: str = "400-", **values: int) -> RetryOptions:
    return options(RetryOptions, on_status_codes=STATUS_RANGES.parse(codes), **values)


def failure(status: int, codes: str = "400-", *, body: bytes = b"", retry_after: str | None = None) -> RequestFailed:
    headers = {} if retry_after is None else {"retry-AFTER": retry_after}
    with pytest.raises(RequestFailed) as failed:
        check_status(
            Response(status, "https://api.test/", body, headers),
            retries(codes),
            NOW,
            redact=lambda text: text.replace("s3cret", "[hidden]"),
        )
    return failed.value


@pytest.mark.parametrize("status", [200, 201, 203, 204, 205, 226])
def test_b16_a_success_passes(status: int) -> None:
    check_status(Response(status, "https://api.test/", b""), retries(), NOW)


@pytest.mark.parametrize("status", [103, 202, 206, 300, 302, 304, 600])
def test_b19_b25_an_answer_that_holds_no_page_fails_at_once_and_names_the_property(status: int) -> None:
    failed = failure(status, "400-599")
    assert not failed.retriable
    assert f"add {status} to `retry.on.status.codes`" in str(failed)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503, 599])
def test_b26_a_listed_status_is_asked_again(status: int) -> None:
    assert failure(status).retriable


def test_b27_a_status_that_is_not_listed_fails_at_once() -> None:
    failed = failure(404, "500-")
    assert not failed.retriable
    assert str(failed) == (
        "The server answered 404 Not Found. Check `url` and `entity.names`. It is not asked again: add 404 to `retry.on.status.codes` "
        "if it should be."
    )


@pytest.mark.parametrize("status", [401, 408, 429])
def test_b31_unauthorized_timeout_and_too_many_requests_are_always_asked_again(status: int) -> None:
    assert failure(status, "500-").retriable


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("99999999999", 900.0),
        ("9" * 5000, 900.0),
        ("Sun, 06 Nov 1994 08:49:57 GMT", 20.0),
        ("Sunday, 06-Nov-94 08:49:57 GMT", 20.0),
        ("Sun Nov  6 08:49:57 1994", 20.0),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0.0),
        ("Sun, 06 Nov 2094 08:00:00 GMT", 900.0),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        ("Sun, 99 Nov 1994 08:49:57 GMT", None),
        ("Sun, 06 Nov 99999999999999999999 08:49:57 GMT", None),
    ],
)
def test_b32_b33_b34_retry_after_is_read_in_all_its_forms_and_capped(text: str, seconds: float | None) -> None:
    assert failure(429, retry_after=text).retry_after == seconds


@given(st.text() | st.text("0123456789 :,-+GMTJanSu"))
def test_b33_no_retry_after_is_read_as_more_than_a_quarter_of_an_hour(text: str) -> None:
    assert 0 <= (failure(503, retry_after=text).retry_after or 0.0) <= 900


@given(st.integers(min_value=0, max_value=900))
def test_b33_a_date_means_its_distance_from_now(seconds: int) -> None:
    assert failure(503, retry_after=formatdate(NOW + seconds, usegmt=True)).retry_after == seconds


def test_b37_b38_the_excerpt_is_short_escaped_and_without_secrets() -> None:
    failed = failure(500, body=b"key s3cret\r\n\x1b[31mERROR fake line \xff\xe2\x80\xae" + b"x" * 10_000)
    assert r"key [hidden]\r\n\x1b[31mERROR fake line " in str(failed)
    assert str(failed).isprintable()
    assert len(str(failed)) < 300


def test_a_secret_that_would_be_cut_in_half_is_hidden_all_the_same() -> None:
    assert "s3c" not in str(failure(500, body=b"x" * 197 + b"s3cret"))


def test_without_a_redactor_nothing_of_the_body_is_shown() -> None:
    with pytest.raises(RequestFailed) as failed:
        check_status(Response(500, "https://api.test/", b"s3cret"), retries(), NOW)
    assert str(failed.value) == "The server answered 500 Internal Server Error."


def test_a_request_is_sent_again_as_often_as_max_retries_says() -> None:
    settings = retries(max_retries=2, backoff_ms=300)
    assert [pause_before_retry(RequestFailed("x"), attempts, settings) for attempts in (1, 2, 3)] == [0.3, 0.3, None]


def test_b32_a_longer_retry_after_wins_over_the_backoff() -> None:
    pauses = [pause_before_retry(RequestFailed("x", retry_after=after), 1, retries(backoff_ms=3000)) for after in (None, 1.0, 8.0)]
    assert pauses == [3.0, 3.0, 8.0]


def test_what_cannot_succeed_later_is_not_sent_again() -> None:
    assert pause_before_retry(RequestFailed("x", retriable=False), 1, retries()) is None
