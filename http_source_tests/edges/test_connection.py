"""The connection itself: kept, cut at every step, over TLS, and only to addresses that are permitted."""

import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_network
from pathlib import Path

import psutil
import pytest

import http_source
from http_source.edges.http.dial import Resolve
from http_source.edges.http.fetch import Fetcher
from http_source.errors import RequestFailed
from http_source.model import Request
from http_source_tests.edges.authority import Authority, tls
from http_source_tests.edges.clients import anywhere, bounds, failure_of, impatient, patient
from http_source_tests.servers import Asked, api, drip, raw

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
RECORD = b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb"  # how a ServerHello of 16 KB begins
Speak = Callable[[socket.socket], None]
ASKS = """
import sys
import requests.certs
from http_source.errors import RequestFailed
from http_source.model import Request
from http_source_tests.edges.clients import anywhere, patient
url, bundle = sys.argv[1:]
assert requests.certs.where() == bundle
try:
    with patient() as client:
        print(client.fetch(Request("GET", url), anywhere).body.decode())
except RequestFailed as failure:
    print(failure)
"""


def reset(connection: socket.socket) -> None:
    """Let the end of a connection be a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def hang(connection: socket.socket) -> None:
    """Say nothing until the client hangs up."""
    while connection.recv(65_536):
        continue


def answers_once(connection: socket.socket) -> None:
    connection.sendall(ANSWER)


def answers_once_and_reads_on(connection: socket.socket) -> None:
    connection.sendall(ANSWER)
    connection.recv(65_536)


def answers_once_reads_on_and_resets(connection: socket.socket) -> None:
    answers_once_and_reads_on(connection)
    reset(connection)


@pytest.mark.parametrize("speak", [answers_once, answers_once_and_reads_on, answers_once_reads_on_and_resets])
def test_a_kept_connection_that_the_server_closed_is_replaced_at_once(speak: Speak) -> None:
    with raw(speak) as url, patient() as client:
        for _ in range(200):
            assert client.fetch(Request("GET", url), anywhere).body == b"[]"


def test_a_kept_tls_connection_that_the_server_closed_is_replaced_at_once(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with tls(authority.server(), answers_once_and_reads_on) as url, patient(context=authority.trusted()) as client:
        for _ in range(50):
            assert client.fetch(Request("POST", url, body=b"{}"), anywhere).body == b"[]"


def test_a_new_connection_that_is_closed_without_an_answer_is_a_failure() -> None:
    connections = list[int]()
    with raw(lambda _connection: connections.append(1)) as url:
        assert "closed by" in str(failure_of(patient(), url))
    assert len(connections) == 1


def test_a_request_is_sent_twice_at_most_when_kept_connections_are_closed() -> None:
    answered = list[int]()

    def speak(connection: socket.socket) -> None:
        answered.append(1)
        if len(answered) == 1:
            answers_once_and_reads_on(connection)

    with raw(speak) as url, patient() as client:
        client.fetch(Request("GET", url), anywhere)
        assert "closed by" in str(failure_of(client, url))
    assert len(answered) == 2


def test_one_closed_kept_connection_is_enough_to_take_no_other_kept_one() -> None:
    here = threading.Barrier(3)

    def answer(asked: Asked) -> bytes:
        if asked.target == "/first":
            here.wait()
        elif asked.connection <= 3:
            raise ConnectionAbortedError
        return b"[]"

    with api(answer) as server, patient() as client:
        threads = [threading.Thread(target=client.fetch, args=(Request("GET", f"{server.url}/first"), anywhere)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert client.fetch(Request("GET", f"{server.url}/second"), anywhere).body == b"[]"
    assert [asked.target for asked in server.asked] == ["/first"] * 3 + ["/second"] * 2


def _serve_one(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65_536)
        answers_once(connection)


@pytest.mark.parametrize("speak", [hang, lambda connection: drip(connection, start=RECORD, drop=b"\0")], ids=["silence", "drip"])
def test_b5_a_tls_handshake_that_never_ends_is_cut_when_the_time_is_over(speak: Speak) -> None:
    with raw(speak, listen_first=False) as url:
        client = impatient(connect_timeout_ms=60_000)
        assert "within 400 ms (http.request.timeout.ms)" in str(failure_of(client, url.replace("http:", "https:")))


@pytest.fixture
def full() -> Iterator[str]:
    """The address of a listener whose queue is full: it leaves the next connection without an answer."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        with socket.create_connection(listener.getsockname()):
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_b3_connecting_ends_with_the_connect_time_out(full: str) -> None:
    failure = failure_of(impatient(request_timeout_ms=60_000), full)
    assert "no connection" in str(failure)
    assert "within 400 ms (http.connect.timeout.ms)" in str(failure)


def test_b3_connecting_is_cut_when_the_time_of_the_request_is_over(full: str) -> None:
    assert "within 400 ms (http.request.timeout.ms)" in str(failure_of(impatient(connect_timeout_ms=60_000), full))


def test_closing_the_fetcher_ends_a_connection_attempt(full: str) -> None:
    client, failures = patient(), list[RequestFailed]()
    thread = threading.Thread(target=lambda: failures.append(failure_of(client, full)))
    thread.start()
    thread.join(0.3)
    client.close()
    thread.join()
    assert "polling was stopped" in str(failures[0])


def names(addresses: Sequence[str], waiting: threading.Event | None = None) -> Resolve:
    """A name service that has these addresses for every name."""

    def resolve(_host: str, port: int, **_: object) -> list[object]:
        if waiting is not None:
            waiting.wait()
        return [found for each in addresses for found in socket.getaddrinfo(each, port, type=socket.SOCK_STREAM)]

    return resolve


def test_b2_a_name_service_that_hangs_is_given_up() -> None:
    release = threading.Event()
    resolve = names(["127.0.0.1"], release)
    connecting = failure_of(impatient(request_timeout_ms=60_000, resolve=resolve), "http://slow.test")
    whole = failure_of(impatient(connect_timeout_ms=60_000, resolve=resolve), "http://slow.test")
    release.set()
    assert "slow.test cannot be resolved (the name service does not answer)" in str(connecting)
    assert "within 400 ms (http.request.timeout.ms)" in str(whole)


def test_the_next_address_of_a_name_is_tried_when_one_refuses() -> None:
    with api(lambda _: b"[]") as server, patient(resolve=names(["127.0.0.2", "127.0.0.1"])) as client:
        url = server.url.replace("127.0.0.1", "api.test")
        assert client.fetch(Request("GET", url), anywhere).body == b"[]"
    assert server.asked[0].headers["Host"].startswith("api.test:")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "[::1]"])
def test_a_refused_address_is_not_connected_to_whatever_its_spelling(host: str) -> None:
    with api(lambda _: b"[]") as server:
        failure = failure_of(patient(addresses=bounds(no_local=True)), server.url.replace("127.0.0.1", host))
    assert "connection.disallow.local.ips" in str(failure)
    assert host.strip("[]") in str(failure)
    assert failure.retriable is (host == "localhost")
    assert not server.asked


def test_of_a_name_s_addresses_only_the_permitted_ones_are_connected_to() -> None:
    only, resolve = bounds(no_local=True, allowed=(ip_network("127.0.0.1"),)), names(["127.0.0.2", "127.0.0.1"])
    with api(lambda _: b"[]") as server, patient(addresses=only, resolve=resolve) as client:
        assert client.fetch(Request("GET", server.url.replace("127.0.0.1", "api.test")), anywhere).body == b"[]"


def test_a_context_is_the_only_trust_and_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the system's roots nor the bundle that comes with requests are added to it."""
    authority, context = Authority(tmp_path), Authority(tmp_path, "Another").trusted()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    spoken, before = list[ssl.SSLSocket](), context.cert_store_stats()
    with tls(authority.server(), spoken.append) as url:
        assert "certificate" in str(failure_of(patient(context=context), url))
    assert (spoken, context.cert_store_stats()) == ([], before)


def test_without_a_context_the_system_s_roots_are_trusted_and_no_bundle_of_a_package(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with tls(authority.server(), answers_once) as url:
        assert "certificate" in asked_where_a_bundle_has(authority, tmp_path, url)
        assert asked_where_a_bundle_has(authority, tmp_path, url, SSL_CERT_FILE=str(authority.file)) == "[]"


def asked_where_a_bundle_has(authority: Authority, folder: Path, url: str, **environment: str) -> str:
    """What a process gets, or why it gets nothing, in which the package with everybody's roots has this authority's alone."""
    (folder / "certifi.py").write_text(f"def where():\n    return {str(authority.file)!r}\n")
    path = os.pathsep.join([str(folder), str(Path(http_source.__file__).parents[1])])
    variables = {**os.environ, "PYTHONPATH": path, **environment}
    command = [sys.executable, "-c", ASKS, url, str(authority.file)]
    asked = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert asked.stderr == ""
    return asked.stdout.strip()


def test_b44_a_server_that_speaks_tls_1_2_only_is_connected_to(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with tls(authority.server(highest=ssl.TLSVersion.TLSv1_2), answers_once) as url:
        assert answer_of(patient(context=authority.trusted()), url) == b"[]"


def test_an_ipv6_address_is_a_host(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        thread = threading.Thread(target=_serve_one, args=(listener,))
        thread.start()
        assert answer_of(patient(context=authority.trusted()), f"http://[::1]:{listener.getsockname()[1]}") == b"[]"
        thread.join()


def answer_of(client: Fetcher, url: str) -> bytes:
    with client:
        return client.fetch(Request("GET", url), anywhere).body


def test_a_client_that_was_closed_keeps_no_connection_open() -> None:
    with api(lambda _: b"[]") as server:
        client = patient()
        client.fetch(Request("GET", server.url), anywhere)
        assert open_to(server.url) == 1
        client.close()
        assert open_to(server.url) == 0


def open_to(url: str) -> int:
    """How many connections of this process to a server are open."""
    port = int(url.rpartition(":")[2].partition("/")[0])
    connections = psutil.Process().net_connections("tcp")
    return sum(each.status == psutil.CONN_ESTABLISHED and bool(each.raddr) and each.raddr.port == port for each in connections)
