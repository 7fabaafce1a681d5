"""Requests through a proxy: what it sees, what it does not, and how its faults are told."""

import selectors
import socket
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from http_source.model import Request
from http_source_tests.edges.authority import Authority, tls
from http_source_tests.edges.clients import SECRET, anywhere, failure_of, impatient, patient, proxied
from http_source_tests.servers import Asked, Reply, api, drip, raw

CREDENTIALS = "Basic " + b64encode("zoë:grüße:€".encode()).decode()


@dataclass
class Tunnels:
    """A running proxy that opens tunnels: where it is, and the heads it was sent."""

    url: str = ""
    heads: list[str] = field(default_factory=list)
    relayed: bytearray = field(default_factory=bytearray)


@contextmanager
def tunnels() -> Iterator[Tunnels]:
    def open_tunnel(connection: socket.socket) -> None:
        head = connection.recv(65_536).decode()
        running.heads.append(head)
        host, _, port = head.split()[1].rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port))) as target:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
            relay(connection, target, running.relayed)

    running = Tunnels()
    with raw(open_tunnel, listen_first=False) as url:
        running.url = url
        yield running


def relay(client: socket.socket, target: socket.socket, seen: bytearray) -> None:
    """Pass bytes both ways until one side hangs up; `seen` gets what the client sends."""
    with selectors.DefaultSelector() as selector, suppress(OSError):
        selector.register(client, selectors.EVENT_READ, target)
        selector.register(target, selectors.EVENT_READ, client)
        while True:
            for key, _ in selector.select():
                data = key.fileobj.recv(65_536)  # type: ignore[union-attr]
                if not data:
                    return
                key.data.sendall(data)
                seen += data if key.fileobj is client else b""


def headers_of(head: str) -> Mapping[str, str]:
    return dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)


def test_http_is_forwarded_with_the_whole_url_and_the_proxy_s_credentials() -> None:
    with api(lambda _: b"[1]") as proxy, patient(proxy=proxied(proxy.url, "zoë", "grüße:€")) as client:
        assert client.fetch(Request("GET", "http://api.test:8080/items?a=%20b", {"X-Api-Key": "k"}), anywhere).body == b"[1]"
    asked = proxy.asked[0]
    assert asked.target == "http://api.test:8080/items?a=%20b"
    assert (asked.headers["Host"], asked.headers["X-Api-Key"]) == ("api.test:8080", "k")
    assert asked.headers["Proxy-Authorization"] == CREDENTIALS


def test_https_goes_through_a_tunnel_in_which_neither_side_sees_the_other_s_credentials(tmp_path: Path) -> None:
    authority, heard = Authority(tmp_path), list[bytes]()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"

    def speak(connection: socket.socket) -> None:
        connection.sendall(answer)
        heard.append(connection.recv(65_536))
        connection.sendall(answer)

    with (
        tls(authority.server(), speak) as url,
        tunnels() as proxy,
        patient(context=authority.trusted(), proxy=proxied(proxy.url, "zoë", "grüße:€")) as client,
    ):
        for _ in range(2):
            assert client.fetch(Request("GET", f"{url}/items", {"Authorization": f"Bearer {SECRET}"}), anywhere).body == b"[]"
    assert len(proxy.heads) == 1
    assert proxy.heads[0].startswith(f"CONNECT {url.removeprefix('https://')} HTTP/1.")
    assert headers_of(proxy.heads[0])["Proxy-Authorization"] == CREDENTIALS
    assert "Authorization: Bearer" not in proxy.heads[0]
    assert SECRET.encode() not in bytes(proxy.relayed)
    assert SECRET.encode() in heard[0]
    assert b"Proxy-Authorization" not in heard[0]


def test_without_a_user_the_proxy_gets_no_credentials() -> None:
    with api(lambda _: b"[1]") as proxy, patient(proxy=proxied(proxy.url)) as client:
        client.fetch(Request("GET", "http://api.test/"), anywhere)
    assert "Proxy-Authorization" not in proxy.asked[0].headers


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_the_proxy_and_the_host_may_be_ipv6_addresses(host: str) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        failure = failure_of(impatient(proxy=proxied(f"{host}:{listener.getsockname()[1]}")), "https://[fd00::1]:8443")
        connection, _ = listener.accept()
        with connection:
            assert connection.recv(65_536).startswith(b"CONNECT [fd00::1]:8443 HTTP/1.")
    assert "http.request.timeout.ms" in str(failure)


def test_a_proxy_that_wants_other_credentials_names_its_properties_for_http() -> None:
    with api(lambda _: Reply(b"", 407)) as proxy:
        failure = failure_of(patient(proxy=proxied(proxy.url, "me", SECRET)), "http://api.test")
    assert "Check `http.proxy.user` and `http.proxy.password`" in str(failure)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"HTTP/1.1 407 \x1b[31mNo\r\n\r\n", "Check `http.proxy.user` and `http.proxy.password`"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "opens no way to api.test:8443 (status 403)"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "opens no way to api.test:8443 (status 502)"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "did not answer as an HTTP proxy should"),
        (b"", "did not answer as an HTTP proxy should"),
    ],
    ids=["407", "403", "502", "ssh", "nothing"],
)
def test_a_proxy_that_opens_no_tunnel_says_why(answer: bytes, sentence: str) -> None:
    with raw(lambda connection: connection.sendall(answer)) as url:
        failure = failure_of(patient(proxy=proxied(url, "me", SECRET)), "https://api.test:8443")
    assert sentence in str(failure)
    assert url.removeprefix("http://") in str(failure)
    assert str(failure).isprintable()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_unreachable_proxy_is_named_with_its_properties(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    failure = str(failure_of(patient(proxy=proxied(address)), f"{scheme}://api.test"))
    assert f"through the proxy {address}: the proxy refused the connection" in failure
    assert "`http.proxy.host` and `http.proxy.port`" in failure
    assert "`url`" not in failure


def test_a_proxy_whose_name_cannot_be_resolved_is_named() -> None:
    failure = str(failure_of(patient(proxy=proxied("proxy.invalid:3128")), "http://api.test"))
    assert "through the proxy proxy.invalid:3128: the proxy's host name cannot be resolved" in failure


def test_a_tunnel_that_never_opens_is_cut_when_the_time_is_over() -> None:
    with raw(lambda connection: drip(connection, start=b"HTTP/1.1 200 OK\r\n", drop=b"X: y\r\n")) as url:
        assert "within 400 ms (http.request.timeout.ms)" in str(failure_of(impatient(proxy=proxied(url)), "https://api.test"))


def test_a_redirect_goes_through_the_proxy_too() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b"", 302, {"Location": "/there"}) if asked.target.endswith("/here") else Reply(b"[]")

    with api(answer) as proxy, patient(proxy=proxied(proxy.url)) as client:
        client.fetch(Request("GET", "http://api.test/here"), anywhere)
    assert [asked.target for asked in proxy.asked] == ["http://api.test/here", "http://api.test/there"]


def test_b41_the_environment_neither_sets_a_proxy_nor_leads_around_the_one_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with api(lambda _: b"[]") as other, api(lambda _: b"[]") as proxy, patient(proxy=proxied(proxy.url)) as client:
        monkeypatch.setenv("http_proxy", other.url)
        monkeypatch.setenv("no_proxy", "*")
        client.fetch(Request("GET", "http://api.test/"), anywhere)
    assert (len(other.asked), len(proxy.asked)) == (0, 1)
