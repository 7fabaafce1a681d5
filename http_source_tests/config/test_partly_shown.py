"""What of a value is shown in a mistake about it: as much as can be no key."""

import pytest

from http_source.assembly.loading import load_config
from http_source.config.partly_shown import shown_headers, shown_offset, shown_parameters, shown_url
from http_source.errors import ConfigurationError
from http_source_tests.config.samples import VALID, findings

CURSOR: dict[str, object] = {
    "http.offset.mode": "CURSOR_PAGINATION", "http.next.page.json.pointer": "/next", "url": "${offset}", "http.request.parameters": None,
}
KEY = "k3y-5ec4e7ab"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"url": "example.com/api"}, "Invalid value example.com/api for configuration url: "),
        ({"url": f"ftp://example.com:8080/api?key={KEY}&a=${{offset}}"},
         "Invalid value ftp://example.com:8080/api?key=[hidden]&a=${offset} for configuration url: "),
        ({"url": f"https://me:{KEY}@example.com/"}, "Invalid value https://[hidden]@example.com/ for configuration url: "),
        ({"http.initial.offset": "1.5"}, "Invalid value 1.5 for configuration http.initial.offset: "),
        ({"http.initial.offset": "abc"}, "Invalid value abc for configuration http.initial.offset: "),
        ({"http.initial.offset": KEY}, "Invalid value [hidden] for configuration http.initial.offset: "),
        ({**CURSOR, "http.initial.offset": f"/items?key={KEY}"},
         "Invalid value /items?key=[hidden] for configuration http.initial.offset: "),
        ({"http.request.parameters": f"a=${{offset}}&={KEY}&b=1"},
         "Invalid value a=${offset}&=[hidden]&b=[hidden] for configuration http.request.parameters: "),
        ({"http.request.headers": f"X-A: {KEY}|no colon"}, "Invalid value X-A:[hidden]|[hidden] for configuration http.request.headers: "),
        ({"http.request.sensitive.headers": f"X-A: {KEY}|no colon"},
         "Invalid value [hidden] for configuration http.request.sensitive.headers: "),
        ({"auth.type": "api_key", "api.key.value": "k", "api.key.name": "a b"}, "Invalid value a b for configuration api.key.name: "),
        ({"auth.type": "api_key", "api.key.value": "k", "api.key.name": f"{KEY}:"},
         "Invalid value [hidden] for configuration api.key.name: "),
    ],
)
def test_b205_a_mistake_shows_the_value_but_for_what_may_be_a_key(changes: dict[str, object], sentence: str) -> None:
    (finding,) = (each for each in findings(changes) if each.message.startswith("Invalid value "))
    assert finding.message.startswith(sentence)
    assert KEY not in finding.message


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/v1/items?page=2", "https://example.com/v1/items?page=[hidden]"),
        ("https://${entityName}.example.com/${offset}", "https://${entityName}.example.com/${offset}"),
        (f"https://example.com/hooks/{KEY}/x", "https://example.com/hooks/[hidden]/x"),
        (f"https://example.com/a?{KEY}", "https://example.com/a?[hidden]"),
        (f"https://example.com/a?{KEY}=1", "https://example.com/a?[hidden]"),
        (f"https://example.com/a#{KEY}", "https://example.com/[hidden]"),
        (f"https://u:{KEY}/{KEY}@example.com/b", "https://[hidden]@example.com/b"),
        (f"https://u:{KEY}/{KEY}?{KEY}@example.com/b", "https://[hidden]"),
        ("https://u:12?34@example.com/b", "https://[hidden]"),
        (f"u:{KEY}@example.com", "[hidden]@example.com"),
        (f"https://example.com/a?q={KEY}@b&c=d", "https://example.com/a?q=[hidden]&c=[hidden]"),
        (KEY, "[hidden]"),
        (f"/{KEY}${{offset}}", "/[hidden]"),
        ("https://exa mple.com/", "https://exa mple.com/"),
        ("", ""),
    ],
)
def test_b205_an_address_is_shown_without_user_query_values_and_what_looks_like_a_key(url: str, shown: str) -> None:
    assert shown_url(url) == shown


@pytest.mark.parametrize("offset", ["0", "-7", "1_000", "1 000", "12345678901234567890", "1.5", "abc", "2024-01-01", "", "٣"])
def test_b205_numbers_dates_and_words_are_no_keys(offset: str) -> None:
    assert shown_offset(offset) == offset


def test_b205_lists_are_split_at_their_own_separators() -> None:
    """A part of a value is never taken for a name."""
    assert shown_parameters(f"a=x&{KEY}|b=c", "|") == "a=[hidden]|b=[hidden]"
    assert shown_headers(f"A: x|{KEY}: y;B: c", ";") == "A:[hidden];B:[hidden]"
    assert shown_headers("A: x|B: y", "") == "A:[hidden]"


def test_b205_what_a_provider_gave_is_hidden_and_the_reason_is_still_given() -> None:
    with pytest.raises(ConfigurationError) as error:
        load_config({**VALID, "url": "${env:SCHEME}://example.com"}, environment={"SCHEME": "gopher-ftp"})
    assert error.value.findings[0].message == (
        "Invalid value [hidden] for configuration url: Expected an address that starts with http:// or https://."
    )
