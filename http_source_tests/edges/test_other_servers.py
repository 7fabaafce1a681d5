"""The fetcher against HTTP servers that are not ours: uvicorn with both of its parsers, and Node.js where it is there."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from http_source.errors import RequestFailed
from http_source.model import Request
from http_source_tests.edges.clients import anywhere, patient

BODIES = {"/204": [], "/one": [b"[1]"], "/pieces": [b"[", b"1" * 70_000, b"]"], "/304": [], "/empty": [b""], "/next": [b'"next"']}

NODE = """
const http = require('http'), http2 = require('http2');
const pages = {
  '/204': r => { r.writeHead(204, {'Transfer-Encoding': 'chunked'}); r.end(); },
  '/205': r => { r.writeHead(205); r.end(); },
  '/304': r => { r.writeHead(304, {'Content-Length': '50'}); r.end(); },
  '/trailers': r => { r.writeHead(200, {Trailer: 'X'}); r.write('[1'); r.addTrailers({X: 'y'}); r.end(']'); },
  '/hints': r => { r.writeEarlyHints({link: '</a>; rel=preload'}); r.end('[1]'); },
  '/close': r => { r.writeHead(200, {Connection: 'close'}); r.write('[1'); r.end(']'); },
  '/torn': r => { r.write('[1'); setTimeout(() => r.destroy(), 20); },
};
const plain = http.createServer((q, r) => (pages[q.url] || (r => r.end('"next"')))(r));
const second = http2.createServer((q, r) => r.end('[1]'));
plain.listen(0, '127.0.0.1', () => second.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify([plain.address().port, second.address().port]))));
"""


async def application(scope: dict[str, Any], _receive: Any, send: Any) -> None:
    """Answers without a length, so that the server chooses how the body ends."""
    path = scope["path"]
    status = int(path[1:]) if path[1:].isdigit() else 200
    await send({"type": "http.response.start", "status": status, "headers": []})
    for piece in BODIES[path]:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@contextmanager
def serving(parser: str) -> Iterator[str]:
    config = uvicorn.Config(application, port=0, http=parser, ws="none", lifespan="off", log_config=None)
    server, socket = uvicorn.Server(config), config.bind_socket()
    # It listens in its own time; who comes before that is to wait.
    socket.listen()
    thread = threading.Thread(target=server.run, args=([socket],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        socket.close()


@pytest.mark.parametrize("parser", ["h11", "httptools"])
def test_uvicorn_is_understood_on_one_connection(parser: str) -> None:
    with serving(parser) as url, patient() as client:
        found = {path: client.fetch(Request("GET", url + path), anywhere) for path in BODIES}
    assert {path: answer.body for path, answer in found.items()} == {path: b"".join(BODIES[path]) for path in found}
    assert [found[path].status for path in ("/one", "/204", "/304")] == [200, 204, 304]


@pytest.fixture(scope="module")
def node() -> Iterator[tuple[str, str]]:
    """The addresses of a server of HTTP/1.1 and of one of HTTP/2 alone."""
    if shutil.which("node") is None:
        pytest.skip("Node.js is not here")
    with subprocess.Popen(["node", "-e", NODE], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        plain, second = json.loads(process.stdout.readline())
        yield f"http://127.0.0.1:{plain}", f"http://127.0.0.1:{second}"
        process.kill()


def test_b225_what_node_js_sends_ends_where_it_ends(node: tuple[str, str]) -> None:
    paths = ["/204", "/205", "/304", "/trailers", "/hints", "/close"]
    with patient() as client:
        found = [client.fetch(Request("GET", node[0] + path), anywhere) for each in paths for path in (each, "/next")]
    assert [answer.body for answer in found[1::2]] == [b'"next"'] * len(paths)
    assert [(answer.status, answer.body) for answer in found[::2]] == [(204, b""), (205, b""), (304, b""), *[(200, b"[1]")] * 3]


def test_b225_what_node_js_breaks_off_is_cut_off(node: tuple[str, str]) -> None:
    with patient() as client, pytest.raises(RequestFailed, match=r"cut off|was closed by"):
        client.fetch(Request("GET", f"{node[0]}/torn"), anywhere)


def test_b225_node_js_with_http_2_alone_is_named(node: tuple[str, str]) -> None:
    with patient() as client, pytest.raises(RequestFailed, match="speaks HTTP/2 on this port"):
        client.fetch(Request("GET", node[1]), anywhere)
