"""Content codings: each checked to its end, several in order, no more unpacked than is allowed."""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.edges.http.content_codings import ACCEPTED, PIECE, unpackers
from http_source.edges.http.fetch import Fetcher
from http_source.errors import PageRefused, RequestFailed
from http_source.model import Request
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.servers import Reply, api

Pack = Callable[[bytes], bytes]


def packer(coding: str) -> Pack:
    """What packs with a coding; skips the test when nothing here can."""
    packages = {"br": "brotli", "zstd": "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd", "gzip": "gzip"}
    if coding not in ACCEPTED:
        pytest.skip(f"the package {packages[coding]} is not installed")
    return import_module(packages[coding]).compress  # type: ignore[no-any-return]


@pytest.fixture
def client() -> Iterator[Fetcher]:
    with patient() as client:
        yield client


def unpacked(client: Fetcher, body: bytes, coding: str) -> bytes:
    with api(lambda _: Reply(body, headers={"Content-Encoding": coding})) as server:
        return client.fetch(Request("GET", server.url), anywhere).body


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br"])
@pytest.mark.parametrize("size", [0, 1, 999_999])
def test_unpacks_what_it_asks_for(client: Fetcher, coding: str, size: int) -> None:
    assert unpacked(client, packer(coding)(b"x" * size), coding.upper()) == b"x" * size


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br"])
def test_b10_a_packed_body_that_is_cut_off_is_damaged(client: Fetcher, coding: str) -> None:
    packed = packer(coding)(b"[1,2,3]" * 1_000)
    for length in range(1, len(packed)):
        with pytest.raises(RequestFailed, match="the compressed body is damaged") as failure:
            unpacked(client, packed[:length], coding)
        assert failure.value.retriable


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br"])
def test_b10_a_body_that_is_not_packed_is_damaged(client: Fetcher, coding: str) -> None:
    packer(coding)
    with pytest.raises(RequestFailed, match="the compressed body is damaged"):
        unpacked(client, b"{not packed at all}" * 9, coding)


def test_b10_a_wrong_checksum_is_damage(client: Fetcher) -> None:
    packed = bytearray(gzip.compress(b"[1,2,3]"))
    packed[-8] ^= 1
    with pytest.raises(RequestFailed, match="damaged"):
        unpacked(client, bytes(packed), "gzip")


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_unpacks_all_of_several_members(client: Fetcher, coding: str) -> None:
    pack = packer(coding)
    assert unpacked(client, pack(b"[1,") + pack(b"") + pack(b"2]"), coding) == b"[1,2]"


def test_ignores_zeros_after_the_last_gzip_member(client: Fetcher) -> None:
    assert unpacked(client, gzip.compress(b"[]") + b"\0" * 100_000, "x-gzip") == b"[]"


@pytest.mark.parametrize("coding", ["gzip, gzip", " gzip ,identity, GZIP", "gzip,,gzip"])
def test_undoes_several_codings_in_order(client: Fetcher, coding: str) -> None:
    assert unpacked(client, gzip.compress(gzip.compress(b"[]")), coding) == b"[]"


@pytest.mark.parametrize("coding", ["compress", "gzip, compress", "x-deflate", "gzip, gzip, gzip, gzip", "\x1b[31m"])
def test_refuses_by_name_a_coding_that_it_does_not_read(client: Fetcher, coding: str) -> None:
    with pytest.raises(RequestFailed, match="where only gzip") as failure:
        unpacked(client, zlib.compress(b"[]"), coding)
    assert str(failure.value).isprintable()


def raw_deflate(body: bytes, level: int = -1) -> bytes:
    packing = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    return packing.compress(body) + packing.flush()


FORMS: dict[str, Pack] = {"zlib": zlib.compress, "raw": raw_deflate, "stored": partial(raw_deflate, level=0)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("body", [b"", b"[1]", b"x" * 99_999, bytes(range(256)) * 100], ids=["empty", "short", "long", "any bytes"])
def test_b226_deflate_is_read_in_both_forms(client: Fetcher, form: str, body: bytes) -> None:
    assert unpacked(client, FORMS[form](body), "deflate") == body


@pytest.mark.parametrize("size", [*range(PIECE - 3, PIECE + 3), *range(2 * PIECE - 2, 2 * PIECE + 300, 61)])
def test_b226_nothing_of_a_stream_without_checksum_is_left_behind(size: int) -> None:
    assert sum(map(len, unpackers("deflate")[0]([raw_deflate(b"x" * size)]))) == size


@given(st.binary(max_size=2_000), st.integers(1, 50), st.sampled_from(list(FORMS)))
def test_b226_deflate_may_come_in_pieces_of_any_size(body: bytes, size: int, form: str) -> None:
    packed = FORMS[form](body)
    pieces = (packed[start : start + size] for start in range(0, len(packed), size))
    assert b"".join(unpackers("deflate")[0](pieces)) == body


@pytest.mark.parametrize("form", FORMS)
def test_b226_deflate_that_is_cut_off_or_goes_on_is_damaged(client: Fetcher, form: str) -> None:
    packed = FORMS[form](b"[1,2,3]" * 100)
    for broken in (*(packed[:length] for length in range(1, len(packed), 7)), packed + b"more"):
        with pytest.raises(RequestFailed, match="the compressed body is damaged"):
            unpacked(client, broken, "deflate")


@pytest.mark.parametrize("coding", ["deflate, gzip", "x-gzip, deflate, gzip"])
def test_b226_deflate_is_undone_among_other_codings(client: Fetcher, coding: str) -> None:
    body = b"[]"
    for each in coding.split(", "):
        body = zlib.compress(body) if each == "deflate" else gzip.compress(body)
    assert unpacked(client, body, coding) == b"[]"


def test_b226_what_is_read_is_asked_for() -> None:
    assert ACCEPTED.startswith("gzip, deflate")


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br"])
def test_b11_a_bomb_is_given_up_at_the_limit(client: Fetcher, coding: str) -> None:
    with pytest.raises(PageRefused, match=r"http\.response\.max\.bytes=1000000"):
        unpacked(client, packer(coding)(b"x" * 5_000_000), coding)


@pytest.mark.parametrize("form", FORMS)
def test_b11_a_bomb_of_deflate_is_given_up_at_the_limit(client: Fetcher, form: str) -> None:
    with pytest.raises(PageRefused, match=r"http\.response\.max\.bytes=1000000"):
        unpacked(client, FORMS[form](b"x" * 5_000_000), "deflate")


def test_b11_a_bomb_between_two_codings_is_given_up_at_the_limit(client: Fetcher) -> None:
    inner = gzip.compress(b"") * 500_000
    with pytest.raises(PageRefused, match=r"http\.response\.max\.bytes=1000000"):
        unpacked(client, gzip.compress(inner), "gzip, gzip")


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br"])
def test_takes_a_body_of_just_the_limit(coding: str) -> None:
    with patient(max_bytes=3_000_000) as client:
        assert len(unpacked(client, packer(coding)(b"x" * 3_000_000), coding)) == 3_000_000


def test_a_body_of_many_tiny_members_is_unpacked_in_passable_time(client: Fetcher) -> None:
    assert unpacked(client, gzip.compress(b"") * 40_000, "gzip") == b""
