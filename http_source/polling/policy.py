"""What an answer's status means, whether to ask again, and how long to wait before that.

Specification: `max.retries`, `retry.backoff.ms`, `retry.on.status.codes`.
"""

from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from http_source.config.properties import RetryOptions
from http_source.errors import RequestFailed
from http_source.model import Response
from http_source.polling.excerpt import Redact, excerpt

ALWAYS_RETRIED = frozenset({401, 408, 429})
"""Unauthorized, timeout and too many requests, whatever `retry.on.status.codes` says (specification)."""

NO_RECORDS = frozenset({204, 205})
"""Success without a body (RFC 9110 §15.3.5 and §15.3.6): a page without records."""

LONGEST_RETRY_AFTER = 900.0
"""Seconds: a server's larger wish is cut to this, so that no answer can stall an entity for days."""

_UNFINISHED = frozenset({202, 206})
_ADVICE = {
    401: "Check `auth.type` and its credentials, or `http.request.sensitive.headers`.",
    403: "Check the rights (scope, permissions) of the credentials.",
    404: "Check `url` and `entity.names`.",
    429: "Raise `request.interval.ms` if this comes again and again.",
}


def check_status(response: Response, options: RetryOptions, now: float, *, redact: Redact | None = None) -> None:
    """Let a success with a whole answer pass; `now` is in seconds since the epoch.

    Raises RequestFailed for every other status, with an excerpt of the body when `redact` is there to take secrets out of it: also for
    a redirect that was not followed, 202 (not ready) and 206 (a part), which hold no page.
    """
    status = response.status
    if 200 <= status < 300 and status not in _UNFINISHED:  # noqa: PLR2004  (the class of success, RFC 9110 §15)
        return
    retriable = status in ALWAYS_RETRIED or status in options.on_status_codes
    reason = _sentence(response, redact, retriable=retriable)
    raise RequestFailed(reason, retriable=retriable, retry_after=_retry_after(response, now))


def pause_before_retry(failure: RequestFailed, failed_attempts: int, options: RetryOptions) -> float | None:
    """Seconds to wait before the request is sent again; None when it will not be.

    `failed_attempts` counts the attempts of this request that have failed, this one included; `max.retries` more than the first are made.
    """
    if not failure.retriable or failed_attempts > options.max_retries:
        return None
    return max(options.backoff_ms / 1000, failure.retry_after or 0.0)


def _sentence(response: Response, redact: Redact | None, *, retriable: bool) -> str:
    status = response.status
    words = [f"The server answered {_named(status)}."]
    if status in _ADVICE:
        words.append(_ADVICE[status])
    if not retriable:
        words.append(f"It is not asked again: add {status} to `retry.on.status.codes` if it should be.")
    if shown := excerpt(response.body, redact):
        words.append(f'The answer starts with "{shown}".')
    return " ".join(words)


def _named(status: int) -> str:
    """The status with the standard's phrase; the server's own phrase is foreign text and tells no more."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _retry_after(response: Response, now: float) -> float | None:
    """Seconds from `Retry-After` (RFC 9110 §10.2.3): a number, or a date in one of the three forms of §5.6.7; None for anything else."""
    text = next((value.strip() for name, value in response.headers.items() if name.lower() == "retry-after"), "")
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_RETRY_AFTER)
    moment = _moment(text)
    return None if moment is None else min(max(moment - now, 0.0), LONGEST_RETRY_AFTER)


def _moment(text: str) -> float | None:
    """Seconds since the epoch of an HTTP date, which is in UTC also where it does not say so."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
