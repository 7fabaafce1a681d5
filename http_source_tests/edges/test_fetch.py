"""The fetcher against real servers that answer properly."""

import gzip
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from http_source.config.properties import AuthOptions, AuthType, TransportOptions
from http_source.config.types import Secret
from http_source.edges.auth import build_auth
from http_source.edges.fetch import Fetcher
from http_source.errors import PageRefused, RequestFailed
from http_source.model import Request
from http_source.polling.origin import Gate
from http_source_tests.servers import Asked, Reply, api


def fetcher(auth: AuthOptions | None = None, *, max_bytes: int = 1_000_000) -> Fetcher:
    transport = TransportOptions(connect_timeout_ms=5_000, request_timeout_ms=30_000, max_bytes=max_bytes)
    return Fetcher(transport, auth=build_auth(auth) if auth else None)


def anywhere(_url: str) -> None:
    """A gate that lets everything through."""


@pytest.fixture
def client() -> Iterator[Fetcher]:
    with fetcher() as client:
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


def test_asks_again_on_the_same_connection(client: Fetcher) -> None:
    with api(lambda _: Reply(gzip.compress(b"[]"), headers={"Content-Encoding": "gzip"})) as server:
        for _ in range(3):
            assert client.fetch(Request("GET", server.url), anywhere).body == b"[]"
    assert {asked.connection for asked in server.asked} == {1}


def test_unpacks_gzip_also_when_it_comes_in_several_members(client: Fetcher) -> None:
    packed = gzip.compress(b"[1,") + gzip.compress(b"2]") + b"\0\0"
    with api(lambda _: Reply(packed, headers={"Content-Encoding": "GZIP"})) as server:
        assert client.fetch(Request("GET", server.url), anywhere).body == b"[1,2]"
    assert server.asked[0].headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("damaged", [gzip.compress(b"[1,2,3]")[:-1], gzip.compress(b"[1,2,3]")[:12], b"no gzip at all"],
                         ids=["without its end mark", "in the middle", "plain"])
def test_refuses_gzip_that_is_cut_off_or_damaged(client: Fetcher, damaged: bytes) -> None:
    with (
        api(lambda _: Reply(damaged, headers={"Content-Encoding": "gzip"})) as server,
        pytest.raises(RequestFailed, match="the compressed body is damaged") as failure,
    ):
        client.fetch(Request("GET", server.url), anywhere)
    assert failure.value.retriable


def test_refuses_gzip_with_a_wrong_checksum(client: Fetcher) -> None:
    packed = bytearray(gzip.compress(b"[1,2,3]"))
    packed[-8] ^= 1
    with api(lambda _: Reply(bytes(packed), headers={"Content-Encoding": "gzip"})) as server, pytest.raises(RequestFailed, match="damaged"):
        client.fetch(Request("GET", server.url), anywhere)


def test_an_empty_body_needs_no_gzip(client: Fetcher) -> None:
    with api(lambda _: Reply(b"", 204, {"Content-Encoding": "gzip"})) as server:
        assert client.fetch(Request("GET", server.url), anywhere).body == b""


def test_refuses_an_encoding_that_was_not_asked_for(client: Fetcher) -> None:
    with api(lambda _: Reply(b"?", headers={"Content-Encoding": "br"})) as server, pytest.raises(RequestFailed, match="only gzip is read"):
        client.fetch(Request("GET", server.url), anywhere)


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
def test_refuses_an_answer_above_the_limit(reply: Reply) -> None:
    with (
        api(lambda _: reply) as server,
        fetcher(max_bytes=1_000) as client,
        pytest.raises(PageRefused, match=r"http\.response\.max\.bytes=1000") as failure,
    ):
        client.fetch(Request("GET", server.url), anywhere)
    assert not failure.value.retriable


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_takes_an_answer_of_just_the_limit(encoding: str) -> None:
    body = b"x" * 1_000
    reply = Reply(gzip.compress(body) if encoding else body, headers={"Content-Encoding": encoding})
    with api(lambda _: reply) as server, fetcher(max_bytes=1_000) as client:
        assert client.fetch(Request("GET", server.url), anywhere).body == body


def test_follows_redirects_at_the_same_origin_with_the_same_headers(client: Fetcher) -> None:
    def answer(asked: Asked) -> Reply:
        step = int(asked.target.partition("/hop")[2] or 0)
        return Reply(b"[1]") if step == 5 else Reply(b"moved", 302, {"Location": f"/hop{step + 1}"})

    with api(answer) as server:
        found = client.fetch(Request("GET", f"{server.url}/", {"X-Api-Key": "k"}), Gate(server.url).refuse_foreign)
    assert found.body == b"[1]"
    assert found.url == f"{server.url}/hop5"
    assert [asked.headers["X-Api-Key"] for asked in server.asked] == ["k"] * 6


def test_gives_up_after_five_redirects(client: Fetcher) -> None:
    with api(lambda _: Reply(b"", 307, {"Location": "/again"})) as server, pytest.raises(RequestFailed, match="More than 5 redirects"):
        client.fetch(Request("GET", server.url), anywhere)
    assert len(server.asked) == 6


def test_sends_nothing_to_another_origin(client: Fetcher) -> None:
    with (
        api(lambda _: b"[]") as other,
        api(lambda _: Reply(b"", 301, {"Location": f"{other.url}/steal"})) as server,
        pytest.raises(PageRefused, match="nothing was sent there"),
    ):
        client.fetch(Request("GET", server.url), Gate(server.url).refuse_foreign)
    assert not other.asked


def test_does_not_follow_a_redirect_of_a_post(client: Fetcher) -> None:
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


def test_keeps_no_cookies(client: Fetcher) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b"", 302 if asked.target == "/" else 200, {"Set-Cookie": "session=1; Path=/", "Location": "/next"})

    with api(answer) as server:
        client.fetch(Request("GET", f"{server.url}/"), anywhere)
        client.fetch(Request("GET", f"{server.url}/last"), anywhere)
    assert all("Cookie" not in asked.headers for asked in server.asked)
    assert len(server.asked) == 3


def test_takes_no_credentials_from_netrc(client: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with api(lambda _: b"[]") as server:
        client.fetch(Request("GET", server.url), anywhere)
    assert "Authorization" not in server.asked[0].headers


def test_takes_no_proxy_from_the_environment(client: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    with api(lambda _: b"[]") as proxy, api(lambda _: b"[]") as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        client.fetch(Request("GET", server.url), anywhere)
    assert not proxy.asked


def test_signs_with_basic_in_utf_8() -> None:
    auth = AuthOptions(type=AuthType.BASIC, user="zoë", password=Secret("grüße:€"), bearer_token=None)
    with api(lambda _: b"[]") as server, fetcher(auth) as client:
        client.fetch(Request("GET", server.url), anywhere)
    assert server.asked[0].headers["Authorization"] == "Basic em/DqzpncsO8w59lOuKCrA=="


def test_signs_with_a_bearer_token() -> None:
    auth = AuthOptions(type=AuthType.BEARER, user=None, password=None, bearer_token=Secret("t0k"))
    with api(lambda _: b"[]") as server, fetcher(auth) as client:
        client.fetch(Request("GET", server.url), anywhere)
    assert server.asked[0].headers["Authorization"] == "Bearer t0k"


def test_a_closed_fetcher_has_no_thread_left() -> None:
    with api(lambda _: b"[]") as server, fetcher() as client:
        before = threading.active_count()
        client.fetch(Request("GET", server.url), anywhere)
    assert threading.active_count() <= before
