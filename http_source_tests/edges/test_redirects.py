"""Redirects: which are followed, how they are written, and what is said of those that are not."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from http_source.edges.http.fetch import Fetcher
from http_source.errors import PageRefused, RequestFailed
from http_source.model import Request
from http_source.polling.origin import Gate
from http_source_tests.edges.authority import Authority, tls
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.servers import Asked, Reply, api, drip, raw


@pytest.fixture
def client() -> Iterator[Fetcher]:
    with patient() as client:
        yield client


def test_b20_follows_redirects_at_the_same_origin_with_the_same_headers(client: Fetcher) -> None:
    def answer(asked: Asked) -> Reply:
        step = int(asked.target.partition("/hop")[2] or 0)
        return Reply(b"[1]") if step == 5 else Reply(b"moved", 302, {"Location": f"/hop{step + 1}"})

    with api(answer) as server:
        found = client.fetch(Request("GET", f"{server.url}/", {"X-Api-Key": "k"}), Gate(server.url).refuse_foreign)
    assert found.body == b"[1]"
    assert found.url == f"{server.url}/hop5"
    assert [asked.headers["X-Api-Key"] for asked in server.asked] == ["k"] * 6


def test_b23_gives_up_after_five_redirects(client: Fetcher) -> None:
    with (
        api(lambda asked: Reply(b"", 307, {"Location": asked.target.partition("?")[0] + "/again?token=s3cret"})) as server,
        pytest.raises(RequestFailed, match=r"More than 5 redirects, the last one to http://127\.0\.0\.1:\d+/items(/again){6}\. Set"),
    ):
        client.fetch(Request("GET", f"{server.url}/items"), anywhere)
    assert len(server.asked) == 6


@pytest.mark.parametrize("away", ["/", "/a"])
def test_b23_gives_up_when_redirects_lead_back(client: Fetcher, away: str) -> None:
    with (
        api(lambda asked: Reply(b"", 302, {"Location": "/?token=s3cret" if asked.target == away else away})) as server,
        pytest.raises(RequestFailed, match=r"in a circle, back to http://127\.0\.0\.1:\d+/a?\. Set `url`.*cookies are not kept"),
    ):
        client.fetch(Request("GET", f"{server.url}/"), anywhere)
    assert len(server.asked) <= 4


@pytest.mark.parametrize(("location", "target"), [
    ("next", "/api/next"), ("../next", "/next"), ("?page=2", "/api/items?page=2"), ("/next#part", "/next"), ("#part", None),
    ("//{host}/next", "/next"), ("http://{host}", "/"), ("HTTP://{host}/next", "/next"), (" /next ", "/next"), ("/a b\xe9", "/a%20b%E9"),
])  # fmt: skip
def test_b227_a_redirect_may_be_written_in_every_form(client: Fetcher, location: str, target: str | None) -> None:
    def answer(asked: Asked) -> Reply:
        moved = Reply(b"", 302, {"Location": location.format(host=asked.headers["Host"])})
        return moved if asked.target == "/api/items" else Reply(b"[]")

    with api(answer) as server:
        gate = Gate(server.url).refuse_foreign
        if target is None:
            with pytest.raises(RequestFailed, match="in a circle"):
                client.fetch(Request("GET", f"{server.url}/api/items"), gate)
            return
        found = client.fetch(Request("GET", f"{server.url}/api/items"), gate)
    assert (server.asked[1].target, found.body) == (target, b"[]")
    assert "#" not in found.url


@pytest.mark.parametrize(("location", "reason"), [
    ("http://user:s3cret@{host}/", "carries a user name"),
    ("ftp://{host}/", "not an absolute http or https URL"),
    ("javascript:alert(1)", "not an absolute http or https URL"),
    ("https://{host}/", "nothing was sent there"),
    ("//elsewhere.invalid/", "nothing was sent there"),
])  # fmt: skip
def test_b227_a_redirect_that_is_not_followed_says_why(client: Fetcher, location: str, reason: str) -> None:
    with (
        api(lambda asked: Reply(b"", 308, {"Location": location.format(host=asked.headers["Host"])})) as server,
        pytest.raises(PageRefused, match=reason) as refused,
    ):
        client.fetch(Request("GET", server.url), Gate(server.url).refuse_foreign)
    assert len(server.asked) == 1
    assert "s3cret" not in str(refused.value)


def test_b227_what_goes_wrong_behind_a_redirect_is_told_of_where_it_led(client: Fetcher) -> None:
    with (
        api(lambda _: Reply(b"", 302, {"Location": "http://nowhere.invalid/items?key=s3cret"})) as server,
        pytest.raises(RequestFailed, match=r"^GET http://nowhere\.invalid/items: the host name nowhere\.invalid cannot be resolved"),
    ):
        client.fetch(Request("GET", server.url), anywhere)


def test_b227_two_places_to_go_to_are_none(client: Fetcher) -> None:
    answer = b"HTTP/1.1 302 F\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
    with raw(lambda connection: connection.sendall(answer)) as url, pytest.raises(RequestFailed, match="several places"):
        client.fetch(Request("GET", url), anywhere)


def test_b21_sends_nothing_to_another_origin(client: Fetcher) -> None:
    with (
        api(lambda _: b"[]") as other,
        api(lambda _: Reply(b"", 301, {"Location": f"{other.url}/steal"})) as server,
        pytest.raises(PageRefused, match="nothing was sent there"),
    ):
        client.fetch(Request("GET", server.url), Gate(server.url).refuse_foreign)
    assert not other.asked


def test_b22_does_not_go_from_https_to_http(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with api(lambda _: b"[]") as plain:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {plain.url}/\r\nContent-Length: 0\r\n\r\n".encode()
        with tls(authority.server(), lambda connection: connection.sendall(moved)) as url, patient(context=authority.trusted()) as client:
            gate = Gate(url, [plain.url.removeprefix("http://")])
            with pytest.raises(PageRefused, match="nothing was sent there"):
                client.fetch(Request("GET", url), gate.refuse_foreign)
    assert not plain.asked


def test_b13_the_body_of_a_redirect_is_not_read() -> None:
    def speak(connection: socket.socket) -> None:
        if connections.pop():
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
        else:
            drip(connection, start=b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", drop=b" " * 100_000, every=0)

    connections = [True, False]
    with raw(speak) as url, patient(max_bytes=1_000) as client:
        assert client.fetch(Request("GET", f"{url}/first"), anywhere).body == b"[]"


def test_b24_does_not_follow_a_redirect_of_a_post(client: Fetcher) -> None:
    with api(lambda _: Reply(b"", 303, {"Location": "/other"})) as server:
        assert client.fetch(Request("POST", server.url, body=b"{}"), anywhere).status == 303
    assert len(server.asked) == 1


@pytest.mark.parametrize("location", ["http://[", "//[x"])
def test_a_redirect_to_no_url_fails_the_request(client: Fetcher, location: str) -> None:
    with api(lambda _: Reply(b"", 302, {"Location": location})) as server, pytest.raises(RequestFailed):
        client.fetch(Request("GET", server.url), Gate(server.url).refuse_foreign)


def test_encodes_a_redirect_that_was_not(client: Fetcher) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b"", 302, {"Location": "/caf\xe9"}) if asked.target == "/" else Reply(b"[]")

    with api(answer) as server:
        client.fetch(Request("GET", f"{server.url}/"), Gate(server.url).refuse_foreign)
    assert server.asked[1].target == "/caf%E9"
