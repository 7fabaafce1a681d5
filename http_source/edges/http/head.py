"""The head of an answer, as RFC 9112 §4 and §5 have it: read to its end or refused, since a header that gets lost may name the next page.

What the RFC allows a recipient to correct is corrected: folded lines, blanks before a colon, NUL and CR in a value, a lone LF at the
end of a line.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage, RemoteDisconnected
from io import BufferedReader
from typing import NamedTuple

MOST_LINES = 1_000
_LONGEST_LINE = 65_536
_LARGEST_HEAD = 1 << 20

_STATUS_LINE = re.compile(rb"HTTP/(?P<version>\d\.\d)[ \t]+(?P<status>[1-9]\d\d)(?:[ \t](?P<reason>.*))?", re.DOTALL)
_LATER_VERSION = re.compile(rb"HTTP/([2-9]|1\d)")
# The first frame of HTTP/2 is SETTINGS (type 4) on stream 0, shorter than 64 KB (RFC 9113 §3.4, §4.1).
_SETTINGS = re.compile(rb"\x00..\x04.\x00{4}", re.DOTALL)
_TLS_RECORD = re.compile(rb"[\x15\x16]\x03")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BROKEN = str.maketrans("\0\r", "  ")

_NO_HTTP = "{host} did not answer as an HTTP server should. Is it one, and does it expect the scheme of `url`?"
_HTTP_2 = (
    "{host} speaks HTTP/2 on this port, but only HTTP/1.1 is supported here. Set `url` to a port where the server, or a proxy before it, "
    "speaks HTTP/1.1."
)
ADVICE = "The server, or a proxy before it, must be corrected."


class Malformed(HTTPException):
    """An answer that breaks HTTP. Its text is ours and holds nothing of the answer: the end of a sentence, with `{host}` for the server."""


class StatusLine(NamedTuple):
    """What the first line of an answer says; `version` is 10 or 11, as http.client has it."""

    version: int
    status: int
    reason: str


def read_status_line(stream: BufferedReader) -> StatusLine:
    """The first line. What does not begin like HTTP is refused by its first bytes: a line of it may never end.

    Raises http.client.RemoteDisconnected when the connection was closed before it, and Malformed.
    """
    if not (start := stream.peek(1)):
        raise RemoteDisconnected("")
    if not start.startswith(b"H"):
        raise Malformed(_named(start))
    line = _line(stream)
    found = _STATUS_LINE.fullmatch(line)
    if found is None or not found["version"].startswith((b"0", b"1")):
        raise Malformed(_misread(line))
    version = 10 if found["version"] in {b"0.9", b"1.0"} else 11
    return StatusLine(version, int(found["status"]), (found["reason"] or b"").strip().decode("latin-1"))


def read_fields(stream: BufferedReader) -> HTTPMessage:
    """The headers. Those whose name cannot be a header's are left out: nobody could ask for them. Raises Malformed."""
    fields = HTTPMessage()
    for name, value in _unfolded(_lines(stream)):
        if _NAME.fullmatch(name):
            fields[name] = value.translate(_BROKEN).strip(" \t")
    return fields


def read_trailers(stream: BufferedReader) -> None:
    """Pass over what follows the last chunk (RFC 9112 §7.1.2). The answer is whole even when that is cut off. Raises Malformed."""
    for _ in _lines(stream, may_end=True):
        pass


def _unfolded(lines: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    """Names and values; a line that begins with a blank goes on with the value before it, or belongs to nothing."""
    name = value = ""
    for number, line in enumerate(lines, 1):
        text = line.decode("latin-1")
        if text[0] in " \t":
            value += " " + text.strip()
            continue
        yield name, value
        name, colon, value = text.partition(":")
        name = name.rstrip(" \t")
        if not colon:
            raise Malformed(f"line {number} of the answer's headers has no colon, so its content would be lost. {ADVICE}")
    yield name, value


def _lines(stream: BufferedReader, *, may_end: bool = False) -> Iterator[bytes]:
    """The lines up to the first blank one."""
    left = _LARGEST_HEAD
    for _ in range(MOST_LINES + 1):
        line = _line(stream, may_end=may_end)
        if not line:
            return
        left -= len(line)
        if left < 0:
            raise Malformed("the headers of the answer are larger than 1 MB, which is the most that is read.")
        yield line
    raise Malformed(f"the answer has more than {MOST_LINES:,} header lines, which is the most that is read.")


def _line(stream: BufferedReader, *, may_end: bool = False) -> bytes:
    """A line without its end. At the end of the stream it is empty, where that may be."""
    line = stream.readline(_LONGEST_LINE + 1)
    if line.endswith(b"\n"):
        return line[:-1].removesuffix(b"\r")
    if len(line) > _LONGEST_LINE:
        raise Malformed("a header of the answer is longer than 64 KB, which is the most that is read.")
    if may_end:
        return b""
    raise Malformed("the answer was cut off: {host} closed the connection within its headers.")


def _named(start: bytes) -> str:
    """What it is that does not begin like HTTP."""
    if _TLS_RECORD.match(start):
        return "{host} speaks TLS on this port. Should `url` start with https://?"
    return _HTTP_2 if _SETTINGS.match(start) else _NO_HTTP


def _misread(line: bytes) -> str:
    if _LATER_VERSION.match(line):
        return _HTTP_2
    if re.match(rb"HTTP/[01]\.\d\s", line):
        return f"the status in the answer of {{host}} is not a number of three digits from {HTTPStatus.CONTINUE.value} on. {ADVICE}"
    return _NO_HTTP
