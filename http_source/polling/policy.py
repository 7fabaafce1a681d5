"""What an answer's status means, whether to ask again, and how long to wait before that.

Specification: `max.retries`, `retry.backoff.ms`, `retry.on.status.codes`; `retry.backoff.policy` is HTTP Source V2's,
`errors.retry.timeout` and `errors.retry.delay.max.ms` are Kafka Connect's (KIP-298).
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from math import inf, ldexp

from http_source.config.properties import BackoffPolicy, ErrorOptions, RetryOptions
from http_source.errors import RequestFailed
from http_source.foreign.text import Foreign, Redact, readable
from http_source.model import Response, header_of
from http_source.polling.advice import advice_on
from http_source.polling.limit_moment import http_moment
from http_source.polling.redirect import leads_away

ALWAYS_RETRIED = frozenset({401, 408, 429})
"""Unauthorized, timeout and too many requests, whatever `retry.on.status.codes` says (specification)."""

_NO_BODY = frozenset({204, 205})
"""Success without a body (RFC 9110 §15.3.5 and §15.3.6)."""

LONGEST_RETRY_AFTER = 900.0
"""Seconds: a server's larger wish is cut to this, so that no answer can stall an entity for days."""

LONGEST_BACKOFF = 300.0
"""Seconds that doubling may lead to; a `retry.backoff.ms` above it is not doubled at all."""

JITTER = 0.25
"""The largest share that chance takes from a doubled wait: entities that failed together do not come back together."""

FIRST_CONVERSION_PAUSE = 0.3
"""Seconds before a page is converted again for the first time (KIP-298)."""

_MOST_DOUBLINGS = 23
"""Passes the longest wait that can be set (24 days, in 32 bits) from the first one; more would only make larger numbers."""

Chance = Callable[[], float]
"""Gives a number from 0 up to 1, each time another: `random.random`."""

_LIMITED = frozenset({429, 503})
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_UNFINISHED = frozenset({202, 206})

def check_status(  # noqa: PLR0913 - what is known of an answer
    response: Response, options: RetryOptions, now: float,
    *, redact: Redact | None = None, wish: float | None = None, renewable: bool = False,
) -> None:
    """Let a success with a whole answer pass, and what `http.response.empty.status.codes` takes for a page without records.

    `now`, in seconds since the epoch, counts where the answer has no `Date`. `wish` is for how many seconds its rate limits ask to wait:
    it counts with 429 and 503, where there is no `Retry-After`. `renewable` is for the advice (`may_renew`).

    Raises RequestFailed for every other status, with an excerpt of the body when `redact` is there to take secrets out of it: also for
    a redirect that was not followed, 202 (not ready) and 206 (a part), which hold no page.
    """
    status = response.status
    if (is_success(status) and status not in _UNFINISHED) or status in options.empty_status_codes:
        return
    retriable = status in ALWAYS_RETRIED or status in options.on_status_codes
    asked = _retry_after(response, now)
    wish = wish if asked is None and status in _LIMITED else asked
    excess = _excess(wish, "rate limit" if asked is None else "Retry-After") if retriable else ""
    words = [*_words(response, advice_on(response, redact, renewable=renewable), retriable=retriable), excess, _start_of(response, redact)]
    retry_after = None if wish is None else min(wish, LONGEST_RETRY_AFTER)
    raise RequestFailed(" ".join(filter(None, words)), retriable=retriable, retry_after=retry_after)


def is_success(status: int) -> bool:
    """Whether a status is of the class of success (RFC 9110 §15.3)."""
    return 200 <= status < 300  # noqa: PLR2004


def holds_page(status: int) -> bool:
    """Whether there may be records in the body of an answer that `check_status` let pass."""
    return is_success(status) and status not in _NO_BODY


def pause_before_retry(failure: RequestFailed, failed_attempts: int, options: RetryOptions, chance: Chance) -> float | None:
    """Seconds to wait before the request is sent again; None when it will not be.

    `failed_attempts` counts the attempts of this request that have failed, this one included; `max.retries` more than the first are made.
    A longer `Retry-After` wins over the backoff.
    """
    if not failure.retriable or failed_attempts > options.max_retries:
        return None
    return max(_backoff(failed_attempts, options, chance), failure.retry_after or 0.0)


def pause_before_conversion(failed_attempts: int, elapsed: float, options: ErrorOptions, chance: Chance) -> float | None:
    """Seconds to wait before a page is converted again; None when its time is over (`errors.retry.timeout`).

    `elapsed` seconds have passed since the first of the `failed_attempts`. The last attempt comes when the time is just over.
    """
    left = inf if options.retry_timeout_ms < 0 else options.retry_timeout_ms / 1000 - elapsed
    if left <= 0:
        return None
    doubled = ldexp(FIRST_CONVERSION_PAUSE, min(failed_attempts - 1, _MOST_DOUBLINGS))
    return min(min(doubled, options.retry_delay_max_ms / 1000) * (1 - JITTER * chance()), left)


def _backoff(failed_attempts: int, options: RetryOptions, chance: Chance) -> float:
    """Always `retry.backoff.ms`, or that doubled with each retry and shortened by chance."""
    first = options.backoff_ms / 1000
    if options.backoff_policy is BackoffPolicy.CONSTANT_VALUE:
        return first
    doubled = ldexp(first, min(failed_attempts - 1, _MOST_DOUBLINGS))
    return min(doubled, max(first, LONGEST_BACKOFF)) * (1 - JITTER * chance())


def _words(response: Response, advice: str, *, retriable: bool) -> list[str]:
    status = response.status
    words = [f"The server answered {_named(status)}.", advice]
    again = "" if leads_away(response) else f"The request is not sent again: add {status} to `retry.on.status.codes` if it should be."
    return words if retriable else [*words, again]


def _excess(wish: float | None, said: str) -> str:
    if wish is None or wish <= LONGEST_RETRY_AFTER:
        return ""
    return f"Its {said} asks for a longer wait than the {LONGEST_RETRY_AFTER:g} s that are waited at most."


def _start_of(response: Response, redact: Redact | None) -> str:
    shown = readable(Foreign(response.body), redact)
    return f'The answer starts with "{shown}".' if shown else ""


def _named(status: int) -> str:
    """The status with the standard's phrase; the server's own phrase is foreign text and tells no more."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _retry_after(response: Response, now: float) -> float | None:
    """Seconds that `Retry-After` wishes for (RFC 9110 §10.2.3), 0 for a moment in the past; None when it says neither number nor date.

    Some APIs send a fraction, which the RFC does not know.
    A date is measured from the answer's own `Date`, so that a server whose clock is wrong gets the wait it means.
    """
    text = header_of(response.headers, "retry-after")
    if _SECONDS.fullmatch(text):
        return float(text)
    until, sent = http_moment(text), http_moment(header_of(response.headers, "date"))
    return None if until is None else max(until - (now if sent is None else sent), 0.0)
