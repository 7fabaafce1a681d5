"""The fetcher against servers that hang, drip, hang up in the middle or speak something else (raw sockets)."""

import socket
import ssl
import threading
import time
from collections.abc import Callable

import pytest

from http_source.config.properties import TransportOptions
from http_source.edges.fetch import Fetcher
from http_source.errors import PageRefused, RequestFailed
from http_source.model import Request
from http_source_tests.servers import Reply, api, drip, raw

Speak = Callable[[socket.socket], None]


def impatient(request_timeout_ms: int = 400, max_bytes: int = 1_000_000) -> Fetcher:
    return Fetcher(TransportOptions(connect_timeout_ms=400, request_timeout_ms=request_timeout_ms, max_bytes=max_bytes))


def patient() -> Fetcher:
    return impatient(60_000)


def failure_of(client: Fetcher, url: str) -> RequestFailed:
    with client, pytest.raises(RequestFailed) as failure:
        client.fetch(Request("GET", f"{url}/items?token=s3cret", {"X-Api-Key": "s3cret"}), lambda _url: None)
    assert "s3cret" not in str(failure.value)
    return failure.value


def says(answer: bytes) -> Speak:
    return lambda connection: connection.sendall(answer)


def drips(start: bytes, drop: bytes) -> Speak:
    return lambda connection: drip(connection, start=start, drop=drop)


@pytest.mark.parametrize(
    "speak",
    [
        drips(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n"),
        drips(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n[", b" "),
        drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n", b"1\r\n \r\n"),
        drips(b"HTTP/1.1 200 OK\r\n\r\n[]", b" "),
        drips(b"", b"H"),
    ],
    ids=["headers", "content-length", "chunked", "until close", "status line"],
)
def test_an_answer_that_drips_is_cut_when_its_time_is_over_and_never_taken_for_whole(speak: Speak) -> None:
    with raw(speak) as url:
        started = time.monotonic()
        failure = failure_of(impatient(), url)
    assert "was not answered whole within 400 ms (http.request.timeout.ms)" in str(failure)
    assert failure.retriable
    assert time.monotonic() - started >= 0.4


def test_a_server_that_says_nothing_is_given_up() -> None:
    with raw(drips(b"", b"")) as url:
        assert "http.request.timeout.ms" in str(failure_of(impatient(), url))


def test_closing_the_fetcher_cuts_what_is_on_its_way() -> None:
    hanging = threading.Event()

    def hang(connection: socket.socket) -> None:
        hanging.set()
        drip(connection, start=b"HTTP/1.1 200 OK\r\n\r\n[]", drop=b" ")

    client, failures = patient(), list[RequestFailed]()
    with raw(hang) as url:
        thread = threading.Thread(target=lambda: failures.append(failure_of(client, url)))
        thread.start()
        hanging.wait()
        client.close()
        thread.join()
    assert "polling was told to stop" in str(failures[0])


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1,2]", "cut off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n", "cut off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n[]", "cut off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]", "cut off"),
        (b"", "closed"),
        (b"[1, 2]", "did not answer as an HTTP server"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "did not answer as an HTTP server"),
        (b"GET /items?token=s3cret HTTP/1.1\r\n\r\n", "did not answer as an HTTP server"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "did not answer as an HTTP server"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", "longer than 64 KB"),
        (b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "interim status 103"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "did not answer as an HTTP server"),
    ],
    ids=["content-length", "last chunk", "in a chunk", "bad chunk", "nothing", "0.9", "ssh", "echo", "many", "long", "103", "tls alert"],
)
def test_an_answer_that_is_no_whole_http_answer_is_a_failure_to_be_tried_again(answer: bytes, sentence: str) -> None:
    with raw(says(answer)) as url:
        failure = failure_of(patient(), url)
    assert sentence in str(failure)
    assert failure.retriable


def test_a_connection_that_is_reset_in_mid_body_is_a_failure() -> None:
    def reset(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[1,")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with raw(reset) as url:
        assert str(failure_of(patient(), url)).startswith(f"GET {url}/items: the ")


def test_an_endless_answer_is_read_up_to_the_limit_only() -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b" " * 65_536)

    with raw(endless) as url:
        assert isinstance(failure_of(impatient(60_000, max_bytes=1_000_000), url), PageRefused)


def test_a_refused_connection_names_host_and_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    assert f"{url.removeprefix('http://')} refused the connection" in str(failure_of(patient(), url))


def test_a_host_that_does_not_exist_is_named() -> None:
    assert "nowhere.invalid cannot be resolved" in str(failure_of(patient(), "http://nowhere.invalid"))


def test_a_connection_that_takes_too_long_names_its_property() -> None:
    with socket.socket() as full:
        # A listener whose queue is full leaves the next connection without an answer.
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.create_connection(full.getsockname()):
            url = f"http://127.0.0.1:{full.getsockname()[1]}"
            assert "http.connect.timeout.ms" in str(failure_of(impatient(60_000), url))


def test_https_to_a_port_that_speaks_http_asks_whether_it_is_one() -> None:
    with raw(says(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        assert "Is this an https port?" in str(failure_of(patient(), url.replace("http:", "https:")))


def test_http_to_a_port_that_speaks_tls_asks_for_the_scheme() -> None:
    def speak_tls(connection: socket.socket) -> None:
        with ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).wrap_socket(connection, server_side=True):
            pass

    with raw(speak_tls, listen_first=False) as url:
        assert "scheme of `url`" in str(failure_of(patient(), url))


def test_a_header_that_cannot_be_sent_is_a_failure_that_does_not_show_it() -> None:
    with api(lambda _: Reply()) as server, patient() as client, pytest.raises(RequestFailed, match="cannot be sent as it is") as failure:
        client.fetch(Request("GET", server.url, {"X-Api-Key": "s3cret€"}), lambda _url: None)
    assert "s3cret" not in str(failure.value)
