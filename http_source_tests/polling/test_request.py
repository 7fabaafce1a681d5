"""Requests: the six of the specification's examples, and what they are made of."""

import json
from collections.abc import Iterator

import pytest

from http_source.config.properties import AuthOptions, OffsetMode, OffsetOptions, RequestOptions
from http_source.config.types import Secret
from http_source.edges.auth import auth_of
from http_source.errors import PageRefused
from http_source.model import Offset, Position, Request, Response
from http_source.polling.modes import mode_of
from http_source.polling.page import PageReader
from http_source.polling.repeated import forgotten, secrets_of
from http_source.polling.request import RequestBuilder
from http_source.polling.standing import initial_position
from http_source_tests.config.samples import load
from http_source_tests.polling.samples import builder, options

SPACES = b'{"results": [{"id": 12345657891, "key": "~11121314"}], "start": 0, "limit": 1, "size": 1}'
HITS = b"""{"took": 614, "hits": {"max_score": null, "hits": [
  {"_source": {"name": "Name1"}, "sort": [1647948089979]}, {"_source": {"name": "Name3"}, "sort": [1647948097246]}]}}"""
OBJECTS = b'{"kind": "storage#objects", "nextPageToken": "CkV0b3BpY3MvZGVtby9MS9ob3V...=", "items": [{"kind": "storage#object"}]}'


def asked(request: RequestOptions, offsets: OffsetOptions, body: bytes) -> Iterator[Request]:
    """The first request and the one after that answer."""
    position = initial_position(offsets)
    requests = builder(request, "default", initial=position.offset)
    yield requests.build(position.offset)
    page = PageReader(offsets).read(Response(200, request.url, body), position)
    yield requests.build(page.position.offset)


def test_simple_incrementing_asks_confluence_as_the_specification_prints() -> None:
    url = "https://confluentinc.atlassian.net/wiki/rest/api/space"
    request = options(RequestOptions, url=url, parameters="start=${offset}&limit=1")
    offsets = options(OffsetOptions, initial="0", data_pointer="/results")
    assert [each.url for each in asked(request, offsets, SPACES)] == [f"{url}?start=0&limit=1", f"{url}?start=1&limit=1"]


def test_chaining_asks_elasticsearch_as_the_specification_prints() -> None:
    body = '{"size": 100, "sort": [{"@time": "asc"}], "search_after": [${offset}]}'
    request = options(RequestOptions, url="http://domain/test-index/_search", method="POST", body=body)
    offsets = options(OffsetOptions, mode=OffsetMode.CHAINING, initial="1647948000000", data_pointer="/hits/hits", offset_pointer="/sort/0")
    first, second = asked(request, offsets, HITS)
    assert first.body == b'{"size": 100, "sort": [{"@time": "asc"}], "search_after": [1647948000000]}'
    assert second.body == b'{"size": 100, "sort": [{"@time": "asc"}], "search_after": [1647948097246]}'
    assert (first.method, first.url) == ("POST", "http://domain/test-index/_search")


def test_cursor_pagination_asks_gcs_as_the_specification_prints() -> None:
    url = "https://storage.googleapis.com/storage/v1/b/test-bucket/o"
    request = options(RequestOptions, url=url, parameters="pageToken=${offset}")
    offsets = options(OffsetOptions, mode=OffsetMode.CURSOR_PAGINATION, data_pointer="/items", next_page_pointers=("/nextPageToken",))
    assert [each.url for each in asked(request, offsets, OBJECTS)] == [
        f"{url}?pageToken=",
        f"{url}?pageToken=CkV0b3BpY3MvZGVtby9MS9ob3V...=",
    ]


@pytest.mark.parametrize(
    ("url", "parameters", "asked_for"),
    [
        ("https://api.test/a", None, "https://api.test/a"),
        ("https://api.test/a?x=1", "y=2", "https://api.test/a?x=1&y=2"),
        ("https://api.test/a?", "y=${entityName}", "https://api.test/a?y=users"),
        ("https://api.test/${entityName}", "flag&&z=a b", "https://api.test/users?flag=&z=a%20b"),
    ],
)
def test_the_query_of_the_url_and_the_parameters_are_merged(url: str, parameters: str | None, asked_for: str) -> None:
    assert builder(options(RequestOptions, url=url, parameters=parameters), "users").build("").url == asked_for


def test_a_separator_is_taken_literally_so_a_value_may_hold_the_ampersand() -> None:
    request = options(RequestOptions, url="https://api.test/a", parameters="q=x&y|n=${offset}", parameters_separator="|")
    assert builder(request, "e").build(7).url == "https://api.test/a?q=x%26y&n=7"


@pytest.mark.parametrize(
    ("offset", "asked_for"),
    [
        ("https://api.test/v1/items?page=2&size=5", "https://api.test/v1/items?page=2&size=5"),
        ("/v2/items?page=2#top", "https://api.test/v2/items?page=2&size=9"),
        ("?page=3", "https://api.test/v1/items?page=3&size=9"),
        ("items?page=3", "https://api.test/v1/items?page=3&size=9"),
        ("https://api.test/v1/items", "https://api.test/v1/items?size=9"),
    ],
)
def test_b62_a_next_page_url_is_resolved_against_the_first_and_gets_no_parameter_twice(offset: Offset, asked_for: str) -> None:
    request = options(RequestOptions, url="${offset}", parameters="size=9")
    assert builder(request, "e", initial="https://api.test/v1/items?page=1").build(offset).url == asked_for


def test_get_sends_no_body_and_post_sends_no_parameters() -> None:
    written = {"url": "https://api.test/a", "parameters": "x=1", "body": "{}"}
    get = builder(options(RequestOptions, **written), "e").build("")
    post = builder(options(RequestOptions, method="POST", **written), "e").build("")
    assert (get.url, get.body) == ("https://api.test/a?x=1", None)
    assert (post.url, post.body) == ("https://api.test/a", b"{}")


def test_sensitive_headers_win_over_plain_ones_and_those_over_the_defaults_in_any_case() -> None:
    request = options(
        RequestOptions,
        url="https://api.test/a",
        method="POST",
        headers="accept:text/json|X-Key:plain|X-Other:1",
        sensitive_headers=Secret("x-key:deep"),
    )
    assert dict(builder(request, "e").build("").headers) == {
        "accept": "text/json",
        "x-key": "deep",
        "X-Other": "1",
        "Content-Type": "application/json",
    }


def test_a_get_request_accepts_json_and_says_nothing_about_a_body() -> None:
    assert dict(builder(options(RequestOptions, url="https://api.test/a"), "e").build("").headers) == {"Accept": "application/json"}


@pytest.mark.parametrize("token", ["https://a.example/feed?page=2&api%5Fkey=s3cret&q=1", "?api_key=s3cret&page=2", "/feed?api_key=s3cret"])
def test_a_key_that_a_next_page_url_repeats_is_not_stored(token: str) -> None:
    auth = load({"auth.type": "api_key", "api.key.location": "QUERY", "api.key.name": "api_key", "api.key.value": "s3cret"}).config.auth
    offsets = options(OffsetOptions, mode=OffsetMode.CURSOR_PAGINATION, data_pointer="/items", next_page_pointers=("/next",))
    body = json.dumps({"items": [1], "next": token}).encode()
    reader = PageReader(offsets, None, forgotten(auth, options(RequestOptions, url="${offset}"), parameter="api_key"))
    page = reader.read(Response(200, "https://a.example/feed", body), initial_position(offsets))
    assert "s3cret" not in str(page.position.offset)
    assert ("page=2" in str(page.position.offset)) == ("page=2" in token)


@pytest.mark.parametrize(("link", "stored"), [
    ("https://a.example/p?access_token=s3cret%2B1&after=2", "https://a.example/p?after=2"),
    ("/p?after=2&access_token=s3cret%2B1", "/p?after=2"),
    ("?access_token=s3cret+1&after=2", "?after=2"),
    ("https://a.example/p?access_token=another&after=2", "https://a.example/p?access_token=another&after=2"),
])
def test_a_configured_parameter_that_a_next_page_url_repeats_is_not_stored_and_is_sent_all_the_same(link: str, stored: str) -> None:
    request = options(RequestOptions, url="${offset}", parameters="access_token=s3cret+1")
    offsets = options(OffsetOptions, mode=OffsetMode.CURSOR_PAGINATION, initial="https://a.example/p", next_page_pointers=("/next",))
    answer = Response(200, "https://a.example/p", json.dumps({"next": link}).encode())
    page = PageReader(offsets, None, forgotten(options(AuthOptions), request)).read(answer, Position("https://a.example/p"))
    assert page.position.offset == stored
    asked = builder(request, "a", initial="https://a.example/p").build(page.position.offset).url
    assert asked.count("access_token=") == 1


@pytest.mark.parametrize(
    "configured",
    [
        {"auth.type": "bearer", "bearer.token": "s3cret+1/x"},
        {"auth.type": "api_key", "api.key.location": "HEADER", "api.key.value": "s3cret+1/x"},
        {"auth.type": "api_key", "api.key.location": "QUERY", "api.key.name": "k", "api.key.value": "s3cret+1/x"},
        {"http.request.sensitive.headers": "Authorization: Token s3cret+1/x"},
        {"http.request.parameters": "key=s3cret%2B1/x"},
    ],
    ids=["bearer", "a key in a header", "a key in the query", "a sensitive header", "a parameter"],
)
def test_a_secret_that_a_next_page_url_repeats_under_another_name_is_not_stored_and_is_sent_with_it(configured: dict[str, object]) -> None:
    cursor = {
        "url": "${offset}", "http.initial.offset": "https://a.example/p", "http.request.parameters": None,
        "http.offset.mode": "CURSOR_PAGINATION", "http.next.page.json.pointer": "/next", "http.offset.json.pointer": None,
    }
    config = load({**cursor, **configured}).config
    link = "https://a.example/p?access_token=s3cret%2B1%2Fx&after=2"
    stored = forgotten(config.auth, config.request, parameter=auth_of(config.auth).parameter(config.auth))(link)
    assert "s3cret" not in stored
    requests = RequestBuilder(config.request, "a", mode_of(config.offsets), secrets_of(config.auth, config.request))
    assert requests.build(stored).url.startswith(link)
    with pytest.raises(PageRefused, match=r"no longer configured.*offsets set"):
        RequestBuilder(config.request, "a", mode_of(config.offsets)).build(stored)


@pytest.mark.parametrize("link", ["https://a.example/p?limit=100&after=2&sig=a1b2c3d4e5", "opaque?a=1&&b", "?&limit=100&"])
def test_a_next_page_url_without_a_key_of_ours_stays_as_it_is_to_the_last_character(link: str) -> None:
    """Its server may have signed it."""
    for url in ("${offset}", "https://a.example/p"):
        for parameters in (None, "limit=100", "limit=100&token=${env:T}"):
            request = options(RequestOptions, url=url, parameters=parameters)
            assert forgotten(options(AuthOptions), request, links=True)(link) == link


def test_a_url_that_is_a_parameter_s_value_is_a_token_and_stays_as_it_is() -> None:
    request = options(RequestOptions, url="https://a.example/p", parameters="key=1&next=${offset}")
    assert forgotten(options(AuthOptions), request)("https://a.example/p?key=1") == "https://a.example/p?key=1"


@pytest.mark.parametrize("written", [{"url": "https://a.example/p", "parameters": "key=s3cret+1"}, {"url": "https://a.example/p?key=s3cret+1"}])
def test_a_link_that_is_followed_is_stored_without_what_it_repeats_and_sent_with_it(written: dict[str, str]) -> None:
    request = options(RequestOptions, **written)
    stored = forgotten(options(AuthOptions), request, links=True)("https://a.example/p?page=2&key=s3cret%2B1&x=1")
    assert stored == "https://a.example/p?page=2&key=[configured]&x=1"
    requests = builder(request, "a", next_page_header="Link")
    assert requests.build(stored).url == "https://a.example/p?page=2&key=s3cret+1&x=1"
    assert requests.build("https://a.example/p?page=3").url == "https://a.example/p?page=3"
