"""What an answer may cost: measured in a process of its own, in which another entity is polled meanwhile.

Each abusive answer pauses in its middle until that other entity has asked again.
"""

import json
import socket
import socketserver
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from http_source_tests.servers import drip
from http_source_tests.waiting import until

ROOT = Path(__file__).parents[2]
LIMIT = 67_108_864  # the default of http.response.max.bytes
Speak = Callable[[socket.socket], Iterator[None]]

pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's /proc to measure a peak of memory")


@dataclass
class Api:
    """A running server: where it is, and the paths it was asked for, oldest first."""

    url: str
    asked: list[str] = field(default_factory=list)
    over: bool = False

    def wait_for_good(self) -> None:
        asked = len(self.asked)
        until(lambda: self.over or "/good" in self.asked[asked:])


@contextmanager
def api(speak: Speak) -> Iterator[Api]:
    """Serve `/good` properly and let `/bad` be answered by `speak`, which pauses where it yields."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                while head := self.request.recv(65_536):
                    running.asked.append(head.split()[1].decode())
                    if running.asked[-1] == "/bad":
                        for _ in speak(self.request):
                            running.wait_for_good()
                        break
                    self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        running = Api(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield running
        finally:
            running.over = True
            server.shutdown()
            thread.join()


def drips(connection: socket.socket) -> Iterator[None]:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n[")
    yield
    drip(connection, start=b"", drop=b" ")


def never_ends(connection: socket.socket) -> Iterator[None]:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 30_000_000)
    yield
    while True:
        connection.sendall(b" " * 65_536)


def bombs(connection: socket.socket) -> Iterator[None]:
    """Send one gzip member of 10 GB, in 10 MB: a part that was flushed in full may come again and again."""
    packer, part = zlib.compressobj(wbits=16 + zlib.MAX_WBITS), b" " * 10_000_000
    first = packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)
    length = len(first) + 999 * len(again)
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n".encode() + first)
    yield
    for _ in range(999):
        connection.sendall(again)


def nests(connection: socket.socket) -> Iterator[None]:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"[" * 100_000)
    yield
    connection.sendall(b"]" * 100_000)


def large(connection: socket.socket) -> Iterator[None]:
    """Send a chunked page of just the limit, which is no JSON."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    yield
    for _ in range(LIMIT >> 16):
        connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
    connection.sendall(b"0\r\n\r\n")


@pytest.mark.parametrize(
    ("speak", "sentence"),
    [
        (drips, "was not answered whole within 1500 ms (http.request.timeout.ms)"),
        (never_ends, f"The answer is larger than http.response.max.bytes={LIMIT}"),
        (bombs, f"The answer is larger than http.response.max.bytes={LIMIT}"),
        (nests, "nested"),
        (large, "JSON"),
    ],
    ids=["b5 drip", "b12 endless body", "b11 gzip bomb", "b83 nesting", "just the limit"],
)
def test_an_abusive_answer_is_refused_in_bounded_memory_while_others_are_polled(speak: Speak, sentence: str) -> None:
    with api(speak) as server:
        limits: dict[str, Any] = {"http.request.timeout.ms": 1_500} if speak is drips else {}
        command = [sys.executable, "-m", "http_source_tests.edges.limited_task", server.url, json.dumps(limits)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    told = json.loads(ended.stdout)
    assert sentence in told["bad"]
    assert not told["good"]
    assert told["peak"] < 3 * LIMIT
