"""Servers that check Digest authentication and are not ours: http-auth from npm, and httpbin from PyPI, which knows more algorithms."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from http_source.demo.processes import free_port
from http_source_tests.real_servers import npm, pypi
from http_source_tests.real_servers.program import is_served, running

HTTP_AUTH, HTTPBIN = "4.2.1", "0.10.4"
SCRIPT = Path(__file__).with_name("digest.mjs")


@contextmanager
def http_auth(folder: Path, user: str, password: str) -> Iterator[str]:
    """The URL of a server that lets one user in, by MD5; it counts the requests of each challenge, and refuses one out of order."""
    module = npm.installed("http-auth", HTTP_AUTH) / "http-auth" / "src" / "http-auth.js"
    port = free_port(0)
    with running(["node", SCRIPT, module, str(port), user, password], folder, lambda written: "listening" in written):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def httpbin(folder: Path) -> Iterator[str]:
    """The URL of a server that lets in whom its path names, by the algorithm in its path."""
    python = pypi.installed("httpbin", HTTPBIN) / "python"
    url = f"http://127.0.0.1:{(port := free_port(0))}"
    command = [str(python), "-m", "httpbin.core", "--port", str(port)]
    with running(command, folder, lambda _: is_served(f"{url}/status/200")):
        yield url
