"""What a status means, and how long to wait."""

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.properties import BackoffPolicy, ErrorOptions, RetryOptions
from http_source.config.types import STATUS_RANGES
from http_source.errors import RequestFailed
from http_source.model import Response
from http_source.polling.policy import check_status, pause_before_conversion, pause_before_retry
from http_source_tests.polling.samples import options

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT, the standard's own example


def retries(codes: str = "400-", **values: object) -> RetryOptions:
    return options(RetryOptions, on_status_codes=STATUS_RANGES.parse(codes), **values)


def failure(
    status: int, codes: str = "400-", *, body: bytes = b"", retry_after: str | None = None, date: str | None = None
) -> RequestFailed:
    headers = {name: text for name, text in (("retry-AFTER", retry_after), ("dAte", date)) if text is not None}
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


@pytest.mark.parametrize("status", [304, 401, 404, 429, 503])
def test_b200_a_status_that_stands_for_no_records_passes_whatever_else_is_said_of_it(status: int) -> None:
    settings = retries("400-", empty_status_codes=STATUS_RANGES.parse("304,401-404,429,503"))
    check_status(Response(status, "https://api.test/", b"", {"Retry-After": "7"}), settings, NOW)
    with pytest.raises(RequestFailed):
        check_status(Response(500, "https://api.test/", b""), settings, NOW)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503, 599])
def test_b26_a_listed_status_is_asked_again(status: int) -> None:
    assert failure(status).retriable


def test_b27_a_status_that_is_not_listed_fails_at_once() -> None:
    failed = failure(404, "500-")
    assert not failed.retriable
    assert str(failed) == (
        "The server answered 404 Not Found. Check `url` and `entity.names`. The request is not sent again: add 404 to "
        "`retry.on.status.codes` if it should be."
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
        ("1.5", 1.5),  # not the RFC's, and sent all the same
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


@pytest.mark.parametrize("wish", ["901", "99999999999", "9" * 5000, "Sun, 06 Nov 2094 08:00:00 GMT"])
def test_b34_a_wait_that_is_cut_short_is_told(wish: str) -> None:
    assert str(failure(429, retry_after=wish)) == (
        "The server answered 429 Too Many Requests. Raise `request.interval.ms` if this happens repeatedly. "
        "Its Retry-After asks for a longer wait than the 900 s that are waited at most."
    )


@pytest.mark.parametrize("wish", ["900", "Sun, 06 Nov 1994 09:00:00 GMT", "soon", "-1"])
def test_b33_a_wait_that_is_kept_or_not_understood_needs_no_words(wish: str) -> None:
    assert "Retry-After" not in str(failure(429, retry_after=wish))


def test_b34_the_wait_for_a_status_that_is_not_asked_again_needs_no_words() -> None:
    assert "Retry-After" not in str(failure(404, "500-", retry_after="99999999999"))


@given(st.integers(min_value=0, max_value=900), st.integers(min_value=0, max_value=4_000_000_000))
def test_b33_a_date_is_measured_from_the_answer_s_own_date_whatever_its_clock_says(seconds: int, clock: int) -> None:
    failed = failure(503, retry_after=formatdate(clock + seconds, usegmt=True), date=formatdate(clock, usegmt=True))
    assert failed.retry_after == seconds


@pytest.mark.parametrize("date", ["", "yesterday", "0"])
def test_b33_where_the_answer_s_date_is_no_date_our_own_clock_counts(date: str) -> None:
    assert failure(503, retry_after="Sun, 06 Nov 1994 08:49:57 GMT", date=date).retry_after == 20.0


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


def pauses(settings: RetryOptions, *, chance: float = 0.0, retry_after: float | None = None) -> list[float | None]:
    """The pause after each attempt of one request, the last one included."""
    failed = RequestFailed("x", retry_after=retry_after)
    return [pause_before_retry(failed, attempts, settings, lambda: chance) for attempts in range(1, settings.max_retries + 2)]


def test_a_request_is_sent_again_as_often_as_max_retries_says() -> None:
    assert pauses(retries(max_retries=2, backoff_ms=300)) == [0.3, 0.3, None]
    assert pauses(retries(max_retries=0)) == [None]


def test_the_exponential_policy_doubles_the_wait_up_to_five_minutes() -> None:
    settings = retries(max_retries=9, backoff_ms=3000, backoff_policy=BackoffPolicy.EXPONENTIAL_WITH_JITTER)
    assert pauses(settings) == [3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 192.0, 300.0, 300.0, None]
    assert pauses(settings, chance=0.5)[:2] == [3.0 * 0.875, 6.0 * 0.875]


@given(st.integers(min_value=100, max_value=2**31 - 1), st.integers(min_value=1, max_value=2**31), st.floats(0, 1, exclude_max=True))
def test_chance_takes_a_quarter_at_most_and_the_cap_is_never_below_the_configured_wait(ms: int, attempts: int, chance: float) -> None:
    settings = retries(max_retries=2**31, backoff_ms=ms, backoff_policy=BackoffPolicy.EXPONENTIAL_WITH_JITTER)
    pause = pause_before_retry(RequestFailed("x"), attempts, settings, lambda: chance)
    assert pause is not None
    assert 0.75 * (ms / 1000) <= pause <= max(300.0, ms / 1000)


def test_b32_a_longer_retry_after_wins_over_the_backoff() -> None:
    assert [pauses(retries(backoff_ms=3000), retry_after=after)[0] for after in (None, 1.0, 8.0)] == [3.0, 3.0, 8.0]
    growing = retries(max_retries=3, backoff_ms=3000, backoff_policy=BackoffPolicy.EXPONENTIAL_WITH_JITTER)
    assert pauses(growing, retry_after=8.0) == [8.0, 8.0, 12.0, None]


def test_what_cannot_succeed_later_is_not_sent_again() -> None:
    assert pause_before_retry(RequestFailed("x", retriable=False), 1, retries(), float) is None


def test_pauses_between_conversions_double_up_to_the_longest_one() -> None:
    settings = options(ErrorOptions, retry_timeout_ms=-1, retry_delay_max_ms=5_000)
    pauses = [pause_before_conversion(failed, 0.0, settings, float) for failed in (1, 2, 3, 4, 5, 6, 2**31)]
    assert pauses == [0.3, 0.6, 1.2, 2.4, 4.8, 5.0, 5.0]
    assert pause_before_conversion(2, 0.0, settings, lambda: 0.5) == 0.6 * 0.875


def test_the_last_pause_between_conversions_ends_with_their_time() -> None:
    settings = options(ErrorOptions, retry_timeout_ms=1_000)
    assert [pause_before_conversion(3, elapsed, settings, float) for elapsed in (0.0, 0.75, 1.0, 9.0)] == [1.0, 0.25, None, None]
    assert pause_before_conversion(1, 0.0, options(ErrorOptions), float) is None


@given(st.integers(min_value=1, max_value=2**31 - 1), st.integers(min_value=1, max_value=2**31), st.floats(0, 1, exclude_max=True))
def test_a_page_may_be_converted_again_for_ever_with_a_pause_each_time(ms: int, attempts: int, chance: float) -> None:
    settings = options(ErrorOptions, retry_timeout_ms=-1, retry_delay_max_ms=ms)
    pause = pause_before_conversion(attempts, 1e9, settings, lambda: chance)
    assert pause is not None
    assert 0.75 * min(0.3, ms / 1000) <= pause <= ms / 1000


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_b24_a_redirect_that_is_not_followed_says_where_to_set_the_address(status: int) -> None:
    moved = Response(status, "https://a.example", b"", {"Location": "/items"})
    with pytest.raises(RequestFailed, match="set `url` to where it leads"):
        check_status(moved, options(RetryOptions, on_status_codes=STATUS_RANGES.parse("400-")), 0.0)
