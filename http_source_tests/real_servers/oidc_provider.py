"""oidc-provider, a certified authorization server that is not ours: installed from npm, run on a port of its own, killed at the end."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from http_source.demo.processes import free_port
from http_source_tests.demo.waiting import until

VERSION = "9.13.3"
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")

_CACHE = Path(__file__).parents[2] / ".cache" / "npm" / f"oidc-provider-{VERSION}"
_API = ("api", "api-secret")


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """A running server."""

    url: str

    @property
    def token_url(self) -> str:
        """Where tokens are given."""
        return f"{self.url}/token"

    def look_up(self, token: str) -> dict[str, Any]:
        """What the server says of a token (RFC 7662), as an API asks that gets one."""
        found: dict[str, Any] = self._ask("introspection", token).json()
        return found

    def revoke(self, token: str) -> None:
        """Take a token back (RFC 7009)."""
        self._ask("revocation", token)

    def _ask(self, what: str, token: str) -> requests.Response:
        with requests.post(f"{self.url}/token/{what}", data={"token": token}, auth=_API, timeout=30) as answer:
            answer.raise_for_status()
            return answer


def install() -> Path:
    """Install oidc-provider into the cache, or find it there; return its module. Skips the test where npm is missing."""
    missing = [command for command in ("node", "npm") if shutil.which(command) is None]
    if missing:
        pytest.skip(f"oidc-provider {VERSION} needs {' and '.join(missing)}: install Node.js with npm to run this test")
    _CACHE.mkdir(parents=True, exist_ok=True)
    package = f"oidc-provider@{VERSION}"
    command = ["npm", "install", "--no-fund", "--no-audit", "--prefer-offline", "--prefix", str(_CACHE), package]
    npm = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert npm.returncode == 0, f"npm did not install {package}:\n{npm.stderr}"
    return _CACHE / "node_modules" / "oidc-provider" / "lib" / "index.js"


@contextmanager
def oidc_provider(module: Path, folder: Path, secret: str) -> Iterator[OidcProvider]:
    """A server whose clients `shop` (in the header) and `form` have that secret."""
    port = free_port(0)
    command = ["node", str(SCRIPT), str(module), str(port), secret]
    log = folder / "oidc-provider.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    try:
        until(lambda: _listens(process, log))
        yield OidcProvider(f"http://127.0.0.1:{port}")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _listens(process: "subprocess.Popen[bytes]", log: Path) -> bool:
    text = log.read_text(encoding="utf-8")
    assert process.poll() is None, f"oidc-provider ended by itself:\n{text}"
    return "listening" in text
