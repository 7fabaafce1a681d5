"""Where the body of an answer ends (RFC 9112 §6.3), and its bytes up to there."""

import re
import sys
from http import HTTPStatus
from http.client import HTTPMessage
from io import BufferedReader
from typing import NamedTuple, Protocol

from http_source.edges.http.head import ADVICE, Malformed, StatusLine, read_trailers

BODYLESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED})
"""Statuses of answers without a body (RFC 9110 §15.3.5, §15.3.6, §15.4.5), whatever their headers say."""

_MOST_DIGITS = 20
_LONGEST_SIZE_LINE = 65_536
_CHUNK_SIZE = re.compile(rb"(?P<size>[0-9A-Fa-f]+)[ \t]*(?:;.*)?\r?\n", re.DOTALL)
_LARGEST_SIZE = 16


class Framing(NamedTuple):
    """How a body ends.

    Attributes:
        length: its bytes; None when it ends otherwise.
        chunked: whether it comes in chunks; without a length and without chunks it ends with the connection.
        is_last: whether nothing more may be read from the connection.
    """

    length: int | None
    chunked: bool
    is_last: bool


def framing_of(line: StatusLine, fields: HTTPMessage) -> Framing:
    """How the body of an answer ends. Raises Malformed where it says so in ways that contradict each other.

    Of those without a body, 304 may name the length of the answer that it stands for.
    """
    closes = _closes(line.version, fields)
    codings = [each for each in _listed(fields, "Transfer-Encoding") if each not in {"", "identity"}]
    if line.status < HTTPStatus.OK or line.status in BODYLESS:
        clear = line.status == HTTPStatus.NOT_MODIFIED or set(_listed(fields, "Content-Length")) <= {"0"}
        without = line.status == HTTPStatus.RESET_CONTENT and "Content-Length" not in fields
        return Framing(0, chunked=False, is_last=closes or bool(codings) or not clear or without)
    if codings:
        return Framing(None, chunked=True, is_last=_is_doubtful(codings, line, fields) or closes)
    length = _length(fields)
    return Framing(length, chunked=False, is_last=closes or length is None)


def _is_doubtful(codings: list[str], line: StatusLine, fields: HTTPMessage) -> bool:
    """Whether a server that sends chunks says something else as well (RFC 9112 §6.1): it is read, and its connection is not trusted on."""
    if set(codings) != {"chunked"}:
        raise Malformed(
            f"the answer comes in a transfer coding that was not requested (Transfer-Encoding); only chunked can be read. {ADVICE}"
        )
    return len(codings) > 1 or "Content-Length" in fields or line.version < 11  # noqa: PLR2004 - http.client's number for HTTP/1.1


def _length(fields: HTTPMessage) -> int | None:
    """The one length that the answer names, if it does; of a number with more digits than anybody sends its first ones."""
    lengths = set(_listed(fields, "Content-Length"))
    if not lengths:
        return None
    if len(lengths) > 1:
        raise Malformed(f"the answer names several lengths that differ (Content-Length), so its end is unknown. {ADVICE}")
    length = lengths.pop()
    if not (length.isascii() and length.isdigit()):
        raise Malformed(f"the length of the answer (Content-Length) is not a number, so its end is unknown. {ADVICE}")
    return int(length.lstrip("0")[:_MOST_DIGITS] or "0")


def _closes(version: int, fields: HTTPMessage) -> bool:
    """Whether the connection ends with the answer (RFC 9112 §9.3)."""
    options = _listed(fields, "Connection")
    return "close" in options or (version < 11 and "keep-alive" not in options)  # noqa: PLR2004


def _listed(fields: HTTPMessage, name: str) -> list[str]:
    return [each.strip(" \t").lower() for value in fields.get_all(name, ()) for each in value.split(",")]


class BodyStream(Protocol):
    """What is read of a body."""

    @property
    def is_over(self) -> bool:
        """Whether it was read to its end."""

    def read(self, amount: int) -> bytes:
        """At most so many bytes, none at the end. Raises Malformed when it is cut off or breaks HTTP."""


def body_of(stream: BufferedReader, framing: Framing) -> BodyStream:
    """The body, which begins where the stream is."""
    if framing.chunked:
        return _Chunks(stream)
    return _ToTheClose(stream) if framing.length is None else _Counted(stream, framing.length)


class _ToTheClose:
    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self.is_over = False

    def read(self, amount: int) -> bytes:
        piece = self._stream.read(amount)
        self.is_over = not piece
        return piece


class _Counted:
    def __init__(self, stream: BufferedReader, length: int) -> None:
        self._stream = stream
        self._length = self._left = length

    @property
    def is_over(self) -> bool:
        return not self._left

    def read(self, amount: int) -> bytes:
        wanted = min(self._left, amount)
        piece = self._stream.read(wanted)
        self._left -= len(piece)
        if len(piece) < wanted:
            raise Malformed(f"the answer was cut off: {self._length - self._left} of {self._length} bytes came.")
        return piece


class _Chunks:
    """RFC 9112 §7.1. Extensions and trailers are passed over."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self._left = 0
        self.is_over = False

    def read(self, amount: int) -> bytes:
        pieces, read = list[bytes](), self._stream.read
        while amount and (self._left or self._more()):
            wanted = min(amount, self._left)
            pieces.append(piece := read(wanted))
            amount, self._left = amount - wanted, self._left - wanted
            if len(piece) < wanted:
                raise _cut_off()
            if not self._left and (end := read(2)) != b"\r\n":
                raise Malformed(f"a chunk of the answer is longer than its size says. {ADVICE}") if len(end) == len(b"\r\n") else _cut_off()
        return b"".join(pieces)

    def _more(self) -> bool:
        """Whether another chunk begins here."""
        if not self.is_over:
            self._left = self._size()
        if not self._left and not self.is_over:
            read_trailers(self._stream)
            self.is_over = True
        return not self.is_over

    def _size(self) -> int:
        line = self._stream.readline(_LONGEST_SIZE_LINE + 1)
        if not line.endswith(b"\n") and len(line) <= _LONGEST_SIZE_LINE:
            raise _cut_off()
        found = _CHUNK_SIZE.fullmatch(line)
        if found is None or len(found["size"].lstrip(b"0")) > _LARGEST_SIZE:
            raise Malformed(f"the size of a chunk of the answer is not a hexadecimal number of at most {_LARGEST_SIZE} digits. {ADVICE}")
        return min(int(found["size"], 16), sys.maxsize)


def _cut_off() -> Malformed:
    return Malformed("the answer was cut off: its last chunk is missing.")
