"""A server that checks AWS signatures by aws4 from npm, which is not ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from http_source.demo.processes import free_port
from http_source_tests.real_servers import npm
from http_source_tests.real_servers.program import running

AWS4 = "1.13.2"

_FOLDER = Path(__file__).parent


@contextmanager
def signing_again(folder: Path, key: str, secret: str) -> Iterator[str]:
    """The URL of a server that answers 200 to what aws4 signs in the same way, whatever region and service, and 403 to anything else."""
    modules, port = npm.installed("aws4", AWS4), free_port(0)
    with running(["node", _FOLDER / "aws4.mjs", modules, str(port), key, secret], folder, lambda written: "listening" in written):
        yield f"http://127.0.0.1:{port}"
