"""Credentials that never change: what is sent with them, to servers that remember it."""

from base64 import b64encode
from collections.abc import Mapping

import pytest

from http_source.edges.auth.none import Unsigned
from http_source.errors import RequestFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Request
from http_source_tests.config.samples import load
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import credentials_of, nobody
from http_source_tests.servers import Asked, Reply, api

BASIC = {"auth.type": "basic", "connection.user": "jürgen", "connection.password": "pässwörd: 东京"}
BEARER = {"auth.type": "bearer", "bearer.token": "t0ken"}
KEY = {"auth.type": "api_key", "api.key.value": "k3y/+ &=%"}
IN_QUERY = {**KEY, "api.key.location": "QUERY", "api.key.name": "api key"}
SENT = "api%20key=k3y%2F%2B%20%26%3D%25"


def sent_with(properties: Mapping[str, object], path: str = "/", headers: Mapping[str, str] | None = None) -> Asked:
    """The request that arrives."""
    with api(lambda _: b"[]") as server, patient(auth=credentials_of(properties)) as fetcher:
        fetcher.fetch(Request("GET", server.url + path, headers or {}), anywhere)
    return server.asked[0]


def test_signs_with_basic_in_utf_8() -> None:
    """RFC 7617 §2.1."""
    pair = b64encode("jürgen:pässwörd: 东京".encode()).decode()
    assert sent_with(BASIC).headers["Authorization"] == f"Basic {pair}"


@pytest.mark.parametrize(("user", "password"), [("", "key"), ("key", "")])
def test_signs_with_an_empty_user_or_password(user: str, password: str) -> None:
    sent = sent_with({**BASIC, "connection.user": user, "connection.password": password})
    assert sent.headers["Authorization"] == f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def test_signs_with_a_bearer_token() -> None:
    assert sent_with(BEARER).headers["Authorization"] == "Bearer t0ken"


def test_signs_with_a_key_in_a_header() -> None:
    assert sent_with(KEY).headers["X-API-KEY"] == "k3y/+ &=%"


def test_a_key_takes_the_place_of_a_header_of_its_name() -> None:
    sent = sent_with({**KEY, "api.key.name": "accept-language"}, headers={"Accept-Language": "de"})
    assert [value for name, value in sent.headers.items() if name.lower() == "accept-language"] == ["k3y/+ &=%"]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/items", f"/items?{SENT}"),
        ("/items?", f"/items?{SENT}"),
        ("/items?a=%20b&c", f"/items?a=%20b&c&{SENT}"),
        ("/items?api+key=old&a=1", f"/items?a=1&{SENT}"),
        (f"/items?{SENT}&a=1&&", f"/items?a=1&&&{SENT}"),
    ],
)
def test_signs_with_a_key_in_the_query_once(path: str, target: str) -> None:
    """A next-page URL often repeats it; the rest of the query stays as it is."""
    assert sent_with(IN_QUERY, path).target == target


@pytest.mark.parametrize(("properties", "sent"), [(IN_QUERY, SENT), (KEY, "k3y/+ &=%")])
def test_a_key_goes_along_with_redirects_within_the_origin(properties: Mapping[str, object], sent: str) -> None:
    redirect = Reply(status=302, headers={"Location": "/new"})
    with (
        api(lambda asked: redirect if asked.target.startswith("/old") else b"[]") as server,
        patient(auth=credentials_of(properties)) as fetcher,
    ):
        fetcher.fetch(Request("GET", f"{server.url}/old"), anywhere)
    assert [asked.target.partition("?")[0] for asked in server.asked] == ["/old", "/new"]
    assert all(sent in f"{asked.target} {asked.headers.get('X-API-KEY')}" for asked in server.asked)


@pytest.mark.parametrize("properties", [BASIC, BEARER, KEY, IN_QUERY])
def test_what_never_changes_is_not_sent_again_after_a_401(properties: Mapping[str, object]) -> None:
    with api(lambda _: Reply(b"", 401)) as server, patient(auth=credentials_of(properties)) as fetcher:
        assert fetcher.fetch(Request("GET", server.url), anywhere).status == 401
    assert len(server.asked) == 1


@pytest.mark.parametrize("properties", [BASIC, BEARER, KEY, IN_QUERY])
def test_a_request_that_fails_does_not_show_its_credentials(properties: Mapping[str, object]) -> None:
    with patient(auth=credentials_of(properties)) as fetcher, pytest.raises(RequestFailed) as failure:
        fetcher.fetch(Request("GET", "http://127.0.0.1:1/items"), anywhere)
    assert not any(secret in str(failure.value) for secret in ("k3y", "t0ken", "pässwörd", "Basic"))


def test_no_authentication_signs_nothing() -> None:
    assert Unsigned.signer(load({}).config.auth, nobody, Redactor()) is None
