"""The fetcher against real servers that answer properly."""

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from http_source.config.types import STATUS_RANGES
from http_source.edges.http.content_codings import ACCEPTED
from http_source.edges.http.fetch import Fetcher
from http_source.errors import PageRefused
from http_source.model import Request
from http_source.polling.link import links_of
from http_source_tests.edges.clients import anywhere, patient, transport
from http_source_tests.servers import Asked, Reply, api, raw


@pytest.fixture
def client() -> Iterator[Fetcher]:
    with patient() as client:
        yield client


def test_sends_the_url_and_the_body_exactly_as_they_are_given(client: Fetcher) -> None:
    with api(lambda _: b"{}") as server:
        body = '{"after": ["é"]}'.encode()
        client.fetch(Request("POST", f"{server.url}/a%20b?x=%7B1%7D&y=a+b&z=", {"Content-Type": "application/json"}, body), anywhere)
    asked = server.asked[0]
    assert (asked.method, asked.target, asked.body) == ("POST", "/a%20b?x=%7B1%7D&y=a+b&z=", body)
    assert asked.headers["Content-Type"] == "application/json"


def test_gives_status_headers_and_body_of_any_answer(client: Fetcher) -> None:
    with api(lambda _: Reply(b"busy", 503, {"Retry-After": "7"})) as server:
        answer = client.fetch(Request("GET", server.url), anywhere)
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (503, b"busy", "7")


def test_b198_every_line_of_a_header_is_seen(client: Fetcher) -> None:
    lines = b"Link: <a>; rel=first\r\nContent-Length: 2\r\nlink: <b>; rel=prev\r\nLINK:\r\n <c>;\r\n\trel=next"
    answer = b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n\r\n[]"
    with raw(lambda connection: connection.sendall(answer)) as url:
        link = client.fetch(Request("GET", url), anywhere).headers["Link"]
    assert [(each.target, each.relations) for each in links_of(link)] == [("a", ["first"]), ("b", ["prev"]), ("c", ["next"])]


def test_asks_again_on_the_same_connection(client: Fetcher) -> None:
    with api(lambda _: Reply(gzip.compress(b"[]"), headers={"Content-Encoding": "gzip"})) as server:
        for _ in range(3):
            assert client.fetch(Request("GET", server.url), anywhere).body == b"[]"
    assert {asked.connection for asked in server.asked} == {1}


def test_a_compressed_answer_is_asked_for_unless_it_is_switched_off() -> None:
    with api(lambda _: b"[]") as server:
        for compression in (True, False):
            with Fetcher(transport(compression=compression)) as client:
                client.fetch(Request("GET", server.url), anywhere)
    assert [asked.headers["Accept-Encoding"] for asked in server.asked] == [ACCEPTED, "identity"]


@pytest.mark.parametrize(("status", "method"), [(202, "GET"), (206, "GET"), (300, "GET"), (304, "GET"), (205, "POST"), (999, "GET")])
def test_b25_any_status_is_for_the_policy_to_judge(client: Fetcher, status: int, method: str) -> None:
    with api(lambda _: Reply(b"", status, {"Location": "/other"} if status == 300 else {})) as server:
        assert client.fetch(Request(method, server.url), anywhere).status == status
    assert len(server.asked) == 1


@pytest.mark.parametrize("body", [b"", b"null", b"<!doctype html>"])
def test_b14_to_b18_a_body_is_given_as_it_is_whatever_its_type(client: Fetcher, body: bytes) -> None:
    with api(lambda _: Reply(body, headers={"Content-Type": "text/html; charset=utf-16"})) as server:
        assert client.fetch(Request("GET", server.url), anywhere).body == body


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"x" * 1_001),
        Reply(gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"}),
        Reply(b"3e9\r\n" + b"x" * 1_001 + b"\r\n0\r\n\r\n", headers={"Transfer-Encoding": "chunked"}),
        Reply(b"x" * 1_001, 500),
    ],
    ids=["plain", "gzip bomb", "chunked", "error"],
)
def test_b11_b12_refuses_an_answer_above_the_limit(reply: Reply) -> None:
    with (
        api(lambda _: reply) as server,
        patient(max_bytes=1_000) as client,
        pytest.raises(PageRefused, match=r"http\.response\.max\.bytes=1000") as failure,
    ):
        client.fetch(Request("GET", server.url), anywhere)
    assert not failure.value.retriable


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_takes_an_answer_of_just_the_limit(encoding: str) -> None:
    body = b"x" * 1_000
    reply = Reply(gzip.compress(body) if encoding else body, headers={"Content-Encoding": encoding})
    with api(lambda _: reply) as server, patient(max_bytes=1_000) as client:
        assert client.fetch(Request("GET", server.url), anywhere).body == body


def test_b39_keeps_no_cookies(client: Fetcher) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b"", 302 if asked.target == "/" else 200, {"Set-Cookie": "session=1; Path=/", "Location": "/next"})

    with api(answer) as server:
        client.fetch(Request("GET", f"{server.url}/"), anywhere)
        client.fetch(Request("GET", f"{server.url}/last"), anywhere)
    assert all("Cookie" not in asked.headers for asked in server.asked)
    assert len(server.asked) == 3


def test_b42_takes_no_credentials_from_netrc(client: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with api(lambda _: b"[]") as server:
        client.fetch(Request("GET", server.url), anywhere)
    assert "Authorization" not in server.asked[0].headers


def test_b41_takes_no_proxy_from_the_environment(client: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    with api(lambda _: b"[]") as proxy, api(lambda _: b"[]") as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        client.fetch(Request("GET", server.url), anywhere)
    assert not proxy.asked


def test_a_closed_fetcher_has_no_thread_left() -> None:
    with api(lambda _: b"[]") as server, patient() as client:
        before = threading.active_count()
        client.fetch(Request("GET", server.url), anywhere)
    assert threading.active_count() <= before


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {"Content-Encoding": "x-unknown"}, {}])
def test_b200_a_body_that_nobody_reads_may_be_anything(headers: dict[str, str]) -> None:
    reply = Reply(b"not what it says, and too much", 404, headers)
    with api(lambda _: reply) as server, patient(max_bytes=10, unread=STATUS_RANGES.parse("404")) as client:
        answers = [client.fetch(Request("GET", server.url), anywhere) for _ in range(3)]
    assert [(answer.status, answer.body) for answer in answers] == [(404, b"")] * 3
    assert {asked.connection for asked in server.asked} == {1}


def test_b200_a_body_that_nobody_reads_may_be_cut_off() -> None:
    answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 1000\r\n\r\nnot that much"
    with raw(lambda connection: connection.sendall(answer)) as url, patient(unread=STATUS_RANGES.parse("404")) as client:
        assert [client.fetch(Request("GET", url), anywhere).body for _ in range(2)] == [b"", b""]


def test_b200_a_body_that_nobody_reads_may_be_endless() -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"x" * 65_536 + b"\r\n")
        with suppress(OSError):
            while True:
                connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")

    with raw(pour) as url, patient(unread=STATUS_RANGES.parse("404")) as client:
        assert [client.fetch(Request("GET", url), anywhere).body for _ in range(2)] == [b"", b""]


@pytest.mark.parametrize(("charset", "declared"), [("cp1252", "; charset=CP1252"), ("utf-16", ""), ("shift_jis", ";charset=Shift_JIS")])
def test_b229_an_answer_in_another_charset_comes_in_utf_8(client: Fetcher, charset: str, declared: str) -> None:
    text = '["日本"]' if charset == "shift_jis" else '["Müller"]'
    with api(lambda _: Reply(text.encode(charset), headers={"Content-Type": "application/json" + declared})) as server:
        assert client.fetch(Request("GET", server.url), anywhere).body == text.encode()
