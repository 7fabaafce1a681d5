"""The fetcher against servers that hang, drip, hang up in the middle or speak something else (raw sockets)."""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from http_source.errors import PageRefused, RequestFailed
from http_source.model import Request
from http_source_tests.edges.clients import anywhere, failure_of, impatient, patient
from http_source_tests.servers import Reply, api, drip, raw

Speak = Callable[[socket.socket], None]


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
def test_b5_an_answer_that_drips_is_cut_when_its_time_is_over_and_never_taken_for_whole(speak: Speak) -> None:
    with raw(speak) as url:
        started = time.monotonic()
        failure = failure_of(impatient(), url)
    assert "was not answered whole within 400 ms (http.request.timeout.ms)" in str(failure)
    assert failure.retriable
    assert time.monotonic() - started >= 0.4


def test_b4_a_server_that_says_nothing_is_given_up() -> None:
    with raw(drips(b"", b"")) as url:
        assert "http.request.timeout.ms" in str(failure_of(impatient(), url))


def test_a_server_that_does_not_read_is_given_up() -> None:
    post = Request("POST", "", body=b"x" * 50_000_000)
    with raw(drips(b"", b"")) as url, impatient() as client, pytest.raises(RequestFailed, match=r"http\.request\.timeout\.ms"):
        client.fetch(replace(post, url=url), anywhere)


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
    assert "polling was stopped" in str(failures[0])


HEAD = b"HTTP/1.1 200 OK\r\n"
NO_HTTP = "did not answer as an HTTP server"


def failure_after(answer: bytes) -> str:
    with raw(says(answer)) as url:
        failure = failure_of(patient(), url)
    assert failure.retriable
    return str(failure)


def test_b1_a_connection_that_is_closed_without_an_answer_says_so() -> None:
    assert "the connection was closed by 127.0.0.1" in failure_after(b"")


@pytest.mark.parametrize("rest", [b"2\r\n[]\r\n", b"9\r\n[]"], ids=["last chunk missing", "in a chunk"])
def test_b7_a_chunked_answer_that_is_cut_is_not_taken_for_whole(rest: bytes) -> None:
    assert "cut off" in failure_after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + rest)


def test_b8_an_answer_shorter_than_its_content_length_is_cut_off() -> None:
    assert "cut off: 5 of 9 bytes came" in failure_after(HEAD + b"Content-Length: 9\r\n\r\n[1,2]")


def test_b9_an_answer_longer_than_its_content_length_is_read_to_that_length() -> None:
    with raw(says(HEAD + b"Content-Length: 2\r\n\r\n[1,2]")) as url, patient() as client:
        assert client.fetch(Request("GET", url), anywhere).body == b"[1"


@pytest.mark.parametrize(
    "answer",
    [b"[1, 2]", b"SSH-2.0-OpenSSH_9.2\r\n", b"GET /items?token=s3cret HTTP/1.1\r\n\r\n"],
    ids=["HTTP/0.9", "ssh", "echo"],
)
def test_b40_what_does_not_speak_http_is_told_and_not_repeated(answer: bytes) -> None:
    assert NO_HTTP in failure_after(answer)


def test_b40_a_tls_alert_asks_for_https() -> None:
    assert "speaks TLS on this port. Should `url` start with https://?" in failure_after(b"\x15\x03\x03\x00\x02\x02\x46")


def test_a_longer_header_than_is_read_is_told() -> None:
    assert "longer than 64 KB" in failure_after(HEAD + b"X: " + b"y" * 70_000 + b"\r\n\r\n")


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
def test_interim_answers_are_read_on_to_the_final_one(interim: bytes) -> None:
    first = b"HTTP/1.1 " + interim + b"\r\nLink: </style.css>\r\n\r\n"
    with raw(says(first * 3 + HEAD + b"Content-Length: 2\r\n\r\n[]")) as url, patient() as client:
        answer = client.fetch(Request("GET", url), anywhere)
    assert (answer.status, answer.body, answer.headers.get("Link")) == (200, b"[]", None)


def test_interim_answers_without_end_are_cut_when_the_time_is_over() -> None:
    with raw(drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")) as url:
        assert "http.request.timeout.ms" in str(failure_of(impatient(), url))


def test_a_switch_of_protocols_is_refused() -> None:
    assert "switches to another protocol (status 101)" in failure_after(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n")


def test_b6_a_connection_that_is_reset_in_mid_body_is_a_failure() -> None:
    def reset(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[1,")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with raw(reset) as url:
        assert str(failure_of(patient(), url)).startswith(f"GET {url}/items: the ")


def test_b12_an_endless_answer_is_read_up_to_the_limit_only() -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b" " * 65_536)

    with raw(endless) as url:
        assert isinstance(failure_of(patient(max_bytes=1_000_000), url), PageRefused)


def test_b1_a_refused_connection_names_host_and_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    assert f"{url.removeprefix('http://')} refused the connection" in str(failure_of(patient(), url))


def test_b2_a_host_that_does_not_exist_is_named() -> None:
    assert "nowhere.invalid cannot be resolved" in str(failure_of(patient(), "http://nowhere.invalid"))


def test_b40_https_to_a_port_that_speaks_http_asks_whether_it_is_one() -> None:
    with raw(says(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        assert "does not speak TLS on this port" in str(failure_of(patient(), url.replace("http:", "https:")))


def test_b40_http_to_a_port_that_speaks_tls_asks_for_the_scheme() -> None:
    def speak_tls(connection: socket.socket) -> None:
        with ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).wrap_socket(connection, server_side=True):
            pass

    with raw(speak_tls, listen_first=False) as url:
        assert "scheme of `url`" in str(failure_of(patient(), url))


def test_a_header_that_cannot_be_sent_is_a_failure_that_does_not_show_it() -> None:
    with api(lambda _: Reply()) as server, patient() as client, pytest.raises(RequestFailed, match="cannot be sent as it is") as failure:
        client.fetch(Request("GET", server.url, {"X-Api-Key": "s3cret€"}), anywhere)
    assert "s3cret" not in str(failure.value)


def test_b12_a_content_length_of_thousands_of_digits_is_too_large() -> None:
    with raw(says(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n[]")) as url:
        assert "larger than http.response.max.bytes" in str(failure_of(impatient(), url))
