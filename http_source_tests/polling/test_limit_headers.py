"""Headers of rate limits as public APIs and proxies document them, and what is no sense."""

import time
from collections.abc import Mapping
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.foreign.text import readable
from http_source.polling.limit_headers import limits_in, wish_of

NOW = 1_780_000_000
HERE = NOW + 86_400.0
"""Our own clock is a day ahead: the answer's `Date` counts."""

DATE = {"Date": formatdate(NOW, usegmt=True)}
HOUR_S = 3_600.0

PUBLIC: dict[str, tuple[Mapping[str, str], set[tuple[int | None, float]]]] = {
    "github": (
        {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "0", "x-ratelimit-used": "60", "x-ratelimit-resource": "core",
         "x-ratelimit-reset": str(NOW + 1_200)},
        {(0, 1_200)},
    ),
    "gitlab": (
        {"RateLimit-Limit": "60", "RateLimit-Name": "throttle_authenticated_web", "RateLimit-Observed": "67", "RateLimit-Remaining": "0",
         "RateLimit-Reset": str(NOW + 44), "RateLimit-ResetTime": formatdate(NOW + 44, usegmt=True)},
        {(0, 44)},
    ),
    "okta": ({"X-Rate-Limit-Limit": "600", "X-Rate-Limit-Remaining": "598", "X-Rate-Limit-Reset": str(NOW + 60)}, {(598, 60)}),
    "x": (
        {"x-rate-limit-limit": "900", "x-rate-limit-remaining": "899", "x-rate-limit-reset": str(NOW + 900),
         "x-app-limit-24hour-limit": "50", "x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": str(NOW + 7_200)},
        {(899, 900), (0, 7_200)},
    ),
    "discord": (
        {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{NOW + 2}.250", "X-RateLimit-Reset-After": "1.25",
         "X-RateLimit-Bucket": "abcd1234", "X-RateLimit-Scope": "user"},
        {(0, 1.25)},
    ),
    "zendesk": (
        {"X-Rate-Limit": "700", "ratelimit-limit": "700", "X-Rate-Limit-Remaining": "699", "ratelimit-remaining": "699",
         "ratelimit-reset": "41", "zendesk-ratelimit-tickets-index": "total=100; remaining=0; resets=30"},
        {(699, 41), (0, 30)},
    ),
    "hubspot": (
        {"X-HubSpot-RateLimit-Daily": "250000", "X-HubSpot-RateLimit-Daily-Remaining": "249000", "X-HubSpot-RateLimit-Max": "100",
         "X-HubSpot-RateLimit-Interval-Milliseconds": "10000", "X-HubSpot-RateLimit-Remaining": "0",
         "X-HubSpot-RateLimit-Secondly": "10", "X-HubSpot-RateLimit-Secondly-Remaining": "8"},
        {(249_000, 86_400), (0, 10), (8, 1)},
    ),
    "kong": (
        {"RateLimit-Limit": "5", "RateLimit-Remaining": "0", "RateLimit-Reset": "12", "X-RateLimit-Limit-Minute": "5",
         "X-RateLimit-Remaining-Minute": "0", "X-RateLimit-Limit-Hour": "100", "X-RateLimit-Remaining-Hour": "40"},
        {(0, 12), (40, 12)},
    ),
    "kong, by what answers say": ({"X-RateLimit-Limit-Videos-Minute": "10", "X-RateLimit-Remaining-Videos-Minute": "0"}, {(0, 60)}),
    "envoy": (
        {"x-ratelimit-limit": '10, 10;w=1;name="per-ip", 1000;w=3600', "x-ratelimit-remaining": "9", "x-ratelimit-reset": "1"}, {(9, 1)},
    ),
    "docker hub": ({"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "0;w=21600"}, {(0, 6 * HOUR_S)}),
    "linear": (
        {"X-RateLimit-Requests-Limit": "1500", "X-RateLimit-Requests-Remaining": "0",
         "X-RateLimit-Requests-Reset": str(1000 * NOW + 60_500)},
        {(0, 60.5)},
    ),
    "reddit": ({"X-Ratelimit-Used": "5", "X-Ratelimit-Remaining": "595.0", "X-Ratelimit-Reset": "123"}, {(595, 123)}),
    "openai": (
        {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m0s",
         "x-ratelimit-limit-tokens": "150000", "x-ratelimit-remaining-tokens": "149984", "x-ratelimit-reset-tokens": "20ms"},
        {(0, 360), (149_984, 0.02)},
    ),
    "anthropic": (
        {"anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "0",
         "anthropic-ratelimit-requests-reset": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW + 20))},
        {(0, 20)},
    ),
    "rachio": (
        {"x-ratelimit-limit": "1700", "x-ratelimit-remaining": "0",
         "x-ratelimit-reset": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW + 500))},
        {(0, 500)},
    ),
    "mailerlite": (
        {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": formatdate(NOW + 30, usegmt=True),
         "X-RateLimit-Retry-After": "25"},
        {(0, 25)},
    ),
    "draft 10": (
        {"RateLimit-Policy": '"burst";q=100;w=60,"daily";q=1000;w=86400', "RateLimit": '"burst";r=0;t=30, "daily";r=900'},
        {(0, 30), (900, 86_400)},
    ),
    "draft 10, with a partition key": ({"RateLimit": '"a;b, c=\\"";r=3;t=5;pk=:dHJpYWwxMjEzMjM=:'}, {(3, 5)}),
    "draft 7": ({"RateLimit": "limit=100, remaining=50, reset=5", "RateLimit-Policy": "100;w=60"}, {(50, 5)}),
    "draft 6": (
        {"RateLimit-Policy": "100;w=60", "RateLimit-Limit": "100", "RateLimit-Remaining": "0", "RateLimit-Reset": "0"}, {(0, 1)},
    ),
    "several windows in lists": ({"X-RateLimit-Remaining": "0, 997", "X-RateLimit-Reset": "1, 3600"}, {(0, 1), (997, HOUR_S)}),
    "a month": ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 30 * 86_400)}, {(0, 30 * 86_400)}),
    "milliseconds until then": ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-Ms": "3000000"}, {(0, 3_000)}),
    "milliseconds since 1970": ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-Ms": str(1000 * NOW + 60_000)}, {(0, 60)}),
    "a window in milliseconds": ({"X-RateLimit-Remaining": "0", "X-RateLimit-Interval-Milliseconds": "3000000"}, {(0, 3_000)}),
    "only the reset": ({"X-RateLimit-Reset": "17"}, {(None, 17)}),
}

NONSENSE: dict[str, Mapping[str, str]] = {
    "the past": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW - 1)},
    "a date in the past": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": formatdate(NOW - 1, usegmt=True)},
    "years ahead": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 10 * 365 * 86_400)},
    "no reset": {"X-RateLimit-Remaining": "0"},
    "words": {"X-RateLimit-Remaining": "none", "X-RateLimit-Reset": "soon"},
    "unlimited": {"X-RateLimit-Remaining": "-1", "X-RateLimit-Reset": "-1"},
    "empty": {"X-RateLimit-Remaining": "", "X-RateLimit-Reset": "", "RateLimit": "", "RateLimit-Policy": ""},
    "far too long a number": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 400},
    "infinite": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "inf"},
    "a torn field": {"RateLimit": '"default;r=0;t=30'},
    "only what is allowed": {"X-RateLimit-Limit": "100", "X-Rate-Limit": "700", "RateLimit-Policy": '"a";q=1;w=60'},
    "what a bucket holds": {"X-Shopify-Shop-Api-Call-Limit": "40/40"},
    "another limit": {"X-Upload-Limit-Remaining": "0", "X-Upload-Limit-Reset": "30"},
    "from a cache": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30", "Age": "20"},
}


def seen(headers: Mapping[str, str]) -> set[tuple[int | None, float]]:
    return {(each.remaining, round(each.reset, 3)) for each in limits_in({**DATE, **headers}, HERE)}


@pytest.mark.parametrize("name", PUBLIC)
def test_b234_what_public_apis_say_is_understood(name: str) -> None:
    headers, expected = PUBLIC[name]
    assert seen(headers) == expected


@pytest.mark.parametrize("name", NONSENSE)
def test_what_makes_no_sense_counts_as_not_sent(name: str) -> None:
    assert all(remaining is None or remaining > 0 for remaining, _ in seen(NONSENSE[name]))


def test_without_a_date_our_clock_counts() -> None:
    (limit,) = limits_in({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 10)}, float(NOW))
    assert limit.reset == 10


def test_what_is_shown_are_a_name_and_a_number() -> None:
    headers = {"RateLimit": '"s3cret\x1b[31m";r=0;t=30', "X-RateLimit-Remaining-Minute": "0;w=1 s3cret"}
    said = [readable(each.said, str) for each in limits_in(headers, HERE)]
    assert said == ["RateLimit: 0 left", "X-RateLimit-Remaining-Minute: 0"]


@pytest.mark.parametrize(
    ("headers", "wish"),
    [
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"}, 30),
        ({"X-RateLimit-Remaining": "5", "X-RateLimit-Reset": "30"}, None),
        ({"X-RateLimit-Reset-After": "2.5"}, 2.5),
        ({"RateLimit": '"burst";r=0;t=3, "daily";r=0;t=700'}, 700),
        ({}, None),
    ],
)
def test_a_refused_request_is_to_wait_until_what_is_used_up_begins_anew(headers: Mapping[str, str], wish: float | None) -> None:
    assert wish_of(limits_in({**DATE, **headers}, HERE)) == wish


NAMES = st.sampled_from([
    "RateLimit", "RateLimit-Policy", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Rate-Limit-Reset", "RateLimit-Remaining-Minute",
    "X-RateLimit-Interval", "Date", "Age", "X-RateLimit-Reset-ms",
])
TEXTS = st.one_of(st.text(max_size=40), st.text('0123456789;,="rtwqlimtes .:-TZhms', max_size=40), st.integers(-5, 10**20).map(str))


@given(st.dictionaries(NAMES, TEXTS))
def test_whatever_is_sent_is_no_failure_and_no_endless_wait(headers: dict[str, str]) -> None:
    for limit in limits_in(headers, float(NOW)):
        assert limit.remaining is None or limit.remaining >= 0
        assert 0 < limit.reset <= 32 * 86_400
        assert readable(limit.said, str).isprintable()
