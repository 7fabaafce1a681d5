"""What becomes of an answer that breaks HTTP, byte by byte: RFC 9110 and 9112 as a table."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from http_source.edges.http.fetch import Fetcher
from http_source.errors import RequestFailed
from http_source.model import Request, Response
from http_source_tests.edges.authority import Authority, tls
from http_source_tests.edges.clients import SECRET, anywhere, patient
from http_source_tests.examples import examples
from http_source_tests.servers import raw

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
NEXT = OK + b'Content-Length: 6\r\n\r\n"next"'


class Row(NamedTuple):
    """An answer, and what comes of it: status and body, or words of the one sentence."""

    name: str
    answer: bytes
    comes: bytes | str
    status: int = 200


def counted(lines: bytes, body: bytes = b"[1]") -> bytes:
    """An answer with header lines before its length."""
    return OK + lines + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def length(value: bytes) -> bytes:
    return OK + b"Content-Length: " + value + b"\r\n\r\n[1]"


def coded(coding: bytes) -> bytes:
    return OK + b"Transfer-Encoding: " + coding + b"\r\n\r\n3\r\n[1]\r\n0\r\n\r\n"


def first(line: bytes) -> bytes:
    return line + b"\r\nContent-Length: 3\r\n\r\n[1]"


STATUS_LINES = (
    Row("HTTP/1.0", first(b"HTTP/1.0 200 OK"), b"[1]"),
    Row("HTTP/0.9 by name", first(b"HTTP/0.9 200 OK"), b"[1]"),
    Row("a later minor version", first(b"HTTP/1.9 200 OK"), b"[1]"),
    Row("no reason", first(b"HTTP/1.1 200"), b"[1]"),
    Row("an empty reason", first(b"HTTP/1.1 200 "), b"[1]"),
    Row("a reason in other letters", first(b"HTTP/1.1 200 \xff\xfe"), b"[1]"),
    Row("two blanks", first(b"HTTP/1.1  200 OK"), b"[1]"),
    Row("line feeds alone", b"HTTP/1.1 200 OK\nContent-Length: 3\n\n[1]", b"[1]"),
    Row("status 600", first(b"HTTP/1.1 600 X"), b"[1]", 600),
    Row("status 999", first(b"HTTP/1.1 999 X"), b"[1]", 999),
    *(
        Row(f"status {status.decode('latin-1')!r}", first(b"HTTP/1.1 " + status), "is not a number of three digits from 100 on")
        for status in (b"99 X", b"099 X", b"000 X", b"1000 X", b"abc X", b"-20 X", b"+200 X", b"200OK", b"20\x00 X", b"\xb2\xb2 X")
    ),
    Row("101", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "switches to another protocol (status 101)"),
    Row("100 a thousand times", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000 + NEXT, b'"next"'),
    Row("HTTP/2 by name", first(b"HTTP/2 200"), "speaks HTTP/2 on this port"),
    Row("HTTP/2 by its frames", b"\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x80\0\4\0\1\0\0\0\5\0\xff\xff\xff", "speaks HTTP/2 on this port"),
    Row("a TLS alert", b"\x15\3\1\0\2\2\x46", "speaks TLS on this port. Should `url` start with https://?"),
    Row("a body without a head", b"[1,2]", "did not answer as an HTTP server should"),
    Row("small letters", first(b"http/1.1 200 OK"), "did not answer as an HTTP server should"),
    Row("ICY", first(b"ICY 200 OK"), "did not answer as an HTTP server should"),
    Row("a mail server", b"220 mail ESMTP\r\n", "did not answer as an HTTP server should"),
    Row("a line that only begins like HTTP", b"HTTPS/1.1 200 OK\r\n\r\n", "did not answer as an HTTP server should"),
    Row("a long reason", first(b"HTTP/1.1 200 " + b"y" * 70_000), "longer than 64 KB"),
)

HEADERS = (
    Row("a folded line", counted(b"X: a\r\n b"), b"[1]"),
    Row("a folded line before all others", counted(b" X: a"), b"[1]"),
    Row("a blank before the colon", OK + b"Content-Length : 3\r\n\r\n[1]", b"[1]"),
    Row("a name that is none", counted(b"X\0: a\r\n: b\r\nX\xe9: c\r\nX Y: d"), b"[1]"),
    Row("no headers", OK + b"\r\n[1]", b"[1]"),
    Row("500 headers", counted(b"\r\n".join(b"X-%d: y" % number for number in range(500))), b"[1]"),
    Row("1,001 headers", counted(b"\r\n".join(b"X-%d: y" % number for number in range(1_001))), "more than 1,000 header lines"),
    Row("a header of 1 MB", counted(b"X: " + b"y" * 1_000_000), "longer than 64 KB"),
    Row("headers of 2 MB", counted(b"\r\n".join([b"X: " + b"y" * 60_000] * 40)), "larger than 1 MB"),
    Row("no colon", counted(b"X: y\r\nno colon"), "line 2 of the answer's headers has no colon"),
    Row("a name without its colon on the line", OK + b"Content-Length\r\n: 3\r\n\r\n[1]", "line 1 of the answer's headers has no colon"),
)

BAD_SIZE = "size of a chunk of the answer is not a hexadecimal number"

LENGTHS = (
    Row("two that are equal", length(b"3\r\nContent-Length: 3"), b"[1]"),
    Row("a list of equal ones", length(b"3, 3"), b"[1]"),
    Row("zeros before it", length(b"00003"), b"[1]"),
    Row("blanks around it", length(b" \t3 \t"), b"[1]"),
    Row("two that differ", length(b"3\r\nContent-Length: 2"), "names several lengths that differ (Content-Length)"),
    Row("a list of two", length(b"3, 2"), "names several lengths that differ (Content-Length)"),
    *(
        Row(f"length {value.decode('latin-1')!r}", length(value), "(Content-Length) is not a number")
        for value in (b"-3", b"+3", b"0x3", b"3.0", b"3_0", b"3;", b'"3"', b"", b"abc", b"\xb3", b"\xd9\xa3")
    ),
    Row("a huge one", length(b"9" * 30), "larger than http.response.max.bytes"),
    Row("the body is longer", length(b"2"), b"[1"),
    Row("the body is shorter", length(b"9"), "was cut off: 3 of 9 bytes came"),
    Row("with chunks", OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n\r\n", b"[1]"),
    Row("with no coding", length(b"3\r\nTransfer-Encoding: identity"), b"[1]"),
)

CODINGS = (
    *(
        Row(f"coding {coding.decode()!r}", coded(coding), b"[1]")
        for coding in (b"Chunked", b" chunked ", b"identity, chunked", b"chunked, chunked", b"chunked\r\nTransfer-Encoding: chunked")
    ),
    *(
        Row(f"coding {coding.decode()!r}", coded(coding), "transfer coding that was not requested (Transfer-Encoding)")
        for coding in (b"gzip, chunked", b"chunked, gzip", b"gzip", b"x-what", b"\x0bchunked")
    ),
    Row("identity alone", OK + b"Transfer-Encoding: identity\r\n\r\n[1]", b"[1]"),
    Row("chunks under HTTP/1.0", coded(b"chunked").replace(b"1.1", b"1.0"), b"[1]"),
)

CHUNKS = (
    *(
        Row(f"size {size.decode('latin-1')!r}", CHUNKED + size + b"\r\n[1]\r\n0\r\n\r\n", BAD_SIZE)
        for size in (b"-1", b"-3", b"+3", b"0x3", b"0_3", b" 3", b"zz", b"", b"f" * 17, b"\xb3", b"3 x")
    ),
    Row("a size of -0", CHUNKED + b"3\r\n[1]\r\n-0\r\n\r\n", BAD_SIZE),
    Row("a size line without end", CHUNKED + b"3;" + b"x" * 70_000, BAD_SIZE),
    Row("extensions", CHUNKED + b'003 \t;a=1;b="c"\r\n[1]\r\n0;x\r\n\r\n', b"[1]"),
    Row("trailers", CHUNKED + b"3\r\n[1]\r\n0\r\nX: y\r\nX: z\r\n\r\n", b"[1]"),
    Row("several", CHUNKED + b"1\r\n[\r\n1\r\n1\r\n1\r\n]\r\n0\r\n\r\n", b"[1]"),
    Row("trailers that are cut off", CHUNKED + b"3\r\n[1]\r\n0\r\nX", b"[1]"),
    Row("too many trailers", CHUNKED + b"3\r\n[1]\r\n0\r\n" + b"X: y\r\n" * 2_000 + b"\r\n", "more than 1,000 header lines"),
    Row("the last one missing", CHUNKED + b"3\r\n[1]\r\n", "was cut off: its last chunk is missing"),
    Row("cut off within one", CHUNKED + b"9\r\n[1]", "was cut off: its last chunk is missing"),
    Row("cut off within a size", CHUNKED + b"3\r\n[1]\r\n0", "was cut off: its last chunk is missing"),
    Row("longer than its size", CHUNKED + b"2\r\n[1]\r\n0\r\n\r\n", "a chunk of the answer is longer than its size says"),
)

BODYLESS = tuple(
    Row(f"{status} {name}", b"HTTP/1.1 %d X\r\n" % status + rest, b"", status)
    for status in (204, 205, 304)
    for name, rest in {
        "chunks that never come": b"Transfer-Encoding: chunked\r\n\r\n",
        "chunks": b"Transfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n\r\n",
        "no length": b"\r\n",
        "a length": b"Content-Length: 3\r\n\r\n",
        "a body": b"Content-Length: 3\r\n\r\n[1]",
        "two lengths": b"Content-Length: 3, 2\r\n\r\n",
        "a content coding": b"Content-Encoding: gzip\r\n\r\n",
        "an unknown content coding": b"Content-Encoding: what\r\n\r\n",
    }.items()
)
BY_NAME = {row.name: row for row in (*STATUS_LINES, *HEADERS, *LENGTHS, *CODINGS, *CHUNKS, *BODYLESS)}
ENDS_BY_CLOSING = {"no headers", "identity alone", "the body is shorter", "trailers that are cut off", "the last one missing",
    "cut off within one", "cut off within a size"}


@contextmanager
def answering(*answers: bytes, closes: int = 0) -> Iterator[str]:
    """A server that gives each request one answer, the last one again and again; it closes the connection after so many of them."""
    left = list(answers)

    def speak(connection: socket.socket) -> None:
        while True:
            is_closed = len(answers) - len(left) < closes
            connection.sendall(left.pop(0) if len(left) > 1 else left[0])
            if is_closed or not connection.recv(65_536):
                return

    with raw(speak) as url:
        yield url


def outcome(client: Fetcher, url: str) -> Response | RequestFailed:
    """What a request ends in: nothing else may come out, and no sentence has two lines or a class's name."""
    try:
        return client.fetch(Request("GET", f"{url}/items?token={SECRET}"), anywhere)
    except RequestFailed as error:
        failure = error
    assert str(failure).isprintable()
    assert not any(word in str(failure) for word in (SECRET, "Error", "Exception", "Incomplete", "Invalid", "defect"))
    return failure


@pytest.mark.parametrize("name", BY_NAME)
def test_b225_an_answer_is_read_or_refused_by_name_at_once_and_the_next_one_is_the_next(name: str) -> None:
    row = BY_NAME[name]
    with answering(row.answer, NEXT, closes=name in ENDS_BY_CLOSING) as url, patient() as client:
        found, following = outcome(client, url), outcome(client, url)
    if isinstance(found, Response):
        assert (found.status, found.body) == (row.status, row.comes)
    else:
        assert isinstance(row.comes, str), found
        assert row.comes in str(found)
        assert found.retriable or "max.bytes" in row.comes
    assert isinstance(following, Response), following
    assert following.body == b'"next"'


@pytest.mark.parametrize(
    "rest",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[666]", b"garbage", b"\r\n", b"HTTP/1.1 200 OK\r\nX: "],
    ids=["an answer nobody asked for", "garbage", "a line end", "the beginning of an answer"],
)
@pytest.mark.parametrize("answer", [length(b"3"), coded(b"chunked")], ids=["counted", "chunked"])
def test_b225_what_follows_an_answer_is_not_taken_for_the_next_one(answer: bytes, rest: bytes) -> None:
    with answering(answer + rest, NEXT) as url, patient() as client:
        bodies = [client.fetch(Request("GET", url), anywhere).body for _ in range(3)]
    assert bodies == [b"[1]", b'"next"', b'"next"']


def test_b225_a_header_with_a_line_break_in_it_is_one_header() -> None:
    with answering(counted(b"X: a\rLink: <b>\r\nY: \0c\0")) as url, patient() as client:
        headers = client.fetch(Request("GET", url), anywhere).headers
    assert (headers["X"], headers["Y"], headers.get("Link")) == ("a Link: <b>", "c", None)


@pytest.mark.parametrize("cut", range(1, len(OK)))
def test_b225_a_head_that_is_cut_off_says_so_wherever_it_is(cut: int) -> None:
    head = counted(b"X: y").partition(b"[1]")[0]
    with answering(head[: cut * (len(head) - 1) // len(OK)], NEXT, closes=1) as url, patient() as client:
        assert "closed the connection within its headers" in str(outcome(client, url))


def test_b225_nothing_of_an_answer_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [BY_NAME[name].answer for name in ("with chunks", "no colon", "a name that is none", "two that differ")]
    for answer in answers:
        with answering(answer) as url, patient() as client:
            outcome(client, url)
    assert caplog.text == ""


def reset_after(answer: bytes) -> Callable[[socket.socket], None]:
    def speak(connection: socket.socket) -> None:
        connection.sendall(answer)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    return speak


@pytest.mark.parametrize("whole", [counted(b"X: y"), CHUNKED + b"3\r\n[1]\r\n0\r\n\r\n"], ids=["counted", "chunked"])
def test_b225_a_connection_that_is_reset_anywhere_fails_by_name_or_gives_the_whole_answer(whole: bytes) -> None:
    for cut in range(0, len(whole), 3):
        with raw(reset_after(whole[:cut])) as url, patient() as client:
            found = outcome(client, url)
        words = str(found)
        assert isinstance(found, RequestFailed)
        assert "was closed by" in words or "cut off" in words


def test_b225_http_2_where_tls_settled_nothing_is_named(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    frames = BY_NAME["HTTP/2 by its frames"].answer
    with tls(authority.server(), lambda secure: secure.sendall(frames)) as url, patient(context=authority.trusted()) as client:
        assert "speaks HTTP/2 on this port" in str(outcome(client, url))


def test_b225_a_server_that_takes_only_http_2_says_so_in_the_handshake() -> None:
    no_application_protocol = b"\x15\3\3\0\2\2\x78"
    with raw(lambda connection: connection.sendall(no_application_protocol)) as url, patient() as client:
        assert "speaks HTTP/2 alone" in str(outcome(client, url.replace("http:", "https:")))


PIECES = [
    b"HTTP/1.1 ", b"HTTP/2 ", b"200 OK", b"204 X", b"\r\n", b"\n", b"\r", b"\0", b" ", b":", b"Content-Length: ", b"Transfer-Encoding: ",
    b"chunked", b"gzip", b"Content-Encoding: ", b"deflate", b"3", b"-1", b"0", b"ffffffff", b"[1]", b"3\r\n[1]\r\n", b"0\r\n\r\n",
    b"Connection: close\r\n", b"Location: /\r\n", b"302 F", b"\xff",
]
MOVED = b"HTTP/1.1 302 F\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
WHOLE = (counted(b"X: y"), coded(b"chunked"), b"HTTP/1.1 204 X\r\n\r\n", MOVED, CHUNKED)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid answer with pieces put in, taken out and put in the place of others."""
    answer = draw(st.sampled_from(WHOLE))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(answer)))
        end = min(len(answer), start + draw(st.integers(0, 6)))
        answer = answer[:start] + draw(st.sampled_from(PIECES) | st.binary(max_size=4)) + answer[end:]
    return answer


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(mutated() | st.binary(max_size=60), min_size=1, max_size=3))
@example([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n-1\r\n"])
def test_b225_whatever_comes_is_an_answer_or_one_sentence(answers: list[bytes]) -> None:
    with answering(*answers, closes=len(answers)) as url, patient() as client:
        for _ in answers:
            outcome(client, url)
