"""Content codings (RFC 9110 §8.4): what an answer may come in, unpacked in pieces that are small whatever is in them."""

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

from http_source.errors import RequestFailed
from http_source.foreign.text import Foreign, escape

PIECE = 1 << 20
"""Bytes that an unpacked piece has at most (a coding may go a little beyond)."""

Unpack = Callable[[Iterable[bytes]], Iterator[bytes]]

_GZIP = 16 + zlib.MAX_WBITS
_MOST_CODINGS = 3
_SLICE = 1 << 16
_ZLIB_HEADER = 2


class DamagedBody(Exception):
    """A compressed body that is not what its Content-Encoding says, or ends too early."""


def unpackers(encoding: str) -> list[Unpack]:
    """What undoes the codings of a Content-Encoding header, in the order to apply it. Raises RequestFailed for a coding not read here."""
    if not encoding:
        return []
    codings = [each for each in (coding.strip().lower() for coding in encoding.split(",")) if each not in {"", "identity"}]
    unknown = [each for each in codings if each not in _UNPACK]
    if unknown or len(codings) > _MOST_CODINGS:
        raise RequestFailed(f"The answer comes with Content-Encoding {escape(encoding.strip()[:40])}, where only {ACCEPTED} can be read. "
                            "Does a header of `http.request.headers` ask for it?")
    return [_UNPACK[each] for each in reversed(codings)]


def _slices(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Short pieces: a decoder copies the rest of its input at each member's end, and a body may have a million members."""
    for chunk in chunks:
        for start in range(0, len(chunk), _SLICE):
            yield chunk[start : start + _SLICE]


def _gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of all gzip members (RFC 1952 §2.2), each checked to its end."""
    member = None
    for chunk in _slices(chunks):
        rest = chunk
        while rest:
            if member is None or member.eof:
                if not (rest := rest.lstrip(b"\0") if member else rest):
                    break
                member = zlib.decompressobj(_GZIP)
            yield _decoded(partial(member.decompress, rest, PIECE), zlib.error)
            rest = member.unused_data if member.eof else member.unconsumed_tail
    _end(whole=member is None or member.eof)


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of one deflate stream: in zlib's format (RFC 1950), as RFC 9110 §8.4.1.2 has it, or without it (RFC 1951)."""
    stream, rest = None, b""
    for chunk in _slices(chunks):
        rest += chunk
        if stream is None and len(rest) >= _ZLIB_HEADER:
            stream = zlib.decompressobj(zlib.MAX_WBITS if _has_zlib_header(rest) else -zlib.MAX_WBITS)
        while stream and rest:
            yield _decoded(partial(stream.decompress, rest, PIECE), zlib.error)
            rest = stream.unconsumed_tail
            if stream.eof and (rest or stream.unused_data):
                raise DamagedBody("there are bytes after its end")
        if stream and stream.eof and rest:
            raise DamagedBody("there are bytes after its end")
    if stream and not stream.eof:
        # A raw stream has no checksum: what did not fit into the last piece may wait without any input left.
        yield _decoded(stream.flush, zlib.error)
    _end(whole=stream.eof if stream else not rest)


def _has_zlib_header(head: bytes) -> bool:
    """Whether these are the method and the check of RFC 1950 §2.2; no packer begins a raw stream with them."""
    return head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:_ZLIB_HEADER]) % 31 == 0


def _unzstd(zstd: ModuleType, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of all Zstandard frames (RFC 8878 §3.1)."""
    frame: Any = None
    for chunk in _slices(chunks):
        rest = chunk
        while rest or (frame is not None and not frame.needs_input):
            frame = frame or zstd.ZstdDecompressor()
            yield _decoded(partial(frame.decompress, rest, PIECE), zstd.ZstdError)
            rest = b""
            if frame.eof:
                rest, frame = frame.unused_data, None
    _end(whole=frame is None)


def _unbrotli(brotli: ModuleType, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of one Brotli stream (RFC 7932)."""
    stream, fed = brotli.Decompressor(), False
    for chunk in _slices(chunks):
        piece, fed = _decoded(partial(stream.process, chunk, output_buffer_limit=PIECE), brotli.error), True
        while piece or not stream.can_accept_more_data():
            yield piece
            piece = _decoded(partial(stream.process, b"", output_buffer_limit=PIECE), brotli.error)
    _end(whole=stream.is_finished() or not fed)


def _decoded(decode: Callable[[], bytes], kind: type[Exception]) -> bytes:
    try:
        return decode()
    except kind as error:
        raise DamagedBody(Foreign.of(error)) from None


def _end(*, whole: bool) -> None:
    if not whole:
        raise DamagedBody("it ends before its end mark")


def _unpack_by_name() -> dict[str, Unpack]:
    """The codings that can be read here: gzip and deflate always, the others when the package that decodes them is installed."""
    found: dict[str, Unpack] = {"gzip": _gunzipped, "x-gzip": _gunzipped, "deflate": _inflated}
    if zstd := _installed("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"):
        found["zstd"] = partial(_unzstd, zstd)
    # Older ones cannot be told how much to unpack at once.
    if (brotli := _installed("brotli")) and hasattr(brotli.Decompressor, "can_accept_more_data"):
        found["br"] = partial(_unbrotli, brotli)
    return found


def _installed(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ImportError:
        return None


_UNPACK = _unpack_by_name()
ACCEPTED = ", ".join(coding for coding in _UNPACK if coding != "x-gzip")
"""The value of Accept-Encoding."""
